"""The figure `closings`: what alerts turned out to be, and how rare the serious ones are."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.outcomes.columns import Flags
from triage.outcomes.facts import NOBODY, NONE, Alerts, Facts, Places
from triage.outcomes.figure import SMALLEST, Bars, Column, Figure, Picture, Question, Value, Whisker, Whiskers
from triage.outcomes.over_time import FEWEST_POINTS, find_runs, limit_between
from triage.outcomes.saying import say_count
from triage.outcomes.sections import (
    ALL,
    GROUP,
    PEOPLE,
    about_patients,
    count_people,
    divide,
    has_word,
    hide_small,
    number,
    rate_of,
    rows_by_group,
    say_hidden,
    span_columns,
)
from triage.outcomes.worth import is_labelled
from triage.rules.alerts import OUTCOMES

COLUMNS = (
    GROUP,
    Column("outcome", "Outcome", about="what the alert was closed as; serious: closed with some seriousness"),
    PEOPLE,
    Column("n", "Alerts", "count", "closed alerts with this outcome"),
    *span_columns("share", "Share", "share", "of all closed alerts with an outcome; of serious: of all closed"),
    Column("serious", "Serious", "count", "of these closed with some seriousness"),
    Column("useful", "Useful", "share", "of those with an answer whether they were useful"),
    Column("between", "Sittings between", "number", "sittings from one with a serious event to the next, on average"),
    Column("between_low", "chance from", "number", "fewer sittings between two than this are not chance"),
    Column("between_high", "chance to", "number", "more sittings between two than this are not chance"),
    Column("since", "Sittings since", "count", "sittings since the latest one with a serious event"),
)
METHOD = (
    "Alerts about patients that were opened in the window and are closed. Shares with Wilson's interval on as many "
    "independent alerts as they are worth by patient (Korn & Graubard 1998).",
    "Serious events are too rare for monthly rates. Counted instead are the sittings between one with a serious event "
    "and the next (g chart: Benneyan 2001, with exact limits of the geometric distribution, 0.135 % each), and runs of "
    f"them (Anhoej & Olesen 2014); from {FEWEST_POINTS} events on. Sittings of the last weeks may still get one.",
    "What an alert is closed as is the judgement of whoever closed it, not a diagnosis.",
)


class Serious(NamedTuple):
    """The sittings with a serious event, by their place among all sittings in time."""

    gaps: NDArray[np.int64]
    since: int


def closings(facts: Facts, question: Question) -> Figure:
    """Return what alerts were closed as (Wilson 1927) and the sittings between serious events (Benneyan 2001).

    Without a closed alert in the window the figure has no rows. ValueError for a grouping that there is not.
    """
    alerts = facts.alerts
    closed = np.flatnonzero(about_patients(alerts, question) & (alerts.closed_us != NONE))
    serious = _serious(facts, closed)
    rows = list(_rows(alerts, ALL, closed, serious)) if len(closed) else []
    if question.by:
        for group, of_group in rows_by_group(divide(facts, question.by), *_of(alerts, closed)):
            rows += _rows(alerts, group, closed[of_group], None)
    shown = hide_small(rows, COLUMNS)
    return Figure(
        id="closings",
        title="What did alerts turn out to be?",
        answer=_answer(alerts, closed, serious) + say_hidden(rows, COLUMNS),
        n=len(closed),
        of="closed alerts",
        columns=COLUMNS,
        rows=shown,
        method=METHOD,
        pictures=_pictures(shown, serious),
    )


def _of(alerts: Alerts, rows: Places) -> tuple[Places, Places]:
    return alerts.patient[rows], alerts.sitting[rows]


def _rows(alerts: Alerts, group: str, closed: Places, serious: Serious | None) -> Iterator[tuple[Value, ...]]:
    told = closed[alerts.outcome.code[closed] != NOBODY]
    for outcome in OUTCOMES:
        rows = told[has_word(alerts.outcome, outcome)[told]]
        if len(rows):
            is_so = has_word(alerts.outcome, outcome)[told]
            yield (*_row(alerts, (group, outcome), told, is_so), None, None, None, None)
    untold = alerts.outcome.code[closed] == NOBODY
    if untold.any():
        yield (*_row(alerts, (group, "without an outcome"), closed, untold), None, None, None, None)
    if alerts.is_serious[closed].any():
        between = _between(serious)
        yield (*_row(alerts, (group, "serious"), closed, alerts.is_serious[closed]), *between)


def _row(alerts: Alerts, name: tuple[str, str], rows: Places, is_so: Flags) -> tuple[Value, ...]:
    rate = rate_of(alerts.patient[rows], is_so)
    these = rows[is_so]
    people = len(np.unique(alerts.patient[these]))
    labelled = these[is_labelled(alerts)[these]]
    useful = float(has_word(alerts.useful, "useful")[labelled].mean()) if len(labelled) else None
    return (*name, people, len(these), *rate.with_interval, int(alerts.is_serious[these].sum()), useful)


def _serious(facts: Facts, closed: Places) -> Serious:
    """Return the sittings between those with a serious event; several events of one sitting are one."""
    alerts, sittings = facts.alerts, facts.sittings
    found = np.unique(alerts.sitting[closed[alerts.is_serious[closed]]])
    rank = np.empty(len(sittings.id), np.int64)
    rank[np.argsort(sittings.at_us, kind="stable")] = np.arange(len(sittings.id))
    places = np.sort(rank[found[found != NOBODY]])
    return Serious(np.diff(places) - 1, len(rank) - 1 - int(places[-1]) if len(places) else len(rank))


def _between(serious: Serious | None) -> tuple[Value, ...]:
    if serious is None or not len(serious.gaps):
        return (None,) * 4
    return (*limit_between(serious.gaps), serious.since)


def _answer(alerts: Alerts, closed: Places, serious: Serious) -> str:
    if not len(closed):
        return "Cannot tell: no alert about a patient that was opened in this window has been closed."
    if count_people(alerts.patient[closed]) < SMALLEST:
        return f"Cannot tell: {say_count(len(closed), 'closed alert')} about fewer than {SMALLEST} people."
    outcomes = np.bincount(alerts.outcome.code[closed] + 1, minlength=len(alerts.outcome.names) + 1)[1:]
    told = int(outcomes.sum())
    said = f"{say_count(len(closed), 'alert was', 'alerts were')} closed, {told} with an outcome"
    if told:
        most = alerts.outcome.names[int(outcomes.argmax())].replace("_", " ")
        said += f", most often {most} ({int(outcomes.max())})"
    return f"{said}; {int(alerts.is_serious[closed].sum())} as serious. {_say_rarity(serious)}"


def _say_rarity(serious: Serious) -> str:
    gaps = serious.gaps
    if len(gaps) < FEWEST_POINTS:
        return "Too few serious events to tell whether they become more or less frequent."
    limits, runs = limit_between(gaps), find_runs(gaps.astype(np.float64))
    if serious.since > limits.high:
        return "Serious events have become rarer than chance would have it."
    if ((gaps < limits.low) | (gaps > limits.high)).any() or runs.is_signal:
        return "Serious events do not come by chance alone: look at the sittings between them."
    return "Serious events come as chance has it."


def _pictures(rows: tuple[tuple[Value, ...], ...], serious: Serious) -> tuple[Picture, ...]:
    shown = [row for row in rows if row[4] is not None and row[0] == ALL]
    if not shown:
        return ()
    points = tuple(Whisker(str(row[1]), *(number(value) for value in row[4:7])) for row in shown)
    whiskers = Whiskers("What alerts were closed as", "share", points, is_share=True)
    if len(serious.gaps) < SMALLEST:
        return (whiskers,)
    names = tuple(str(place + 1) for place in range(len(serious.gaps)))
    stacks = (("sittings", tuple(float(gap) for gap in serious.gaps)),)
    return whiskers, Bars("Sittings between serious events", "sittings between", names, stacks)
