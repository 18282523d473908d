"""Reads with a name for the outcome statistics: all that a clinic has on record, as columns and in no order."""

import uuid
from typing import Any

import numpy as np
from sqlalchemy import and_, case, func, select, text
from sqlmodel import Session, col

from triage.records.alert import AlertRow
from triage.records.audit import TAKING, AuditEventRow
from triage.records.bulk import (
    NONE,
    Gathered,
    HasColumn,
    IdColumn,
    JsonColumn,
    MomentColumn,
    NumberColumn,
    Progress,
    WordColumn,
    is_of_clinic,
    read_columns,
)
from triage.records.check_in import AssessmentRow, CheckInRow, ExpectationRow
from triage.records.desk import CallRow
from triage.records.outcome import ASPECTS, RatingRow, ReviewSampleRow
from triage.records.people import PatientRow
from triage.records.phone import ReplyRow
from triage.records.procedure import ExposureRow, ProcedureRow

Columns = dict[str, Any]
Clinic = uuid.UUID
OF_TAKING = text(TAKING)  # words, so that the partial index serves it


def patients(session: Session, clinic_id: Clinic, progress: Progress | None = None) -> Columns:
    """Return everybody whom the clinic looks after."""
    wanted: dict[str, Gathered] = {
        "id": IdColumn(PatientRow.id),
        "language": WordColumn(PatientRow.language),
        "tone": NumberColumn(PatientRow.skin_tone),
        "born": NumberColumn(PatientRow.birth_year, np.int64, NONE),
    }
    return read_columns(session, wanted, [is_of_clinic(session, PatientRow, clinic_id)], progress)


def procedures(session: Session, clinic_id: Clinic, progress: Progress | None = None) -> Columns:
    """Return every procedure."""
    wanted: dict[str, Gathered] = {
        "id": IdColumn(ProcedureRow.id),
        "patient": IdColumn(ProcedureRow.patient_id),
        "episode": IdColumn(ProcedureRow.episode_id),
        "at": MomentColumn(ProcedureRow.at),
        "practitioner": WordColumn(ProcedureRow.practitioner),
        "areas": JsonColumn(ProcedureRow.areas),
    }
    return read_columns(session, wanted, [is_of_clinic(session, ProcedureRow, clinic_id)], progress)


def exposures(session: Session, clinic_id: Clinic, progress: Progress | None = None) -> Columns:
    """Return every product that was used in a procedure."""
    wanted: dict[str, Gathered] = {
        "procedure": IdColumn(ExposureRow.procedure_id),
        "role": WordColumn(ExposureRow.role),
        "product": WordColumn(ExposureRow.product),
        "lot": WordColumn(ExposureRow.lot),
    }
    return read_columns(session, wanted, [is_of_clinic(session, ExposureRow, clinic_id)], progress)


def check_ins(session: Session, clinic_id: Clinic, progress: Progress | None = None) -> Columns:
    """Return every check-in, those that are disputed or amended too."""
    wanted: dict[str, Gathered] = {
        "id": IdColumn(CheckInRow.id),
        "patient": IdColumn(CheckInRow.patient_id),
        "at": MomentColumn(CheckInRow.at),
        "received": MomentColumn(CheckInRow.received_at),
        "amends": IdColumn(CheckInRow.amends),
        "is_disputed": NumberColumn(col(CheckInRow.disputed_at).is_not(None), np.bool_),
        "symptoms": JsonColumn(CheckInRow.content, "symptoms"),
        "has_sign": HasColumn(CheckInRow.content, "signs"),
    }
    return read_columns(session, wanted, [is_of_clinic(session, CheckInRow, clinic_id)], progress)


def assessments(session: Session, clinic_id: Clinic, progress: Progress | None = None) -> Columns:
    """Return every assessment that stands; `rule` is that of its most urgent finding, of those above self-care."""
    is_sqlite = session.connection().dialect.name == "sqlite"
    path = ("$[0].rule",) if is_sqlite else ("0", "rule")
    first = (func.json_extract if is_sqlite else func.jsonb_extract_path_text)(AssessmentRow.findings, *path)
    wanted: dict[str, Gathered] = {
        "check_in": IdColumn(AssessmentRow.check_in_id),
        "urgency": NumberColumn(AssessmentRow.urgency),
        "digest": WordColumn(AssessmentRow.protocol_digest),
        "rule": WordColumn(case((col(AssessmentRow.urgency) > 0, first))),
    }
    where = [is_of_clinic(session, AssessmentRow, clinic_id), col(AssessmentRow.replaced_at).is_(None)]
    return read_columns(session, wanted, where, progress)


