"""Reads with a name about a patient's link: what it brought, who holds it, and all that is kept of one patient."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from triage.records.alert import AlertNoteRow, AlertRow, DeliveryRow, NotificationRow
from triage.records.audit import AuditEventRow
from triage.records.check_in import AssessmentRow, CheckInRow, ExpectationRow, KeptReportRow
from triage.records.outcome import EventReportRow, RatingRow, ReviewSampleRow, SeriousEventRow
from triage.records.people import ConsentRow, PatientRow, PatientTokenRow
from triage.records.phone import PhotoRow, ReplyRow
from triage.records.procedure import EpisodeRow, ExposureRow, ProcedureRow

OF_PATIENT = (
    ConsentRow,
    EpisodeRow,
    ProcedureRow,
    CheckInRow,
    ExpectationRow,
    KeptReportRow,
    PhotoRow,
    ReplyRow,
    RatingRow,
    ReviewSampleRow,
    NotificationRow,
    AlertRow,
    PatientTokenRow,
    SeriousEventRow,
)


def undisputed_since(session: Session, patient: PatientRow, since: datetime) -> list[CheckInRow]:
    """Return what came by the patient's own ways from a moment on and is not in doubt, oldest first."""
    rows = select(CheckInRow).where(
        CheckInRow.clinic_id == patient.clinic_id,
        CheckInRow.patient_id == patient.id,
        CheckInRow.source == "patient",
        CheckInRow.received_at >= since,
        col(CheckInRow.disputed_at).is_(None),
    )
    return list(session.exec(rows.order_by(col(CheckInRow.at), col(CheckInRow.id))))


def consents_of(session: Session, patient: PatientRow) -> list[ConsentRow]:
    """Return every consent that was ever given for a patient, the first first; withdrawn ones too."""
    theirs = select(ConsentRow).where(ConsentRow.clinic_id == patient.clinic_id, ConsentRow.patient_id == patient.id)
    return list(session.exec(theirs.order_by(col(ConsentRow.id))))


def token_for_update(session: Session, patient: PatientRow) -> PatientTokenRow | None:
    """Return the token of the patient's present link, locked: of two tries at once one is looked at after the other."""
    held = select(PatientTokenRow).where(
        PatientTokenRow.clinic_id == patient.clinic_id,
        PatientTokenRow.patient_id == patient.id,
        col(PatientTokenRow.revoked_at).is_(None),
    )
    latest = held.order_by(col(PatientTokenRow.generation).desc()).limit(1).with_for_update()
    return session.exec(latest, execution_options={"populate_existing": True}).first()


def rows_of(session: Session, patient: PatientRow) -> Iterator[tuple[Any, list[Any]]]:
    """Yield each table that holds something of one patient with the rows that are theirs, oldest first."""
    clinic, ids = patient.clinic_id, set[str]()
    for table in OF_PATIENT:
        found = select(table).where(table.clinic_id == clinic, table.patient_id == patient.id)
        rows = list(session.exec(found.order_by(col(table.id))))
        ids |= {str(row.id) for row in rows}
        yield table, rows
        for below, key in BELOW.get(table, ()):
            theirs = select(below).where(below.clinic_id == clinic, getattr(below, key).in_([row.id for row in rows]))
            found_below = list(session.exec(theirs.order_by(below.id)))
            ids |= {str(row.id) for row in found_below}
            yield below, found_below
    told = select(AuditEventRow).where(AuditEventRow.clinic_id == clinic)
    told = told.where(col(AuditEventRow.thing_id).in_([*ids, str(patient.id)]))
    yield AuditEventRow, list(session.exec(told.order_by(col(AuditEventRow.at), col(AuditEventRow.id))))


BELOW: dict[Any, tuple[tuple[Any, str], ...]] = {
    ProcedureRow: ((ExposureRow, "procedure_id"),),
    CheckInRow: ((AssessmentRow, "check_in_id"),),
    NotificationRow: ((DeliveryRow, "notification_id"),),
    AlertRow: ((AlertNoteRow, "alert_id"),),
    SeriousEventRow: ((EventReportRow, "serious_event_id"),),
}
