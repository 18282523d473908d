"""Run charts and counts between rare events."""

import numpy as np
import pytest

from triage.outcomes.over_time import find_runs, limit_between


@pytest.mark.parametrize(
    ("points", "longest", "crossings"),
    [(10, 6, 2), (12, 7, 3), (20, 7, 6), (24, 8, 8), (30, 8, 10), (60, 9, 23)],
)
def test_limits_are_those_of_the_published_table(points: int, longest: int, crossings: int) -> None:
    """Anhoej & Olesen, PLoS One 2014, 9:e113825, table 1, as in the help of R's qicharts2."""
    runs = find_runs(np.arange(float(points)))
    assert (runs.longest_most, runs.crossings_least) == (longest, crossings)


def test_a_shift_that_lasts_is_a_signal_and_a_wobble_is_none() -> None:
    shifted = find_runs(np.array([5, 6, 4, 5, 6, 4, 5, 6, 11, 12, 10, 11, 12, 10, 11, 12], float))
    assert (shifted.useful, shifted.longest, shifted.crossings) == (16, 8, 1)
    assert shifted.is_signal
    wobbling = find_runs(np.array([5, 8, 4, 5, 9, 4, 8, 6, 5, 9, 4, 8], float))
    assert not wobbling.is_signal


def test_points_on_the_median_do_not_count_and_few_points_tell_nothing() -> None:
    runs = find_runs(np.array([1, 2, 2, 2, 3], float))
    assert (runs.useful, runs.is_told, runs.is_signal) == (2, False, False)
    assert find_runs(np.zeros(0)).useful == 0


def test_counts_between_rare_events_have_exact_limits() -> None:
    """With one event in 100, chance keeps 99.7 % of the gaps at or below 657: ln 0.00135 / ln 0.99."""
    limits = limit_between(np.full(20, 99))
    assert (limits.mean, limits.low, limits.high) == (99, 0, 657)
    with pytest.raises(ValueError, match="no gap"):
        limit_between(np.zeros(0, np.int64))