def alerts(session: Session, clinic_id: Clinic, progress: Progress | None = None) -> Columns:
    """Return every alert as it stands."""
    wanted: dict[str, Gathered] = {
        "id": IdColumn(AlertRow.id),
        "patient": IdColumn(AlertRow.patient_id),
        "check_in": IdColumn(AlertRow.check_in_id),
        "kind": WordColumn(AlertRow.kind),
        "urgency": NumberColumn(AlertRow.urgency),
        "opened": MomentColumn(AlertRow.opened_at),
        "acked": MomentColumn(AlertRow.acked_at),
        "closed": MomentColumn(AlertRow.resolved_at),
        "exhausted": MomentColumn(AlertRow.exhausted_at),
        "owner": WordColumn(AlertRow.owner_id),
        "policy": WordColumn(AlertRow.policy_id),
        "outcome": WordColumn(AlertRow.outcome),
        "useful": WordColumn(AlertRow.useful),
        "is_serious": HasColumn(AlertRow.seriousness),
    }
    return read_columns(session, wanted, [is_of_clinic(session, AlertRow, clinic_id)], progress)


def takings(session: Session, clinic_id: Clinic) -> Columns:
    """Return what the log says of alerts being taken, given back by undo, and told to nobody's answer."""
    is_sqlite = session.connection().dialect.name == "sqlite"
    path = ("$.cycle",) if is_sqlite else ("cycle",)
    cycle = (func.json_extract if is_sqlite else func.jsonb_extract_path_text)(AuditEventRow.after, *path)
    wanted: dict[str, Gathered] = {
        "alert": WordColumn(AuditEventRow.thing_id),
        "did": WordColumn(AuditEventRow.did),
        "at": MomentColumn(AuditEventRow.at),
        "by_kind": WordColumn(AuditEventRow.actor_kind),
        "by": WordColumn(AuditEventRow.actor_id),
        "cycle": WordColumn(cycle),
        "id": IdColumn(AuditEventRow.id),
    }
    return read_columns(session, wanted, [AuditEventRow.clinic_id == clinic_id, OF_TAKING])


def reached(session: Session, clinic_id: Clinic) -> Columns:
    """Return alert and moment of every call that reached the patient and every reply, but those taken back."""
    found: list[Columns] = []
    for table, also in ((CallRow, [text("reached")]), (ReplyRow, [])):
        wanted: dict[str, Gathered] = {"alert": IdColumn(table.alert_id), "at": MomentColumn(table.at)}
        where = [col(table.clinic_id) == clinic_id, col(table.taken_back_at).is_(None), *also]
        found.append(read_columns(session, wanted, where))
    return {name: np.concatenate([part[name] for part in found]) for name in ("alert", "at")}


def expectations(session: Session, clinic_id: Clinic, progress: Progress | None = None) -> Columns:
    """Return every check-in that should have come."""
    moments = ("due", "sent", "delivered", "opened", "reminded", "answered")
    wanted: dict[str, Gathered] = {"patient": IdColumn(ExpectationRow.patient_id)}
    wanted |= {name: MomentColumn(getattr(ExpectationRow, f"{name}_at")) for name in moments}
    wanted |= {name: WordColumn(getattr(ExpectationRow, name)) for name in ("state", "silence", "unasked_why")}
    return read_columns(session, wanted, [is_of_clinic(session, ExpectationRow, clinic_id)], progress)


def ratings(session: Session, clinic_id: Clinic) -> Columns:
    """Return every rating that stands."""
    wanted: dict[str, Gathered] = {
        "patient": IdColumn(RatingRow.patient_id),
        "rated_by": WordColumn(RatingRow.rated_by),
        "at": MomentColumn(RatingRow.at),
    }
    wanted |= {name: NumberColumn(getattr(RatingRow, name)) for name in ASPECTS}
    return read_columns(session, wanted, [RatingRow.clinic_id == clinic_id, col(RatingRow.replaced_at).is_(None)])


def samples(session: Session, clinic_id: Clinic) -> Columns:
    """Return the reports that were drawn for a human to look at; `at` is the report's own moment."""
    wanted: dict[str, Gathered] = {
        "patient": IdColumn(ReviewSampleRow.patient_id),
        "at": MomentColumn(CheckInRow.at),
        "stratum": WordColumn(ReviewSampleRow.stratum),
        "chance": NumberColumn(ReviewSampleRow.chance, np.float64),
        "verdict": WordColumn(ReviewSampleRow.verdict),
    }
    of_report = and_(
        col(CheckInRow.clinic_id) == col(ReviewSampleRow.clinic_id),
        col(CheckInRow.id) == col(ReviewSampleRow.check_in_id),
    )
    return read_columns(session, wanted, [ReviewSampleRow.clinic_id == clinic_id, of_report])


def count_rows(session: Session, clinic_id: Clinic) -> int:
    """Return how many rows the long tables have: of how many a reader's progress is told."""
    tables = (PatientRow, ProcedureRow, ExposureRow, CheckInRow, AssessmentRow, AlertRow, ExpectationRow)
    counted = [select(func.count()).where(col(table.clinic_id) == clinic_id) for table in tables]
    replaced = select(func.count()).where(col(AssessmentRow.clinic_id) == clinic_id, text("replaced_at IS NOT NULL"))
    numbers = [int(session.connection().execute(one).scalar_one()) for one in (*counted, replaced)]
    return sum(numbers[:-1]) - numbers[-1]
