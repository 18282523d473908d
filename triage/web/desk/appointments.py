"""A patient's appointments as lines of a page, for the macro of desk/_appointments.html."""

import uuid
from datetime import datetime, tzinfo
from typing import NamedTuple

from triage.actions.appointments import list_appointments
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.records import AppointmentRow, ClinicRow, Session, queue_lookups

MOST_SHOWN = 5
DID = {"go_ahead": "let it go ahead", "postpone": "postponed it"}


class AppointmentLine(NamedTuple):
    """One appointment in words; `seen`: when it was looked at last, which a decision names."""

    id: uuid.UUID
    when: str
    state: str
    why_not: list[str]
    note: str
    decided: str
    is_open: bool  # somebody must decide
    may_change: bool
    seen: str


def appointment_lines(session: Session, clinic: ClinicRow, patient_id: uuid.UUID, turn: Turn) -> list[AppointmentLine]:
    """Return a patient's latest appointments, the next or latest first."""
    rows = list_appointments(session, patient_id, turn)[:MOST_SHOWN]
    return [_line(session, clinic, row, turn) for row in rows]


def _line(session: Session, clinic: ClinicRow, row: AppointmentRow, turn: Turn) -> AppointmentLine:
    zone = zone_of(clinic)
    stands, has_passed = row.cancelled_at is None, row.at <= turn.now
    is_open = stands and bool(row.why_not) and row.decision is None
    note = ""
    if stands and not row.why_not:
        at = row.looked_at or row.look_at
        looked = "When it was looked at, the last session was over" if row.looked_at else "It is looked at"
        note = f"{looked}: {_words(at, zone)}."
    missed = "no decision was made in time" if is_open and has_passed else ""
    return AppointmentLine(
        id=row.id,
        when=_words(row.at, zone),
        state="cancelled" if not stands else missed,
        why_not=[str(reason) for reason in row.why_not or ()] if stands else [],
        note=note,
        decided=_decided(session, clinic, row),
        is_open=is_open,
        may_change=stands and not has_passed,
        seen=row.looked_at.isoformat() if row.looked_at else "",
    )


def _decided(session: Session, clinic: ClinicRow, row: AppointmentRow) -> str:
    if row.decision is None or row.decided_at is None:
        return ""
    who = queue_lookups.staff_member(session, row.clinic_id, row.decided_by)
    at = _words(row.decided_at, zone_of(clinic))
    return f"{who.name if who else 'Somebody'} {DID[row.decision]} ({at}): {row.reason}"


def _words(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"
