"""How long something takes while some of it has not ended yet: Kaplan and Meier's curve and its quantiles."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.outcomes.columns import Flags
from triage.outcomes.shares import CONFIDENCE, normal_quantile

Reals = NDArray[np.float64]
MOST_STEPS = 240  # of a curve that is drawn


class Curve(NamedTuple):
    """The share that has not ended after each time, with its interval; one entry for each time at which some ended."""

    time: Reals
    waiting: Reals
    low: Reals
    high: Reals

    def thinned(self) -> "Curve":
        """Return the curve with few enough steps to be drawn."""
        if len(self.time) <= MOST_STEPS:
            return self
        kept = np.linspace(0, len(self.time) - 1, MOST_STEPS).astype(np.int64)
        return Curve(*(column[kept] for column in self))


class Quantile(NamedTuple):
    """By when some share has ended. None: so many have not ended yet, or the interval has no such end."""

    value: float | None
    low: float | None
    high: float | None


def survive(time: Reals, has_ended: Flags, confidence: float = CONFIDENCE) -> Curve:
    """Return the product-limit curve (Kaplan & Meier, J Am Stat Assoc 1958, 53:457).

    Its interval is Greenwood's on the scale of log(-log) (Kalbfleisch & Prentice 1980); where nobody is left waiting
    the interval reaches up to where it was before.
    """
    times, place = np.unique(time, return_inverse=True)
    all_out = np.bincount(place, minlength=len(times))
    ended = np.bincount(place[has_ended], minlength=len(times)) if len(times) else all_out
    at_risk = len(time) - np.cumsum(all_out) + all_out
    is_step = ended > 0
    ended, at_risk, steps = ended[is_step], at_risk[is_step], times[is_step]
    left = at_risk - ended
    waiting = np.cumprod(left / at_risk, dtype=np.float64)
    is_last = left == 0
    greenwood = np.cumsum(np.where(is_last, 0.0, ended / (at_risk * np.maximum(left, 1))))
    log_waiting = np.log(np.where(is_last, 0.5, waiting))
    reach = np.exp(normal_quantile(confidence) * np.sqrt(greenwood) / -log_waiting)
    low = np.where(is_last, 0.0, waiting**reach)
    high = np.where(is_last, np.nan, waiting ** (1 / reach))
    if len(high) > 1 and is_last[-1]:
        high[-1] = high[-2]
    return Curve(steps.astype(np.float64), waiting, low, np.where(np.isnan(high), 1.0, high))


def quantile(curve: Curve, ended: float) -> Quantile:
    """Return by when a share has ended, with its interval (Brookmeyer & Crowley, Biometrics 1982, 38:29)."""
    limit = 1 - ended + 1e-12
    return Quantile(*(_first(curve.time, column <= limit) for column in (curve.waiting, curve.low, curve.high)))


def _first(time: Reals, holds: Flags) -> float | None:
    found = np.flatnonzero(holds)
    return float(time[found[0]]) if len(found) else None
