"""How much of what needed a human was found, when only a sample of the rest was looked at.

Verification bias: all alerts are looked at, and of the reports without one only those that were drawn. Each looked-at
report stands for as many as it was drawn from.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.outcomes.columns import Flags
from triage.outcomes.facts import Places, Reals
from triage.outcomes.shares import CONFIDENCE, clopper_pearson

FEW = 5  # judgement: fewer missed than this in the sample, and resampling them says too little


class Alarmed(NamedTuple):
    """Reports beyond normal, and what those alerts of theirs were that somebody labelled; codes are their strata."""

    patient: Places  # of each report
    stratum: Places  # of each report: its urgency
    labelled: Places  # patient of each labelled alert
    labelled_stratum: Places
    is_useful: Flags


class Quiet(NamedTuple):
    """Reports without an alert that were drawn, those first of all on which somebody has decided."""

    patient: Places
    stratum: Places
    weight: Reals  # how many reports each was drawn from: one by its chance
    is_decided: Flags
    is_missed: Flags


class Found(NamedTuple):
    """Reports that needed a human, as estimated. NaN: nothing tells."""

    found: float
    missed: float
    quiet: float  # all reports without an alert

    @property
    def sensitivity(self) -> float:
        """The share that was found."""
        needed = self.found + self.missed
        return self.found / needed if needed > 0 else float("nan")


def estimate(alarmed: Alarmed, quiet: Quiet, times: NDArray[np.float64] | None = None) -> Found:
    """Return what was found and what was missed (Begg & Greenes, Biometrics 1983, 39:207).

    Within each stratum those without a verdict are as those with one. `times`: how often each patient counts.
    """
    count = np.ones(_people(alarmed, quiet)) if times is None else times
    found = _project(
        alarmed.stratum, count[alarmed.patient], alarmed.labelled_stratum, count[alarmed.labelled], alarmed.is_useful
    )
    weight = quiet.weight * count[quiet.patient]
    decided = quiet.is_decided
    missed = _project(quiet.stratum, weight, quiet.stratum[decided], weight[decided], quiet.is_missed[decided])
    return Found(found, missed, float(weight.sum()))


def _project(stratum: Places, weight: Reals, known_stratum: Places, known_weight: Reals, is_so: Flags) -> float:
    """Return the weight of what is so among all, from the share among the known of each stratum.

    A stratum in which nothing is known is taken as the known of all strata together.
    """
    size = 1 + int(max(stratum.max(initial=0), known_stratum.max(initial=0)))
    total = np.bincount(stratum, weight, size)
    known = np.bincount(known_stratum, known_weight, size)
    so = np.bincount(known_stratum, known_weight * is_so, size)
    if not total.sum():
        return 0.0
    if not known.sum():
        return float("nan")
    pooled = so.sum() / known.sum()
    share = np.divide(so, known, out=np.full(size, pooled), where=known > 0)
    return float((total * share).sum())


def interval_of(alarmed: Alarmed, quiet: Quiet, resamples: int, seed: int) -> tuple[float, float]:
    """Return the interval of the sensitivity. NaN twice where nothing tells.

    Patients are drawn again with replacement (Efron & Tibshirani, An Introduction to the Bootstrap, 1993). With fewer
    than FEW missed in the sample that would be too sure, and with none it would say that nothing is ever missed: then
    the missed are put at both ends of the exact interval of their share (Korn & Graubard 1998).
    """
    if int(quiet.is_missed.sum()) < FEW:
        return _few_missed(alarmed, quiet)
    people = _people(alarmed, quiet)
    rng = np.random.default_rng(seed)
    times = (np.bincount(rng.integers(0, people, people), minlength=people) for _ in range(resamples))
    drawn = [estimate(alarmed, quiet, each.astype(np.float64)).sensitivity for each in times]
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.nanpercentile(drawn, (tail, 100 - tail))
    return float(low), float(high)


def _few_missed(alarmed: Alarmed, quiet: Quiet) -> tuple[float, float]:
    whole = estimate(alarmed, quiet)
    if not quiet.is_decided.any() or not whole.found > 0:
        return float("nan"), float("nan")
    size = worth_of(quiet)
    low, high = clopper_pearson(whole.missed / whole.quiet * size, size)
    found, others = whole.found, whole.quiet
    return found / (found + others * float(high)), found / (found + others * float(low))


def worth_of(quiet: Quiet) -> float:
    """Return how many independent reports the decided ones are worth: unequal weights, and patients drawn twice."""
    weight = quiet.weight[quiet.is_decided]
    if not len(weight):
        return 0.0
    of_weights = float(weight.sum() ** 2 / np.square(weight).sum())  # Kish, Survey Sampling, 1965
    return min(of_weights, float(len(np.unique(quiet.patient[quiet.is_decided]))))


def missed_share(quiet: Quiet) -> tuple[float, float, float] | None:
    """Return the share of quiet reports that should have alerted, with its exact interval. None: no verdict."""
    weight = quiet.weight * quiet.is_decided
    if not weight.sum():
        return None
    share = float((weight * quiet.is_missed).sum() / weight.sum())
    size = worth_of(quiet)
    low, high = clopper_pearson(share * size, size)
    return share, float(low), float(high)


def _people(alarmed: Alarmed, quiet: Quiet) -> int:
    rows = (alarmed.patient, alarmed.labelled, quiet.patient)
    return 1 + max(int(patients.max(initial=-1)) for patients in rows)
