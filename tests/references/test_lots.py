"""The statistics of lots beside those of others: Fisher's exact test, printed critical values, adjusted p-values."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from triage.outcomes.lots import adjust, exact_p
from triage.outcomes.sequential import chance_of_crossing
from triage.outcomes.shrinkage import eb05, learn_prior

# Kulldorff et al. 2011 (Sequential Analysis 30:58), table 1: expected cases at the end, critical value for 0.05.
CRITICAL = {1: 2.853937, 2: 3.046977, 5: 3.297183, 10: 3.467952, 20: 3.628123, 50: 3.819903, 100: 3.952321}


@pytest.mark.parametrize(("expected", "limit"), CRITICAL.items())
def test_chance_crosses_the_printed_critical_values_once_in_twenty(expected: float, limit: float) -> None:
    assert chance_of_crossing(limit, float(expected)) == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize(("cases", "exposed", "total", "ill"), [(2, 10, 200, 6), (3, 20, 400, 12), (5, 60, 90, 9)])
def test_one_month_is_fishers_exact_test(cases: int, exposed: int, total: int, ill: int) -> None:
    table = [[cases, exposed - cases], [ill - cases, total - exposed - (ill - cases)]]
    wanted = stats.fisher_exact(table, alternative="greater").pvalue
    found = exact_p(cases, np.array([exposed]), np.array([total]), np.array([ill]))
    assert found == pytest.approx(wanted, rel=1e-9)


def test_several_months_are_the_sum_of_hypergeometric_numbers_as_scipy_draws_them() -> None:
    exposed, total, ill = np.array([8, 15, 4]), np.array([60, 70, 9]), np.array([5, 4, 2])
    drawn = sum(
        stats.hypergeom(everybody, became, n).rvs(400_000, random_state=number)
        for number, (n, everybody, became) in enumerate(zip(exposed, total, ill, strict=True))
    )
    assert exact_p(4, exposed, total, ill) == pytest.approx(float((drawn >= 4).mean()), abs=0.002)


def test_adjusted_p_values_are_those_of_statsmodels() -> None:
    p = np.random.default_rng(3).random(40) ** 3
    assert adjust(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_the_prior_is_the_one_that_makes_the_negative_binomial_of_scipy_likeliest() -> None:
    rng = np.random.default_rng(8)
    expected = rng.uniform(0.5, 20, 60)
    cases = rng.poisson(expected * rng.gamma(4, 1 / 4, 60))
    shape, rate = learn_prior(cases, expected)

    def likely(shape: float, rate: float) -> float:
        return float(stats.nbinom(shape, rate / (rate + expected)).logpmf(cases).sum())

    best = likely(shape, rate)
    assert all(likely(shape * up, rate * down) <= best + 1e-6 for up in (0.9, 1, 1.1) for down in (0.9, 1, 1.1))
    ratio, low, high = eb05(cases, expected)
    own = stats.gamma(shape + cases, scale=1 / (rate + expected))
    assert ratio == pytest.approx(own.mean())
    assert low == pytest.approx(own.ppf(0.05))
    assert high == pytest.approx(own.ppf(0.95))
