"""The dates by which a serious event must be told: the leads hear of one before it comes, and weekly after it."""

import uuid
from datetime import date, datetime, time, timedelta

from triage.actions import audit
from triage.actions.duty import tell_leads
from triage.actions.serious_views import event_from
from triage.actions.terms import zone_of
from triage.actions.turn import ClockTurn
from triage.records import ClinicRow, SeriousEventRow, Session
from triage.rules import Urgency

OF_REGISTER = "register_date"  # what the notice is about
TOLD_BEFORE = (7, 3, 1, 0)  # days; judgement: a working week to write it, and the last day
AGAIN_EVERY = timedelta(days=7)  # once it is over
MORNING = time(8)


def look_at_dates(session: Session, key: tuple[uuid.UUID, uuid.UUID], clock: ClockTurn) -> bool:
    """Tell the leads where a date of an event comes near or is over; return whether they were told.

    Where nobody can be reached, it is tried again the next morning.
    """
    row = session.get(SeriousEventRow, key, with_for_update=True)
    if row is None or row.look_at is None or row.look_at > clock.now:
        return False
    clinic, turn = session.get_one(ClinicRow, row.clinic_id), clock.at(row.clinic_id)
    day = event_from(session, row).next_day if row.closed_at is None else None
    today = clock.now.astimezone(zone_of(clinic)).date()
    told: list[str] = []
    if day is not None and today >= day - timedelta(days=TOLD_BEFORE[0]):
        told = tell_leads(session, clinic, OF_REGISTER, Urgency.routine, turn)
    row.look_at = next_look(day, today, clinic) if day is not None else None
    session.add(row)
    after = {"day": day.isoformat() if day else None, "told": told, "look_at": row.look_at}
    audit.record(session, turn, "serious_event_dates_seen", ("serious_event", row.id), after=after)
    return bool(told)


def next_look(day: date, today: date, clinic: ClinicRow) -> datetime:
    """Return the morning on which the clock looks again: the next of TOLD_BEFORE, and later once a week."""
    coming = [day - timedelta(days=before) for before in TOLD_BEFORE]
    chosen = next((one for one in coming if one > today), today + AGAIN_EVERY)
    return datetime.combine(chosen, MORNING, zone_of(clinic))
