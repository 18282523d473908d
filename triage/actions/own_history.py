"""A patient's whole history as values: course by course what was said, judged and answered, and what was sent."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions.replies import Reply, replies_shown
from triage.records import (
    AlertRow,
    AssessmentRow,
    CheckInRow,
    EpisodeRow,
    NotificationRow,
    PatientRow,
    PhotoRow,
    ProcedureRow,
    Session,
    StaffRow,
    phone_lookups,
)
from triage.rules import Urgency

Rows = dict[Any, list[Any]]  # by table, oldest first


class PastReport(NamedTuple):
    """One report and how it was judged."""

    at: datetime
    content: Mapping[str, Any]
    urgency: Urgency | None  # None: it was never judged
    advice: Sequence[str]  # ids
    is_doubted: bool  # somebody else may have sent it


class Answered(NamedTuple):
    """What the clinic did about reports; of each moment None where it did not."""

    by_name: str  # empty: the clinic
    seen_at: datetime | None
    closed_at: datetime | None


class PastCourse(NamedTuple):
    """One episode: its sittings and answers oldest first, its reports the latest first."""

    sittings: list[datetime]
    reports: list[PastReport]
    answers: list[Answered]


class OwnHistory(NamedTuple):
    """All of it, the latest course, message and reply first."""

    courses: list[PastCourse]
    messages: list[tuple[datetime, str]]  # when it was sent, and its kind
    replies: Sequence[Reply]
    photos: list[uuid.UUID]  # those not erased


def own_history(session: Session, patient: PatientRow) -> OwnHistory:
    """Return a patient's whole history; only for whoever has shown the second factor."""
    rows: Rows = dict(phone_lookups.rows_of(session, patient))
    episodes = sorted(rows[EpisodeRow], key=lambda row: row.opened_at, reverse=True)
    sent = [(row.sent_at, row.kind) for row in rows[NotificationRow] if row.state == "sent" and row.sent_at]
    return OwnHistory(
        courses=[_course(session, episode.id, rows) for episode in episodes],
        messages=sent[::-1],
        replies=replies_shown(session, patient),
        photos=[row.id for row in rows[PhotoRow] if row.erased_at is None],
    )


def _course(session: Session, episode_id: uuid.UUID, rows: Rows) -> PastCourse:
    def of(table: Any) -> list[Any]:
        return [row for row in rows[table] if row.episode_id == episode_id]

    standing = {row.check_in_id: row for row in rows[AssessmentRow] if row.replaced_at is None}
    reports = sorted(of(CheckInRow), key=lambda row: (row.at, row.id), reverse=True)
    return PastCourse(
        sittings=sorted(row.at for row in of(ProcedureRow)),
        reports=[_report(row, standing.get(row.id)) for row in reports],
        answers=[_answered(session, row) for row in of(AlertRow) if row.kind == "report"],
    )


def _report(row: CheckInRow, judged: AssessmentRow | None) -> PastReport:
    urgency = Urgency(judged.urgency) if judged else None
    return PastReport(row.at, row.content, urgency, judged.advice if judged else (), row.disputed_at is not None)


def _answered(session: Session, row: AlertRow) -> Answered:
    owner = session.get(StaffRow, (row.clinic_id, row.owner_id)) if row.owner_id else None
    return Answered(owner.name if owner else "", row.acked_at, row.resolved_at)
