"""The figure `silence`: who was not heard of, whether they were reached, and what that may have hidden."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Flags, Whole
from triage.outcomes.facts import NOBODY, NONE, Facts, Places
from triage.outcomes.figure import Bars, Column, Figure, Picture, Question, Value, Whisker, Whiskers
from triage.outcomes.response import ledger_of
from triage.outcomes.saying import is_enough, say_points, say_rate, say_share, say_too_few
from triage.outcomes.sections import (
    ALL,
    GROUP,
    PEOPLE,
    count_people,
    divide,
    has_word,
    hide_small,
    in_window,
    number,
    rate_of,
    rates_by_group,
    say_hidden,
    span_columns,
)
from triage.outcomes.shares import Rate, newcombe
from triage.outcomes.survival import quantile, survive

MINUTE_US = 60_000_000
SPAN = ("share", "share_low", "share_high")
NO_SPANS = (None,) * 6
NO_COMPLICATION = ("expected_healing", "irritation", "lost")  # judgement: irritation passes and is no harm
COLUMNS = (
    GROUP,
    Column("measure", "Measure", about="what is counted"),
    PEOPLE,
    Column("n", "All", "count", "what the share is of"),
    Column("yes", "Of these", "count", "how many of them did"),
    *span_columns("share", "Share", "share", "how many of them did, as a share; of a difference: share minus share"),
    *span_columns("half", "Half within", "hours", "hours within which half of them did"),
    *span_columns("most", "Nine in ten within", "hours", "hours within which nine in ten did"),
)
METHOD = (
    "Sittings with check-ins that were due. Silent: the practitioner was told that nothing came. Heard of again: a "
    "report came afterwards, or the patient was reached.",
    "Complication: an alert of the sitting was closed as something else than expected healing, irritation or lost. The "
    "difference between the silent who were heard of again and the others has Newcombe's interval (Stat Med 1998, "
    "17:873), with sittings reduced to what they are worth by patient.",
    "Nobody knows of those not heard of again: the bounds say what the share of complications would be if all of them "
    "were well, as the others who were silent, or if none was; the tipping point is the share among them from which on "
    "the truth lies above the interval of the others (Yan, Lee & Li, J Biopharm Stat 2009, 19:1085).",
    "Time until heard of again: Kaplan & Meier 1958, intervals by Brookmeyer & Crowley 1982.",
)


class Silent(NamedTuple):
    """What is known of each sitting, and of each alert of silence."""

    watched: Places  # sittings with check-ins that were due
    is_silent: Flags  # of every sitting
    is_lost: Flags  # silent, and not heard of again
    is_ill: Flags  # with a complication
    alert: Places  # rows of alerts of silence
    minutes: Whole  # until heard of again, or until now
    is_heard: Flags


def silence(facts: Facts, question: Question) -> Figure:
    """Return how many fell silent, how long, and the bounds of what that hides (Newcombe 1998; Yan and others 2009).

    Without a settled check-in in the window the figure has no rows. ValueError for a grouping that there is not.
    """
    told = _told(facts, question)
    rows = [*_spells(facts, told), *_words(facts, question), *_rates(facts, told, None)] if len(told.watched) else []
    rows += _hidden(facts, told) if len(told.watched) else []
    rows += _rates(facts, told, question.by) if question.by else []
    return Figure(
        id="silence",
        title="What does silence hide?",
        answer=_answer(facts, told) + say_hidden(rows, COLUMNS),
        n=len(told.watched),
        of="sittings",
        columns=COLUMNS,
        rows=hide_small(rows, COLUMNS),
        method=METHOD,
        pictures=_pictures(hide_small(rows, COLUMNS)),
    )


def _told(facts: Facts, question: Question) -> Silent:
    alerts, sittings = facts.alerts, len(facts.sittings.id)
    due_of = facts.due.sitting[ledger_of(facts.due, question).settled]
    rows = np.flatnonzero(has_word(alerts.kind, "silence") & in_window(alerts.opened_us, question))
    heard_us = np.minimum(
        next_report(facts, alerts.patient[rows], alerts.opened_us[rows]), _or_never(alerts.reached_us[rows])
    )
    is_heard = heard_us <= facts.as_of_us
    until = np.where(is_heard, heard_us, facts.as_of_us)
    of_sitting = alerts.sitting[rows]
    is_ill = np.zeros(sittings, np.bool_)
    ill = (alerts.outcome.code != NOBODY) & ~has_word(alerts.outcome, *NO_COMPLICATION) & (alerts.sitting != NOBODY)
    is_ill[alerts.sitting[ill]] = True
    return Silent(
        watched=np.unique(due_of[due_of != NOBODY]),
        is_silent=_flagged(sittings, of_sitting),
        is_lost=_flagged(sittings, of_sitting[~is_heard]),
        is_ill=is_ill,
        alert=rows,
        minutes=np.maximum(until - alerts.opened_us[rows], 0) // MINUTE_US,
        is_heard=is_heard,
    )


def _or_never(moments_us: Whole) -> Whole:
    return np.where(moments_us == NONE, np.iinfo(np.int64).max, moments_us)


def _flagged(size: int, rows: Places) -> Flags:
    flags = np.zeros(size, np.bool_)
    flags[rows[rows != NOBODY]] = True
    return flags


def next_report(facts: Facts, patient: Places, after_us: Whole) -> Whole:
    """Return when each patient's first report came in after a moment, to the minute; the largest number: none did."""
    reports = facts.reports
    keys = _keys(reports.patient, reports.received_us)
    order = np.argsort(keys)
    place = np.searchsorted(keys[order], _keys(patient, after_us), side="right")
    found = np.append(order, 0)[place]
    never = np.full(len(patient), np.iinfo(np.int64).max)
    if not len(order):
        return never
    is_own = (place < len(order)) & (reports.patient[found] == patient)
    return np.where(is_own, reports.received_us[found], never)


