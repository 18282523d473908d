"""The figure `answered`: how long alerts waited for a human, and how many in the time that was promised."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from triage.outcomes.facts import Facts, Places
from triage.outcomes.figure import SMALLEST, Column, Curves, Figure, Line, Picture, Question, Value, Whisker, Whiskers
from triage.outcomes.saying import is_enough, say_count, say_rate, say_span, say_too_few
from triage.outcomes.sections import (
    ALL,
    GROUP,
    PEOPLE,
    about_patients,
    count_people,
    divide,
    hide_small,
    rate_of,
    rows_by_group,
    say_hidden,
    span_columns,
)
from triage.outcomes.survival import quantile, survive
from triage.outcomes.waits import WALL, Promise, Wait, Waits, promise_of, waits_of
from triage.rules import Urgency

COLUMNS = (
    GROUP,
    Column("urgency", "Urgency", about="the highest that the alert had"),
    Column("step", "Step", about="taken: a human said so, or closed it; reached: first word with the patient; closed"),
    Column("clock", "Clock", about="wall: all time counts; open: opening hours only"),
    PEOPLE,
    Column("n", "Alerts", "count", "alerts about reports and about silence"),
    Column("waiting", "Waiting", "count", "of which the step has not come"),
    Column("exhausted", "Nobody in time", "count", "of which everybody had been told before anybody took it"),
    *span_columns("kept", "Taken in time", "share", "of alerts whose time is up or who were taken; by either clock"),
    *span_columns("half", "Half within", "minutes", "minutes within which half of them had this step; empty: not yet"),
    *span_columns("most", "Nine in ten within", "minutes", "minutes within which nine in ten had it; empty: not yet"),
)
METHOD = (
    "Alerts of reports and of silence that were opened in the window; open ones count as waiting until now "
    "(Kaplan & Meier 1958), quantiles with their intervals by Brookmeyer & Crowley 1982 on the log(-log) scale.",
    "Taken in time: by the clock that the promise is made by (opening hours or wall); alerts that wait and may still "
    "be taken in time are left out. Interval by Wilson 1927, with the number of alerts reduced to what they are worth "
    "where several are about one patient (Korn & Graubard 1998).",
    "An alert that was closed without a word to the patient counts as not reached (Fine & Gray 1999). Whoever closes "
    "an alert without having taken it takes it by closing it.",
    "No means: a few alerts over a weekend would make them. Groups are not adjusted for each other.",
)


class Part(NamedTuple):
    """Some of the alerts."""

    group: str
    urgency: str
    rows: Places

    @property
    def name(self) -> str:
        """How a picture names it."""
        return self.urgency if self.group == ALL else f"{self.group}, {self.urgency}"


def answered(facts: Facts, question: Question) -> Figure:
    """Return how long alerts about patients waited for each step (Kaplan & Meier 1958; Brookmeyer & Crowley 1982).

    Without an alert in the window the figure has no rows. ValueError for a grouping that there is not.
    """
    waits = waits_of(facts)
    promise = promise_of(facts.alerts, waits)
    chosen = np.flatnonzero(about_patients(facts.alerts, question))
    parts = _parts(facts, question.by, chosen) if len(chosen) else []
    rows = [row for part in parts for row in _rows_of(facts, part, waits, promise)]
    return Figure(
        id="answered",
        title="Were alerts answered in time?",
        answer=_answer(facts, chosen, waits, promise) + say_hidden(rows, COLUMNS),
        n=len(chosen),
        of="alerts",
        columns=COLUMNS,
        rows=hide_small(rows, COLUMNS),
        method=METHOD,
        pictures=_pictures(facts, parts, waits, promise),
    )


def _parts(facts: Facts, by: str | None, chosen: Places) -> list[Part]:
    alerts = facts.alerts
    parts = [Part(ALL, ALL, chosen)]
    for group, of_group in rows_by_group(divide(facts, by), alerts.patient[chosen], alerts.sitting[chosen]):
        rows = chosen[of_group]
        if group != ALL:
            parts.append(Part(group, ALL, rows))
        for urgency in sorted(Urgency, reverse=True):
            of_urgency = rows[alerts.urgency[rows] == urgency]
            if len(of_urgency):
                parts.append(Part(group, urgency.name, of_urgency))
    return parts


def _rows_of(facts: Facts, part: Part, waits: Waits, promise: Promise) -> Iterator[tuple[Value, ...]]:
    rows = part.rows
    people = count_people(facts.alerts.patient[rows])
    kept = _kept(facts, rows, promise)
    exhausted = int(facts.alerts.is_exhausted[rows].sum())
    for (step, clock), wait in ((key, wait.of(rows)) for key, wait in waits.items()):
        waiting = int((~wait.is_over).sum())
        spans = _quantiles(wait) if people >= SMALLEST else (None,) * 6
        shares = kept if step == "taken" else (None,) * 3
        yield part.group, part.urgency, step, clock, people, len(rows), waiting, exhausted, *shares, *spans


def _quantiles(wait: Wait) -> tuple[float | None, ...]:
    curve = survive(*wait)
    return *quantile(curve, 0.5), *quantile(curve, 0.9)


def _kept(facts: Facts, rows: Places, promise: Promise) -> tuple[float | None, float | None, float | None]:
    """Return the share that was taken in time, with its interval; None three times where none is known yet."""
    known = rows[promise.is_known[rows]]
    return rate_of(facts.alerts.patient[known], promise.is_kept[known]).with_interval


def _answer(facts: Facts, rows: Places, waits: Waits, promise: Promise) -> str:
    if not len(rows):
        return "Cannot tell: no alert about a patient was opened in this window."
    known = rows[promise.is_known[rows]]
    rate = rate_of(facts.alerts.patient[known], promise.is_kept[known])
    if not is_enough(rate):
        return say_too_few(rate, "alerts")
    half, *_ = quantile(survive(*waits["taken", WALL].of(rows)), 0.5)
    late = int((promise.is_known & ~waits["taken", WALL].is_over)[rows].sum())
    return f"{say_rate(rate)} alerts were taken in the time that was promised; half of all within {say_span(half)}." + (
        f" {say_count(late, 'alert waits', 'alerts wait')} longer than promised." if late else ""
    )


def _pictures(facts: Facts, parts: list[Part], waits: Waits, promise: Promise) -> tuple[Picture, ...]:
    shown = [part for part in parts if count_people(facts.alerts.patient[part.rows]) >= SMALLEST]
    if not shown:
        return ()
    points = tuple(Whisker(part.name, *_kept(facts, part.rows, promise)) for part in shown)
    whiskers = Whiskers("Taken in the promised time", "share of alerts", points, is_share=True)
    parts_of_all = [part for part in shown if part.group == ALL and part.urgency != ALL]
    if not parts_of_all:
        return (whiskers,)
    lines = tuple(_line(part.name, waits["taken", WALL].of(part.rows)) for part in parts_of_all)
    return Curves("Until somebody took it", "hours", "share taken", lines), whiskers


def _line(name: str, wait: Wait) -> Line:
    curve = survive(*wait).thinned()
    hours, taken = tuple((curve.time / 60).tolist()), tuple((1 - curve.waiting).tolist())
    low, high = tuple((1 - curve.high).tolist()), tuple((1 - curve.low).tolist())
    return Line(name, (0.0, *hours), (0.0, *taken), (0.0, *low), (0.0, *high))
