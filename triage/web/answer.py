"""What the answer page shows: how urgent, what to do, what is usual on this day, what comes next."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from triage.rules import Urgency
from triage.rules.tables import SymptomTable
from triage.web.times import clock_words, day_of, days_words
from triage.web.visit import Visit
from triage.web.words import split_hint

WAITED = timedelta(minutes=5)  # judgement: a report sent at once needs one time only


class Usual(NamedTuple):
    """One reported symptom beside its expected window; the last four are places on a band 100 wide."""

    label: str
    today: str
    days: str
    low: float
    high: float
    here: float


class Answer(NamedTuple):
    """The answer page."""

    urgency: str
    headline: str
    do: str
    is_told: bool
    advice: list[tuple[str, str]]  # text, when to call
    problems: str  # empty: everything could be read
    usual: list[Usual]
    aftercare: list[tuple[str, str]]  # topic, text for this day
    next_words: str  # empty: nothing more is asked
    received: str
    is_read: bool  # a person reads the note
    answer_by: str  # empty: nothing was promised


def answer_page(visit: Visit, answer: Mapping[str, Any], said: Mapping[str, Any]) -> Answer:
    """Return what to show for the answer of the intake; `said` is the check-in's body as it was sent."""
    assessment = answer["assessment"]
    urgency = Urgency[assessment["urgency"]]
    headline, do = visit.words.urgency(urgency)
    calm = urgency <= Urgency.same_day  # beyond that nothing may draw the eye from what to do now
    return Answer(
        urgency=urgency.name,
        headline=headline,
        do=do,
        is_told=urgency >= Urgency.routine,
        advice=[visit.words.advice(name, answer["advice_texts"].get(name, "")) for name in assessment["advice"]],
        problems=problem_words(visit, answer["problems"], said),
        usual=list(usual_of(visit, said.get("symptoms", {}))) if calm else [],
        aftercare=list(aftercare_of(visit)) if calm else [],
        next_words=next_words(visit, answer["next_check_in_at"]),
        received=received_words(visit, answer),
        is_read="note" in assessment["review"],
        answer_by=answer_by_words(visit, answer),
    )


def problem_words(visit: Visit, problems: list[dict[str, str]], said: Mapping[str, Any]) -> str:
    """Return in plain words which parts could not be read; empty when all could."""
    parts = dict.fromkeys(visit.words.part(problem["path"]) for problem in problems)
    typed = (said.get("temperature") or {}).get("value")
    temperature = visit.words.page("part.temperature")
    shown = [f"{part} (“{str(typed)[:40]}”)" if part == temperature else part for part in parts]
    return visit.words.page("problems_text", parts=", ".join(shown)) if shown else ""


def usual_of(visit: Visit, symptoms: Mapping[str, Any]) -> Iterator[Usual]:
    """Yield each reported symptom beside what the protocol expects on this day."""
    tables, hours = visit.tables, visit.hours
    if tables is None or hours is None:
        return
    for symptom, severity in symptoms.items():
        if symptom in tables.symptoms and isinstance(severity, int) and severity > 0:
            yield _usual(visit, tables.symptoms[symptom], severity, hours)


def _usual(visit: Visit, table: SymptomTable, severity: int, hours: float) -> Usual:
    words, window, day = visit.words, table.window, day_of(hours)
    at_most = max((ceiling for ceiling in window.expected if ceiling.from_hour <= hours), key=lambda c: c.from_hour)
    days = {"low": days_words(window.low_days), "high": days_words(window.high_days), "day": day}
    told = {"severity": words.severity(severity)[0].lower(), "at_most": words.severity(at_most.at_most)[0].lower()}
    span = max(window.high_days * 1.25, day + 1, 1)
    return Usual(
        label=split_hint(words.label("symptoms", window.symptom))[0],
        today=words.page("usual_today" if at_most.at_most else "usual_gone", **told),
        days=words.page("usual_days" if window.low_days else "usual_within", **days),
        low=round(100 * window.low_days / span, 1),
        high=round(100 * window.high_days / span, 1),
        here=round(min(97, max(3, 100 * hours / 24 / span)), 1),
    )


def aftercare_of(visit: Visit) -> Iterator[tuple[str, str]]:
    """Yield each aftercare topic with its text that is valid today."""
    if visit.tables is None or visit.words.texts is None or visit.day is None:
        return
    today: dict[str, int] = {}
    for stage in visit.tables.protocol.aftercare:
        if stage.from_day <= visit.day:
            today[stage.topic] = max(stage.from_day, today.get(stage.topic, 0))
    texts = visit.words.texts.aftercare
    yield from ((texts.get(topic, ""), texts[f"{topic}.{from_day}"]) for topic, from_day in today.items())


def next_words(visit: Visit, due: str | None) -> str:
    """Return when the patient is asked again, in their own time zone; empty where the plan is over."""
    if due is None:
        return ""
    return visit.words.page("next_check_in", when=visit.moment(datetime.fromisoformat(due)))


def answer_by_words(visit: Visit, answer: Mapping[str, Any]) -> str:
    """Return by when a person answers; empty where nothing was promised, and in an emergency: nobody is to wait."""
    alert = answer.get("alert") or {}
    if not alert.get("answer_by") or alert["urgency"] == Urgency.emergency.name:
        return ""
    return visit.words.page("answer_by", when=visit.moment(datetime.fromisoformat(alert["answer_by"])))


def received_words(visit: Visit, answer: Mapping[str, Any]) -> str:
    """Return the receipt: when it came, and when it was made where it waited; a reference to say on the phone."""
    made, came = datetime.fromisoformat(answer["at"]), datetime.fromisoformat(answer["received_at"])
    known = {"time": clock_words(came, visit.zone), "reference": answer["id"][-6:].upper()}
    if came - made < WAITED:
        return visit.words.page("received", **known)
    return visit.words.page("received_late", when=visit.moment(made), **known)
