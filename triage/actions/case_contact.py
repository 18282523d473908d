"""What went between patient and clinic about a case, in one line of time: messages, calls, replies and notes."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from triage.records import (
    AlertNoteRow,
    CallRow,
    NotificationRow,
    PatientRow,
    ReplyRow,
    Session,
    case_lookups,
    reply_lookups,
)

MOST_MESSAGES, MOST_LINES = 60, 80
Staff = Mapping[uuid.UUID, str]
KINDS = {
    "alert": "Alert",
    "taken": "Word that somebody has it",
    "closed": "Word that it is closed",
    "unanswered": "Word that nobody has answered yet",
    "check_in_link": "The link",
    "check_in_request": "Request to report",
    "check_in_reminder": "Reminder to report",
    "contact_check": "Check of a contact",
    "notice": "Notice",
    "reply": "Word that there is a reply",
}
CHANNELS = {"email": "by mail", "apprise": "by push or chat", "sms": "by text message"}
STATES = {
    "pending": "waiting to be sent",
    "leased": "on its way",
    "sent": "sent",
    "failed": "failed",
    "cancelled": "not sent: no longer needed",
    "bundled": "sent together with others",
}


class Line(NamedTuple):
    """One thing that went one way. `state`: what became of it, in words."""

    at: datetime
    what: str
    who: str
    text: str  # empty: it has none, or says nothing of health
    state: str
    has_failed: bool = False
    text_is_patients: bool = False  # in the language of the patient


def lines_of(
    session: Session, patient: PatientRow, alert_ids: list[uuid.UUID], delivered: set[uuid.UUID], staff: Staff
) -> list[Line]:
    """Return what went between patient and clinic, the latest first; `delivered`: requests known to have arrived.

    `alert_ids`: the alerts whose messages to staff, notes and calls belong to it.
    """
    clinic_id = patient.clinic_id
    found = [
        _message(row, delivered, staff)
        for row in case_lookups.messages_of(session, clinic_id, patient.id, alert_ids, MOST_MESSAGES)
    ]
    found += [_call(row, staff) for row in case_lookups.calls_of(session, clinic_id, alert_ids, MOST_MESSAGES)]
    found += [_note(row, staff) for row in case_lookups.notes_of(session, clinic_id, alert_ids, MOST_MESSAGES)]
    found += [_reply(row, name) for row, name in reply_lookups.of_patient(session, clinic_id, patient.id)]
    return sorted(found, key=lambda line: line.at, reverse=True)[:MOST_LINES]


def state_words(row: NotificationRow, *, is_delivered: bool) -> str:
    """Return what became of a message, in words."""
    said = STATES.get(row.state, row.state)
    if row.state == "sent" and is_delivered:
        return "delivered"
    if row.state == "failed" and row.last_error:
        return f"{said}: {row.last_error}"
    if row.state in ("pending", "leased") and row.last_error:
        return f"{said}; tried {row.attempts} times, last trouble: {row.last_error}"
    return said


def _message(row: NotificationRow, delivered: set[uuid.UUID], staff: Staff) -> Line:
    is_ours = row.expectation_id in delivered and row.kind == "check_in_request"
    to = staff.get(row.staff_id, "staff") if row.staff_id else "the patient"
    return Line(
        at=row.sent_at or row.created_at,
        what=KINDS.get(row.kind, row.kind),
        who=f"to {to} {CHANNELS.get(row.channel, row.channel)}",
        text="",
        state=state_words(row, is_delivered=is_ours),
        has_failed=row.state == "failed",
    )


def _call(row: CallRow, staff: Staff) -> Line:
    state = "reached" if row.reached else "not reached"
    state += "; taken back" if row.taken_back_at else ""
    return Line(row.at, "Call", f"by {staff.get(row.staff_id, 'staff')}", "", state, not row.reached)


def _note(row: AlertNoteRow, staff: Staff) -> Line:
    return Line(row.at, "Note", f"by {_named(row.staff_id, staff)}", row.text, "")


def _reply(row: ReplyRow, name: str) -> Line:
    state = "seen by the patient" if row.read_at else "not seen yet"
    return Line(row.at, "Reply", f"by {name}", row.text, state, text_is_patients=True)


def _named(staff_id: uuid.UUID | None, staff: Staff) -> str:
    return staff.get(staff_id, "staff") if staff_id else "the service"
