"""Agreement and shares against statsmodels, which somebody else wrote, and a published table."""

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from triage.outcomes.agreement import weighted_kappa

# Two psychiatrists, 100 patients (Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions, 3rd ed., table
# 18.1): psychotic, neurotic, organic.
PSYCHIATRISTS = np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]])


def tables() -> list[np.ndarray]:
    draw = np.random.default_rng(7)
    near = np.exp(-np.abs(np.subtract.outer(np.arange(5), np.arange(5))))
    drawn = [draw.multinomial(n, (near / near.sum()).ravel()).reshape(5, 5) for n in (12, 60, 2000)]
    return [PSYCHIATRISTS, *drawn, np.eye(5, dtype=np.int64) * 4]


@pytest.mark.parametrize("table", tables(), ids=str)
def test_weighted_kappa_and_its_interval_are_those_of_statsmodels(table: np.ndarray) -> None:
    ours, theirs = weighted_kappa(table), cohens_kappa(table, wt="quadratic")
    assert ours.value == pytest.approx(theirs.kappa, abs=1e-12)
    assert ours.low == pytest.approx(max(theirs.kappa_low, -1), abs=1e-9)
    assert ours.high == pytest.approx(min(theirs.kappa_upp, 1), abs=1e-9)
