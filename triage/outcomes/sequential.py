"""A lot is looked at week after week: how likely chance alone would have looked like this on some look so far."""

from functools import lru_cache

import numpy as np
from scipy import special

MOST_EXPECTED = 4096.0  # cases; a sequence of looks that goes on beyond it is not followed, and finds nothing
MOST_CASES = 8000
MOST_AT_ONCE = 80  # cases between two moments that are about one expected case apart: more never come


def log_likelihood_ratio(cases: float, expected: float) -> float:
    """Return how much likelier the cases are at their own rate than at the expected one; 0 where they are no more."""
    if cases <= expected:
        return 0.0
    if expected <= 0:
        return float("inf")
    return float(cases * np.log(cases / expected) - (cases - expected))


@lru_cache(maxsize=512)
def chance_of_crossing(limit: float, expected: float) -> float:
    """Return how likely chance takes the ratio to a limit at any moment until so many cases are expected.

    Poisson maximised sequential probability ratio test (Kulldorff, Davis, Kolczak, Lewis, Lieu & Platt 2011), looked at
    all the time, from the first case on. The n-th case crosses where it comes before a moment that depends on n alone,
    so that the cases are followed from one such moment to the next.
    """
    if limit <= 0 or np.isinf(limit):
        return 1.0 if limit <= 0 else 0.0
    before, state = 0.0, np.array([1.0])  # state[k]: how likely there are k cases so far, and no crossing
    for case in range(1, MOST_CASES):
        moment = min(_moment_of(case, limit), expected)
        state = np.convolve(state, _poisson(moment - before, min(case - 1, MOST_AT_ONCE)))[:case]
        if moment >= expected:
            break
        before = moment
    return float(1 - state.sum())


def horizon_of(expected: float) -> tuple[int, float]:
    """Return which of a row of horizons a lot is in, from 1, and how many cases are expected by its end.

    The n-th horizon has 1 / (n (n + 1)) of the error that may be made, which is all of it together.
    """
    number, until = 1, 1.0
    while until < expected:
        number, until = number + 1, until * 2
    return number, until


def sequential_p(cases: int, expected: float) -> float:
    """Return the p-value of a lot with its looks so far, and those that its horizons still have, reckoned in."""
    number, until = horizon_of(expected)
    share = number * (number + 1)
    if until > MOST_EXPECTED:
        return 1.0
    return min(1.0, share * chance_of_crossing(log_likelihood_ratio(cases, expected), until))


def _moment_of(case: int, limit: float) -> float:
    """Return until how many expected cases the n-th case would cross (the ratio falls while none comes)."""
    # n log(n / t) - n + t = limit has its root below n at -n W(-exp(-1 - limit / n)) on the principal branch.
    return float(-case * special.lambertw(-np.exp(-1 - limit / case)).real)


def _poisson(mean: float, most: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    counts = np.arange(most + 1)
    return np.exp(special.xlogy(counts, mean) - mean - special.gammaln(counts + 1))  # type: ignore[no-any-return]