def _keys(patient: Places, moments_us: Whole) -> Whole:
    """Return numbers that sort by patient, then by minute."""
    return patient * 2**36 + moments_us // MINUTE_US


def _spells(facts: Facts, told: Silent) -> Iterator[tuple[Value, ...]]:
    rate = rate_of(facts.alerts.patient[told.alert], told.is_heard)
    curve = survive(told.minutes / 60, told.is_heard)
    spans = (*quantile(curve, 0.5), *quantile(curve, 0.9)) if rate.n else (None,) * 6
    yield (*_row(ALL, "silence that ended: a report came, or the patient was reached", rate)[:8], *spans)
    reached = rate_of(facts.alerts.patient[told.alert], facts.alerts.reached_us[told.alert] != NONE)
    yield _row(ALL, "silence in which the patient was reached", reached)


def _words(facts: Facts, question: Question) -> Iterator[tuple[Value, ...]]:
    due = facts.due
    chosen = in_window(due.due_us, question) & has_word(due.state, "missed", "late")
    yield _row(
        ALL,
        "missed check-ins of which nobody was told",
        rate_of(due.patient[chosen], due.silence.code[chosen] == NOBODY),
    )
    for word in due.silence.names:
        rate = rate_of(due.patient[chosen], has_word(due.silence, word)[chosen])
        if rate.yes:
            yield _row(ALL, f"missed check-ins told as {word}", rate)


def _rates(facts: Facts, told: Silent, by: str | None) -> Iterator[tuple[Value, ...]]:
    groups, watched = divide(facts, by), told.watched
    quiet = told.is_silent[watched]
    measures = (
        ("silent sittings", watched, told.is_silent),
        ("silent sittings not heard of again", watched[quiet], told.is_lost),
        ("complications, never silent", watched[~quiet], told.is_ill),
        ("complications, silent and heard of again", watched[quiet & ~told.is_lost[watched]], told.is_ill),
        ("complications, not heard of again", watched[told.is_lost[watched]], told.is_ill),
    )
    for measure, chosen, yes in measures:
        for group, rate in rates_by_group(facts, groups, facts.sittings.patient[chosen], chosen, yes[chosen]):
            yield _row(group, measure, rate)


