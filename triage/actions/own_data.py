"""A patient's own data: all that is kept of them as plain values, and their wish that it be erased."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from triage.actions import audit
from triage.actions.alerts import raise_alert
from triage.actions.turn import Turn
from triage.records import (
    AlertNoteRow,
    AlertRow,
    AssessmentRow,
    AuditEventRow,
    CheckInRow,
    ConsentRow,
    DeliveryRow,
    EpisodeRow,
    EventReportRow,
    ExpectationRow,
    ExposureRow,
    KeptReportRow,
    NotificationRow,
    PatientRow,
    PatientTokenRow,
    PhotoRow,
    ProcedureRow,
    RatingRow,
    ReplyRow,
    ReviewSampleRow,
    SeriousEventRow,
    Session,
    phone_lookups,
)
from triage.rules import Urgency

NAMES: dict[Any, str] = {
    ConsentRow: "consents",
    EpisodeRow: "episodes",
    ProcedureRow: "procedures",
    ExposureRow: "exposures",
    CheckInRow: "check_ins",
    AssessmentRow: "assessments",
    ExpectationRow: "expectations",
    KeptReportRow: "kept_reports",
    PhotoRow: "photos",
    ReplyRow: "replies",
    RatingRow: "ratings",
    ReviewSampleRow: "review_samples",
    NotificationRow: "messages",
    DeliveryRow: "deliveries",
    AlertRow: "alerts",
    AlertNoteRow: "alert_notes",
    PatientTokenRow: "links",
    SeriousEventRow: "serious_events",
    EventReportRow: "event_reports",
    AuditEventRow: "log",
}
# Nothing about the patient, or what would open their page to whoever reads a copy.
LEFT_OUT = frozenset("clinic_id token_hash prev_hash hash seq dedup_key lease_owner lease_until".split())


def own_data(session: Session, patient: PatientRow, link: str) -> dict[str, Any]:
    """Return everything that is kept of a patient, as JSON can keep it; photos are links below the patient's `link`."""
    found: dict[str, Any] = {"patient": plain_row(patient)}
    for table, rows in phone_lookups.rows_of(session, patient):
        found[NAMES[table]] = [plain_row(row) for row in rows]
    for photo in found["photos"]:
        photo["link"] = f"{link}/photos/{photo['id']}.jpg" if photo["erased_at"] is None else None
    return found


def ask_erasure(session: Session, patient: PatientRow, turn: Turn) -> None:
    """Hand a patient's wish that their data be erased to a human: records of health are not deleted in silence."""
    audit.record(session, turn, "erasure_asked", ("patient", patient.id))
    alert = raise_alert(session, "service", Urgency.routine, turn, of=f"erasure {patient.id}")
    alert.about, alert.patient_id = "erasure", patient.id


def plain_row(row: Any) -> dict[str, Any]:
    """Return a row as JSON can keep it, without what opens a door."""
    values = {name: _plain_value(value) for name, value in row.model_dump().items() if name not in LEFT_OUT}
    if isinstance(row, (AssessmentRow, AlertRow)):
        values["urgency"] = Urgency(row.urgency).name
    return values


def _plain_value(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
