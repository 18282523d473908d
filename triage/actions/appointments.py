"""A patient's next session: noted, moved, cancelled, and decided about where the last one is not over by then."""

import uuid
from datetime import datetime
from typing import Any

from triage.actions import audit
from triage.actions.alerts import clinic_of
from triage.actions.enrol import patient_of
from triage.actions.errors import Conflict, Invalid, NotAllowed, NotFound
from triage.actions.hours import hours_of
from triage.actions.turn import Turn
from triage.records import AppointmentRow, Session, queue_lookups
from triage.records.desk import DECISIONS
from triage.rules import Fault

PLANNERS = ("intake", "practitioner", "lead")
LONGEST_REASON = 500
LATEST_YEAR = 2200
SHOWN = "id patient_id at cancelled_at look_at looked_at why_not decision decided_at decided_by reason".split()


def add_appointment(session: Session, patient_id: uuid.UUID, at: datetime, turn: Turn) -> AppointmentRow:
    """Note when a patient comes next; the same moment again is the first one.

    Raises NotFound for a patient whom the clinic does not have, Invalid for a moment that has passed.
    """
    turn.by.require(*PLANNERS)
    patient = patient_of(session, patient_id, by=turn.by)
    _check_time(at, turn)
    same = [row for row in list_appointments(session, patient.id, turn) if row.at == at and row.cancelled_at is None]
    if same:
        return same[0]
    row = AppointmentRow(
        clinic_id=turn.by.clinic_id,
        patient_id=patient.id,
        at=at,
        made_at=turn.now,
        made_by=turn.by.id,
        look_at=_look_at(session, at, turn),
    )
    session.add(row)
    audit.record(session, turn, "appointment_added", _thing(row), after={"patient_id": patient.id, "at": at})
    return row


def move_appointment(session: Session, row_id: uuid.UUID, at: datetime, turn: Turn) -> AppointmentRow:
    """Give an appointment another moment: it is looked at anew, and what was decided was about the old one.

    Raises NotFound, Conflict for one that was cancelled, Invalid for a moment that has passed.
    """
    turn.by.require(*PLANNERS)
    row = _standing(session, row_id, turn)
    _check_time(at, turn)
    if row.at == at:
        return row
    before = {"at": row.at, "why_not": row.why_not, "decision": row.decision, "reason": row.reason}
    row.at, row.look_at, row.looked_at = at, _look_at(session, at, turn), None
    row.why_not = row.levels = None
    row.decision = row.decided_at = row.decided_by = row.reason = None
    session.add(row)
    audit.record(session, turn, "appointment_moved", _thing(row), before=before, after={"at": at})
    return row


def cancel_appointment(session: Session, row_id: uuid.UUID, turn: Turn) -> AppointmentRow:
    """Note that a patient does not come then. Twice is as once. Raises NotFound."""
    turn.by.require(*PLANNERS)
    row = _held(session, row_id, turn)
    if row.cancelled_at is None:
        row.cancelled_at = turn.now
        session.add(row)
        audit.record(session, turn, "appointment_cancelled", _thing(row), before={"at": row.at})
    return row


def decide_appointment(
    session: Session, row_id: uuid.UUID, decision: str, reason: str, turn: Turn, seen: datetime | None = None
) -> AppointmentRow:
    """Record whether the session goes ahead or is postponed, and why; also one whose time has passed undecided.

    `seen`: when the session had been looked at last as whoever decides saw it. Raises NotFound; Invalid; Conflict where
    it was cancelled, decided already or looked at again meanwhile; NotAllowed for who is no person of the clinic.
    """
    turn.by.require("practitioner", "lead")
    if turn.by.staff_id is None:
        raise NotAllowed("Only a person of the clinic can decide about a session.")
    row = _standing(session, row_id, turn)
    said = " ".join(reason.split())[:LONGEST_REASON]
    faults = [] if decision in DECISIONS else [Fault("decision", "is not known", f"use {' or '.join(DECISIONS)}")]
    faults += [] if said else [Fault("reason", "is missing", "say why in a few words")]
    if faults:
        raise Invalid(faults)
    if row.decision is not None:
        who = queue_lookups.staff_member(session, row.clinic_id, row.decided_by)
        raise Conflict(f"{who.name if who else 'Somebody'} has decided it already: {row.decision.replace('_', ' ')}.")
    if seen is not None and row.looked_at is not None and seen < row.looked_at:
        raise Conflict("A report has come meanwhile; look at the reasons and decide again.")
    row.decision, row.reason = decision, said
    row.decided_at, row.decided_by = turn.now, turn.by.staff_id
    session.add(row)
    after = {"decision": decision, "reason": said, "why_not": row.why_not, "is_late": row.at <= turn.now}
    audit.record(session, turn, "appointment_decided", _thing(row), after=after)
    return row


def list_appointments(session: Session, patient_id: uuid.UUID, turn: Turn) -> list[AppointmentRow]:
    """Return a patient's appointments, cancelled ones too, the next or latest first. Raises NotFound."""
    turn.by.require(*PLANNERS, "auditor")
    patient_of(session, patient_id, by=turn.by)
    return queue_lookups.appointments_of(session, turn.by.clinic_id, patient_id)


def show_appointment(row: AppointmentRow) -> dict[str, Any]:
    """Return an appointment as it is shown to programs."""
    return {name: getattr(row, name) for name in SHOWN}


def _look_at(session: Session, at: datetime, turn: Turn) -> datetime:
    return hours_of(clinic_of(session, turn.by.clinic_id), at).day_before(at)


def _check_time(at: datetime, turn: Turn) -> None:
    if not turn.now < at or at.year > LATEST_YEAR:
        raise Invalid([Fault("at", "is no moment to come", "give the day and time of the next session")])


def _held(session: Session, row_id: uuid.UUID, turn: Turn) -> AppointmentRow:
    row = queue_lookups.appointment_for_update(session, turn.by.clinic_id, row_id)
    if row is None:
        raise NotFound("There is no such appointment in this clinic.")
    return row


def _standing(session: Session, row_id: uuid.UUID, turn: Turn) -> AppointmentRow:
    row = _held(session, row_id, turn)
    if row.cancelled_at is not None:
        raise Conflict("This appointment was cancelled.")
    return row


def _thing(row: AppointmentRow) -> tuple[str, uuid.UUID]:
    return "appointment", row.id
