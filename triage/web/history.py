"""A patient's history in the words of its page: course by course what was said, answered and sent."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from triage.actions.own_history import Answered, OwnHistory, PastCourse, PastReport
from triage.web.own_page import OwnPage
from triage.web.times import clock_words, full_date_words
from triage.web.words import isolated, split_hint

TOLD_APART = ("check_in_link", "check_in_request", "check_in_reminder", "reply")  # kinds of messages with a word


class Entry(NamedTuple):
    """One report and its answer."""

    when: str
    said: list[str]
    answer: str  # empty: it was never judged
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
    replies: list[tuple[str, str]]  # who wrote when, and what
    photos: list[str]  # ids


def history_words(own: OwnPage, found: OwnHistory) -> History:
    """Return a history in the words of its page."""
    return History(
        name=own.patient.name or own.visit.holder.label,
        courses=[_course(own, course) for course in found.courses],
        messages=[f"{_moment(own, at)}: {_message(own, kind)}" for at, kind in found.messages],
        replies=[
            (own.visit.words.page("reply_from", name=reply.by_name, when=own.visit.moment(reply.at)), reply.text)
            for reply in found.replies
        ],
        photos=[str(photo_id) for photo_id in found.photos],
    )


def _course(own: OwnPage, course: PastCourse) -> Course:
    return Course(
        sittings=[full_date_words(at, own.visit.zone, own.visit.words.language) for at in course.sittings],
        entries=[_entry(own, report) for report in course.reports],
        answered=[line for answer in course.answers for line in _answered(own, answer)],
    )


def _entry(own: OwnPage, report: PastReport) -> Entry:
    words, content = own.visit.words, report.content
    said = [
        f"{split_hint(words.label('symptoms', name))[0]}: {words.severity(level)[0]}"
        for name, level in content.get("symptoms", {}).items()
    ]
    said += [split_hint(words.label("signs", name))[0] for name in content.get("signs", ())]
    said += [f"“{content['note']}”"] if content.get("note") else []
    advice = [text for name in report.advice if (text := words.advice(name, "")[0])]
    answer = words.urgency(report.urgency)[0] if report.urgency is not None else ""
    return Entry(_moment(own, report.at), said, answer, advice, report.is_doubted)


def _answered(own: OwnPage, answer: Answered) -> Iterator[str]:
    say = own.visit.words.page
    if answer.seen_at:
        who = isolated(answer.by_name or own.visit.clinic_name)
        yield say("own_seen", who=who, when=isolated(_moment(own, answer.seen_at)))
    if answer.closed_at:
        yield say("own_closed", when=_moment(own, answer.closed_at))


def _message(own: OwnPage, kind: str) -> str:
    return own.visit.words.page(f"own_message_{kind if kind in TOLD_APART else 'other'}")


def _moment(own: OwnPage, at: datetime) -> str:
    zone, words = own.visit.zone, own.visit.words
    return f"{full_date_words(at, zone, words.language)}, {clock_words(at, zone)}"
