"""Comparing many who do the same: standardised rates, the limits of chance, and how likely a difference is seen."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from triage.outcomes.columns import Flags
from triage.outcomes.facts import Places
from triage.outcomes.shares import Interval

Reals = NDArray[np.float64]
TRIMMED = 0.1  # of the units at each end, drawn in before their spread is measured (Spiegelhalter 2005)
INNER, OUTER = 0.95, 0.998  # the usual limits: two and three standard deviations


class Cases(NamedTuple):
    """What is compared, one entry a case. No entry may be missing."""

    unit: Places  # who did it
    stratum: Places  # what kind of case it is
    patient: Places
    yes: Flags


class Standard(NamedTuple):
    """What each unit was seen to do, and what the mix of its cases would make anybody do."""

    n: Reals
    observed: Reals
    expected: Reals
    target: float  # the share over all
    size: Reals  # how many independent average cases the unit's are worth

    @property
    def share(self) -> Reals:
        """The share that each would have with an average mix of cases; something must be expected of each."""
        share: Reals = np.minimum(self.target * self.observed / self.expected, 1.0)
        return share

    def of(self, units: Places) -> "Standard":
        """Return some of the units."""
        n, observed, expected = self.n[units], self.observed[units], self.expected[units]
        return Standard(n, observed, expected, self.target, self.size[units])


def standardise(cases: Cases, units: int) -> Standard:
    """Return units on a common mix of cases (indirect standardisation: Breslow & Day, IARC Sci Publ 82, 1987).

    Cases of one patient hang together: sizes are reduced by how much more patients differ than cases would by chance.
    """
    strata = 1 + int(cases.stratum.max(initial=0))
    counts = np.bincount(cases.stratum, minlength=strata)
    share = np.divide(np.bincount(cases.stratum, cases.yes, strata), counts, out=np.zeros(strata), where=counts > 0)
    usual = share[cases.stratum]
    expected = np.bincount(cases.unit, usual, units).astype(np.float64)
    target = float(cases.yes.mean()) if len(cases.yes) else float("nan")
    apart: Reals = cases.yes - usual
    _, patient = np.unique(cases.patient, return_inverse=True)
    spread = float(np.square(apart).sum())
    excess = max(1.0, float(np.square(np.bincount(patient, apart)).sum()) / spread) if spread else 1.0
    n = np.bincount(cases.unit, minlength=units).astype(np.float64)
    size = expected / target / excess if target > 0 else n / excess
    observed = np.bincount(cases.unit, cases.yes, units).astype(np.float64)
    return Standard(n, observed, expected, target, size)


def binomial_limits(target: float, size: ArrayLike, within: float) -> Interval:
    """Return between which shares chance keeps units of each size (funnel: Spiegelhalter, Stat Med 2005, 24:1185).

    The shares at which the exact binomial tail, the point itself included, is as small as the limits say: a point lies
    outside just where `chance_of` is below 1 - within. Spiegelhalter interpolates; these are up to one case wider.
    """
    n = np.maximum(np.asarray(size, np.float64), 1.0)
    tail = (1 - within) / 2
    low, high = special.bdtrik(tail, n, target), special.bdtrik(1 - tail, n, target) + 1
    is_reached = _at_most(np.zeros(n.shape), n, target) < tail
    return Interval(np.where(is_reached, low, 0.0) / n, np.minimum(high / n, 1.0))


def _at_most(count: Reals, n: Reals, target: float) -> Reals:
    """Return the chance of at most so many, for counts and sizes that need not be whole."""
    inside = np.clip(count, 0.0, n - 1e-9)
    chance = special.betainc(n - inside, inside + 1, 1 - target)
    return np.where(count < 0, 0.0, np.where(count >= n, 1.0, chance))


def chance_of(share: Reals, size: Reals, target: float) -> Reals:
    """Return the two-sided exact p-value of each unit: twice the smaller tail."""
    events = share * size
    lower = _at_most(events, size, target)
    upper = np.where(events > 0, special.betainc(np.maximum(events, 1e-12), size - events + 1, target), 1.0)
    chance: Reals = np.minimum(1.0, 2 * np.minimum(lower, upper))
    return chance


def excess_variance(share: Reals, size: Reals, target: float) -> tuple[float, float]:
    """Return how much more units differ than chance: the factor phi, and the variance between them that explains it.

    Additive random effects on winsorised z (Spiegelhalter 2005, section 5; the estimate of DerSimonian & Laird 1986).
    No variance where they differ less than chance would have it, or where there are fewer than two.
    """
    units = len(share)
    if units < 2 or not 0 < target < 1:
        return 1.0, 0.0
    weight = size / (target * (1 - target))
    z = (share - target) * np.sqrt(weight)
    low, high = np.quantile(z, (TRIMMED, 1 - TRIMMED))
    phi = float(np.square(np.clip(z, low, high)).mean())
    between = (units * phi - (units - 1)) / float(weight.sum() - np.square(weight).sum() / weight.sum())
    return phi, max(0.0, between)


def widen(limits: Interval, size: Reals, target: float, between: float) -> Interval:
    """Return limits for units that differ by so much variance besides chance."""
    factor = widening(size, target, between)
    low, high = target - (target - limits.low) * factor, target + (limits.high - target) * factor
    return Interval(np.maximum(low, 0.0), np.minimum(high, 1.0))


def widening(size: Reals, target: float, between: float) -> Reals:
    """Return by how much the limits of each size are wider than those of chance alone."""
    return np.sqrt(1 + between * size / (target * (1 - target)))


def widen_chance(p: Reals, factor: Reals) -> Reals:
    """Return two-sided p-values as they are against limits so many times as wide."""
    chance: Reals = 2 * special.ndtr(special.ndtri(p / 2) / factor)
    return chance


def power_of(target: float, size: ArrayLike, times: float = 2.0) -> Reals:
    """Return the chance that somebody with so many times the share lies above the outer limit."""
    n = np.maximum(np.rint(np.asarray(size, np.float64)), 1.0)
    first_above = np.floor(binomial_limits(target, n, OUTER).high * n + 1e-9) + 1
    power: Reals = 1 - _at_most(first_above - 1, n, min(1.0, times * target))
    return power
