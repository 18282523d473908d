"""A legal hold: a patient's record stays whole, whatever else would erase of it, until a lead lifts it."""

import uuid
from typing import NamedTuple

from triage.actions import audit
from triage.actions.enrol import patient_of
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.turn import Turn
from triage.records import LegalHoldRow, PatientRow, Session, serious_lookups
from triage.rules import Fault

LONGEST = 500
HELD = "A legal hold stands on this patient's record, so nothing of it is erased. A lead can lift it."


class Standing(NamedTuple):
    """Whose record it is, and the hold that stands on it; None: none does."""

    patient: PatientRow
    hold: LegalHoldRow | None


def record_standing(session: Session, patient_id: uuid.UUID, turn: Turn) -> Standing:
    """Return how a patient's record stands. Raises NotFound."""
    turn.by.require("lead", "auditor")
    patient = patient_of(session, patient_id, by=turn.by)
    return Standing(patient, serious_lookups.hold_of(session, patient.clinic_id, patient.id))


def holds_standing(session: Session, turn: Turn) -> list[Standing]:
    """Return the records that are held, the latest hold first."""
    turn.by.require("lead", "auditor")
    rows = serious_lookups.holds_of(session, turn.by.clinic_id)
    patients = serious_lookups.patients_named(session, turn.by.clinic_id, {row.patient_id for row in rows})
    return [Standing(patients[row.patient_id], row) for row in rows]


def place_hold(session: Session, patient_id: uuid.UUID, why: str, turn: Turn) -> LegalHoldRow:
    """Place a legal hold. Raises Invalid without a reason, Conflict where one stands, NotFound."""
    turn.by.require("lead")
    patient = patient_of(session, patient_id, by=turn.by)
    if not 0 < len(why := why.strip()) <= LONGEST:
        raise Invalid([Fault("why", "missing or too long", f"say why it is kept, in at most {LONGEST} signs")])
    if serious_lookups.hold_of(session, patient.clinic_id, patient.id) is not None:
        raise Conflict("A legal hold stands on this record already.")
    row = LegalHoldRow(
        clinic_id=patient.clinic_id, patient_id=patient.id, placed_at=turn.now, placed_by=turn.by.id, why=why
    )
    session.add(row)
    audit.record(session, turn, "legal_hold_placed", ("patient", patient.id), after={"hold_id": row.id})
    return row


def lift_hold(session: Session, patient_id: uuid.UUID, turn: Turn) -> LegalHoldRow:
    """Lift the hold that stands. Raises NotFound where none does."""
    turn.by.require("lead")
    patient = patient_of(session, patient_id, by=turn.by)
    row = serious_lookups.hold_of(session, patient.clinic_id, patient.id, lock=True)
    if row is None:
        raise NotFound("No legal hold stands on this record.")
    row.lifted_at, row.lifted_by = turn.now, turn.by.id
    session.add(row)
    audit.record(session, turn, "legal_hold_lifted", ("patient", patient.id), before={"hold_id": row.id})
    return row


def refuse_held(session: Session, patient: PatientRow) -> None:
    """Raise Conflict where a legal hold stands on a patient's record."""
    if serious_lookups.hold_of(session, patient.clinic_id, patient.id, lock=True) is not None:
        raise Conflict(HELD)
