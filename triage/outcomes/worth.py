"""The figure `worth`: how many alerts were worth somebody's time, as those who closed them said."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Flags
from triage.outcomes.facts import NOBODY, NONE, Alerts, Facts, Places
from triage.outcomes.figure import SMALLEST, Column, Figure, Question, Value, Whisker, Whiskers
from triage.outcomes.saying import is_enough, say_exact, say_share, say_too_few
from triage.outcomes.sections import (
    ALL,
    GROUP,
    PEOPLE,
    about_patients,
    divide,
    has_word,
    hide_small,
    rate_of,
    rows_by_group,
    say_hidden,
    span_columns,
)
from triage.outcomes.shares import Rate
from triage.rules import Urgency

POOR_LABELS = 0.5  # judgement: with fewer labels than this the share is that of whoever likes to tap
COLUMNS = (
    GROUP,
    Column("split", "By", about="what the alerts are told apart by: nothing, kind, urgency, or the rule that opened"),
    Column("value", "Which", about="which kind, urgency or rule"),
    PEOPLE,
    Column("n", "Labelled", "count", "closed alerts with one of the three answers"),
    Column("closed", "Closed", "count", "all closed alerts"),
    Column("coverage", "Labelled share", "share", "of the closed alerts"),
    *span_columns("useful", "Useful", "share", "useful among the labelled"),
    Column("useful_least", "At least", "share", "useful among all closed, if none without an answer was"),
    Column("useful_most", "At most", "share", "useful among all closed, if each without an answer was"),
    Column("waitable", "Could have waited", "share", "among the labelled"),
    Column("needless", "Not needed", "share", "among the labelled"),
    Column("reviewed_each", "Reviewed for each useful", "number", "alerts looked at for each that was useful"),
)
METHOD = (
    "Useful among closed alerts that say useful, could have waited or not needed: the positive predictive value. "
    "Exact interval by Clopper & Pearson 1934, on as many independent alerts as they are worth where several are about "
    "one patient (Korn & Graubard, Surv Methodol 1998, 24:193).",
    "At least and at most: whatever the alerts without an answer were (Manski, Am Econ Rev 1990, 80:319).",
    "Who closes an alert also judges it. Raising thresholds makes this share better and misses more: read it beside "
    "the figure `missed`. Many rules looked at together show some poor ones by chance.",
)


class Part(NamedTuple):
    """Some closed alerts."""

    group: str
    split: str
    value: str
    rows: Places


def worth(facts: Facts, question: Question) -> Figure:
    """Return the share of useful alerts among those labelled (Clopper & Pearson 1934; Korn & Graubard 1998).

    Without a closed alert in the window the figure has no rows. ValueError for a grouping that there is not.
    """
    alerts = facts.alerts
    chosen = np.flatnonzero(about_patients(alerts, question) & (alerts.closed_us != NONE))
    parts = _parts(facts, question.by, chosen) if len(chosen) else []
    rows = [_row(alerts, part) for part in parts]
    labelled = chosen[is_labelled(alerts)[chosen]]
    return Figure(
        id="worth",
        title="Were alerts worth it?",
        answer=_answer(alerts, chosen, labelled) + say_hidden(rows, COLUMNS),
        n=len(labelled),
        of="labelled alerts",
        columns=COLUMNS,
        rows=hide_small(rows, COLUMNS),
        method=METHOD,
        pictures=_pictures(alerts, parts),
    )


def is_labelled(alerts: Alerts) -> Flags:
    """Return which alerts somebody called useful or not when they were closed."""
    labelled: Flags = (alerts.closed_us != NONE) & (alerts.useful.code != NOBODY)
    return labelled


def _parts(facts: Facts, by: str | None, chosen: Places) -> list[Part]:
    alerts = facts.alerts
    parts = [Part(ALL, ALL, ALL, chosen)]
    for group, of_group in rows_by_group(divide(facts, by), alerts.patient[chosen], alerts.sitting[chosen]):
        rows = chosen[of_group]
        if group != ALL:
            parts.append(Part(group, ALL, ALL, rows))
        else:
            parts += [Part(group, *part) for part in _told_apart(alerts, rows) if len(part[2])]
    return parts


def _told_apart(alerts: Alerts, rows: Places) -> Iterator[tuple[str, str, Places]]:
    for kind in ("report", "silence"):
        yield "kind", kind, rows[has_word(alerts.kind, kind)[rows]]
    for urgency in sorted(Urgency, reverse=True):
        yield "urgency", urgency.name, rows[alerts.urgency[rows] == urgency]
    counts = np.bincount(alerts.rule.code[rows] + 1, minlength=len(alerts.rule.names) + 1)[1:]
    for rule in np.argsort(-counts, kind="stable").tolist():
        yield "rule", alerts.rule.names[rule], rows[alerts.rule.code[rows] == rule]


def _rate(alerts: Alerts, rows: Places, word: str = "useful") -> Rate:
    labelled = rows[is_labelled(alerts)[rows]]
    return rate_of(alerts.patient[labelled], has_word(alerts.useful, word)[labelled])


def _row(alerts: Alerts, part: Part) -> tuple[Value, ...]:
    rate = _rate(alerts, part.rows)
    closed = len(part.rows)
    share, low, high = rate.with_exact_interval
    return (
        *part[:3],
        rate.people,
        rate.n,
        closed,
        rate.n / closed,
        *(share, low, high),
        rate.yes / closed,
        (rate.yes + closed - rate.n) / closed,
        *(_rate(alerts, part.rows, word).with_interval[0] for word in ("could_have_waited", "not_needed")),
        1 / share if share else None,
    )


def _answer(alerts: Alerts, chosen: Places, labelled: Places) -> str:
    if not len(chosen):
        return "Cannot tell: no alert about a patient that was opened in this window has been closed."
    rate = _rate(alerts, chosen)
    if not is_enough(rate):
        return say_too_few(rate, "labelled alerts")
    coverage = len(labelled) / len(chosen)
    caution = " With so few labels this may be far from all." if coverage < POOR_LABELS else ""
    said = f"{say_exact(rate)} labelled alerts were useful; {say_share(coverage)} of the closed ones have a label."
    return said + caution


def _pictures(alerts: Alerts, parts: list[Part]) -> tuple[Whiskers, ...]:
    points = tuple(
        Whisker(part.value if part.group == ALL else part.group, *rate.with_exact_interval)
        for part in parts
        if (rate := _rate(alerts, part.rows)).people >= SMALLEST
    )
    title, label = "Alerts that were useful", "share of labelled alerts"
    return (Whiskers(title, label, points, is_share=True),) if points else ()
