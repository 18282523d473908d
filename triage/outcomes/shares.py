"""Shares, rates and their intervals, honest about few and about patients who count several times.

Counts may be fractions: a share whose rows hang together by patient stands for fewer rows than it has
(`effective_size`). Everything takes numbers or arrays; NaN stands for what nothing is known of.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Reals = NDArray[np.float64]
CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A range that holds the truth in so many of a hundred clinics. NaN: not known."""

    low: Reals
    high: Reals


class Rate(NamedTuple):
    """How many of some rows are yes."""

    people: int
    n: int
    yes: int
    size: float  # how many independent rows they are worth

    @property
    def share(self) -> float:
        """The share, or NaN without rows."""
        return self.yes / self.n if self.n else float("nan")

    @property
    def events(self) -> float:
        """The yes of so many independent rows."""
        return self.yes * self.size / self.n if self.n else 0.0

    @property
    def with_interval(self) -> tuple[float | None, float | None, float | None]:
        """The share and its interval by Wilson; None three times without rows."""
        if not self.n:
            return None, None, None
        low, high = wilson(self.events, self.size)
        return self.share, float(low), float(high)

    @property
    def with_exact_interval(self) -> tuple[float | None, float | None, float | None]:
        """The share and its interval by Clopper and Pearson; None three times without rows."""
        if not self.n:
            return None, None, None
        low, high = clopper_pearson(self.events, self.size)
        return self.share, float(low), float(high)


def normal_quantile(confidence: float = CONFIDENCE) -> float:
    """Return how many standard errors a two-sided interval reaches to each side."""
    return float(special.ndtri(0.5 + confidence / 2))


def wilson(yes: ArrayLike, n: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Return the score interval of a share (Wilson, J Am Stat Assoc 1927, 22:209). NaN where n is 0."""
    events, size = np.asarray(yes, np.float64), _positive(n)
    squared = normal_quantile(confidence) ** 2
    middle = (events + squared / 2) / (size + squared)
    spread = np.sqrt(squared * (events * (size - events) / size + squared / 4)) / (size + squared)
    return Interval(np.maximum(middle - spread, 0.0), np.minimum(middle + spread, 1.0))


def clopper_pearson(yes: ArrayLike, n: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Return the exact interval of a share (Clopper & Pearson, Biometrika 1934, 26:404). NaN where n is 0."""
    events, size = np.broadcast_arrays(np.asarray(yes, np.float64), _positive(n))
    tail = (1 - confidence) / 2
    low = special.betaincinv(np.maximum(events, 1e-300), size - events + 1, tail)
    high = special.betaincinv(events + 1, np.maximum(size - events, 1e-300), 1 - tail)
    return Interval(np.where(events <= 0, 0.0 * size, low), np.where(events >= size, 1.0, high))


def newcombe(yes: ArrayLike, n: ArrayLike, other_yes: ArrayLike, other_n: ArrayLike) -> Interval:
    """Return the interval of a share minus another one, both with Wilson's (Newcombe, Stat Med 1998, 17:873)."""
    one, other = np.asarray(yes) / _positive(n), np.asarray(other_yes) / _positive(other_n)
    mine, theirs = wilson(yes, n), wilson(other_yes, other_n)
    difference = one - other
    below = np.hypot(one - mine.low, theirs.high - other)
    above = np.hypot(mine.high - one, other - theirs.low)
    return Interval(difference - below, difference + above)


def difference_p(yes: ArrayLike, n: ArrayLike, other_yes: ArrayLike, other_n: ArrayLike) -> Reals:
    """Return the two-sided p-value of Pearson's score test that two shares are equal; 1 where all or none are yes."""
    size, other = _positive(n), _positive(other_n)
    pooled = (np.asarray(yes) + np.asarray(other_yes)) / (size + other)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / size + 1 / other))
    apart = np.abs(np.asarray(yes) / size - np.asarray(other_yes) / other)
    z = np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 0)
    p: Reals = np.where(np.isnan(spread), np.nan, 2 * special.ndtr(-z))
    return p


def poisson_interval(count: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Return the exact interval of an expected count (Garwood, Biometrika 1936, 28:437)."""
    events = np.asarray(count, np.float64)
    tail = (1 - confidence) / 2
    low = special.gammaincinv(np.maximum(events, 1e-300), tail)
    return Interval(np.where(events <= 0, 0.0, low), special.gammaincinv(events + 1, 1 - tail))


def rate_interval(counts: Reals, exposure: Reals) -> tuple[float, float]:
    """Return the interval of a rate from the count and the exposure of each patient; the exposure must not be 0.

    Garwood's on as many independent events as they are worth: where patients differ more than Poisson's law lets them,
    the count is reduced by how much more (as Korn & Graubard do for shares).
    """
    count, size, people = float(counts.sum()), float(exposure.sum()), int(np.count_nonzero(exposure))
    excess = 1.0
    if count and people > 1:
        apart = float(np.square(counts - count / size * exposure).sum()) * people / (people - 1)
        excess = max(1.0, apart / count * (_t_quantile(people - 1) / normal_quantile()) ** 2)
    low, high = poisson_interval(count / excess)
    return float(low) * excess / size, float(high) * excess / size


def holm(p_values: ArrayLike) -> Reals:
    """Return p-values that may be looked at together (Holm, Scand J Stat 1979, 6:65); NaN stays and does not count."""
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p)[: np.count_nonzero(~np.isnan(p))]  # NaN is sorted last
    adjusted = np.full(len(p), np.nan)
    raised = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(raised), 1.0) if len(order) else raised
    return adjusted


def false_discovery(p_values: ArrayLike) -> Reals:
    """Return p-values whose false finds are limited as a share (Benjamini & Hochberg, J R Stat Soc B 1995, 57:289)."""
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p)[: np.count_nonzero(~np.isnan(p))]
    adjusted = np.full(len(p), np.nan)
    raised = p[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return adjusted


def effective_size(yes: Reals, n: Reals) -> float:
    """Return how many independent rows a share's rows are worth, from the yes and the n of each patient.

    The share's variance between patients against the one that independent rows would have (Kish, Survey Sampling,
    1965), reduced again because few patients tell that variance badly; both as Korn & Graubard do it for exact
    intervals (Surv Methodol 1998, 24:193). Never more than there are rows; where all or none are yes nothing tells how
    rows hang together, and each patient counts once.
    """
    rows, people = float(n.sum()), int(np.count_nonzero(n))
    if not people:
        return 0.0
    share = float(yes.sum()) / rows
    if people < 2 or not 0 < share < 1:
        return float(people)
    independent = share * (1 - share) / (rows - 1)
    apart = float(np.square(yes - share * n).sum()) / rows**2 * people / (people - 1)
    few = float(_t_quantile(rows - 1) / _t_quantile(people - 1)) ** 2
    return rows * min(1.0, independent / apart if apart > 0 else 1.0) * few


def size_for(half_width: float, confidence: float = CONFIDENCE) -> int:
    """Return how many independent rows place any share within so much to each side, at worst."""
    return int(np.ceil((normal_quantile(confidence) / half_width) ** 2 / 4))


def _t_quantile(freedom: float) -> float:
    return float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2))


def _positive(n: ArrayLike) -> Reals:
    size = np.asarray(n, np.float64)
    return np.where(size > 0, size, np.nan)
