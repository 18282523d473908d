"""Intervals as they stand in print."""

import numpy as np
import pytest

from triage.outcomes.saying import say_share, say_span
from triage.outcomes.shares import (
    Rate,
    clopper_pearson,
    effective_size,
    false_discovery,
    holm,
    newcombe,
    poisson_interval,
    rate_interval,
    size_for,
    wilson,
)


@pytest.mark.parametrize(
    ("yes", "n", "scores", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_shares_have_the_intervals_of_newcombes_first_table(
    yes: int, n: int, scores: tuple[float, float], exact: tuple[float, float]
) -> None:
    """Newcombe, Stat Med 1998, 17:857, table I, methods 3 and 5."""
    assert wilson(yes, n) == pytest.approx(scores, abs=6e-5)
    assert clopper_pearson(yes, n) == pytest.approx(exact, abs=6e-5)


@pytest.mark.parametrize(
    ("yes", "n", "other", "other_n", "interval"),
    [
        (56, 70, 48, 80, (0.0524, 0.3339)),
        (9, 10, 3, 10, (0.1705, 0.8090)),
        (6, 7, 2, 7, (0.0582, 0.8062)),
        (5, 56, 0, 29, (-0.0381, 0.1926)),
        (0, 10, 0, 20, (-0.1611, 0.2775)),
        (10, 10, 0, 10, (0.6075, 1.0)),
    ],
)
def test_differences_have_the_intervals_of_newcombes_second_table(
    yes: int, n: int, other: int, other_n: int, interval: tuple[float, float]
) -> None:
    """Newcombe, Stat Med 1998, 17:873, table II, method 10."""
    assert newcombe(yes, n, other, other_n) == pytest.approx(interval, abs=6e-5)


@pytest.mark.parametrize(("count", "interval"), [(0, (0, 3.689)), (1, (0.0253, 5.572)), (10, (4.795, 18.39))])
def test_counts_have_the_intervals_of_garwoods_table(count: int, interval: tuple[float, float]) -> None:
    """As reprinted in Ulm, Am J Epidemiol 1990, 131:373."""
    assert poisson_interval(count) == pytest.approx(interval, abs=6e-4)


def test_nothing_is_known_of_no_rows() -> None:
    assert np.isnan(wilson(0, 0)).all()
    assert np.isnan(clopper_pearson(0, 0)).all()
    assert Rate(0, 0, 0, 0.0).with_interval == (None, None, None)


def test_a_patients_rows_that_are_alike_count_once() -> None:
    n = np.full(40, 6.0)
    assert effective_size(6.0 * (np.arange(40) % 2), n) == pytest.approx(40, rel=0.1)
    assert effective_size(np.arange(40.0) % 2, np.ones(40)) == pytest.approx(40)
    assert 220 < effective_size(np.full(40, 3.0), n) <= 240  # as even as can be: never more than there are
    assert effective_size(n, n) == 40  # all are yes: nothing tells how they hang together
    assert effective_size(np.zeros(1), np.full(1, 5.0)) == 1


def test_a_rate_is_less_sure_where_few_patients_make_most_of_it() -> None:
    exposure = np.full(50, 10.0)
    spread, heaped = np.full(50, 1.0), np.where(np.arange(50) < 5, 10.0, 0.0)
    assert rate_interval(spread, exposure) == pytest.approx(np.array(poisson_interval(50)) / 500)
    low, high = rate_interval(heaped, exposure)
    assert low < rate_interval(spread, exposure)[0]
    assert high > rate_interval(spread, exposure)[1]


def test_looking_at_many_raises_p_values_and_leaves_out_what_is_not_known() -> None:
    p = [0.01, np.nan, 0.04, 0.03]
    assert holm(p) == pytest.approx([0.03, np.nan, 0.06, 0.06], nan_ok=True)
    assert false_discovery(p) == pytest.approx([0.03, np.nan, 0.04, 0.04], nan_ok=True)
    assert holm([]).tolist() == []


def test_how_many_it_takes_is_the_usual_ninety_seven_for_ten_points() -> None:
    assert size_for(0.1) == 97


def test_numbers_are_said_as_people_say_them() -> None:
    assert [say_share(share) for share in (0, 0.006, 0.5, 0.994, 1)] == ["0 %", "0.6 %", "50 %", "99.4 %", "100 %"]
    assert [say_span(minutes) for minutes in (0.5, 30, 180, 5760)] == [
        "30 seconds", "30 minutes", "3.0 hours", "4.0 days",
    ]  # fmt: skip
