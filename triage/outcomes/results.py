"""The figure `results`: how the healed result looks, by those who wear it beside those who made it."""

from typing import NamedTuple

import numpy as np

from triage.outcomes.agreement import weighted_kappa
from triage.outcomes.columns import Flags
from triage.outcomes.facts import Facts, Places
from triage.outcomes.figure import SMALLEST, Column, Figure, Question, Value, Whisker, Whiskers
from triage.outcomes.result_groups import Group, groups_of
from triage.outcomes.shares import wilson

ASPECTS = {"density": "Density", "dot_size": "Dot size", "colour": "Colour", "evenness": "Evenness"}
BEST, GOOD, POOR = 5, 4, 2  # marks are 1 to 5; good or very good, fair or poor
DUE_US = 28 * 86_400 * 1_000_000  # judgement: actions/ratings.py asks from day 28 on
COLUMNS = (
    Column("group", "Group", about="whose results; everybody where nothing was split"),
    Column("aspect", "Aspect"),
    Column("patients", "Patients", "count", "patients who rated the aspect"),
    Column("patients_good", "Patients: good", "share", "of them who gave 4 or 5 of 5"),
    Column("patients_good_low", "from", "share", "lower end of the 95 % interval"),
    Column("patients_good_high", "to", "share", "upper end of the 95 % interval"),
    Column("patients_poor", "Patients: poor", "share", "of them who gave 1 or 2 of 5"),
    Column("practitioners", "Practitioner", "count", "patients whose result the practitioner rated"),
    Column("practitioners_good", "Practitioner: good", "share", "of them with 4 or 5 of 5"),
    Column("practitioners_good_low", "from", "share", "lower end of the 95 % interval"),
    Column("practitioners_good_high", "to", "share", "upper end of the 95 % interval"),
    Column("pairs", "Both", "count", "patients whose result both sides rated"),
    Column("kappa", "Agreement", "number", "weighted kappa: 1 always alike, 0 as by chance"),
    Column("kappa_low", "from", "number", "lower end of the 95 % interval"),
    Column("kappa_high", "to", "number", "upper end of the 95 % interval"),
)
METHOD = (
    "From day 28 after the last session patient and practitioner each rate density, dot size, colour and evenness from "
    "1 (poor) to 5 (very good); who rates at the clinic sees the patient's marks only after their own.",
    "Of several ratings the one that stands counts; of several courses of a patient the latest, so that each patient "
    "counts once a side, and the rows are independent.",
    "Good is a mark of 4 or 5, with Wilson's score interval (Wilson 1927).",
    "Agreement is weighted kappa with quadratic weights (Cohen 1968), its interval by the large-sample standard error "
    "of Fleiss, Cohen and Everitt (1969): wide and rough below some 30 pairs. It falls where nearly everybody gives "
    "the same mark, however alike they judge.",
    "Who does not rate may be happier or less happy than who does: the share who rated is stated for that.",
    f"Rows of fewer than {SMALLEST} patients are counted and not shown.",
)


class Rated(NamedTuple):
    """The ratings that count: at most one a patient and side. Arrays of the same length, and rows of the facts."""

    row: Places
    patient: Places
    sitting: Places
    episode: Places
    is_patients: Flags


class Count(NamedTuple):
    """How one side has marked one aspect."""

    n: int
    good: int
    poor: int


def results_figure(facts: Facts, question: Question) -> Figure:
    """Return how results were rated, split as the question asks; see METHOD for the sources."""
    rated = rated_once(facts, question)
    groups = groups_of(facts, rated.patient, rated.sitting, question.by)
    rows = [_row(facts, rated, group, aspect) for group in groups for aspect in ASPECTS]
    people = len(np.unique(rated.patient[rated.is_patients]))
    return Figure(
        id="results",
        title="The result, as patients and practitioners see it",
        answer=_answer(facts, question, rated, people),
        n=people,
        of="patients who rated their result",
        columns=COLUMNS,
        rows=tuple(rows) if len(rated.row) else (),
        method=METHOD,
        pictures=_pictures(rows, question.by) if people >= SMALLEST else (),
    )


def rated_once(facts: Facts, question: Question) -> Rated:
    """Return the latest rating of each patient and side, of sittings within the question's window."""
    ratings, sittings = facts.ratings, facts.sittings
    known = (ratings.sitting >= 0) & (ratings.at_us <= question.as_of_us)
    row = np.flatnonzero(known)
    sitting = ratings.sitting[row]
    row = row[_within(sittings.at_us[sitting], question)]
    sitting = ratings.sitting[row]
    patient, side = sittings.patient[sitting], ratings.is_patients[row]
    order = np.lexsort((ratings.at_us[row], side, patient))
    row, patient, side = row[order], patient[order], side[order]
    is_last = np.ones(len(row), np.bool_)
    is_last[:-1] = (patient[1:] != patient[:-1]) | (side[1:] != side[:-1])
    row = row[is_last]
    sitting = ratings.sitting[row]
    return Rated(row, sittings.patient[sitting], sitting, sittings.episode[sitting], ratings.is_patients[row])


def count_due(facts: Facts, question: Question) -> int:
    """Return how many patients had a last sitting in the window that is 28 days old: they could have rated."""
    sittings = facts.sittings
    is_last = np.ones(len(sittings.patient), np.bool_)
    is_last[:-1] = sittings.patient[1:] != sittings.patient[:-1]
    return int(np.count_nonzero(is_last & _within(sittings.at_us, question) & _is_due(facts, question)))


