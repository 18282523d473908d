"""When something ended that was seen only now and then: the likeliest distribution of interval-censored times.

Turnbull (1976), by expectation and maximisation over boxes. Intervals are open on the left and closed on the right, so
that (1, 2] and (2, 3] share nothing: everybody is asked on the same days, and a method that lets them share day 2
(lifelines 0.30) makes healing look faster than it is.

Over the innermost intervals (`gather`) the distribution is as jagged as the moments at which people happened to
answer, and resampling does not tell how sure it is (Sen, Banerjee & Woodroofe 2010). Over boxes wide enough that many
looks fall into each (`gather_evenly`, a sieve: Grenander 1981) it does. Where all are asked on the same days the two
are the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

TOLERANCE = 1e-7  # of the largest change of a mass in one round
MOST_ROUNDS = 3000
ROUNDS_OF_A_RESAMPLE = 200  # each begins where all the data ended
CLOSE = 1e-5
TINY = 1e-14
GRID = 0.5  # days: the narrowest box of a sieve
LOOKS_IN_A_BOX = 0.015  # of all looks, at least; judgement: some seventy boxes at most


class Intervals(NamedTuple):
    """Unique intervals, and the boxes in which the distribution has its mass, evenly within each."""

    left: Reals
    right: Reals
    seen: Reals  # how often each was seen
    of: NDArray[np.int64]  # for each observation the number of its interval
    box_left: Reals  # innermost intervals, in their order
    box_right: Reals
    holds: Reals  # interval x box: which part of the box lies in the interval, 0 to 1


class Estimate(NamedTuple):
    """Masses of the innermost intervals, which sum to 1."""

    box_left: Reals
    box_right: Reals
    mass: Reals

    def resolved_by(self, days: Reals | float) -> Reals:
        """Return the share that has ended by these times; within a box it is taken to end evenly."""
        found: Reals = self.mass @ self.parts_by(days)
        return found

    def parts_by(self, days: Reals | float) -> Reals:
        """Return which part of each box lies before these times (box x time)."""
        low, high = self.box_left[:, None], self.box_right[:, None]
        at = np.atleast_1d(np.asarray(days, np.float64))[None, :]
        with np.errstate(invalid="ignore"):
            part: Reals = np.where(np.isinf(high), 0.0, np.clip((at - low) / (high - low), 0.0, 1.0))
        return part

    def quantile(self, share: float) -> tuple[float, float, float]:
        """Return a quantile, evenly within its box, and the ends of that box; infinite: it was not seen."""
        return tuple(float(found[0]) for found in quantiles(self, self.mass[None, :], share))  # type: ignore[return-value]


def gather(left: Reals, right: Reals) -> Intervals:
    """Return unique intervals and their innermost ones (Peto 1973: a left end followed at once by a right end)."""
    low, high, count, of = _unique(left, right)
    ends = np.concatenate([np.unique(low), np.unique(high)])
    is_right = np.concatenate([np.zeros(len(np.unique(low))), np.ones(len(np.unique(high)))])
    order = np.lexsort((1 - is_right, ends))  # of equal ends the right one first: (1, 2] and (2, 3] share nothing
    ends, is_right = ends[order], is_right[order]
    inner = np.flatnonzero((is_right[:-1] == 0) & (is_right[1:] == 1))
    box_left, box_right = ends[inner], ends[inner + 1]
    holds = (low[:, None] <= box_left[None, :]) & (box_right[None, :] <= high[:, None])
    return Intervals(low, high, count, of, box_left, box_right, holds.astype(np.float64))


def gather_evenly(left: Reals, right: Reals) -> Intervals:
    """Return unique intervals and boxes that hold enough looks each; the last one ends never."""
    low, high, count, of = _unique(left, right)
    edges = _edges(np.concatenate([low, high]), np.concatenate([count, count]))
    box_left, box_right = edges, np.append(edges[1:], np.inf)
    width = np.where(np.isinf(box_right), 1.0, box_right - box_left)
    common = np.minimum(high[:, None], box_right) - np.maximum(low[:, None], box_left)
    holds = np.clip(common / width, 0.0, 1.0)
    return Intervals(low, high, count, of, box_left, box_right, holds)


def _unique(left: Reals, right: Reals) -> tuple[Reals, Reals, Reals, NDArray[np.int64]]:
    unique, of, count = np.unique(np.column_stack([left, right]), axis=0, return_inverse=True, return_counts=True)
    return unique[:, 0], unique[:, 1], count.astype(np.float64), of.reshape(-1)


def _edges(looks: Reals, count: Reals) -> Reals:
    """Return where boxes begin: at 0, and at each point of the grid by which enough looks have come since the last."""
    is_look = np.isfinite(looks) & (looks > 0)
    place = np.ceil(looks[is_look] / GRID - 1e-9).astype(np.int64)
    by_place = np.bincount(place, count[is_look])
    enough, seen, edges = LOOKS_IN_A_BOX * by_place.sum(), 0.0, [0.0]
    for number, looked in enumerate(by_place):
        seen += looked
        if seen >= enough and seen > 0:
            edges.append(number * GRID)
            seen = 0.0
    return np.array(edges)


def fit(intervals: Intervals) -> Estimate:
    """Return the likeliest distribution. ValueError where there is no observation."""
    if not len(intervals.left):
        raise ValueError("no distribution without an observation")
    even = np.full((1, len(intervals.box_left)), 1 / len(intervals.box_left))
    mass = _climb(intervals.holds, intervals.seen[None, :], even, MOST_ROUNDS, TOLERANCE)
    return Estimate(intervals.box_left, intervals.box_right, mass[0])


def fit_resamples(intervals: Intervals, weights: Reals, begin: Estimate) -> Reals:
    """Return masses (resample x box) for other counts of the same intervals (resample x interval)."""
    start = np.repeat((begin.mass + 1e-6)[None, :], len(weights), axis=0)
    start /= start.sum(axis=1, keepdims=True)
    return _climb(intervals.holds, weights, start, ROUNDS_OF_A_RESAMPLE, CLOSE)


def quantiles(estimate: Estimate, mass: Reals, share: float) -> tuple[Reals, Reals, Reals]:
    """Return for each row of masses a quantile, evenly within its box, and the left and right end of that box."""
    reached = np.cumsum(mass, axis=1)
    box = np.minimum((reached < share - 1e-9).sum(axis=1), mass.shape[1] - 1)
    rows = np.arange(len(mass))
    low, high = estimate.box_left[box], estimate.box_right[box]
    before = reached[rows, box] - mass[rows, box]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.clip((share - before) / mass[rows, box], 0.0, 1.0)
        value = np.where(np.isinf(high), np.inf, low + part * (high - low))
    return value, low, high


def _climb(holds: Reals, weights: Reals, mass: Reals, rounds: int, close: float) -> Reals:
    """Return the masses after expectation and maximisation, row by row of weights, in strides (Varadhan & Roland 2008).

    A stride is followed by a plain step, so that one that was too long is mended.
    """
    total = weights.sum(axis=1, keepdims=True)

    def step(before: Reals) -> Reals:
        seen = before @ holds.T
        share = np.divide(weights, seen, out=np.zeros_like(weights), where=seen > 0)
        after: Reals = before * (share @ holds) / total
        return after

    for _ in range(rounds):
        first = step(mass)
        second = step(first)
        moved = first - mass
        bend = second - first - moved
        size = np.linalg.norm(bend, axis=1, keepdims=True)
        stride = np.maximum(np.linalg.norm(moved, axis=1, keepdims=True) / np.maximum(size, TINY), 1.0)
        far = np.maximum(mass + 2 * stride * moved + stride**2 * bend, TINY)
        mass = step(far / far.sum(axis=1, keepdims=True))
        if np.abs(moved).max() < close:
            break
    return mass
