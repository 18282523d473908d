"""When something ended that was seen only now and then: the likeliest distribution of interval-censored times.

Turnbull (1976), by expectation and maximisation over the innermost intervals. Intervals are open on the left and closed
on the right, so that (1, 2] and (2, 3] share nothing: everybody is asked on the same days, and a method that lets them
share day 2 (lifelines 0.30) makes healing look faster than it is.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

TOLERANCE = 1e-7  # of the largest change of a mass in one round
MOST_ROUNDS = 5000
ROUNDS_OF_A_RESAMPLE = 400  # each begins where all the data ended
CLOSE = 1e-4


class Intervals(NamedTuple):
    """Unique intervals and where the likeliest distribution can have its mass."""

    left: Reals
    right: Reals
    count: Reals  # how often each was seen
    of: NDArray[np.int64]  # for each observation the number of its interval
    box_left: Reals  # innermost intervals, in their order
    box_right: Reals
    holds: Reals  # interval x box: 1 where the box lies in the interval


class Estimate(NamedTuple):
    """Masses of the innermost intervals, which sum to 1."""

    box_left: Reals
    box_right: Reals
    mass: Reals

    def resolved_by(self, days: Reals | float) -> Reals:
        """Return the share that has ended by these times; within a box it is taken to end evenly."""
        low, high = self.box_left[:, None], self.box_right[:, None]
        at = np.atleast_1d(np.asarray(days, np.float64))[None, :]
        with np.errstate(invalid="ignore"):
            part = np.where(np.isinf(high), 0.0, np.clip((at - low) / (high - low), 0.0, 1.0))
        found: Reals = (self.mass[:, None] * part).sum(axis=0)
        return found

    def quantile(self, share: float) -> tuple[float, float, float]:
        """Return a quantile, evenly within its box, and the ends of that box; infinite: it was not seen."""
        return tuple(float(found[0]) for found in quantiles(self, self.mass[None, :], share))  # type: ignore[return-value]


def gather(left: Reals, right: Reals) -> Intervals:
    """Return unique intervals and their innermost ones (Peto 1973: a left end followed at once by a right end)."""
    unique, of, count = np.unique(np.column_stack([left, right]), axis=0, return_inverse=True, return_counts=True)
    low, high = unique[:, 0], unique[:, 1]
    ends = np.concatenate([np.unique(low), np.unique(high)])
    is_right = np.concatenate([np.zeros(len(np.unique(low))), np.ones(len(np.unique(high)))])
    order = np.lexsort((1 - is_right, ends))  # of equal ends the right one first: (1, 2] and (2, 3] share nothing
    ends, is_right = ends[order], is_right[order]
    inner = np.flatnonzero((is_right[:-1] == 0) & (is_right[1:] == 1))
    box_left, box_right = ends[inner], ends[inner + 1]
    holds = (low[:, None] <= box_left[None, :]) & (box_right[None, :] <= high[:, None])
    return Intervals(low, high, count.astype(np.float64), of.reshape(-1), box_left, box_right, holds.astype(np.float64))


def fit(intervals: Intervals) -> Estimate:
    """Return the likeliest distribution. ValueError where there is no observation."""
    if not len(intervals.left):
        raise ValueError("no distribution without an observation")
    even = np.full((1, len(intervals.box_left)), 1 / len(intervals.box_left))
    mass = _climb(intervals.holds, intervals.count[None, :], even, MOST_ROUNDS, TOLERANCE)
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
    """Return the masses after expectation and maximisation, row by row of weights."""
    total = weights.sum(axis=1, keepdims=True)
    for _ in range(rounds):
        seen = mass @ holds.T
        share = np.divide(weights, seen, out=np.zeros_like(weights), where=seen > 0)
        after = mass * (share @ holds) / total
        moved = np.abs(after - mass).max()
        mass = after
        if moved < close:
            break
    return mass
