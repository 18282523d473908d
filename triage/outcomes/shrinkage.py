"""Ratios of few cases drawn towards what all lots have, so that the smallest lots do not head every list."""

from importlib import import_module

import numpy as np
from numpy.typing import NDArray
from scipy import special

Reals = NDArray[np.float64]
FEWEST = 5  # lots from which a prior can be learnt; of fewer the mild one below is taken
MILD = (2.0, 2.0)  # a ratio of 1, worth two expected cases; judgement
LOWER = 0.05
BOUNDS = (-4.0, 8.0)  # of the logarithms that are searched


def eb05(cases: NDArray[np.int64], expected: Reals) -> tuple[Reals, Reals, Reals]:
    """Return for each lot the ratio of cases to expected ones, shrunk, with its lower and upper end (one in twenty).

    Gamma-Poisson (DuMouchel 1999 with one component; Clayton & Kaldor 1987): ratios are gamma distributed over lots, by
    the likeliest shape and rate; each lot's own is then gamma with its cases and its expected ones added.
    """
    shape, rate = learn_prior(cases, expected)
    ratio = (shape + cases) / (rate + expected)
    low, high = (special.gammaincinv(shape + cases, end) / (rate + expected) for end in (LOWER, 1 - LOWER))
    return np.asarray(ratio, np.float64), low, high


def learn_prior(cases: NDArray[np.int64], expected: Reals) -> tuple[float, float]:
    """Return shape and rate of the gamma distribution that makes the cases likeliest (they are negative binomial)."""
    is_known = expected > 0
    cases, expected = cases[is_known], expected[is_known]
    if len(cases) < FEWEST:
        return MILD

    def unlikeliness(logs: Reals) -> float:
        shape, rate = np.exp(np.clip(logs, *BOUNDS))
        found = special.gammaln(shape + cases) - special.gammaln(shape) + shape * np.log(rate / (rate + expected))
        return -float((found - cases * np.log(rate + expected)).sum())

    minimize = import_module("scipy.optimize").minimize  # half a second to import, and not needed to serve a patient
    logs = minimize(unlikeliness, np.array([1.0, 1.0]), method="Nelder-Mead").x
    shape, rate = np.exp(np.clip(logs, *BOUNDS))
    return float(shape), float(rate)
