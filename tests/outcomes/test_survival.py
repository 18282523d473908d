"""Waits that have not ended, as they stand in print."""

import numpy as np
import pytest

from triage.outcomes.survival import Curve, quantile, survive

# Weeks in remission under 6-MP: Freireich and others, Blood 1963, 21:699; negative: still in remission.
WEEKS = np.array([6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35], float)


def freireich() -> Curve:
    return survive(np.abs(WEEKS), WEEKS > 0)


def test_the_curve_is_that_of_the_textbook() -> None:
    """Cox & Oakes, Analysis of Survival Data, 1984, table 1.1 and section 4.3; errors: Kleinbaum, table 2.2."""
    curve = freireich()
    assert curve.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.waiting == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=6e-5)


def test_quantiles_are_empty_where_so_many_have_not_ended() -> None:
    assert quantile(freireich(), 0.5).value == 23
    assert quantile(freireich(), 0.25).value == 13
    assert quantile(freireich(), 0.9) == (None, None, None)
    assert quantile(freireich(), 0.5).high is None


def test_nobody_waiting_and_nobody_at_all_are_curves_too() -> None:
    ended = survive(np.array([1.0, 2.0]), np.array([True, True]))
    assert ended.waiting.tolist() == [0.5, 0.0]
    assert quantile(ended, 0.9).value == 2
    assert quantile(survive(np.zeros(0), np.zeros(0, np.bool_)), 0.5) == (None, None, None)
    assert quantile(survive(np.array([4.0]), np.array([False])), 0.5).value is None


def test_a_curve_with_many_steps_is_thinned_to_be_drawn() -> None:
    curve = survive(np.arange(1.0, 2001), np.ones(2000, np.bool_)).thinned()
    assert len(curve.time) == 240
    assert (curve.time[0], curve.time[-1]) == (1, 2000)
