"""Lots: what stands out and what does not, on made clinics and on small ones in which one thing is said."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from seeds.simulated import CONTAMINATED, simulated_clinic
from tests.outcomes.made_clinic import PROTOCOL
from triage.outcomes.facts import Facts, Named
from triage.outcomes.figure import Question
from triage.outcomes.lots import FEWEST_CASES, exact_p, exposures, is_case, lot_signals
from triage.outcomes.lots_figure import lots
from triage.outcomes.sequential import horizon_of, sequential_p

MONTH = some.tuples(some.integers(0, 20), some.integers(1, 40), some.integers(0, 10))


@pytest.fixture(scope="module")
def ill() -> Facts:
    return simulated_clinic(8000, 1)


def asked(facts: Facts) -> Question:
    return Question(PROTOCOL, facts.as_of_us)


def test_the_contaminated_lot_stands_out_and_nothing_else(ill: Facts) -> None:
    found = lot_signals(ill, asked(ill))
    assert [(one.role, one.lot) for one in found] == [("pigment", CONTAMINATED)]
    figure = lots(ill, asked(ill))
    assert "stands out" in figure.answer
    assert "not a cause" in figure.answer
    assert figure.rows[0][2] == CONTAMINATED


@pytest.mark.parametrize("seed", range(4))
def test_a_clean_clinic_has_no_signal_and_says_what_could_be_seen(seed: int) -> None:
    clean = simulated_clinic(1500, seed, is_clean=True)
    assert lot_signals(clean, asked(clean)) == []
    assert "Nothing stands out" in lots(clean, asked(clean)).answer
    assert "sessions on" in lots(clean, asked(clean)).answer


def test_a_lot_is_compared_within_its_product_and_its_months_alone(ill: Facts) -> None:
    """A product whose only lot has every case has nothing to be compared with."""
    only = replace(ill.uses, lot=Named(("L",), np.zeros(len(ill.uses.sitting), np.int32)))
    found = exposures(replace(ill, uses=only), asked(ill))
    assert {one.role for one in found} == {"practitioner"}


def test_too_few_cases_never_stand_out() -> None:
    small = simulated_clinic(60, 2)
    sitting = small.alerts.sitting[:2]
    lot = np.zeros(len(small.uses.sitting), np.int32)
    lot[np.isin(small.uses.sitting, sitting)] = 1
    mixed = replace(small, uses=replace(small.uses, lot=Named(("plenty", "rare"), lot)))
    rare = [one for one in exposures(mixed, asked(small)) if one.lot == "rare"]
    assert rare
    assert all(one.cases < FEWEST_CASES and not one.is_signal for one in rare)


def test_a_case_is_a_session_with_an_alert_about_a_report_for_the_same_day_or_above(ill: Facts) -> None:
    assert is_case(ill).sum() == len(np.unique(ill.alerts.sitting))
    routine = replace(ill, alerts=replace(ill.alerts, urgency=np.ones_like(ill.alerts.urgency)))
    assert is_case(routine).sum() == 0
    silent = replace(ill, alerts=replace(ill.alerts, kind=ill.alerts.kind._replace(names=("silence",))))
    assert is_case(silent).sum() == 0


def test_a_clinic_without_lots_says_so() -> None:
    figure = lots(replace(simulated_clinic(60, 1), as_of_us=0), Question(PROTOCOL, 0))
    assert figure.rows == ()
    assert "Cannot tell" in figure.answer


@settings(deadline=None, max_examples=50)
@given(some.integers(0, 9), some.lists(MONTH, max_size=4))
def test_more_cases_are_never_likelier(cases: int, months: list[tuple[int, int, int]]) -> None:
    exposed = np.array([min(n, total) for n, total, _ in months], np.int64)
    total = np.array([total for _, total, _ in months], np.int64)
    became = np.array([min(became, total) for _, total, became in months], np.int64)
    p = [exact_p(count, exposed, total, became) for count in (0, cases, cases + 1)]
    assert p[0] == pytest.approx(1.0)
    assert p[1] + 1e-9 >= p[2] >= 0.0


@settings(deadline=None, max_examples=25)
@given(some.floats(0.1, 60.0), some.integers(0, 60))
def test_the_more_come_the_surer_a_sequence_of_looks_is(expected: float, cases: int) -> None:
    assert sequential_p(cases + 3, expected) <= sequential_p(cases, expected) + 1e-9


def test_horizons_share_the_error_that_may_be_made() -> None:
    assert [horizon_of(expected) for expected in (0.2, 1.0, 1.5, 3.0)] == [(1, 1.0), (1, 1.0), (2, 2.0), (3, 4.0)]
    assert sum(1 / (number * (number + 1)) for number in range(1, 1000)) == pytest.approx(1.0, abs=0.002)
