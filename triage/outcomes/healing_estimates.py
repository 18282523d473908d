"""How long each symptom lasts in a clinic's sessions, with intervals from resampled patients; whether groups differ."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from triage.outcomes.columns import Flags
from triage.outcomes.facts import Facts, Places
from triage.outcomes.figure import SMALLEST, Question
from triage.outcomes.npmle import Estimate, Intervals, fit, fit_resamples, gather, gather_evenly, quantiles
from triage.outcomes.sections import ALL, count_people, divide, rows_by_group
from triage.outcomes.spells import STEP, Looks, Spells, chosen_sittings, looks_at, spells_of
from triage.rules.protocol import ExpectedWindow

Reals = NDArray[np.float64]
Weights = NDArray[np.uint8]
SHARES = (0.5, 0.75, 0.9)
OUTSIDE = 2.5  # per cent of the resamples beyond each end of an interval
AT_A_TIME = 50  # resamples in memory


class Span(NamedTuple):
    """A number with its 95 % interval; infinite: not seen in the time that was looked at."""

    value: float
    low: float
    high: float


class Healed(NamedTuple):
    """One symptom in one group. `times`, `within` and `estimate` are None where too few people stand behind it."""

    symptom: str
    group: str
    people: int
    n: int  # sessions with a spell
    asked: int  # sessions in which it was asked of
    again: int  # sessions in which it came back after it had gone
    window: ExpectedWindow
    times: tuple[Span, Span, Span] | None  # days until half, three quarters and nine in ten were over
    within: Span | None  # share that was over by the end of the protocol's window
    estimate: Estimate | None
    difference: float | None = None  # p-value of no difference between the groups of this symptom; None: one group


def healed(
    facts: Facts, question: Question, *, symptoms: Sequence[str] | None = None, chosen: Flags | None = None
) -> list[Healed]:
    """Return how long each symptom of the protocol lasted, all together and in each group that is asked for.

    `symptoms`: only these. `chosen`: of these sessions; None: of all that fall into the question's span.

    Intervals come from resampled patients (Hanley & MacGibbon 2006), so that several sessions of one do not count as
    several people, and reach to the ends of the boxes in which the quantiles of the resamples lie: how the mass lies
    within a box the data do not say. ValueError for a grouping that there is not.
    """
    looks = looks_at(facts, chosen_sittings(facts, question) if chosen is None else chosen)
    weights = resample_people(facts, question)
    found: list[Healed] = []
    for window in question.protocol.windows:
        if window.symptom in facts.reports.severity and (symptoms is None or window.symptom in symptoms):
            found += _of_symptom(facts, question, looks, window, weights)
    return found


def begins_at_once(window: ExpectedWindow) -> bool:
    """Tell whether a symptom is expected right after the procedure."""
    return bool(window.expected) and window.expected[0].from_hour == 0 and window.expected[0].at_most > 0


def resample_people(facts: Facts, question: Question) -> Weights:
    """Return how often each patient counts in each resample (resample x patient), the same in every group."""
    rng = np.random.default_rng(question.seed)
    return rng.poisson(1.0, (question.resamples, len(facts.patients.id))).astype(np.uint8)


def _of_symptom(
    facts: Facts, question: Question, looks: Looks, window: ExpectedWindow, weights: Weights
) -> Iterator[Healed]:
    spells = spells_of(facts, looks, window.symptom, begins_at_once=begins_at_once(window))
    groups = [(ALL, np.arange(len(spells.sitting)))]
    split = [*rows_by_group(divide(facts, question.by), spells.patient, spells.sitting)] if question.by else []
    difference = compare(spells, [rows for _, rows in split]) if len(split) > 1 else None
    for name, rows in groups + split:
        part = spells if name == ALL else spells.some(rows)
        yield _of_group(window, name, part, weights)._replace(difference=difference)


def _of_group(window: ExpectedWindow, name: str, spells: Spells, weights: Weights) -> Healed:
    people, again = count_people(spells.patient), int(spells.has_come_back.sum())
    counted = Healed(window.symptom, name, people, len(spells.left), spells.asked, again, window, None, None, None)
    if people < SMALLEST:
        return counted
    intervals = gather_evenly(spells.left, spells.right)
    estimate = fit(intervals)
    masses = resample(intervals, spells.patient, estimate, weights)
    times = [_span_of(estimate, masses, share) for share in SHARES]
    return counted._replace(
        times=(times[0], times[1], times[2]),
        within=_share_by(estimate, masses, window.high_days),
        estimate=estimate,
    )


def resample(intervals: Intervals, patient: Places, estimate: Estimate, weights: Weights) -> Reals:
    """Return the masses of resampled patients (resample x box)."""
    drawn = []
    for begin in range(0, len(weights), AT_A_TIME):
        rows = weights[begin : begin + AT_A_TIME][:, patient]
        counts = np.stack([np.bincount(intervals.of, row, len(intervals.left)) for row in rows]).astype(np.float64)
        drawn.append(fit_resamples(intervals, counts[counts.sum(axis=1) > 0], estimate))
    return np.concatenate(drawn)


def _span_of(estimate: Estimate, masses: Reals, share: float) -> Span:
    value, low, high = estimate.quantile(share)
    _, lows, highs = quantiles(estimate, masses, share)
    # By order and not by interpolation: an end may be infinite.
    bottom = np.percentile(np.append(lows, low), OUTSIDE, method="lower")
    return Span(value, float(bottom), float(np.percentile(np.append(highs, high), 100 - OUTSIDE, method="higher")))


def _share_by(estimate: Estimate, masses: Reals, day: float) -> Span:
    """Return the share that was over by a day.

    A box across the day may have ended before it, or after; and a look may have been moved across it by half a step.
    """
    sure_low, sure_high = (
        masses[:, boxes].sum(axis=1) for boxes in (estimate.box_right <= day, estimate.box_left < day)
    )
    moved_low, moved_high = (masses @ estimate.parts_by(day + by)[:, 0] for by in (-STEP / 2, STEP / 2))
    bottom = np.percentile(np.minimum(sure_low, moved_low), OUTSIDE)
    top = np.percentile(np.maximum(sure_high, moved_high), 100 - OUTSIDE)
    value = float(estimate.resolved_by(day)[0])
    return Span(value, min(value, float(bottom)), max(value, float(top)))


def compare(spells: Spells, groups: Sequence[Places]) -> float | None:
    """Return the p-value of no difference between groups of spells; None where nothing can be compared.

    The log-rank scores of Finkelstein (1986) on the distribution of all together, summed by group; their variance is
    taken between patients (Liang & Zeger 1986), since the sessions of one hang together. Groups of fewer than SMALLEST
    people are left out.
    """
    kept = [rows for rows in groups if count_people(spells.patient[rows]) >= SMALLEST]
    if len(kept) < 2:
        return None
    rows = np.concatenate(kept)
    member = np.repeat(np.arange(len(kept)), [len(each) for each in kept])
    score = log_rank_scores(spells.left[rows], spells.right[rows])
    is_in = (member[:, None] == np.arange(len(kept))[None, :]).astype(np.float64)
    parts = score[:, None] * (is_in - is_in.mean(axis=0))
    people, of = np.unique(spells.patient[rows], return_inverse=True)
    by_person = np.zeros((len(people), len(kept)))
    np.add.at(by_person, of, parts)
    total, spread = by_person.sum(axis=0), by_person.T @ by_person
    statistic = float(total @ np.linalg.pinv(spread, rcond=1e-9) @ total)
    return float(special.chdtrc(len(kept) - 1, statistic))


def log_rank_scores(left: Reals, right: Reals) -> Reals:
    """Return each interval's score on the likeliest distribution of all of them; their sum is 0 (Finkelstein 1986)."""
    estimate = fit(gather(left, right))
    reached = np.concatenate([[0.0], np.cumsum(estimate.mass)])
    before = 1 - reached[np.searchsorted(estimate.box_right, left, side="right")]
    after = np.clip(1 - reached[np.searchsorted(estimate.box_right, right, side="right")], 0.0, 1.0)
    after = np.where(np.isinf(right), 0.0, after)
    with np.errstate(divide="ignore", invalid="ignore"):
        score: Reals = (special.xlogy(before, before) - special.xlogy(after, after)) / (before - after)
    return np.where(before > after, score, 0.0)
