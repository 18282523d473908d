"""Anchors: how a clinic's chain ends is told daily to people outside this machine, so that a rewriting shows."""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from triage.actions.chain import Walked, walk_chain
from triage.actions.errors import Invalid
from triage.actions.staff_mail import mail_staff
from triage.actions.terms import zone_of
from triage.actions.turn import ClockTurn, Turn
from triage.records import AnchorRow, ClinicRow, Session, StaffRow, chain, lookups, queries
from triage.rules import Fault

OF_ANCHOR = "anchor"  # what a notice is about
HASH = re.compile(r"[0-9a-f]{64}")
MOST_SHOWN = 60
COUNTED = 1000  # events at a time
MORNING = 6  # o'clock in the clinic: from then on the day's anchor is told
WITNESSES = ("auditor", "lead")  # who is told: the first of these roles that somebody has
Told = Mapping[uuid.UUID, Mapping[int, str]]  # clinic -> place -> hash, as somebody has it in a mail


def verify_chains(
    session: Session,
    clinic_id: uuid.UUID | None = None,
    told: Told | None = None,
    advance: Callable[[int], object] | None = None,
) -> Iterator[tuple[uuid.UUID, Walked]]:
    """Yield for each clinic what a walk along its whole chain finds; None: for every clinic.

    `told`: anchors that come from outside, besides those that are on record. `advance`: hears how many events more
    were walked.
    """
    queries.take_long(session)
    known: dict[uuid.UUID, dict[int, str]] = {}
    for row in chain.anchors(session, clinic_id):
        known.setdefault(row.clinic_id, {})[row.seq] = row.hash
    for clinic, anchors in (told or {}).items():
        known[clinic] = {**known.get(clinic, {}), **anchors}
    events = _counted(chain.sealed_events(session, clinic_id), advance or (lambda count: None))
    for clinic, of_clinic in groupby(events, key=lambda event: event.clinic_id):
        yield clinic, walk_chain(of_clinic, known.pop(clinic, {}))
    for clinic, anchors in known.items():
        yield clinic, walk_chain((), anchors)


def chain_shown(session: Session, told: Mapping[int, str], turn: Turn) -> dict[str, Any]:
    """Return what a walk along the clinic's whole chain finds, with every anchor on record, the newest first."""
    turn.by.require("lead", "auditor")
    clinic_id = turn.by.clinic_id
    ((_, walked),) = list(verify_chains(session, clinic_id, {clinic_id: told})) or [(clinic_id, walk_chain((), told))]
    anchors = [{"seq": row.seq, "hash": row.hash, "at": row.at} for row in chain.anchors(session, clinic_id)]
    return {
        "is_whole": walked.is_whole,
        "events": walked.events,
        "end": walked.end._asdict(),
        "anchors": anchors[::-1],
        "agreeing": walked.anchors,
        "faults": walked.faults,
    }


def anchors_told(session: Session, turn: Turn) -> list[AnchorRow]:
    """Return the clinic's latest anchors, the newest first."""
    turn.by.require("lead", "auditor")
    return chain.anchors(session, turn.by.clinic_id)[::-1][:MOST_SHOWN]


def read_anchor(text: str) -> tuple[int, str]:
    """Return place and hash of an anchor as the daily mail gives it. Raises Invalid."""
    entry, _, told = text.strip().partition(":")
    if not (entry.isdecimal() and len(entry) < 16 and HASH.fullmatch(told.lower())):
        wanted = "give the line of the mail: the number of an entry, a colon, and its hash"
        raise Invalid([Fault("anchor", "is none", wanted)])
    return int(entry), told.lower()


def clinics_to_anchor(session: Session, clock: ClockTurn) -> list[uuid.UUID]:
    """Return the clinics that were told of no anchor on their own day so far, and whose chain has grown since the last.

    Their day begins in the morning, so that the mail is not one of the night's.
    """
    told = chain.last_anchors(session)
    waiting = [clinic for clinic in lookups.clinics(session) if _is_time(clinic, told.get(clinic.id), clock)]
    return [clinic.id for clinic in waiting if _has_grown(session, clinic.id, told.get(clinic.id))]


def tell_anchor(session: Session, clinic_id: uuid.UUID, clock: ClockTurn) -> AnchorRow | None:
    """Note how the chain ends now and tell a clinic's witnesses; None: nothing is new since the last time.

    Of two clocks at once one is refused by the database and finds, when it comes again, that it is done.
    """
    told = chain.last_anchors(session).get(clinic_id)
    last = queries.last_sealed(session, clinic_id=clinic_id)
    if last is None or not _has_grown(session, clinic_id, told):
        return None
    row = AnchorRow(clinic_id=clinic_id, seq=last.seq or 0, hash=last.hash or "", at=clock.now)
    session.add(row)
    for person in _witnesses(session, clinic_id):
        mail_staff(session, person, f"{OF_ANCHOR} {row.id}", clock.at(clinic_id))
    return row


def _counted(events: Iterator[chain.Sealed], advance: Callable[[int], object]) -> Iterator[chain.Sealed]:
    for number, event in enumerate(events, 1):
        if number % COUNTED == 0:
            advance(COUNTED)
        yield event


def _is_time(clinic: ClinicRow, told: tuple[datetime, int] | None, clock: ClockTurn) -> bool:
    """Tell whether the day's anchor is to be told; the first one on the day after the clinic was made."""
    zone = zone_of(clinic)
    here, before = clock.now.astimezone(zone), told[0] if told else clinic.created_at
    return here.hour >= MORNING and before.astimezone(zone).date() < here.date()


def _has_grown(session: Session, clinic_id: uuid.UUID, told: tuple[datetime, int] | None) -> bool:
    last = queries.last_sealed(session, clinic_id=clinic_id)
    return last is not None and (told is None or told[1] < (last.seq or 0))


def _witnesses(session: Session, clinic_id: uuid.UUID) -> list[StaffRow]:
    for role in WITNESSES:
        people = lookups.staff_of(session, clinic_id, (role,))
        if people:
            return people
    return []
