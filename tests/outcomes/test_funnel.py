"""Comparing practitioners: power, case mix and spread, by hand and as published."""

import numpy as np
import pytest

from triage.outcomes.funnel import (
    INNER,
    OUTER,
    Cases,
    binomial_limits,
    excess_variance,
    power_of,
    standardise,
    widen,
    widen_chance,
    widening,
)


def test_a_doubled_rate_is_seldom_seen_in_a_small_practice() -> None:
    """By exact binomial sums: twice 5 % lies above the outer limit with 1 % of 25 cases, 77 % of 400."""
    assert power_of(0.05, [25, 100, 200, 400]) == pytest.approx([0.01, 0.12, 0.35, 0.77], abs=0.006)


def test_limits_close_in_on_the_target_and_the_inner_lie_inside() -> None:
    sizes = np.array([10.0, 50.0, 250.0, 1250.0])
    inner, outer = binomial_limits(0.1, sizes, INNER), binomial_limits(0.1, sizes, OUTER)
    assert (np.diff(outer.high) < 0).all()
    assert (outer.low <= inner.low).all()
    assert (inner.low < 0.1).all()
    assert (inner.high > 0.1).all()
    assert (inner.high < outer.high).all()


def test_the_mix_of_cases_is_taken_out() -> None:
    """Two of whom one has only hard cases (half go wrong) and one only easy ones (a tenth): both as expected."""
    stratum = np.repeat([0, 1, 0, 1], [20, 20, 20, 20])
    unit = np.repeat([0, 1, 2, 2], [20, 20, 20, 20])
    yes = np.tile(np.r_[np.arange(20) < 10, np.arange(20) < 2], 2)
    mixed = standardise(Cases(unit, stratum, np.arange(80), yes), 3)
    assert mixed.expected == pytest.approx([10, 2, 12])
    assert mixed.share == pytest.approx([0.3, 0.3, 0.3])
    assert mixed.target == 0.3


def test_cases_of_one_patient_count_for_less() -> None:
    yes = np.repeat(np.arange(40) % 4 == 0, 3)
    alone, together = (
        standardise(Cases(np.zeros(120, np.int64), np.zeros(120, np.int64), patient, yes), 1)
        for patient in (np.arange(120), np.repeat(np.arange(40), 3))
    )
    assert alone.size == pytest.approx([120])
    assert together.size == pytest.approx([40])


def test_limits_are_widened_by_the_spread_besides_chance_and_never_narrowed() -> None:
    size = np.full(20, 100.0)
    alike = np.full(20, 0.2)
    assert excess_variance(alike, size, 0.2) == (0.0, 0.0)
    spread = 0.2 + np.tile([0.1, -0.1], 10)  # z of 2.5 each, so phi is 6.25 and (20 * 6.25 - 19) / 19 per weight
    phi, between = excess_variance(spread, size, 0.2)
    assert phi == pytest.approx(6.25)
    assert between == pytest.approx((20 * 6.25 - 19) / 19 * 0.16 / 100)
    narrow = binomial_limits(0.2, size, OUTER)
    wide = widen(narrow, size, 0.2, between)
    assert (wide.high > narrow.high).all()
    assert (wide.low < narrow.low).all()
    factor = widening(size, 0.2, between)
    assert widen_chance(np.full(20, 0.002), factor) == pytest.approx(
        np.full(20, 0.2283), abs=1e-4
    )  # 3.09 over the root of 6.58
