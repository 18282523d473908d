"""Reads for the worklist: which open alerts stand in which lane, in which order, and whether any of it has changed."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import Session, col

from triage.records.alert import AlertRow
from triage.records.audit import READ, AuditEventRow
from triage.records.check_in import ExpectationRow
from triage.records.people import PatientRow
from triage.records.procedure import EpisodeRow

URGENT = 3  # and above stands in the first lane


class Filters(NamedTuple):
    """What of the worklist is asked for; None and empty: all of it. `owner_id` nobody's: `unowned`."""

    lane: str | None = None
    owner_id: uuid.UUID | None = None
    is_unowned: bool = False
    urgency: int | None = None
    kind: str | None = None
    text: str = ""  # a part of a name or reference
    treated_since: datetime | None = None  # the latest procedure was after it


class Span(NamedTuple):
    """Which rows of each lane are read."""

    start: int
    size: int


class Placed(NamedTuple):
    """Where an alert stands."""

    id: uuid.UUID
    lane: str
    rank: int  # from 1


class Fingerprint(NamedTuple):
    """What is different as soon as anything that the worklist shows is."""

    alerts: int
    versions: int
    overdue: int
    last_event: uuid.UUID | None


def placed_alerts(
    session: Session, clinic_id: uuid.UUID, staff_id: uuid.UUID | None, filters: Filters, span: Span, now: datetime
) -> list[Placed]:
    """Return the open alerts of a span of each lane, in their order."""
    ranked = _ranked(clinic_id, staff_id, filters, now).subquery()
    wanted = select(ranked).where(ranked.c.rank > span.start, ranked.c.rank <= span.start + span.size)
    if filters.lane is not None:
        wanted = wanted.where(ranked.c.lane == filters.lane)
    return [Placed(*row) for row in session.execute(wanted.order_by(ranked.c.rank))]


def lane_counts(
    session: Session, clinic_id: uuid.UUID, staff_id: uuid.UUID | None, filters: Filters
) -> dict[str, tuple[int, datetime | None]]:
    """Return how many alerts stand in each lane that has any, whichever lane is asked for, and since when."""
    lane = _lane(staff_id)
    counted = select(lane, func.count(), func.min(col(AlertRow.opened_at))).group_by(lane)
    return {row[0]: (row[1], row[2]) for row in session.execute(_chosen(counted, clinic_id, filters))}


def alerts_by_id(session: Session, clinic_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, AlertRow]:
    """Return these alerts."""
    found = select(AlertRow).where(col(AlertRow.clinic_id) == clinic_id, col(AlertRow.id).in_(ids))
    return {row.id: row for row in session.scalars(found)}


def fingerprint(session: Session, clinic_id: uuid.UUID, now: datetime) -> Fingerprint:
    """Return what tells two states of the worklist apart: every change has an audit event, and a version of its own."""
    is_due = case((_due() <= now, 1), else_=0)
    counted = select(func.count(), func.sum(col(AlertRow.version)), func.sum(is_due))
    alerts, versions, overdue = session.execute(_chosen(counted, clinic_id, Filters())).one()
    last = select(col(AuditEventRow.id)).where(
        col(AuditEventRow.clinic_id) == clinic_id, col(AuditEventRow.did) != READ
    )
    event = session.scalar(last.order_by(col(AuditEventRow.id).desc()).limit(1))
    return Fingerprint(alerts, int(versions or 0), int(overdue or 0), event)


def expected_until(session: Session, clinic_id: uuid.UUID, until: datetime) -> int:
    """Return how many check-ins are awaited up to a moment."""
    waiting = select(func.count()).where(
        col(ExpectationRow.clinic_id) == clinic_id,
        col(ExpectationRow.state) == "waiting",
        col(ExpectationRow.due_at) <= until,
    )
    return int(session.scalar(waiting) or 0)


def _ranked(clinic_id: uuid.UUID, staff_id: uuid.UUID | None, filters: Filters, now: datetime) -> Any:
    lane = _lane(staff_id)
    rank = func.row_number().over(partition_by=lane, order_by=_order(now))
    shown = select(col(AlertRow.id), lane.label("lane"), rank.label("rank"))
    return _chosen(shown, clinic_id, filters)


def _lane(staff_id: uuid.UUID | None) -> ColumnElement[str]:
    """What somebody else has, or was put off, is watched; what is one's own stays where one works on it."""
    others = and_(col(AlertRow.state) == "acked", col(AlertRow.owner_id) != staff_id)
    return case(
        (or_(col(AlertRow.state) == "snoozed", others), "watching"),
        (col(AlertRow.urgency) >= URGENT, "urgent"),
        (col(AlertRow.kind) == "silence", "silent"),
        else_="review",
    )


def _order(now: datetime) -> list[ColumnElement[Any]]:
    """Level, then whose clock has run out, then what grows, then who wants a call, then age."""
    return [
        col(AlertRow.urgency).desc(),
        case((_due() <= now, 0), else_=1),
        case((col(AlertRow.is_worse), 0), else_=1),
        case((col(AlertRow.wants_call), 0), else_=1),
        col(AlertRow.opened_at).asc(),
        col(AlertRow.id).asc(),
    ]


def _due() -> ColumnElement[Any]:
    """As `due_at` of actions/worklist.py, in SQL."""
    is_promised = col(AlertRow.promise).in_(("running", "broken"))
    return case((is_promised, col(AlertRow.promised_at)), else_=col(AlertRow.next_action_at))


def _chosen(shown: Any, clinic_id: uuid.UUID, filters: Filters) -> Any:
    """Return a statement over open alerts, whatever its columns, for those that are asked for."""
    shown = shown.where(col(AlertRow.clinic_id) == clinic_id, col(AlertRow.state) != "resolved")
    for column, value in (
        (AlertRow.owner_id, filters.owner_id),
        (AlertRow.urgency, filters.urgency),
        (AlertRow.kind, filters.kind),
    ):
        if value is not None:
            shown = shown.where(col(column) == value)
    if filters.is_unowned:
        shown = shown.where(col(AlertRow.owner_id).is_(None))
    if filters.text:
        part = f"%{_plain(filters.text.lower())}%"
        named = or_(
            func.lower(col(PatientRow.name)).like(part, escape="\\"),
            func.lower(col(PatientRow.reference)).like(part, escape="\\"),
        )
        is_theirs = and_(col(PatientRow.clinic_id) == AlertRow.clinic_id, col(PatientRow.id) == AlertRow.patient_id)
        shown = shown.join(PatientRow, is_theirs).where(named)
    if filters.treated_since is not None:
        is_of = and_(col(EpisodeRow.clinic_id) == AlertRow.clinic_id, col(EpisodeRow.id) == AlertRow.episode_id)
        shown = shown.join(EpisodeRow, is_of).where(col(EpisodeRow.last_procedure_at) >= filters.treated_since)
    return shown


def _plain(text: str) -> str:
    """Signs that LIKE would read as any letters stand for themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
