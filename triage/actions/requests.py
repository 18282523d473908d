"""The clock asks for a check-in that is due, and reminds once of one that has not come."""

import uuid
from datetime import datetime

from triage.actions import audit
from triage.actions.enrol import way_to
from triage.actions.last_known import last_known
from triage.actions.ledger import Ledger, hold_waiting, sittings_of, why_unasked
from triage.actions.limiting import is_ready
from triage.actions.turn import ClockTurn
from triage.records import ExpectationRow, NotificationRow, PatientRow, Session
from triage.rules.budget import day_of, room
from triage.rules.schedule import daytime_from, is_pressing

Key = tuple[uuid.UUID, uuid.UUID]


def ask_one(session: Session, key: Key, clock: ClockTurn) -> bool:
    """Queue a request for a check-in that is due; False where it was asked for, came, or is overdue already,
    and while the clinic is not set up: then it is asked as soon as it is.

    Whether the patient may be written to is asked again; at night for the patient it is queued for the morning.
    """
    held = hold_waiting(session, key, clock.now)
    if held is None or not is_ready(session, key[0]):
        return False
    row, book = held
    if row.asked_at is not None or row.asks == "none" or not row.due_at <= clock.now < row.alert_at:
        return False
    way = way_to(book.patient, clock.terms)
    why = why_unasked(session, book) or ("no_contact" if way is None else None)
    if why is None:
        row.asked_at = clock.now
        send_at = daytime_from(clock.now, book.zone)
        session.add(_message("check_in_request", row, book.patient, clock, send_at))
    else:
        row.asks, row.unasked_why, row.remind_at = "none", why, None
    session.add(row)
    turn = clock.at(row.clinic_id)
    audit.record(session, turn, "check_in_due", ("expectation", row.id), after={"by_message": why is None})
    return True


def remind_one(session: Session, key: Key, clock: ClockTurn) -> bool:
    """Queue the reminder of a check-in that still waits; False where none is due any more.

    Where no message is left for it, or the patient may not be written to, there is none; at night it is put off.
    """
    held = hold_waiting(session, key, clock.now)
    if held is None or not is_ready(session, key[0]):
        return False
    row, book = held
    if row.reminded_at is not None or row.remind_at is None or row.remind_at > clock.now:
        return False
    send_at = daytime_from(clock.now, book.zone)
    turn = clock.at(row.clinic_id)
    if send_at >= row.alert_at or why_unasked(session, book) is not None or not _has_room(session, book, row, clock):
        row.remind_at = None
        audit.record(session, turn, "check_in_not_reminded", ("expectation", row.id))
    elif send_at > clock.now:
        row.remind_at = send_at
        audit.record(session, turn, "reminder_put_off", ("expectation", row.id), after={"until": send_at})
    else:
        row.reminded_at = clock.now
        session.add(_message("check_in_reminder", row, book.patient, clock, send_at))
        audit.record(session, turn, "check_in_reminded", ("expectation", row.id))
    session.add(row)
    return True


def _has_room(session: Session, book: Ledger, row: ExpectationRow, clock: ClockTurn) -> bool:
    """Tell whether a message is left for the reminder."""
    known = last_known(session, book.patient, book.episode, book.tables, clock.now)
    asked = book.asked(sittings_of(session, book.episode))
    day = day_of(book.episode.last_procedure_at, row.due_at, book.zone)
    return room(book.schedule, day, asked, pressing=is_pressing(known.reported, clock.now)) > 0


def _message(
    kind: str, row: ExpectationRow, patient: PatientRow, clock: ClockTurn, send_at: datetime
) -> NotificationRow:
    channel, contact = way_to(patient, clock.terms) or ("email", "")
    return NotificationRow(
        clinic_id=row.clinic_id,
        patient_id=patient.id,
        expectation_id=row.id,
        kind=kind,
        channel=channel,
        contact=contact,
        not_before=send_at,
        created_at=clock.now,
    )