def _is_due(facts: Facts, question: Question) -> Flags:
    return facts.sittings.at_us + DUE_US <= question.as_of_us


def _within(at_us: Places, question: Question) -> Flags:
    inside = np.ones(len(at_us), np.bool_)
    if question.since_us is not None:
        inside &= at_us >= question.since_us
    if question.until_us is not None:
        inside &= at_us < question.until_us
    return inside


def _row(facts: Facts, rated: Rated, group: Group, aspect: str) -> tuple[Value, ...]:
    marks = facts.ratings.marks[aspect][rated.row]
    patients = _count(marks[group.rows & rated.is_patients])
    practitioners = _count(marks[group.rows & ~rated.is_patients])
    return (
        group.name,
        ASPECTS[aspect],
        patients.n,
        *_shares(patients),
        patients.poor / patients.n if patients.n >= SMALLEST else None,
        practitioners.n,
        *_shares(practitioners),
        *_agreement(facts, rated, group, aspect),
    )


def _count(marks: np.ndarray) -> Count:
    given = marks[marks > 0]
    return Count(len(given), int(np.count_nonzero(given >= GOOD)), int(np.count_nonzero(given <= POOR)))


def _shares(count: Count) -> tuple[float | None, ...]:
    """Return the share of good marks with its interval; None where there are too few people."""
    if count.n < SMALLEST:
        return None, None, None
    low, high = wilson(count.good, count.n)
    return count.good / count.n, float(low), float(high)


def _agreement(facts: Facts, rated: Rated, group: Group, aspect: str) -> tuple[Value, ...]:
    """Return how many results both sides marked, and how far they agree on them."""
    table = _pairs(facts, rated, group.rows, aspect)
    n = int(table.sum())
    if n < SMALLEST:
        return n, None, None, None
    kappa = weighted_kappa(table)
    return (n, None, None, None) if np.isnan(kappa.value) else (n, *kappa)


def _pairs(facts: Facts, rated: Rated, rows: Flags, aspect: str) -> np.ndarray:
    """Return the table of the marks that both sides gave to the same course: patients in rows."""
    marks = facts.ratings.marks[aspect][rated.row].astype(np.int64)
    counts = rows & (marks > 0)
    own, theirs = np.flatnonzero(counts & rated.is_patients), np.flatnonzero(counts & ~rated.is_patients)
    _, left, right = np.intersect1d(rated.episode[own], rated.episode[theirs], True, True)
    table = np.zeros((BEST, BEST), np.int64)
    np.add.at(table, (marks[own[left]] - 1, marks[theirs[right]] - 1), 1)
    return table


def _answer(facts: Facts, question: Question, rated: Rated, people: int) -> str:
    due = max(count_due(facts, question), people)
    if people < SMALLEST:
        return (
            f"Nothing can be told yet: {people} of {due} patients whose result is due have rated it, and it takes "
            f"{SMALLEST}."
        )
    everybody = Group("", np.ones(len(rated.row), np.bool_))
    rows = {aspect: _row(facts, rated, everybody, aspect) for aspect in ASPECTS}
    told = {aspect: row for aspect, row in rows.items() if row[3] is not None}
    if not told:
        return f"Nothing can be told yet: no aspect has {SMALLEST} marks."
    ordered = sorted(told, key=lambda aspect: float(told[aspect][3] or 0))
    worst, best = told[ordered[0]], told[ordered[-1]]
    said = f"{people} of {due} patients whose result is due have rated it. Good or very good is given least to "
    return f"{said}{_said(worst)}, most to {_said(best)}.{_agreed(rows)}"


def _said(row: tuple[Value, ...]) -> str:
    share, low, high = (round(100 * float(value or 0)) for value in row[3:6])
    return f"{str(row[1]).lower()} ({share} %, 95 % interval {low} to {high})"


def _agreed(rows: dict[str, tuple[Value, ...]]) -> str:
    kappas = [float(row[12]) for row in rows.values() if isinstance(row[12], float)]
    if not kappas:
        return f" Whether both sides agree cannot be told: it takes {SMALLEST} results that both have rated."
    least, most = (round(kappa, 2) + 0.0 for kappa in (min(kappas), max(kappas)))  # never minus zero
    return f" Patients and practitioners agree with a weighted kappa from {least:.2f} to {most:.2f}."


def _pictures(rows: list[tuple[Value, ...]], by: str | None) -> tuple[Whiskers, ...]:
    """Return the share of good marks: both sides beside each other, or one picture an aspect where it is split."""
    label = "share of marks that are good or very good"
    if by is None:
        both = [
            _whisker(f"{row[1]}, {side}", row[first : first + 3])
            for row in rows
            for side, first in (("patients", 3), ("practitioner", 8))
        ]
        return (Whiskers("Good results", label, tuple(both), is_share=True),)
    return tuple(
        Whiskers(
            f"{title}, as patients see it",
            label,
            tuple(_whisker(str(row[0]), row[3:6]) for row in rows if row[1] == title),
            is_share=True,
        )
        for title in ASPECTS.values()
    )


def _whisker(name: str, values: tuple[Value, ...]) -> Whisker:
    value, low, high = (float(one) if isinstance(one, float) else None for one in values)
    return Whisker(name, value, low, high)
