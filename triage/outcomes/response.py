"""The figure `response`: how many check-ins came that were asked for, per check-in and per course of treatment."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Flags
from triage.outcomes.facts import NOBODY, NONE, Due, Facts, Places
from triage.outcomes.figure import SMALLEST, Bars, Column, Figure, Picture, Question, Value, Whisker, Whiskers
from triage.outcomes.saying import is_enough, say_count, say_rate, say_share, say_too_few
from triage.outcomes.sections import (
    ALL,
    GROUP,
    PEOPLE,
    Groups,
    divide,
    has_word,
    hide_small,
    in_window,
    number,
    rates_by_group,
    rows_by_group,
    say_hidden,
    span_columns,
)
from triage.outcomes.shares import Rate

DAY_US = 86_400_000_000
MOST = 0.8  # of a course's check-ins: nearly all
DAYS = ((0, 3), (4, 7), (8, 14), (15, 30), (31, None))  # calendar-free days after the sitting
COLUMNS = (
    GROUP,
    Column("measure", "Measure", about="what is counted"),
    Column("unit", "Of", about="check-ins that were due, or courses of treatment (episodes) with some"),
    PEOPLE,
    Column("n", "All", "count", "what the share is of"),
    Column("yes", "Of these", "count", "how many of them did"),
    *span_columns("share", "Share", "share", "how many of them did, as a share"),
)
MEASURES = {
    "answered": "asked for by a message that went out; answered, however late",
    "in time": "asked for; answered before it counted as missed",
    "asked": "settled and not excused; a message went out",
    "not sent": "settled and not excused; a message should have gone out and did not",
    "no way": "settled and not excused; no message was meant to go out",
    "opted out": "settled; the patient wants no messages",
    "excused": "settled; the patient was away",
    "delivered": "asked for; the channel gave a receipt",
    "opened": "asked for; the page was opened, or an answer came",
    "any": "courses with asked check-ins; at least one was answered",
    "most": f"courses; at least {MOST:.0%} were answered",
    "every": "courses; all were answered",
}
METHOD = (
    "Two denominators: check-ins that a message asked for, and courses with at least one of them. Waiting ones and "
    "those of a plan that was replaced are in neither.",
    "What did not go out is our failure and stands apart. Some channels give no receipt, so more was delivered "
    "than the share says.",
    "Intervals by Wilson 1927 on as many independent check-ins as they are worth where a patient's hang together "
    "(Korn & Graubard 1998). Days are those since the latest sitting.",
    *(f"{name}: {about}." for name, about in MEASURES.items()),
)


class Ledger(NamedTuple):
    """What became of every check-in that was due, as flags."""

    counted: Flags  # settled, and neither excused nor of a patient who wants no messages
    asked: Flags  # of the counted: a message went out
    answered: Flags
    in_time: Flags
    settled: Flags


def ledger_of(due: Due, question: Question) -> Ledger:
    """Return what became of the check-ins that were due in the window."""
    settled = in_window(due.due_us, question) & ~has_word(due.state, "waiting", "superseded")
    counted = settled & ~has_word(due.state, "excused", "opted_out")
    return Ledger(
        counted=counted,
        asked=counted & (due.sent_us != NONE),
        answered=has_word(due.state, "answered", "late"),
        in_time=has_word(due.state, "answered"),
        settled=settled,
    )


def response(facts: Facts, question: Question) -> Figure:
    """Return response per check-in and per course (Wilson 1927; clusters as Korn & Graubard 1998).

    Without a settled check-in in the window the figure has no rows. ValueError for a grouping that there is not.
    """
    ledger = ledger_of(facts.due, question)
    by = [None, question.by] if question.by else [None]
    rows = [row for each in by for row in _rows(facts, divide(facts, each), ledger)]
    rows += list(_rows_by_day(facts, ledger))
    asked = rates_by_group(facts, divide(facts, None), *_of(facts.due, ledger.asked), ledger.answered[ledger.asked])
    return Figure(
        id="response",
        title="Do patients answer?",
        answer=_answer(asked[0][1] if asked else None, facts.due, ledger) + say_hidden(rows, COLUMNS),
        n=int(ledger.asked.sum()),
        of="check-ins asked for",
        columns=COLUMNS,
        rows=hide_small(rows, COLUMNS),
        method=METHOD,
        pictures=_pictures(rows),
    )


def _of(due: Due, chosen: Flags) -> tuple[Places, Places]:
    return due.patient[chosen], due.sitting[chosen]


def _rows(facts: Facts, groups: Groups, ledger: Ledger) -> Iterator[tuple[Value, ...]]:
    for measure, chosen, yes in _measures(facts.due, ledger):
        for group, rate in rates_by_group(facts, groups, *_of(facts.due, chosen), yes[chosen]):
            yield _row(group, measure, "check-ins", rate)
    yield from _courses(facts, groups, ledger)


def _measures(due: Due, ledger: Ledger) -> Iterator[tuple[str, Flags, Flags]]:
    """Yield each measure of check-ins with what it counts and what of that it looks for."""
    is_unasked = due.unasked.code != NOBODY
    is_sent = due.sent_us != NONE
    yield "answered", ledger.asked, ledger.answered
    yield "in time", ledger.asked, ledger.in_time
    yield "asked", ledger.counted, is_sent
    yield "not sent", ledger.counted, ~is_sent & ~is_unasked
    yield "no way", ledger.counted, ~is_sent & is_unasked
    yield "opted out", ledger.settled, has_word(due.state, "opted_out")
    yield "excused", ledger.settled, has_word(due.state, "excused")
    yield "delivered", ledger.asked, due.delivered_us != NONE
    yield "opened", ledger.asked, (due.opened_us != NONE) | ledger.answered


def _courses(facts: Facts, groups: Groups, ledger: Ledger) -> Iterator[tuple[Value, ...]]:
    """Yield what courses did: an episode's check-ins within a group."""
    due, chosen = facts.due, np.flatnonzero(ledger.asked & (facts.due.sitting != NOBODY))
    for group, rows in rows_by_group(groups, due.patient[chosen], due.sitting[chosen]):
        asked = chosen[rows]
        episodes, place, first = _numbered(facts.sittings.episode[due.sitting[asked]])
        n, yes = np.bincount(place, minlength=episodes), np.bincount(place, ledger.answered[asked], episodes)
        owner = due.patient[asked][first]
        for measure, did in (("any", yes > 0), ("most", yes >= MOST * n), ("every", yes >= n)):
            ((_, rate),) = rates_by_group(facts, divide(facts, None), owner, owner, did)
            yield _row(group, measure, "courses", rate)


