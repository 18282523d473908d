"""Has something changed over time? Run charts, and the counts between rare events."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Reals = NDArray[np.float64]
FEWEST_POINTS = 10  # of a run chart: with fewer the rules find nothing (Anhoej & Olesen 2014, their table 1)
TAIL = 0.00135  # beyond each limit by chance, as beyond three standard deviations


class Runs(NamedTuple):
    """A run chart's figures and what chance allows."""

    useful: int  # points that are not on the median
    longest: int
    longest_most: int
    crossings: int
    crossings_least: int

    @property
    def is_told(self) -> bool:
        """Are there enough points?"""
        return self.useful >= FEWEST_POINTS

    @property
    def is_signal(self) -> bool:
        """Does something other than chance move the points?"""
        return self.is_told and (self.longest > self.longest_most or self.crossings < self.crossings_least)


class Between(NamedTuple):
    """How many went well between one rare event and the next, and within which numbers chance would keep it."""

    mean: float
    low: float
    high: float


def find_runs(values: Reals) -> Runs:
    """Return whether points move by chance around their median (Anhoej & Olesen, PLoS One 2014, 9:e113825).

    A signal is an unusually long run on one side, or unusually few crossings.
    """
    apart = values - np.median(values) if len(values) else values
    sides = np.sign(apart[apart != 0])
    useful = len(sides)
    if not useful:
        return Runs(0, 0, 0, 0, 0)
    starts = np.flatnonzero(np.diff(sides, prepend=0.0))
    longest = int(np.diff(np.append(starts, useful)).max())
    tries = np.arange(useful)
    at_most = special.bdtr(tries, useful - 1, 0.5)
    least = int(np.flatnonzero(at_most >= 0.05)[0])
    return Runs(useful, longest, round(float(np.log2(useful)) + 3), len(starts) - 1, least)


def limit_between(gaps: NDArray[np.int64]) -> Between:
    """Return the limits of counts between rare events (g chart: Benneyan, Health Care Manag Sci 2001, 4:305).

    Exact quantiles of the geometric distribution instead of three standard deviations, since the low one of these is
    never above 0. ValueError without a gap.
    """
    if not len(gaps):
        raise ValueError("no gap between events")
    mean = float(gaps.mean())
    if mean == 0:
        return Between(0.0, 0.0, 0.0)
    log_well = np.log(mean / (mean + 1))
    low, high = (max(0.0, float(np.ceil(np.log1p(-share) / log_well - 1 - 1e-9))) for share in (TAIL, 1 - TAIL))
    return Between(mean, low, high)
