"""A month's report is kept as it was made, mailed to the leads, listed and taken away."""

import uuid
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from triage.actions import audit
from triage.actions.errors import NotFound
from triage.actions.staff_mail import mail_staff
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.channels import Attachment
from triage.records import ClinicReportRow, NotificationRow, Session, lookups, month_lookups
from triage.records.month_lookups import Kept
from triage.rules.schedule import MORNING

OF_REPORT = "clinic_report"  # what a notice is about, before the id of the report
AUDITORS = ("lead", "auditor")
MOST_LISTED = 120  # ten years
PDF = "application/pdf"


class Month(NamedTuple):
    """One month of a clinic, by its own calendar."""

    name: str  # as 2026-11
    first: date
    last: date

    @property
    def words(self) -> str:
        """Return the month as people say it."""
        return f"{self.first:%B %Y}"

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return when it begins, and when the next one does."""
        days = (self.first, self.last + timedelta(days=1))
        begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in days)
        return begin, end


class Made(NamedTuple):
    """A report that was set."""

    month: str
    pdf: bytes
    digest: str  # SHA-256 of the PDF


def month_before(now: datetime, zone: tzinfo) -> Month:
    """Return the month that ended last by the clocks of a zone."""
    last = now.astimezone(zone).date().replace(day=1) - timedelta(days=1)
    return Month(f"{last:%Y-%m}", last.replace(day=1), last)


def due_reports(session: Session, now: datetime) -> list[tuple[uuid.UUID, Month]]:
    """Return the clinics that have no report of their last month yet, from the morning of the first day on.

    A clinic that was not there or not set up in that month gets none.
    """
    due = []
    for clinic in lookups.clinics(session):
        zone = zone_of(clinic)
        month = month_before(now, zone)
        _, end = month.bounds(zone)
        is_morning = now.astimezone(zone).hour >= MORNING
        if is_morning and clinic.ready_at is not None and clinic.ready_at < end:
            due.append((clinic.id, month))
    made = month_lookups.months_made(session, {month.name for _, month in due})
    return [(clinic_id, month) for clinic_id, month in due if (clinic_id, month.name) not in made]


def keep_report(session: Session, made: Made, turn: Turn) -> bool:
    """Keep a report and queue it to every lead; False: another worker has kept one of this month already."""
    clinic_id = turn.by.clinic_id
    if month_lookups.report_of_month(session, clinic_id, made.month) is not None:
        return False
    row = ClinicReportRow(clinic_id=clinic_id, month=made.month, made_at=turn.now, pdf=made.pdf, digest=made.digest)
    leads = lookups.staff_of(session, clinic_id, ("lead",))
    session.add(row)
    for lead in leads:
        mail_staff(session, lead, f"{OF_REPORT} {row.id}", turn)
    after = {"month": made.month, "digest": made.digest, "told": [str(lead.id) for lead in leads]}
    audit.record(session, turn, "clinic_report_made", (OF_REPORT, row.id), after=after)
    return True


def attached_to(session: Session, row: NotificationRow) -> tuple[Attachment, ...]:
    """Return the report that a notice brings along; empty: it is about something else."""
    kind, _, report_id = (row.about or "").partition(" ")
    report = session.get(ClinicReportRow, (row.clinic_id, uuid.UUID(report_id))) if kind == OF_REPORT else None
    return (Attachment(f"report-{report.month}.pdf", PDF, report.pdf),) if report else ()


def list_reports(session: Session, turn: Turn) -> list[Kept]:
    """Return the clinic's reports, the latest month first."""
    turn.by.require(*AUDITORS)
    return month_lookups.reports_of(session, turn.by.clinic_id, MOST_LISTED)


def take_report(session: Session, month: str, turn: Turn) -> ClinicReportRow:
    """Return the report of a month. Raises NotFound."""
    turn.by.require(*AUDITORS)
    row = month_lookups.report_of_month(session, turn.by.clinic_id, month)
    if row is None:
        raise NotFound("There is no report of this month.")
    return row
