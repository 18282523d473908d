"""A patient's history as the page shows it: course by course, what was said, what was answered, what was sent."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from triage.records import (
    AlertRow,
    AssessmentRow,
    CheckInRow,
    EpisodeRow,
    NotificationRow,
    PhotoRow,
    ProcedureRow,
    Session,
    StaffRow,
    phone_lookups,
)
from triage.rules import Urgency
from triage.web.own_page import OwnPage
from triage.web.times import clock_words, full_date_words
from triage.web.words import split_hint


class Entry(NamedTuple):
    """One report and its answer."""

    when: str
    said: list[str]
    answer: str
    advice: list[str]
    is_doubted: bool  # somebody else may have sent it


class Course(NamedTuple):
    """One episode; its sittings as dates, its reports the latest first, and who answered when."""

    sittings: list[str]
    entries: list[Entry]
    answered: list[str]


class History(NamedTuple):
    """All of it, the latest course first."""

    name: str
    courses: list[Course]
    messages: list[str]
    photos: list[str]  # ids


def history_of(session: Session, own: OwnPage) -> History:
    """Return a patient's whole history; only for whoever has shown the second factor."""
    rows: dict[Any, list[Any]] = dict(phone_lookups.rows_of(session, own.patient))
    standing = {row.check_in_id: row for row in rows[AssessmentRow] if row.replaced_at is None}
    episodes = sorted(rows[EpisodeRow], key=lambda row: row.opened_at, reverse=True)
    sent = [row for row in rows[NotificationRow] if row.state == "sent" and row.sent_at]
    return History(
        name=own.patient.name or own.holder.label,
        courses=[_course(session, own, episode.id, rows, standing) for episode in episodes],
        messages=[f"{_moment(own, row.sent_at)}: {_message(own, row)}" for row in reversed(sent)],
        photos=[str(row.id) for row in rows[PhotoRow] if row.erased_at is None],
    )


def _course(
    session: Session,
    own: OwnPage,
    episode_id: uuid.UUID,
    rows: dict[Any, list[Any]],
    standing: dict[uuid.UUID, AssessmentRow],
) -> Course:
    def of(table: Any) -> list[Any]:
        return [row for row in rows[table] if row.episode_id == episode_id]

    sittings: Sequence[ProcedureRow] = sorted(of(ProcedureRow), key=lambda row: row.at)
    reports: Sequence[CheckInRow] = sorted(of(CheckInRow), key=lambda row: (row.at, row.id), reverse=True)
    return Course(
        sittings=[full_date_words(row.at, own.visit.zone, own.visit.words.language) for row in sittings],
        entries=[_entry(own, row, standing.get(row.id)) for row in reports],
        answered=[line for row in of(AlertRow) if row.kind == "report" for line in _answered(session, own, row)],
    )


def _entry(own: OwnPage, row: CheckInRow, judged: AssessmentRow | None) -> Entry:
    words, content = own.visit.words, row.content
    said = [
        f"{split_hint(words.label('symptoms', name))[0]}: {words.severity(level)[0]}"
        for name, level in content.get("symptoms", {}).items()
    ]
    said += [split_hint(words.label("signs", name))[0] for name in content.get("signs", ())]
    said += [f"“{content['note']}”"] if content.get("note") else []
    urgency = Urgency(judged.urgency) if judged else None
    advice = [words.advice(name, "")[0] for name in judged.advice] if judged else []
    answer = words.urgency(urgency)[0] if urgency is not None else ""
    return Entry(_moment(own, row.at), said, answer, [text for text in advice if text], row.disputed_at is not None)


def _answered(session: Session, own: OwnPage, row: AlertRow) -> list[str]:
    say = own.visit.words.page
    owner = session.get(StaffRow, (row.clinic_id, row.owner_id)) if row.owner_id else None
    who = owner.name if owner else own.visit.clinic_name
    lines = [say("own_seen", who=who, when=_moment(own, row.acked_at))] if row.acked_at else []
    return lines + ([say("own_closed", when=_moment(own, row.resolved_at))] if row.resolved_at else [])


def _message(own: OwnPage, row: NotificationRow) -> str:
    kind = row.kind if row.kind in ("check_in_link", "check_in_request", "check_in_reminder", "reply") else "other"
    return own.visit.words.page(f"own_message_{kind}")


def _moment(own: OwnPage, at: datetime) -> str:
    zone, words = own.visit.zone, own.visit.words
    return f"{full_date_words(at, zone, words.language)}, {clock_words(at, zone)}"
