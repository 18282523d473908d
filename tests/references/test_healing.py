"""The likeliest distribution of censored times, beside a published table and a library that others wrote."""

import numpy as np
import pytest
import surpyval

from triage.outcomes.npmle import Reals, fit, gather, gather_evenly

INF = np.inf
# Months until breast retraction under radiotherapy alone (Finkelstein & Wolfe 1985, Biometrics 41:933).
RADIOTHERAPY = """45- 6-10 0-7 46- 46- 7-16 17- 7-14 37-44 0-8 4-11 15- 11-15 22- 46- 46- 25-37 46- 26-40 46- 27-34
36-44 46- 36-48 37- 40- 17-25 46- 11-18 38- 5-12 37- 0-5 18- 24- 36- 5-11 19-35 17-25 24- 32- 33- 19-26 37- 34- 36-"""
# Its estimate as R's `interval` prints it (icfit, Fay & Shaw 2010, J Stat Softw 36(2)).
PUBLISHED = {
    (4, 5): 0.0463,
    (6, 7): 0.0334,
    (7, 8): 0.0887,
    (11, 12): 0.0708,
    (24, 25): 0.0926,
    (33, 34): 0.0818,
    (38, 40): 0.1209,
    (46, 48): 0.4656,
}


def read(text: str) -> tuple[Reals, Reals]:
    ends = [each.split("-") for each in text.split()]
    return np.array([float(left) for left, _ in ends]), np.array([float(right or INF) for _, right in ends])


def looked_at(rng: np.random.Generator, people: int, response: float) -> tuple[Reals, Reals]:
    """Return intervals of people who are all asked on the same days, and of whom each answers now and then."""
    days = np.array([1, 2, 3, 5, 7, 10, 14, 21, 28, 42], np.float64)
    end = 6 * rng.weibull(1.6, people)
    came = rng.random((people, len(days))) < response
    left = np.where(came & (days < end[:, None]), days, 0).max(axis=1)
    right = np.where(came & (days >= end[:, None]), days, INF).min(axis=1)
    return left, right


def test_the_breast_cosmesis_study_comes_out_as_published() -> None:
    estimate = fit(gather(*read(RADIOTHERAPY)))
    boxes = zip(estimate.box_left, estimate.box_right, estimate.mass, strict=True)
    found = {(low, high): mass for low, high, mass in boxes if mass > 1e-4}
    assert found.keys() == PUBLISHED.keys()
    assert found == pytest.approx(PUBLISHED, abs=6e-5)


@pytest.mark.parametrize("response", [0.4, 0.65, 0.9])
def test_the_share_that_is_over_is_that_of_surpyval(response: float) -> None:
    left, right = looked_at(np.random.default_rng(5), 300, response)
    theirs = surpyval.Turnbull.fit(xl=left, xr=right, turnbull_estimator="Kaplan-Meier", tol=1e-10, max_iter=20_000)
    days = np.array([1, 2, 3, 5, 7, 10, 14, 21], np.float64)
    assert fit(gather(left, right)).resolved_by(days) == pytest.approx(1 - theirs.sf(days), abs=1e-3)


@pytest.mark.parametrize("response", [0.4, 0.9])
def test_where_all_are_asked_on_the_same_days_boxes_tell_what_the_innermost_intervals_tell(response: float) -> None:
    left, right = looked_at(np.random.default_rng(6), 2000, response)
    days = np.array([1, 2, 3, 5, 7, 10, 14], np.float64)
    inner, even = fit(gather(left, right)), fit(gather_evenly(left, right))
    assert even.resolved_by(days) == pytest.approx(inner.resolved_by(days), abs=2e-3)
