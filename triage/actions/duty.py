"""Whoever is on duty is told that something waits at the desk: one message a person, no health detail in it."""

import uuid
from collections.abc import Collection

from triage.actions.cover import current_policy_id, policy_by_id, staffing_of
from triage.actions.turn import Turn
from triage.records import ClinicRow, NotificationRow, Session
from triage.rules import Urgency
from triage.rules.staffing import ON_CALL, Told, people_told
from triage.rules.telling import EVERYBODY

LEADS = ("role:lead",)
OF_READING, OF_NEXT_SESSION = "to_read", "next_session"  # what a notice is about


def people_on_duty(session: Session, clinic: ClinicRow, urgency: Urgency, turn: Turn) -> tuple[Told, ...]:
    """Return who is on duty now, each by the first of their ways; where nobody can be reached, everybody who can.

    Empty: nobody can be reached at all.
    """
    policy = policy_by_id(session, clinic.id, current_policy_id(session, clinic.id))
    staffing = staffing_of(session, clinic, turn.now)
    for targets in ((ON_CALL,), policy.targets(0), EVERYBODY):
        told = people_told(targets, staffing, urgency, turn.now)
        if told:
            break
    else:
        told = people_told(EVERYBODY, staffing, urgency, turn.now, ignore_absence=True)
    return tuple({str(one.person.id): one for one in reversed(told)}.values())


def tell_on_duty(session: Session, clinic: ClinicRow, about: str, urgency: Urgency, turn: Turn) -> list[str]:
    """Queue a notice to whoever is on duty and return their ids; empty: nobody can be reached."""
    return _queue(session, clinic, people_on_duty(session, clinic, urgency, turn), (about, urgency), turn)


def tell_leads(session: Session, clinic: ClinicRow, about: str, urgency: Urgency, turn: Turn) -> list[str]:
    """Queue a notice to every lead, where none can be reached to whoever is on duty; return their ids."""
    told = people_told(LEADS, staffing_of(session, clinic, turn.now), urgency, turn.now)
    first_ways = {str(one.person.id): one for one in reversed(told)}.values()
    return _queue(session, clinic, first_ways or people_on_duty(session, clinic, urgency, turn), (about, urgency), turn)


def _queue(
    session: Session, clinic: ClinicRow, told: Collection[Told], what: tuple[str, Urgency], turn: Turn
) -> list[str]:
    about, urgency = what
    session.add_all(
        NotificationRow(
            clinic_id=clinic.id,
            staff_id=uuid.UUID(str(one.person.id)),
            contact_id=uuid.UUID(str(one.way.id)),
            kind="notice",
            about=about,
            channel=one.way.channel,
            contact=one.way.address,
            priority=urgency,
            not_before=turn.now,
            created_at=turn.now,
        )
        for one in told
    )
    return [str(one.person.id) for one in told]
