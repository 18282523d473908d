"""What was missed: the published correction of verification bias, and what a sample of ours says."""

from dataclasses import replace

import numpy as np
import pytest

from tests.outcomes.made_clinic import BEGAN_US, DAY_US, asking, made_clinic, named, row_of
from triage.outcomes.facts import NOBODY
from triage.outcomes.missed import covered_months, latest_sitting, missed
from triage.outcomes.months import month_of
from triage.outcomes.sensitivity import Alarmed, Found, Quiet, estimate, interval_of, missed_share

CLINIC = made_clinic()


def liver_scans() -> tuple[Alarmed, Quiet]:
    """Return 429 scans said to be ill (of 263 verified 231 were), 221 to be well (of 81 verified 27 were ill)."""
    verdicts = np.repeat([1, 0, -1], [27, 54, 140])
    return (
        Alarmed(
            patient=np.arange(429),
            stratum=np.ones(429, np.int64),
            labelled=np.arange(263),
            labelled_stratum=np.ones(263, np.int64),
            is_useful=np.arange(263) < 231,
        ),
        Quiet(
            patient=429 + np.arange(221),
            stratum=np.zeros(221, np.int64),
            weight=np.ones(221),
            is_decided=verdicts >= 0,
            is_missed=verdicts == 1,
        ),
    )


def test_sensitivity_is_that_of_the_published_liver_scans() -> None:
    """Drum & Christacopoulos 1972 as corrected by Begg & Greenes, Biometrics 1983, 39:207: 0.836."""
    alarmed, quiet = liver_scans()
    whole = estimate(alarmed, quiet)
    assert whole.sensitivity == pytest.approx(0.836, abs=5e-4)
    assert missed_share(quiet) == pytest.approx((1 / 3, 0.2324, 0.4468), abs=2e-4)


def test_the_bootstrap_agrees_with_the_published_standard_error() -> None:
    """Begg & Greenes' formula, on the logit: 1/(n p q) of each share, and the shares of the two scan results."""
    low, high = interval_of(*liver_scans(), resamples=2000, seed=1)
    variance = (1 - 231 / 263) / 231 + (1 - 27 / 81) / 27 + 650 / (429 * 221)
    middle = np.log(0.8365 / (1 - 0.8365))
    expected = [1 / (1 + np.exp(-(middle + side * 1.96 * np.sqrt(variance)))) for side in (-1, 1)]
    assert (low, high) == pytest.approx(expected, abs=0.015)


def test_none_seen_is_not_none_missed() -> None:
    alarmed, quiet = liver_scans()
    none_seen = quiet._replace(is_missed=np.zeros(221, np.bool_))
    low, high = interval_of(alarmed, none_seen, resamples=10, seed=1)
    assert high == 1
    exact = 1 - 0.025 ** (1 / 81)  # the exact upper end for 0 of 81
    assert low == pytest.approx(376.8 / (376.8 + 221 * exact), abs=1e-3)


def test_each_drawn_report_stands_for_as_many_as_it_was_drawn_from() -> None:
    alarmed, quiet = liver_scans()
    tenth = estimate(alarmed, quiet._replace(weight=np.full(221, 10.0)))
    assert tenth.missed == pytest.approx(10 * estimate(alarmed, quiet).missed)
    assert tenth.quiet == 2210
    assert np.isnan(Found(0, 0, 5).sensitivity)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """A clinic of 3000 reports in which 90 % are found, 200 of the quiet ones reviewed; 100 times."""
    rng = np.random.default_rng(5)
    held = sum(_holds(rng) for _ in range(100))
    assert held >= 89  # of 100 with 95 % each, fewer come by chance once in a hundred times


def _holds(rng: np.random.Generator) -> bool:
    useful = rng.random(300) < 0.6
    ill = rng.random(2700) < 0.6 * 300 / 9 / 2700
    drawn = rng.permutation(2700)[:200]
    alarmed = Alarmed(np.arange(300), np.ones(300, np.int64), np.arange(200), np.ones(200, np.int64), useful[:200])
    quiet = Quiet(300 + drawn, np.zeros(200, np.int64), np.full(200, 13.5), np.ones(200, np.bool_), ill[drawn])
    low, high = interval_of(alarmed, quiet, resamples=200, seed=1)
    return low <= 0.9 <= high


def test_the_figure_adds_up_the_strata_and_says_how_much_was_found() -> None:
    figure = missed(CLINIC, asking(CLINIC))
    whole = row_of(figure, group="all", stratum="all")
    strata = [row_of(figure, stratum=name) for name in ("no symptoms", "symptoms")]
    assert whole["lost"] == pytest.approx(sum(row["lost"] for row in strata))
    assert whole["n"] == sum(row["n"] for row in strata)
    assert whole["sensitivity"] == pytest.approx(whole["found"] / (whole["found"] + whole["lost"]))
    assert whole["sensitivity_low"] < whole["sensitivity"] < whole["sensitivity_high"]


def test_without_a_verdict_nothing_is_told() -> None:
    sampled = replace(CLINIC.sampled, verdict=named((), np.full(len(CLINIC.sampled.at_us), NOBODY)))
    unread = replace(CLINIC, sampled=sampled)
    figure = missed(unread, asking(unread))
    assert figure.answer.startswith("Cannot tell yet: 0 reviewed reports of")
    assert row_of(figure, group="all", stratum="all")["sensitivity"] is None


def test_a_drawn_report_belongs_to_the_latest_sitting_before_it() -> None:
    reports = CLINIC.reports
    assert latest_sitting(CLINIC, reports.patient, reports.at_us).tolist() == reports.sitting.tolist()
    assert latest_sitting(CLINIC, np.array([0, 5]), np.array([0, 1])).tolist() == [NOBODY, NOBODY]


def test_one_report_of_the_next_month_does_not_make_it_count_as_reviewed() -> None:
    """Drawn from March by the clinic's own clock, which by UTC ends in April."""
    months = month_of(CLINIC.sampled.at_us)
    march, april = (month_of(np.array([BEGAN_US + days * DAY_US]))[0] for days in (70, 100))
    rows = np.flatnonzero((months == march) | (np.cumsum(months == april) == 1) & (months == april))
    assert (months[rows] == april).sum() == 1
    assert covered_months(CLINIC, asking(CLINIC), rows).tolist() == [march]


def test_months_without_an_alarm_or_with_none_useful_are_no_hundred_per_cent_missed() -> None:
    calm = replace(CLINIC, reports=replace(CLINIC.reports, urgency=np.zeros_like(CLINIC.reports.urgency)))
    assert row_of(missed(calm, asking(calm)), group="all", stratum="all")["sensitivity"] is None
    useless = named(("not_needed",), np.zeros(len(CLINIC.alerts.id)))
    few = np.flatnonzero(CLINIC.sampled.verdict.code == 1)[3:]
    code = CLINIC.sampled.verdict.code.copy()
    code[few] = 0
    sampled = replace(CLINIC.sampled, verdict=named(CLINIC.sampled.verdict.names, code))
    wasted = replace(CLINIC, alerts=replace(CLINIC.alerts, useful=useless), sampled=sampled)
    whole = row_of(missed(wasted, asking(wasted)), group="all", stratum="all")
    assert (whole["missed"], whole["sensitivity"], whole["sensitivity_low"]) == (3, 0, None)
    assert missed(wasted, asking(wasted)).answer.startswith("Cannot tell yet")
