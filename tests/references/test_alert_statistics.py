"""Intervals, curves, tests and funnels of the alert figures, beside scipy, lifelines and statsmodels."""

import lifelines
import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats import proportion
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests

from triage.outcomes.funnel import Cases, binomial_limits, chance_of, excess_variance, power_of, standardise
from triage.outcomes.over_time import TAIL, limit_between
from triage.outcomes.shares import (
    clopper_pearson,
    difference_p,
    effective_size,
    false_discovery,
    holm,
    newcombe,
    poisson_interval,
    wilson,
)
from triage.outcomes.survival import quantile, survive

RNG = np.random.default_rng(20)
COUNTS = [(0, 7), (1, 29), (12, 20), (30, 50), (59, 100), (81, 263), (9, 9), (480, 500)]


@pytest.mark.parametrize(("yes", "n"), COUNTS)
def test_intervals_of_shares_are_those_of_statsmodels(yes: int, n: int) -> None:
    assert wilson(yes, n) == pytest.approx(proportion.proportion_confint(yes, n, method="wilson"), abs=1e-12)
    assert clopper_pearson(yes, n) == pytest.approx(proportion.proportion_confint(yes, n, method="beta"), abs=1e-9)


@pytest.mark.parametrize(("yes", "n", "other", "other_n"), [(56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29)])
def test_differences_are_those_of_statsmodels(yes: int, n: int, other: int, other_n: int) -> None:
    expected = proportion.confint_proportions_2indep(yes, n, other, other_n, method="newcomb")
    assert newcombe(yes, n, other, other_n) == pytest.approx(expected, abs=1e-9)
    _, p = proportion.proportions_ztest([yes, other], [n, other_n])
    assert difference_p(yes, n, other, other_n) == pytest.approx(p)


@pytest.mark.parametrize("count", [0, 1, 5, 40])
def test_intervals_of_counts_are_those_of_scipys_chi_square(count: int) -> None:
    low, high = poisson_interval(count)
    assert low == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2)


def test_p_values_together_are_those_of_statsmodels_and_scipy() -> None:
    p = RNG.random(20) ** 3
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    assert false_discovery(p) == pytest.approx(stats.false_discovery_control(p))


def test_what_rows_are_worth_is_the_robust_variance_of_statsmodels() -> None:
    patient = np.repeat(np.arange(60), RNG.integers(1, 9, 60))
    yes = (RNG.random(60)[patient] < 0.4) | (RNG.random(len(patient)) < 0.1)
    n_each, yes_each = np.bincount(patient).astype(float), np.bincount(patient, yes)
    fitted = sm.OLS(yes.astype(float), np.ones(len(yes))).fit()
    robust = fitted.get_robustcov_results("cluster", groups=patient, use_correction=False)
    rows = len(yes)
    independent = np.var(yes, ddof=1) / rows
    few = stats.t.ppf(0.975, rows - 1) / stats.t.ppf(0.975, 59)
    expected = rows * independent / (float(robust.bse[0]) ** 2 * 60 / 59) * few**2
    assert effective_size(yes_each, n_each) == pytest.approx(expected)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")  # before the first end: scipy says so
@pytest.mark.parametrize("ends_all", [True, False])
def test_waits_are_those_of_lifelines_and_scipy(ends_all: bool) -> None:
    time = np.round(RNG.exponential(5, 90), 1)
    ended = (RNG.random(90) < 0.7) | (ends_all & (time == time.max()))
    curve = survive(time, ended)
    fitted = lifelines.KaplanMeierFitter().fit(time, ended)
    assert curve.waiting == pytest.approx(fitted.survival_function_at_times(curve.time).to_numpy())
    scipys = stats.ecdf(stats.CensoredData.right_censored(time, ~ended)).sf
    low, high = (side.evaluate(curve.time[:-1]) for side in scipys.confidence_interval(method="log-log"))
    assert curve.low[:-1] == pytest.approx(low)
    assert curve.high[:-1] == pytest.approx(high)
    middle = quantile(curve, 0.5)
    assert middle.value == pytest.approx(fitted.median_survival_time_)
    limits = lifelines.utils.median_survival_times(fitted.confidence_interval_).iloc[0]
    assert middle[1:] == pytest.approx(tuple(sorted(limits)))


@pytest.mark.parametrize(("target", "n"), [(0.05, 25), (0.05, 400), (0.3, 60), (0.01, 50)])
def test_limits_of_chance_are_scipys_exact_binomial_tails(target: float, n: int) -> None:
    low, high = binomial_limits(target, n, 0.998)
    share = np.arange(n + 1) / n
    lower, upper = stats.binom.cdf(np.arange(n + 1), n, target), stats.binom.sf(np.arange(n + 1) - 1, n, target)
    assert (share < low).tolist() == (lower < 0.001).tolist()
    assert (share > high).tolist() == (upper < 0.001).tolist()
    both = np.minimum(1.0, 2 * np.minimum(lower, upper))
    assert chance_of(share, np.full(n + 1, float(n)), target) == pytest.approx(both, abs=1e-9)
    assert power_of(target, n) == pytest.approx(stats.binom.sf(stats.binom.ppf(0.999, n, target), n, 2 * target))


def test_spread_between_practitioners_is_that_of_statsmodels() -> None:
    """Without units drawn in at the ends, the variance is DerSimonian & Laird's."""
    size = RNG.integers(40, 400, 30).astype(float)
    target = 0.2
    share = np.clip(target + RNG.normal(0, 0.05, 30) + RNG.normal(0, 1, 30) * np.sqrt(0.16 / size), 0.05, 0.6)
    z = (share - target) * np.sqrt(size / 0.16)
    low, high = np.quantile(z, (0.1, 0.9))
    trimmed = np.clip(z, low, high) / np.sqrt(size / 0.16) + target
    phi, between = excess_variance(share, size, target)
    weight = size / 0.16
    around_mean = combine_effects(trimmed, 1 / weight, method_re="dl")
    shift = float((weight * (trimmed - target)).sum()) ** 2 / float(weight.sum())
    scale = float(weight.sum() - np.square(weight).sum() / weight.sum())
    assert between == pytest.approx(around_mean.tau2 + shift / scale)
    assert phi * 30 == pytest.approx(around_mean.q + shift)


def test_expected_counts_are_those_of_a_saturated_model_of_statsmodels() -> None:
    stratum, unit = RNG.integers(0, 4, 500), RNG.integers(0, 6, 500)
    yes = RNG.random(500) < 0.1 + 0.1 * stratum
    ours = standardise(Cases(unit, stratum, np.arange(500), yes), 6)
    dummies = (stratum[:, None] == np.arange(4)).astype(float)
    predicted = sm.GLM(yes.astype(float), dummies, family=sm.families.Binomial()).fit().predict(dummies)
    assert ours.expected == pytest.approx(np.bincount(unit, predicted), rel=1e-6)


def test_limits_between_rare_events_are_scipys_geometric_quantiles() -> None:
    gaps = RNG.geometric(0.004, 40) - 1
    limits = limit_between(gaps)
    chance = 1 / (gaps.mean() + 1)
    assert limits.low == max(0, stats.geom.ppf(TAIL, chance) - 1)
    assert limits.high == stats.geom.ppf(1 - TAIL, chance) - 1
