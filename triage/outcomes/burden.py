"""The figure `burden`: how many alerts check-ins make, and whether that has changed."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Flags
from triage.outcomes.facts import Facts, Reals
from triage.outcomes.figure import SMALLEST, Bars, Column, Figure, Question, Value, Whisker, Whiskers
from triage.outcomes.months import month_of, name_month
from triage.outcomes.over_time import FEWEST_POINTS, Runs, find_runs
from triage.outcomes.saying import say_count
from triage.outcomes.sections import (
    ALL,
    GROUP,
    PEOPLE,
    about_patients,
    count_units,
    divide,
    has_word,
    hide_small,
    in_window,
    number,
    say_hidden,
    span_columns,
    sums_by_group,
)
from triage.outcomes.shares import rate_interval
from triage.rules import Urgency

HUNDRED = 100
FEWEST = 20  # judgement: alerts behind a rate that is said; its interval then reaches from 0.6 to 1.5 times the rate
COLUMNS = (
    GROUP,
    Column("split", "By", about="what the alerts are told apart by: nothing, kind, urgency, month of the check-ins"),
    Column("value", "Which", about="which kind, urgency or month"),
    PEOPLE,
    Column("n", "Check-ins", "count", "that came in"),
    Column("alerts", "Alerts", "count", "that were opened; of `beyond normal` check-ins judged routine or above"),
    *span_columns("rate", "For each 100", "number", "alerts for each 100 check-ins"),
    Column("each_day", "Each day", "number", "alerts for each day of the window"),
)
METHOD = (
    "Alerts of reports and of silence for each 100 check-ins that came in during the window. Interval: Garwood 1936, "
    "exact for counts, on fewer events where patients differ more than chance lets them.",
    "Months: run chart with the rules of Anhoej & Olesen (PLoS One 2014, 9:e113825) on months that are over: a "
    f"long run or few crossings of the median; at least {FEWEST_POINTS} months off the median. It finds shifts that "
    "last, not single months.",
    "Few alerts are no aim in themselves: read this beside `missed` and `worth`.",
)


class Days(NamedTuple):
    """What the window holds."""

    reports: Flags
    alerts: Flags
    days: float


def burden(facts: Facts, question: Question) -> Figure:
    """Return alerts for each 100 check-ins (Garwood 1936) and their run chart (Anhoej & Olesen 2014).

    Without a check-in in the window the figure has no rows. ValueError for a grouping that there is not.
    """
    window = _window(facts, question)
    n = int(window.reports.sum())
    rows = [*_rows(facts, window), *_rows_by_month(facts, window)] if n else []
    rows += _rows_by_group(facts, window, question.by) if n and question.by else []
    runs = find_runs(np.array([float(row[6] or 0) for row in rows if row[1] == "month"]))
    shown = hide_small(rows, COLUMNS)
    return Figure(
        id="burden",
        title="How many alerts do check-ins make?",
        answer=_answer(rows, runs) + say_hidden(rows, COLUMNS),
        n=n,
        of="check-ins",
        columns=COLUMNS,
        rows=shown,
        method=METHOD,
        pictures=_pictures(shown),
    )


def _window(facts: Facts, question: Question) -> Days:
    reports = in_window(facts.reports.received_us, question)
    alerts = about_patients(facts.alerts, question)
    first = facts.reports.received_us[reports].min(initial=facts.as_of_us)
    since = first if question.since_us is None else question.since_us
    until = facts.as_of_us if question.until_us is None else min(question.until_us, facts.as_of_us)
    return Days(reports, alerts, max(float(until - since), 1.0) / 86_400_000_000)


def _rows(facts: Facts, window: Days) -> Iterator[tuple[Value, ...]]:
    alerts, reports = facts.alerts, facts.reports
    exposure = np.bincount(reports.patient[window.reports], minlength=len(facts.patients.id)).astype(np.float64)
    splits = [(ALL, ALL, window.alerts)]
    splits += [("kind", kind, window.alerts & has_word(alerts.kind, kind)) for kind in ("report", "silence")]
    splits += [("urgency", each.name, window.alerts & (alerts.urgency == each)) for each in reversed(Urgency) if each]
    for split, value, chosen in splits:
        counts = np.bincount(alerts.patient[chosen], minlength=len(exposure)).astype(np.float64)
        yield _row((ALL, split, value), counts, exposure, window.days)
    beyond = np.bincount(reports.patient[window.reports & (reports.urgency > 0)], minlength=len(exposure))
    yield _row((ALL, "reports", "beyond normal"), beyond.astype(np.float64), exposure, window.days)


def _rows_by_month(facts: Facts, window: Days) -> Iterator[tuple[Value, ...]]:
    """Yield the months that are over and had check-ins."""
    came, opened = facts.reports.received_us[window.reports], facts.alerts.opened_us[window.alerts]
    reporter, alarmed = facts.reports.patient[window.reports], facts.alerts.patient[window.alerts]
    month, month_opened = month_of(came), month_of(opened)
    running = int(month_of(np.array([facts.as_of_us]))[0])
    for each in range(int(month.min()), min(int(month.max()) + 1, running)):
        here, there = reporter[month == each], alarmed[month_opened == each]
        if not len(here):
            continue
        people, place = np.unique(np.concatenate([here, there]), return_inverse=True)
        exposure = np.bincount(place[: len(here)], minlength=len(people)).astype(np.float64)
        counts = np.bincount(place[len(here) :], minlength=len(people)).astype(np.float64)
        days = (np.datetime64(each + 1, "M").astype("datetime64[D]") - np.datetime64(each, "M")).astype(int)
        yield _row((ALL, "month", name_month(each)), counts, exposure, float(days))


def _rows_by_group(facts: Facts, window: Days, by: str) -> Iterator[tuple[Value, ...]]:
    groups, reports, alerts = divide(facts, by), facts.reports, facts.alerts
    exposure = count_units(facts, groups, reports.patient[window.reports], reports.sitting[window.reports])
    counts = count_units(facts, groups, alerts.patient[window.alerts], alerts.sitting[window.alerts])
    for group, (exposure_each, counts_each) in sums_by_group(facts, groups, exposure, counts):
        if exposure_each.sum():
            yield _row((group, ALL, ALL), counts_each, exposure_each, window.days)


def _row(name: tuple[str, str, str], counts: Reals, exposure: Reals, days: float) -> tuple[Value, ...]:
    n, alerts = int(exposure.sum()), int(counts.sum())
    low, high = rate_interval(counts, exposure)
    people = int(np.count_nonzero(exposure))
    return (*name, people, n, alerts, HUNDRED * alerts / n, HUNDRED * low, HUNDRED * high, alerts / days)


def _answer(rows: list[tuple[Value, ...]], runs: Runs) -> str:
    if not rows:
        return "Cannot tell: no check-in came in during this window."
    people, _, alerts, rate, low, high = (float(value or 0) for value in rows[0][3:9])
    if people < SMALLEST:
        return f"Cannot tell: check-ins of fewer than {SMALLEST} people."
    if alerts < FEWEST:
        return f"Cannot tell yet: {say_count(int(alerts), 'alert')} of the {FEWEST} that would place the rate roughly."
    said = f"{rate:.1f} alerts for each 100 check-ins (95 % interval {low:.1f} to {high:.1f}). "
    if not runs.is_told:
        return said + f"Whether that changes cannot be told: {runs.useful} of {FEWEST_POINTS} months off the median."
    if not runs.is_signal:
        return said + "From month to month it moves as chance does."
    why = (
        f"a run of {runs.longest} months on one side"
        if runs.longest > runs.longest_most
        else f"only {runs.crossings} crossings"
    )
    return said + f"It has shifted: chance does not make {why} of the median."


def _pictures(rows: tuple[tuple[Value, ...], ...]) -> tuple[Bars | Whiskers, ...]:
    months = [row for row in rows if row[1] == "month" and row[6] is not None]
    others = [row for row in rows if row[1] != "month" and row[6] is not None]
    names = [str(row[0] if row[0] != ALL else row[2]) for row in others]
    points = tuple(
        Whisker(name, *(number(value) for value in row[6:9])) for name, row in zip(names, others, strict=True)
    )
    whiskers = Whiskers("Alerts for each 100 check-ins", "for each 100", points)
    rates = tuple(float(row[6] or 0) for row in months)
    bars = Bars("Month by month", "alerts for each 100", tuple(str(row[2]) for row in months), (("alerts", rates),))
    return (*((whiskers,) if points else ()), *((bars,) if rates else ()))
