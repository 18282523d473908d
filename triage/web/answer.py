"""What the answer page shows: how urgent, what to do, what is usual on this day, what comes next."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from triage.rules import Urgency
from triage.web.aftercare import Care, aftercare_of
from triage.web.course import Course, courses_of
from triage.web.times import clock_words
from triage.web.visit import Visit

JUST_NOW = timedelta(minutes=10)


class Answer(NamedTuple):
    """The answer page."""

    id: str  # of the report, to correct it
    urgency: str
    headline: str
    do: str
    is_told: bool
    advice: list[tuple[str, str]]  # text, when to call
    problems: str  # empty: everything could be read
    usual: list[Course]  # of what was reported
    aftercare: list[Care]
    next_words: str  # empty: nothing more is asked
    received: str
    is_read: bool  # a person reads the note
    answer_by: str  # empty: nothing was promised
    is_worried: bool  # said so, and the answer is calm: a call is offered all the same
    about: str  # for which day it counts; empty: now


def answer_page(
    visit: Visit, answer: Mapping[str, Any], said: Mapping[str, Any], *, is_worried: bool = False
) -> Answer:
    """Return what to show for the answer of the intake; `said` is the check-in's body as it was sent.

    `visit`: as it is now that the report is in.
    """
    assessment = answer["assessment"]
    urgency = Urgency[assessment["urgency"]]
    headline, do = visit.words.urgency(urgency)
    calm = urgency <= Urgency.same_day  # beyond that nothing may draw the eye from what to do now
    at = datetime.fromisoformat(answer["at"])
    return Answer(
        id=answer["id"],
        urgency=urgency.name,
        headline=headline,
        do=do,
        is_told=urgency >= Urgency.routine,
        advice=[visit.words.advice(name, answer["advice_texts"].get(name, "")) for name in assessment["advice"]],
        problems=problem_words(visit, answer["problems"], said),
        usual=list(courses_of(visit, at, readable(said.get("symptoms", {})))) if calm else [],
        aftercare=list(aftercare_of(visit)) if calm else [],
        next_words=next_words(visit, answer["next_check_in_at"]),
        received=received_words(visit, answer),
        is_read="note" in assessment["review"],
        answer_by=answer_by_words(visit, answer),
        is_worried=is_worried and urgency == Urgency.self_care,
        about=about_words(visit, at),
    )


def readable(symptoms: Mapping[str, Any]) -> dict[str, int]:
    """Return the severities that are some; what no form would send is left out."""
    return {symptom: level for symptom, level in symptoms.items() if isinstance(level, int)}


def about_words(visit: Visit, at: datetime) -> str:
    """Return for which day a report counts that is not about now; empty for one that is."""
    return visit.words.page("about_that_day", day=visit.day_words_of(at)) if visit.now - at > JUST_NOW else ""


def problem_words(visit: Visit, problems: list[dict[str, str]], said: Mapping[str, Any]) -> str:
    """Return in plain words which parts could not be read; empty when all could."""
    parts = dict.fromkeys(visit.words.part(problem["path"]) for problem in problems)
    typed = (said.get("temperature") or {}).get("value")
    temperature = visit.words.page("part.temperature")
    shown = [f"{part} (“{str(typed)[:40]}”)" if part == temperature else part for part in parts]
    return visit.words.page("problems_text", parts=", ".join(shown)) if shown else ""


def next_words(visit: Visit, due: str | None) -> str:
    """Return when the patient is asked again, in their own time zone; empty where the plan is over."""
    if due is None:
        return ""
    at = datetime.fromisoformat(due)
    if at <= visit.now:  # this report was for an earlier day
        return visit.words.page("next_is_now")
    return visit.words.page("next_check_in" if visit.gets_messages else "next_by_yourself", when=visit.moment(at))


def answer_by_words(visit: Visit, answer: Mapping[str, Any]) -> str:
    """Return by when a person answers; empty where nothing was promised, and in an emergency: nobody is to wait."""
    alert = answer.get("alert") or {}
    if not alert.get("answer_by") or alert["urgency"] == Urgency.emergency.name:
        return ""
    return visit.words.page("answer_by", when=visit.moment(datetime.fromisoformat(alert["answer_by"])))


def received_words(visit: Visit, answer: Mapping[str, Any]) -> str:
    """Return the receipt: when it came, and when it was made where it waited; a reference to say on the phone."""
    made, came = datetime.fromisoformat(answer["at"]), datetime.fromisoformat(answer["received_at"])
    known = {"time": clock_words(came, visit.zone), "reference": visit.in_order(answer["id"][-6:].upper())}
    if came - made < JUST_NOW:
        return visit.words.page("received", **known)
    return visit.words.page("received_late", when=visit.moment(made), **known)
