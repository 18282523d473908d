"""Reads of the monthly reports."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from triage.records.outcome import ClinicReportRow


class Kept(NamedTuple):
    """A report without its pages."""

    id: uuid.UUID
    month: str
    made_at: datetime
    digest: str


def months_made(session: Session, months: Collection[str]) -> set[tuple[uuid.UUID, str]]:
    """Return which clinics have a report of which of these months."""
    made = select(ClinicReportRow.clinic_id, ClinicReportRow.month).where(col(ClinicReportRow.month).in_(months))
    return {(clinic_id, month) for clinic_id, month in session.exec(made)}


def reports_of(session: Session, clinic_id: uuid.UUID, limit: int) -> list[Kept]:
    """Return a clinic's reports, the latest month first."""
    row = ClinicReportRow
    found = select(row.id, row.month, row.made_at, row.digest).where(row.clinic_id == clinic_id)
    return [Kept(*one) for one in session.exec(found.order_by(col(row.month).desc()).limit(limit))]


def report_of_month(session: Session, clinic_id: uuid.UUID, month: str) -> ClinicReportRow | None:
    """Return a clinic's report of one month."""
    ours = select(ClinicReportRow).where(ClinicReportRow.clinic_id == clinic_id, ClinicReportRow.month == month)
    return session.exec(ours).first()
