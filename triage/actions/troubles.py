"""What is wrong with the service itself, in words with what to do, for the banner on each page for staff."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from triage.actions.cover import staffing_of
from triage.actions.health import is_clock_late
from triage.actions.rules_trouble import FAILED, MISSING
from triage.actions.turn import Turn
from triage.records import ClinicRow, Session, rules_lookups, trouble_lookups
from triage.rules import Urgency
from triage.rules.staffing import people_told
from triage.rules.telling import EVERYBODY

LOOKED_BACK = timedelta(hours=24)
SEALED_WITHIN = timedelta(minutes=2)
CHANNELS = {"email": "Mail", "sms": "Text messages", "apprise": "Messages by other services"}


class ServiceTrouble(NamedTuple):
    """One line of the banner: what is wrong, and what to do about it."""

    what: str
    to_do: str


def troubles(session: Session, clinic: ClinicRow, turn: Turn) -> list[ServiceTrouble]:
    """Return what is wrong now, the gravest first; empty: nothing is known to be."""
    return [
        *_clock(session, turn),
        *_nobody(session, clinic, turn),
        *_rules(session, clinic),
        *_messages(session, clinic, turn),
        *_log(session, clinic, turn),
    ]


def _clock(session: Session, turn: Turn) -> Iterator[ServiceTrouble]:
    if is_clock_late(session, now=turn.now):
        yield ServiceTrouble(
            "The clock does not turn: nobody is told of alerts, and no messages go out.",
            "Look into the worklist yourself, again and again, and ask whoever runs this service to start its clock.",
        )


def _nobody(session: Session, clinic: ClinicRow, turn: Turn) -> Iterator[ServiceTrouble]:
    staffing = staffing_of(session, clinic, turn.now)
    if people_told(EVERYBODY, staffing, Urgency.emergency, turn.now):
        return
    if people_told(EVERYBODY, staffing, Urgency.emergency, turn.now, ignore_absence=True):
        yield ServiceTrouble(
            "Nobody is on duty: everybody is away and nobody stands in, so alerts go to people who are away.",
            "Look into the worklist yourself, and let a lead name a deputy or end an absence.",
        )
    else:
        yield ServiceTrouble(
            "Nobody can be reached: alerts are told to no one.",
            "Look into the worklist yourself, and let a lead add a contact and have it verified.",
        )


def _rules(session: Session, clinic: ClinicRow) -> Iterator[ServiceTrouble]:
    kinds = {row.kind for row in rules_lookups.open_troubles(session, clinic.id)}
    if kinds - {FAILED}:
        why = "No rules are in effect" if MISSING in kinds else "The rules cannot be read"
        yield ServiceTrouble(
            f"{why}: reports are judged by older rules or not at all.",
            "Read each report yourself, and let a lead publish rules that can be read.",
        )
    if FAILED in kinds:
        yield ServiceTrouble(
            "The rules went wrong on a report.",
            "Read the reports whose alerts say so, and answer the alert about this service.",
        )


def _messages(session: Session, clinic: ClinicRow, turn: Turn) -> Iterator[ServiceTrouble]:
    for channel in trouble_lookups.shut_channels(session, clinic.id):
        yield ServiceTrouble(
            f"{CHANNELS.get(channel, channel)} cannot be sent now: messages wait and go out when it works again.",
            "Call whoever must know now, and ask whoever runs this service to see to it.",
        )
    number = trouble_lookups.undelivered_since(session, clinic.id, turn.now - LOOKED_BACK)
    if number:
        some = "A message was" if number == 1 else f"{_counted(number)} messages were"
        yield ServiceTrouble(
            f"{some} not delivered in the last 24 hours.",
            "See in the cases and the contacts whose it was; call them, and mend the address.",
        )


def _counted(number: int) -> str:
    return f"{number} or more" if number == trouble_lookups.MOST_COUNTED else str(number)


def _log(session: Session, clinic: ClinicRow, turn: Turn) -> Iterator[ServiceTrouble]:
    if trouble_lookups.has_unsealed(session, clinic.id, turn.now - SEALED_WITHIN):
        yield ServiceTrouble(
            "The log is not being sealed.",
            "Nothing is lost, but changes to it would not show: ask whoever runs this service to look at its clock.",
        )
