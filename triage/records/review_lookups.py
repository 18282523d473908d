"""Reads with a name about the reports that are drawn by lot and looked at again."""

import uuid
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from triage.records.check_in import AssessmentRow, CheckInRow
from triage.records.outcome import ReviewSampleRow
from triage.records.people import PatientRow

Clinic = uuid.UUID


class QuietReport(NamedTuple):
    """A report that opened no alert."""

    id: uuid.UUID
    patient_id: uuid.UUID
    content: dict[str, Any]
    skin_tone: int | None


class Progress(NamedTuple):
    """How far the sample of a month has come."""

    month: str
    drawn: int
    reviewed: int
    missed: int  # should have alerted
    untold: int  # cannot be told


def quiet_reports(session: Session, clinic_id: Clinic, since: datetime, until: datetime) -> list[QuietReport]:
    """Return the reports of a span that stand, that nobody disputes and that were judged to need nobody."""
    later = aliased(CheckInRow)
    amended = select_columns(col(later.id)).where(
        col(later.clinic_id) == CheckInRow.clinic_id,
        col(later.patient_id) == CheckInRow.patient_id,  # for the index
        col(later.amends) == CheckInRow.id,
    )
    rows = (
        select_columns(
            col(CheckInRow.id), col(CheckInRow.patient_id), col(CheckInRow.content), col(PatientRow.skin_tone)
        )
        .join(
            AssessmentRow,
            (col(AssessmentRow.clinic_id) == CheckInRow.clinic_id) & (col(AssessmentRow.check_in_id) == CheckInRow.id),
        )
        .join(
            PatientRow,
            (col(PatientRow.clinic_id) == CheckInRow.clinic_id) & (col(PatientRow.id) == CheckInRow.patient_id),
        )
        .where(
            col(CheckInRow.clinic_id) == clinic_id,
            col(CheckInRow.at) >= since,
            col(CheckInRow.at) < until,
            col(CheckInRow.disputed_at).is_(None),
            col(PatientRow.erased_at).is_(None),
            col(AssessmentRow.replaced_at).is_(None),
            col(AssessmentRow.urgency) == 0,
            ~amended.exists(),
        )
    )
    return [QuietReport(*row) for row in session.connection().execute(rows)]


def has_sample(session: Session, clinic_id: Clinic, month: str) -> bool:
    """Tell whether the sample of a month was drawn."""
    rows = select(ReviewSampleRow.id).where(ReviewSampleRow.clinic_id == clinic_id, ReviewSampleRow.month == month)
    return session.exec(rows.limit(1)).first() is not None


def waiting(session: Session, clinic_id: Clinic, limit: int) -> list[ReviewSampleRow]:
    """Return what nobody has looked at yet, the longest waiting first, in an order that says nothing of it."""
    rows = select(ReviewSampleRow).where(ReviewSampleRow.clinic_id == clinic_id, col(ReviewSampleRow.verdict).is_(None))
    in_turn = rows.order_by(col(ReviewSampleRow.month), col(ReviewSampleRow.check_in_id)).limit(limit)
    return list(session.exec(in_turn))


def for_update(session: Session, clinic_id: Clinic, sample_id: uuid.UUID) -> ReviewSampleRow | None:
    """Return one sampled report, locked: of two verdicts at once the second sees the first."""
    row = select(ReviewSampleRow).where(ReviewSampleRow.clinic_id == clinic_id, ReviewSampleRow.id == sample_id)
    return session.exec(row.with_for_update(), execution_options={"populate_existing": True}).first()


def progress(session: Session, clinic_id: Clinic, limit: int) -> list[Progress]:
    """Return how far each month's sample has come, the latest first."""
    verdict = col(ReviewSampleRow.verdict)
    rows = (
        select_columns(
            col(ReviewSampleRow.month),
            func.count(),
            func.count(verdict),
            func.count().filter(verdict == "should_have_alerted"),
            func.count().filter(verdict == "cannot_tell"),
        )
        .where(col(ReviewSampleRow.clinic_id) == clinic_id)
        .group_by(col(ReviewSampleRow.month))
        .order_by(col(ReviewSampleRow.month).desc())
        .limit(limit)
    )
    return [Progress(*row) for row in session.connection().execute(rows)]
