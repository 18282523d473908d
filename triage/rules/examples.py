"""The smallest case that shows something: one patient, one procedure, as few reports as it takes.

A fault of a protocol is believed when it can be seen, so each carries a case that `triage evaluate` reads.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from triage.rules.forms import CODES, COURSES, form_table
from triage.rules.history import Past, recall_all
from triage.rules.protocol import ExpectedWindow, HistoryLimits
from triage.rules.tables import LEVELS, SymptomTable
from triage.rules.vocabulary import Course

NEEDLING_ENDED = datetime(2026, 3, 2, 10, tzinfo=UTC)
RECENT = 12  # hours before the judged report
COURSE_ORDER = (Course.unknown, Course.better, Course.same, Course.worse, Course.new)  # what needs saying comes later


class Earlier(NamedTuple):
    """An earlier reading of an example: hours before the judged report, severity, and what course was stated."""

    age: int
    severity: int
    course: str = ""


class Example(NamedTuple):
    """What a report states of a symptom's course, and the readings before it."""

    stated: Course
    earlier: tuple[Earlier, ...] = ()
    is_late: bool = False  # one more reading, late by the clock of an earlier procedure


def moment_said(moment: datetime) -> str:
    """Return a moment in UTC as cases say it, in as few letters as there are."""
    return moment.isoformat().replace("+00:00", "Z")


def example_case(hour: int, report: Mapping[str, Any], **more: Any) -> str:
    """Return a case with one report so many hours after the procedure, as JSON."""
    return case_json(hour, [(0, report)], more.pop("procedures", (0,)), **more)


def show_cell(table: SymptomTable, hours: range, severity: int, form_set: int, limits: HistoryLimits) -> str:
    """Return the smallest case that asks a cell at one of the hours; empty: no case does."""
    symptom = table.window.symptom
    for hour in _telling_hours(hours, limits):
        example = _examples(table.window, hour, severity, limits).get(form_set)
        if example is not None:
            reports = [(entry.age, _reading(symptom, entry.severity, entry.course)) for entry in example.earlier]
            procedures: tuple[int, ...] = (0,)
            if example.is_late:
                first, late = _late_before(table.window, hour)
                reports, procedures = [(late.age, _reading(symptom, late.severity, late.course)), *reports], (first, 0)
            stated = "" if example.stated == Course.unknown else example.stated.name
            return case_json(hour, [*reports, (0, _reading(symptom, severity, stated))], procedures)
    return ""


def _telling_hours(hours: range, limits: HistoryLimits) -> list[int]:
    """Return the first hour, and the first at which a reading can be old enough; both inside the range."""
    return sorted({hour for hour in (hours.start, limits.not_improving_hours + RECENT) if hour in hours})


@lru_cache(maxsize=256)
def _examples(window: ExpectedWindow, hour: int, severity: int, limits: HistoryLimits) -> Mapping[int, Example]:
    """Return the smallest example of each form set that a report at this hour can have."""
    found: dict[int, Example] = {}
    forms = form_table(limits.rise_by)
    lates = (False,) if window.late_new_from_hour is None else (False, True)
    for readings, is_late in product(_histories(hour, limits.not_improving_hours), lates):
        past = list(_as_past(window, hour, readings, is_late))
        code = recall_all(window.symptom, window, past, limits)
        for stated in COURSE_ORDER:
            found.setdefault(forms[(severity * COURSES + stated) * CODES + code], Example(stated, readings, is_late))
    return found


@lru_cache(maxsize=64)
def _histories(hour: int, old: int) -> Sequence[tuple[Earlier, ...]]:
    """Return readings of up to three earlier reports, the fewest first, as far as they fit after the procedure."""
    ages = [age for age in (old + RECENT, old, RECENT) if age <= hour]
    found: list[tuple[Earlier, ...]] = [()]
    for count in (1, 2, 3):
        for chosen in _falling(ages, count):
            for severities in product(range(LEVELS), repeat=count):
                readings = tuple(map(Earlier, chosen, severities))
                found.append(readings)
                found.append((*readings[:-1], readings[-1]._replace(course="new")))
    return tuple(found)


def _falling(ages: Sequence[int], count: int) -> Iterator[tuple[int, ...]]:
    yield from (chosen for chosen in product(ages, repeat=count) if list(chosen) == sorted(set(chosen), reverse=True))


def _as_past(window: ExpectedWindow, hour: int, readings: Sequence[Earlier], is_late: bool) -> Iterator[Past]:
    symptom = window.symptom
    if is_late and window.late_new_from_hour is not None:
        first, late = _late_before(window, hour)
        yield Past({symptom: late.severity}, {symptom: late.course}, late.age, first - (late.age - hour), False)
    for age, severity, course in readings:
        yield Past({symptom: severity}, {symptom: course} if course else {}, age, hour - age, True)


def _late_before(window: ExpectedWindow, hour: int) -> tuple[int, Earlier]:
    """Return an earlier procedure (hours before the latest) and a reading that was late after it."""
    first = (window.late_new_from_hour or 0) + 2 * RECENT
    return first, Earlier(hour + RECENT, 1, "new")


def _reading(symptom: str, severity: int, course: str) -> dict[str, Any]:
    report: dict[str, Any] = {"symptoms": {symptom: severity}}
    return report | ({"course": {symptom: course}} if course else {})


def case_json(
    hour: int, reports: Sequence[tuple[int, Mapping[str, Any]]], procedures: Sequence[int], **more: Any
) -> str:
    """Return a case; ages count back from the judged report, procedures back from the latest one."""
    judged = NEEDLING_ENDED + timedelta(hours=hour)
    case = {
        "id": "example",
        "procedures": [{"at": moment_said(NEEDLING_ENDED - timedelta(hours=before))} for before in procedures],
        "check_ins": [{"at": moment_said(judged - timedelta(hours=age)), **report} for age, report in reports],
    }
    return json.dumps(case | more)