def _numbered(keys: Places) -> tuple[int, Places, Places]:
    """Return how many different keys there are, the number of each row's, and the first row of each."""
    found, first, place = np.unique(keys, return_index=True, return_inverse=True)
    return len(found), place, first


def _rows_by_day(facts: Facts, ledger: Ledger) -> Iterator[tuple[Value, ...]]:
    due = facts.due
    is_placed = ledger.asked & (due.sitting != NOBODY)
    day = np.full(len(due.due_us), -1)
    day[is_placed] = (due.due_us[is_placed] - facts.sittings.at_us[due.sitting[is_placed]]) // DAY_US
    for first, last in DAYS:
        chosen = is_placed & (day >= first) & (day <= (np.inf if last is None else last))
        for group, rate in rates_by_group(facts, divide(facts, None), *_of(due, chosen), ledger.answered[chosen]):
            name = f"answered, day {first} to {last}" if last else f"answered, from day {first}"
            yield _row(group, name, "check-ins", rate)


def _row(group: str, measure: str, unit: str, rate: Rate) -> tuple[Value, ...]:
    return (group, measure, unit, rate.people, rate.n, rate.yes, *rate.with_interval)


def _answer(asked: Rate | None, due: Due, ledger: Ledger) -> str:
    if asked is None:
        return "Cannot tell: no check-in that a message asked for is settled in this window."
    if not is_enough(asked):
        return say_too_few(asked, "check-ins asked for")
    unsent = int((ledger.counted & (due.sent_us == NONE) & (due.unasked.code == NOBODY)).sum())
    in_time = int((ledger.asked & ledger.in_time).sum()) / asked.n
    return f"{say_rate(asked)} check-ins that a message asked for were answered, {say_share(in_time)} in time." + (
        f" {say_count(unsent, 'message that should have gone out', 'messages that should have gone out')} did not."
        if unsent
        else ""
    )


def _pictures(rows: list[tuple[Value, ...]]) -> tuple[Picture, ...]:
    ids = [column.id for column in COLUMNS]
    told = [dict(zip(ids, row, strict=True)) for row in rows]
    shown = [row for row in told if int(row["people"] or 0) >= SMALLEST and str(row["measure"]).startswith("answered")]
    if not shown:
        return ()
    points = tuple(Whisker(_named(row), *(number(row[name]) for name in ids[-3:])) for row in shown)
    states = [row for row in told if row["group"] == ALL and row["measure"] in ("asked", "not sent", "no way")]
    stacks = tuple((str(row["measure"]), (float(row["yes"] or 0),)) for row in states)
    return (
        Whiskers("Check-ins that were answered", "share answered", points, is_share=True),
        Bars("How patients were asked", "check-ins", ("due",), stacks),
    )


def _named(row: dict[str, Value]) -> str:
    return str(row["measure"]) if row["group"] == ALL else str(row["group"])