def _three(facts: Facts, told: Silent) -> tuple[Rate, Rate, Rate]:
    """Return the complications of those never silent, of the silent heard of again, and of the rest."""
    watched = told.watched
    silent, lost = told.is_silent[watched], told.is_lost[watched]
    sets = (watched[~silent], watched[silent & ~lost], watched[lost])
    open_, again, rest = (rate_of(facts.sittings.patient[rows], told.is_ill[rows]) for rows in sets)
    return open_, again, rest


def _hidden(facts: Facts, told: Silent) -> Iterator[tuple[Value, ...]]:
    """Yield the difference between the silent and the others, and the bounds of what is not known."""
    never, again, rest = _three(facts, told)
    if never.n and again.n:
        low, high = _apart(never, again)
        difference = (again.share - never.share, low, high, *NO_SPANS)
        yield (
            ALL,
            "difference: silent and heard of again, minus never silent",
            again.people,
            again.n,
            None,
            *difference,
        )
    people = count_people(facts.sittings.patient[told.watched])
    size = never.n + again.n + rest.n
    guesses = {
        "nobody not heard of": 0.0,
        "those not heard of as the other silent": again.share if again.n else never.share,
        "everybody not heard of": 1.0,
    }
    for name, share in guesses.items():
        overall = (never.yes + again.yes + share * rest.n) / size if rest.n else None
        if overall is not None and overall == overall:
            yield (ALL, f"complications overall, if {name}", people, size, None, overall, None, None, *NO_SPANS)
    tipping = _tipping(never, again, rest)
    if tipping is not None:
        yield (ALL, "tipping point among those not heard of", people, rest.n, None, tipping, None, None, *NO_SPANS)


def _apart(never: Rate, again: Rate) -> tuple[float, float]:
    low, high = newcombe(again.events, again.size, never.events, never.size)
    return float(low), float(high)


def _tipping(never: Rate, again: Rate, rest: Rate) -> float | None:
    """Return from which share among those not heard of the truth lies above the others' interval. None: from none."""
    heard = Rate(0, never.n + again.n, never.yes + again.yes, never.size + again.size)
    high = heard.with_interval[2]
    if high is None or not rest.n:
        return None
    share = (high * (heard.n + rest.n) - heard.yes) / rest.n
    return share if share <= 1 else None


def _row(group: str, measure: str, rate: Rate) -> tuple[Value, ...]:
    return (group, measure, rate.people, rate.n, rate.yes, *rate.with_interval, *NO_SPANS)


def _answer(facts: Facts, told: Silent) -> str:
    if not len(told.watched):
        return "Cannot tell: no check-in is settled in this window."
    silent = rate_of(facts.sittings.patient[told.watched], told.is_silent[told.watched])
    if not is_enough(silent):
        return say_too_few(silent, "sittings")
    never, again, rest = _three(facts, told)
    said = f"{say_rate(silent)} sittings fell silent; {say_share(rest.n / silent.n)} of all were not heard of again, "
    said += "and nobody knows how they are. "
    if not is_enough(again) or not never.n:
        return said + "Too few of the silent were heard of again to tell whether silence hides complications."
    low, high = _apart(never, again)
    if low <= 0 <= high:
        return said + f"No difference in complications is seen after silence: {say_points(low)} to {say_points(high)}."
    verdict = "more" if low > 0 else "fewer"
    return said + f"After silence there were {verdict} complications: {say_points(low)} to {say_points(high)}."


def _pictures(rows: tuple[tuple[Value, ...], ...]) -> tuple[Picture, ...]:
    told = [dict(zip((column.id for column in COLUMNS), row, strict=True)) for row in rows]
    shown = [row for row in told if row["share"] is not None and row["group"] == ALL]
    ill = [row for row in shown if str(row["measure"]).startswith("complications")]
    missed = [row for row in shown if str(row["measure"]).startswith("missed")]
    points = tuple(Whisker(str(row["measure"]), *(number(row[name]) for name in SPAN)) for row in ill)
    counts = tuple(float(row["yes"] or 0) for row in missed)
    names = tuple(str(row["measure"]).removeprefix("missed check-ins ") for row in missed)
    bars = Bars("What was told of missed check-ins", "check-ins", names, (("check-ins", counts),))
    whiskers = Whiskers("Complications", "share of sittings", points, is_share=True)
    return (*((whiskers,) if points else ()), *((bars,) if counts else ()))
