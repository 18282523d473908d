"""The decision table of one symptom as a grid of urgencies, equal neighbours merged: what is signed is what is run."""

from itertools import groupby, pairwise
from typing import NamedTuple

from triage.paper.words import COURSE_FORMS, FORM_NUMBERS
from triage.rules import Urgency
from triage.rules.forms import HISTORY_FORMS
from triage.rules.tables import SymptomTable

SEVERITIES = (1, 2, 3, 4)
ORDER = ("better", "same", "unknown", "worse", "new")  # as a clinician reads them
COURSES = (*ORDER, *(name for name in COURSE_FORMS if name not in ORDER))


class Span(NamedTuple):
    """Hours in which nothing changes; `until_hour` None: for ever."""

    from_hour: int
    until_hour: int | None


class Row(NamedTuple):
    """One row: in a span, for severities that are judged alike, the urgency of each column."""

    span: Span
    at_most: int  # the highest severity expected
    severities: tuple[int, ...]
    urgencies: tuple[Urgency, ...]


class Grid(NamedTuple):
    """The whole grid. A column is one or more forms that are judged alike in every row."""

    columns: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    idle: tuple[str, ...]  # forms of the history that add nothing at any hour


def urgency_of(table: SymptomTable, hour: int, form: str, severity: int) -> Urgency:
    """Return what the decision table answers for one form: a course, or what the earlier reports say."""
    fired = table.answer(hour, FORM_NUMBERS[form], severity)
    return max((entry.rule.urgency for entry in fired), default=Urgency.self_care)


def spans(starts: tuple[int, ...]) -> list[Span]:
    """Return the spans between starts, the last without end."""
    return [Span(*pair) for pair in pairwise((*starts, None))]  # type: ignore[arg-type]


def build_grid(table: SymptomTable) -> Grid:
    """Return the grid of a symptom's table."""
    columns, idle = _columns(table)
    rows: list[Row] = []
    for span, at_most in _merged_spans(table):
        lines = {
            level: tuple(urgency_of(table, span.from_hour, forms[0], level) for forms in columns)
            for level in SEVERITIES
        }
        for line, levels in groupby(SEVERITIES, key=lines.__getitem__):
            rows.append(Row(span, at_most, tuple(levels), line))
    return Grid(columns, tuple(rows), idle)


def _columns(table: SymptomTable) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return the columns: courses that are judged alike together, then each form of the history that adds something."""
    alike: dict[tuple[Urgency, ...], list[str]] = {}
    for course in COURSES:
        alike.setdefault(_column(table, course), []).append(course)
    busy = [form for form in HISTORY_FORMS if any(_column(table, form))]
    idle = tuple(form for form in HISTORY_FORMS if form not in busy)
    return (*(tuple(forms) for forms in alike.values()), *((form,) for form in busy)), idle


def _column(table: SymptomTable, form: str) -> tuple[Urgency, ...]:
    return tuple(urgency_of(table, start, form, level) for start in table.starts for level in SEVERITIES)


def _merged_spans(table: SymptomTable) -> list[tuple[Span, int]]:
    """Return the spans with their ceilings, neighbours merged where every answer and the ceiling are equal."""
    merged: list[tuple[Span, int]] = []
    last: tuple[object, ...] | None = None
    for span, at_most in zip(spans(table.starts), table.ceilings, strict=True):
        forms = (*COURSE_FORMS, *HISTORY_FORMS)
        content = (at_most, *(urgency_of(table, span.from_hour, form, level) for form in forms for level in SEVERITIES))
        if content == last:
            merged[-1] = (Span(merged[-1][0].from_hour, span.until_hour), at_most)
        else:
            merged.append((span, at_most))
        last = content
    return merged
