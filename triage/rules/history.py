"""What the earlier reports of an episode say: laid out by their own clocks, then one code a symptom."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.rules.check_in import CheckIn
from triage.rules.forms import BEFORES, LOWESTS, NEVER, NO_HISTORY, pack
from triage.rules.protocol import ExpectedWindow, HistoryLimits
from triage.rules.vocabulary import Course

HOUR = timedelta(hours=1)


class Past(NamedTuple):
    """An earlier report as the judged one sees it; a list of them is oldest first, each at a moment of its own."""

    symptoms: Mapping[str, int]
    course: Mapping[str, str]
    age: float  # hours before the judged one
    hour: float  # since the procedure that was the latest at its own time
    is_current: bool  # reported since the procedure that is the latest for the judged one


def latest_procedure(procedures: Sequence[datetime], at: datetime) -> datetime:
    """Return the procedure that acute symptoms count from: the latest up to `at`, else the first there is."""
    if len(procedures) == 1:
        return procedures[0]
    return max((moment for moment in procedures if moment <= at), default=None) or min(procedures)


def look_back(
    procedures: Sequence[datetime], earlier: Iterable[CheckIn], at: datetime, follow_up_hours: int
) -> list[Past]:
    """Return the reports of the last hours before a moment. Those of one moment, which amend each other, become one."""
    since = latest_procedure(procedures, at)
    past: list[Past] = []
    for check_in in earlier:
        age = (at - check_in.at) / HOUR
        if 0 < age <= follow_up_hours:
            own = latest_procedure(procedures, check_in.at)
            report = Past(check_in.symptoms, check_in.course, age, max(0.0, (check_in.at - own) / HOUR), own == since)
            if past and past[-1].age == age:
                report = _amend(past.pop(), report)
            past.append(report)
    return past


def _amend(former: Past, later: Past) -> Past:
    """Return two reports of one moment as one: for each symptom the more severe reading, else the worse course."""
    symptoms, course = dict(former.symptoms), dict(former.course)
    for symptom, severity in later.symptoms.items():
        said = later.course.get(symptom, "")
        if (severity, _rank(said)) >= (symptoms.get(symptom, -1), _rank(course.get(symptom, ""))):
            symptoms[symptom], course[symptom] = severity, said
    return later._replace(symptoms=symptoms, course=course)


def _rank(course: str) -> int:
    """Return how much a stated course weighs when two reports of one moment differ; nothing stated weighs least."""
    return int(Course[course]) if course else -1


def recall(symptom: str, past: Sequence[Past], limits: HistoryLimits) -> int:
    """Return the code of one symptom's history, but for whether it is late: 1 more where it is.

    Half of a judgement is spent here, so it is one loop, and the fields of a Past are asked for by their place.
    """
    old, recent = limits.not_improving_hours, limits.rise_within_hours
    last, before, lowest, was_there, has_gone = NEVER, 0, NEVER, 0, 0
    for report in past:
        severity = report[0].get(symptom)
        if severity is None or not report[4]:
            continue
        last = severity
        if severity:
            was_there = 2
            if report[2] >= old:
                before = severity
        else:
            before, has_gone = 0, was_there
        if severity < lowest and report[2] <= recent:
            lowest = severity
    return ((last * BEFORES + before) * LOWESTS + lowest) * 4 + has_gone


def recall_all(symptom: str, window: ExpectedWindow, past: Sequence[Past], limits: HistoryLimits) -> int:
    """Return the code of one symptom's history."""
    return recall(symptom, past, limits) + is_late(symptom, past, window)


def recall_last(symptom: str, past: Sequence[Past]) -> int:
    """Return the code of a history of which only the last reading matters."""
    for report in reversed(past):
        if report.is_current and symptom in report.symptoms:
            return pack(report.symptoms[symptom], 0, NEVER, False, False)
    return NO_HISTORY


def is_late(symptom: str, past: Iterable[Past], window: ExpectedWindow) -> bool:
    """Tell whether the symptom has been there since a reading that was late, whatever procedure came since."""
    if window.late_new_from_hour is None:
        return False
    late, was_there = False, True  # before the first reading nothing is known, so that only the patient calls it new
    for symptoms, course, _, hour, _ in past:
        if symptom in symptoms:
            is_new = course.get(symptom) == "new" or not was_there
            was_there = symptoms[symptom] > 0
            if was_there:
                late = late or _is_late_reading(window, hour, is_new)
            else:
                late = late and hour < window.late_hidden_until_hour
    return late


def _is_late_reading(window: ExpectedWindow, hour: float, is_new: bool) -> bool:
    if window.late_any_from_hour is not None and hour >= window.late_any_from_hour:
        return True
    return is_new and window.late_new_from_hour is not None and hour >= window.late_new_from_hour
