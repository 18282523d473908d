"""The figure `missed`: how many reports that needed a human opened no alert, from a sample drawn by lot."""

from collections.abc import Iterator
from math import isnan
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Flags, Whole
from triage.outcomes.facts import NOBODY, Facts, Places
from triage.outcomes.figure import SMALLEST, Column, Figure, Question, Value, Whisker, Whiskers
from triage.outcomes.months import month_of
from triage.outcomes.saying import say_between, say_count, say_share
from triage.outcomes.sections import (
    ALL,
    GROUP,
    PEOPLE,
    UNKNOWN,
    divide,
    has_word,
    hide_small,
    in_window,
    number,
    rows_by_group,
    say_hidden,
    span_columns,
)
from triage.outcomes.sensitivity import Alarmed, Quiet, estimate, interval_of, missed_share
from triage.outcomes.worth import is_labelled

WIDEST = 0.3  # judgement: an interval of more than 30 points says nothing
LEAST_COVERED = 0.5  # judgement: far from the 1 of a month that was drawn from and the 0 of one that was not
COLUMNS = (
    GROUP,
    Column("stratum", "Drawn from", about="what the sample was drawn from apart"),
    PEOPLE,
    Column("n", "Reviewed", "count", "drawn reports on which somebody has decided"),
    Column("drawn", "Drawn", "count", "reports without an alert that were drawn by lot"),
    Column("undecided", "Cannot tell", "count", "reviewed without a decision"),
    Column("missed", "Should have alerted", "count", "of the reviewed"),
    *span_columns("share", "Missed share", "share", "of reports without an alert that should have had one"),
    Column("found", "Found", "number", "estimated useful alarms among reports beyond normal"),
    Column("lost", "Missed", "number", "estimated reports that should have alerted and did not"),
    *span_columns("sensitivity", "Found of all", "share", "found among all that needed a human"),
)
METHOD = (
    "Found of all: useful alarms against those and the missed ones; all alerts are looked at, and of the reports "
    "without one a sample, so each is weighted by its chance to be drawn (Begg & Greenes, Biometrics 1983, 39:207). "
    "Alarms of months without a sample are left out.",
    "Useful as in the figure `worth`: alerts without an answer count as those of the same urgency that have one, drawn "
    "reports without a verdict as those of the same stratum.",
    "Interval by drawing patients again; with fewer than five missed in the sample from the exact interval of their "
    "share instead, so that none seen is not none missed (Clopper & Pearson 1934; Korn & Graubard 1998).",
    "Reviewers see no urgency before they decide. What was never reported is not in this figure: see `silence`.",
)


class Part(NamedTuple):
    """One group's reports."""

    group: str
    alarmed: Alarmed
    quiet: Quiet


def missed(facts: Facts, question: Question) -> Figure:
    """Return the sensitivity of alerts and what they missed (Begg & Greenes 1983; bootstrap by patient).

    Without a drawn report in the window the figure has no rows. ValueError for a grouping that there is not.
    """
    drawn = np.flatnonzero(in_window(facts.sampled.at_us, question))
    parts = list(_parts(facts, question, drawn)) if len(drawn) else []
    rows = [row for part in parts for row in _rows(facts, part, question)]
    shown = hide_small(rows, COLUMNS)
    return Figure(
        id="missed",
        title="What did we miss?",
        answer=_answer(shown, len(drawn)) + say_hidden(rows, COLUMNS),
        n=int(sum(part.quiet.is_decided.sum() for part in parts[:1])),
        of="reviewed reports",
        columns=COLUMNS,
        rows=shown,
        method=METHOD,
        pictures=_pictures(shown),
    )


def _parts(facts: Facts, question: Question, drawn: Places) -> Iterator[Part]:
    """Yield everybody, then each group, with the reports of the months from which a sample was drawn."""
    reports, alerts, sampled = facts.reports, facts.alerts, facts.sampled
    months = covered_months(facts, question, drawn)
    beyond = np.flatnonzero((reports.urgency > 0) & _within(reports.at_us, months, question))
    is_chosen = is_labelled(alerts) & has_word(alerts.kind, "report")
    labelled = np.flatnonzero(is_chosen & _within(alerts.opened_us, months, question))
    yield Part(ALL, _alarmed(facts, beyond, labelled), _quiet(facts, drawn))
    if question.by is None:
        return
    groups = divide(facts, question.by)
    sitting = latest_sitting(facts, sampled.patient[drawn], sampled.at_us[drawn])
    of_beyond = dict(rows_by_group(groups, reports.patient[beyond], reports.sitting[beyond]))
    of_labelled = dict(rows_by_group(groups, alerts.patient[labelled], alerts.sitting[labelled]))
    nothing = np.zeros(0, np.int64)
    for group, rows in rows_by_group(groups, sampled.patient[drawn], sitting):
        alarmed = _alarmed(facts, beyond[of_beyond.get(group, nothing)], labelled[of_labelled.get(group, nothing)])
        yield Part(group, alarmed, _quiet(facts, drawn[rows]))


