"""Reads for judging many patients again: columns of rows, no objects of tables, so that memory stays flat.

What is read belongs to a page: the patients of one clinic whose ids lie between two.
"""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from triage.records.alert import AlertRow
from triage.records.check_in import AssessmentRow, CheckInRow
from triage.records.people import PatientRow
from triage.records.procedure import EpisodeRow, ProcedureRow
from triage.records.protocol import ProtocolRow

MOST_IDS = 500  # of one statement
STANDS = and_(
    col(AssessmentRow.clinic_id) == col(CheckInRow.clinic_id),
    col(AssessmentRow.check_in_id) == col(CheckInRow.id),
    col(AssessmentRow.replaced_at).is_(None),
)
NOT_DISPUTED = col(CheckInRow.disputed_at).is_(None)
# By way of the episode, since alerts have no index by patient.
OF_EPISODE = and_(col(AlertRow.clinic_id) == col(EpisodeRow.clinic_id), col(AlertRow.episode_id) == col(EpisodeRow.id))


class Page(NamedTuple):
    """The patients of a clinic from one id to another, both included."""

    clinic_id: uuid.UUID
    first: uuid.UUID
    last: uuid.UUID


class Span(NamedTuple):
    """Check-ins observed from `since` up to but not at `until`, received up to `as_of`; None: no such limit."""

    since: datetime | None
    until: datetime | None
    as_of: datetime


class StoredReport(NamedTuple):
    """A check-in with the assessment that stands for it."""

    patient_id: uuid.UUID
    id: uuid.UUID
    at: datetime
    received_at: datetime
    content: dict[str, Any]
    problems: list[Any]
    urgency: int
    protocol_digest: str


class LabelledReport(NamedTuple):
    """A check-in that an alert was about, and what a human said of the alert's use when it was closed."""

    alert_id: uuid.UUID
    patient_id: uuid.UUID
    opened_at: datetime
    useful: str
    check_in_id: uuid.UUID


def patients_page(
    session: Session, clinic_id: uuid.UUID, after: uuid.UUID | None, limit: int
) -> dict[uuid.UUID, list[str]]:
    """Return the risk factors of the next patients after one, in the order of their ids; empty: there are no more."""
    page = select(PatientRow.id, PatientRow.risk_factors).where(PatientRow.clinic_id == clinic_id)
    page = page.where(col(PatientRow.id) > after) if after else page
    found = session.exec(page.order_by(col(PatientRow.id)).limit(limit))
    return {patient: list(factors) for patient, factors in found}


def procedures_on(session: Session, page: Page) -> list[tuple[uuid.UUID, datetime]]:
    """Return (patient, moment) of every procedure, oldest first."""
    found = select(ProcedureRow.patient_id, ProcedureRow.at).where(_is_on(page, ProcedureRow))
    return [(patient, at) for patient, at in session.exec(found.order_by(col(ProcedureRow.at)))]


def closings_on(session: Session, page: Page) -> list[tuple[uuid.UUID, datetime]]:
    """Return (patient, moment) of every alert about reports that a human closed."""
    found = select(EpisodeRow.patient_id, AlertRow.resolved_at).join(AlertRow, OF_EPISODE)
    found = found.where(_is_on(page, EpisodeRow), AlertRow.kind == "report", col(AlertRow.resolved_at).is_not(None))
    return [(patient, at) for patient, at in session.exec(found) if at]


def reports_on(session: Session, page: Page, span: Span) -> Iterator[StoredReport]:
    """Yield check-ins by patient, then by moment; of two at one moment the first received first.

    Those that somebody else sent are left out, here and in the count: of the patient they tell nothing.
    """
    columns = (getattr(CheckInRow, name) for name in StoredReport._fields[:6])
    found = select(*columns, AssessmentRow.urgency, AssessmentRow.protocol_digest).join(AssessmentRow, STANDS)  # type: ignore[call-overload]
    found = found.where(
        _is_on(page, CheckInRow), NOT_DISPUTED, *_is_within(span, CheckInRow.at, CheckInRow.received_at)
    )
    order = (col(CheckInRow.patient_id), col(CheckInRow.at), col(CheckInRow.id))
    # Past the session: it would look at each row for objects, and there are none.
    return map(StoredReport._make, session.connection().execute(found.order_by(*order)))


def labelled_on(session: Session, page: Page, span: Span) -> list[LabelledReport]:
    """Return the reports of each closed alert that somebody said the use of and that opened in the span.

    They are those of its episode above self-care that came while it was open, and the one that raised it last.
    """
    alert, report = AlertRow, CheckInRow
    while_open = and_(
        col(report.received_at) >= col(alert.opened_at), col(report.received_at) <= col(alert.resolved_at)
    )
    about = and_(
        col(report.clinic_id) == col(alert.clinic_id),
        col(report.patient_id) == col(alert.patient_id),  # not the episode's: else SQLite looks at all reports first
        col(report.episode_id) == col(alert.episode_id),
        or_(while_open, col(report.id) == col(alert.check_in_id)),
    )
    found = select(alert.id, alert.patient_id, alert.opened_at, alert.useful, report.id).select_from(EpisodeRow)  # type: ignore[call-overload]
    found = found.join(alert, OF_EPISODE).join(report, about).join(AssessmentRow, STANDS)
    found = found.where(_is_on(page, EpisodeRow), alert.kind == "report", col(alert.useful).is_not(None))
    found = found.where(AssessmentRow.urgency > 0, *_is_within(span, alert.opened_at, alert.opened_at))
    return [LabelledReport(*row) for row in session.exec(found.order_by(col(alert.id)))]


def rules_of(session: Session, clinic_id: uuid.UUID, check_in_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Return the rules that the standing assessment of each check-in names, most urgent first."""
    rules: dict[uuid.UUID, list[str]] = {}
    for start in range(0, len(check_in_ids), MOST_IDS):
        found = select(AssessmentRow.check_in_id, AssessmentRow.findings).where(
            AssessmentRow.clinic_id == clinic_id,
            col(AssessmentRow.check_in_id).in_(check_in_ids[start : start + MOST_IDS]),
            col(AssessmentRow.replaced_at).is_(None),
        )
        rules.update(
            (check_in, [finding["rule"] for finding in findings]) for check_in, findings in session.exec(found)
        )
    return rules


def count_reports(session: Session, clinic_id: uuid.UUID, span: Span) -> int:
    """Return how many check-ins of a clinic a span has."""
    return int(
        session.exec(
            select(func.count()).where(
                CheckInRow.clinic_id == clinic_id,
                NOT_DISPUTED,
                *_is_within(span, CheckInRow.at, CheckInRow.received_at),
            )
        ).one()
    )


def protocol_names(session: Session, clinic_id: uuid.UUID) -> dict[str, tuple[str, str]]:
    """Return name and version of every protocol that the clinic ever published, by digest."""
    found = select(ProtocolRow.digest, ProtocolRow.name, ProtocolRow.version).where(ProtocolRow.clinic_id == clinic_id)
    return {digest: (name, version) for digest, name, version in session.exec(found)}


def _is_on(page: Page, table: type[CheckInRow] | type[ProcedureRow] | type[EpisodeRow]) -> ColumnElement[bool]:
    return and_(col(table.clinic_id) == page.clinic_id, col(table.patient_id).between(page.first, page.last))


def _is_within(span: Span, at: datetime, known_at: datetime) -> list[ColumnElement[bool]]:
    """Return the limits of a span for a column of when it was, and one of when it was known."""
    limits = [col(known_at) <= span.as_of]
    limits += [col(at) >= span.since] if span.since else []
    limits += [col(at) < span.until] if span.until else []
    return limits
