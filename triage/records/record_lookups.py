"""Reads for one patient's whole record beyond what their own copy holds: calls, holds, the chain that seals the log."""

import uuid
from collections.abc import Collection

from sqlmodel import Session, col, select

from triage.records.audit import AuditEventRow
from triage.records.desk import AppointmentRow, CallRow, ShortCodeRow, ToReadRow, UndoRow
from triage.records.outcome import AnchorRow, LegalHoldRow, ReviewSampleRow
from triage.records.people import PatientRow
from triage.records.running import IdempotencyRow

MOST_ALERTS = 10_000  # of one patient


def calls_about(session: Session, clinic_id: uuid.UUID, alert_ids: Collection[uuid.UUID]) -> list[CallRow]:
    """Return the telephone calls about some alerts, oldest first."""
    rows = select(CallRow).where(CallRow.clinic_id == clinic_id, col(CallRow.alert_id).in_(list(alert_ids)))
    return list(session.exec(rows.order_by(col(CallRow.at))))


def undos_about(session: Session, clinic_id: uuid.UUID, alert_ids: Collection[uuid.UUID]) -> list[UndoRow]:
    """Return what is kept of answers to some alerts so that they could be taken back."""
    rows = select(UndoRow).where(UndoRow.clinic_id == clinic_id, col(UndoRow.alert_id).in_(list(alert_ids)))
    return list(session.exec(rows))


def holds_of_patient(session: Session, patient: PatientRow) -> list[LegalHoldRow]:
    """Return every legal hold that was ever placed on a patient's record, oldest first."""
    rows = select(LegalHoldRow).where(
        LegalHoldRow.clinic_id == patient.clinic_id, LegalHoldRow.patient_id == patient.id
    )
    return list(session.exec(rows.order_by(col(LegalHoldRow.placed_at))))


def beside(session: Session, patient: PatientRow) -> list[AppointmentRow | ShortCodeRow | ToReadRow]:
    """Return what stands beside a patient's record and ends with it: appointments, codes on slips, what waits."""
    clinic, own = patient.clinic_id, patient.id
    coming = select(AppointmentRow).where(AppointmentRow.clinic_id == clinic, AppointmentRow.patient_id == own)
    codes = select(ShortCodeRow).where(ShortCodeRow.clinic_id == clinic, ShortCodeRow.patient_id == own)
    unread = select(ToReadRow).where(ToReadRow.clinic_id == clinic, ToReadRow.patient_id == own)
    return [*session.exec(coming), *session.exec(codes), *session.exec(unread)]


def chain_end(session: Session, clinic_id: uuid.UUID) -> AuditEventRow | None:
    """Return the last sealed event of a clinic; None: nothing is sealed."""
    sealed = select(AuditEventRow).where(AuditEventRow.clinic_id == clinic_id, col(AuditEventRow.seq).is_not(None))
    return session.exec(sealed.order_by(col(AuditEventRow.seq).desc()).limit(1)).first()


def last_anchor(session: Session, clinic_id: uuid.UUID) -> AnchorRow | None:
    """Return how the chain ended when people outside were last told; None: nobody was."""
    rows = select(AnchorRow).where(AnchorRow.clinic_id == clinic_id)
    return session.exec(rows.order_by(col(AnchorRow.at).desc()).limit(1)).first()


def answers_remembered(session: Session, patient: PatientRow) -> list[IdempotencyRow]:
    """Return the answers that are kept for calls of a patient's own phone."""
    rows = select(IdempotencyRow).where(
        IdempotencyRow.clinic_id == patient.clinic_id, IdempotencyRow.actor == str(patient.id)
    )
    return list(session.exec(rows))


def samples_of(session: Session, patient: PatientRow) -> list[ReviewSampleRow]:
    """Return the reports of a patient that were drawn for a review."""
    rows = select(ReviewSampleRow).where(
        ReviewSampleRow.clinic_id == patient.clinic_id, ReviewSampleRow.patient_id == patient.id
    )
    return list(session.exec(rows))