def covered_months(facts: Facts, question: Question, drawn: Places) -> Whole:
    """Return the months whose quiet reports the sample stands for, at least by half.

    Samples are drawn by the clinic's own months: a report of the last evening may lie in the next month by UTC, and
    must not make it count as reviewed.
    """
    reports, sampled = facts.reports, facts.sampled
    quiet = np.sort(month_of(reports.at_us[(reports.urgency == 0) & in_window(reports.at_us, question)]))
    months, number = np.unique(month_of(sampled.at_us[drawn]), return_inverse=True)
    stands_for = np.bincount(number, 1 / sampled.chance[drawn])
    of_month = np.searchsorted(quiet, months + 1) - np.searchsorted(quiet, months)
    covered: Whole = months[stands_for >= LEAST_COVERED * of_month]
    return covered


def _within(moments_us: Whole, months: Whole, question: Question) -> Flags:
    found: Flags = np.isin(month_of(moments_us), months) & in_window(moments_us, question)
    return found


def latest_sitting(facts: Facts, patient: Places, at_us: Whole) -> Places:
    """Return the latest sitting of each patient at or before a moment, or NOBODY."""
    sittings = facts.sittings
    is_question = np.repeat([0, 1], [len(sittings.id), len(patient)])
    ranked = np.lexsort((is_question, np.r_[sittings.at_us, at_us], np.r_[sittings.patient, patient]))
    place = np.maximum.accumulate(np.where(ranked < len(sittings.id), ranked, NOBODY))
    is_asked = ranked >= len(sittings.id)
    found = np.full(len(patient), NOBODY)
    found[ranked[is_asked] - len(sittings.id)] = place[is_asked]
    is_own = (found != NOBODY) & (sittings.patient[found] == patient) if len(sittings.id) else found != NOBODY
    return np.where(is_own, found, NOBODY)


def _alarmed(facts: Facts, beyond: Places, labelled: Places) -> Alarmed:
    reports, alerts = facts.reports, facts.alerts
    return Alarmed(
        patient=reports.patient[beyond],
        stratum=reports.urgency[beyond].astype(np.int64),
        labelled=alerts.patient[labelled],
        labelled_stratum=alerts.urgency[labelled].astype(np.int64),
        is_useful=has_word(alerts.useful, "useful")[labelled],
    )


def _quiet(facts: Facts, drawn: Places) -> Quiet:
    sampled = facts.sampled
    code = sampled.stratum.code[drawn].astype(np.int64)
    return Quiet(
        patient=sampled.patient[drawn],
        stratum=np.where(code == NOBODY, len(sampled.stratum.names), code),
        weight=1 / sampled.chance[drawn],
        is_decided=has_word(sampled.verdict, "right", "should_have_alerted")[drawn],
        is_missed=has_word(sampled.verdict, "should_have_alerted")[drawn],
    )


def _rows(facts: Facts, part: Part, question: Question) -> Iterator[tuple[Value, ...]]:
    quiet = part.quiet
    whole = estimate(part.alarmed, quiet)
    told: tuple[float | None, ...] = (None,) * 5
    if len(part.alarmed.patient) and not isnan(whole.sensitivity):
        interval = interval_of(part.alarmed, quiet, question.resamples, question.seed)
        told = (whole.found, whole.missed, whole.sensitivity, *(None if isnan(end) else end for end in interval))
    yield (part.group, ALL, *_counted(quiet), *(missed_share(quiet) or (None,) * 3), *told)
    if part.group != ALL:
        return
    names = *facts.sampled.stratum.names, UNKNOWN
    for stratum in np.unique(quiet.stratum).tolist():
        some = Quiet(*(column[quiet.stratum == stratum] for column in quiet))
        share = missed_share(some)
        lost = float(some.weight.sum()) * share[0] if share else None
        yield (part.group, names[stratum], *_counted(some), *(share or (None,) * 3), None, lost, None, None, None)


def _counted(quiet: Quiet) -> tuple[int, int, int, int, int]:
    decided = quiet.is_decided
    people = len(np.unique(quiet.patient[decided]))
    return people, int(decided.sum()), len(decided), int((~decided).sum()), int(quiet.is_missed.sum())


def _answer(rows: tuple[tuple[Value, ...], ...], drawn: int) -> str:
    if not rows:
        return "Cannot tell: no report without an alert was drawn for review in this window."
    whole = dict(zip((column.id for column in COLUMNS), rows[0], strict=True))
    reviewed = say_count(int(whole["n"] or 0), "reviewed report")
    share, low, high = (whole[name] for name in ("sensitivity", "sensitivity_low", "sensitivity_high"))
    if share is None or low is None or high is None:
        return f"Cannot tell yet: {reviewed} of {drawn} drawn; it takes {SMALLEST} people and some labelled alerts."
    between = say_between(float(low), float(high))
    seen = f"{whole['missed']} of {reviewed} should have alerted"
    if float(high) - float(low) > WIDEST:
        return f"Cannot tell closely yet: {seen}; of all that needed a human some were found ({between}). Review more."
    return f"{say_share(float(share))} ({between}) of reports that needed a human opened an alert; {seen}."


def _pictures(rows: tuple[tuple[Value, ...], ...]) -> tuple[Whiskers, ...]:
    ids = [column.id for column in COLUMNS]
    place = ids.index("sensitivity")
    points = tuple(
        Whisker(str(row[0]), *(number(value) for value in row[place : place + 3]))
        for row in rows
        if row[place] is not None
    )
    return (Whiskers("Found of all that needed a human", "share found", points, is_share=True),) if points else ()
