"""How much of what needed a human was found, when only a sample of the rest was looked at.

Verification bias: all alerts are looked at, and of the reports without one only those that were drawn. Each looked-at
report stands for as many as it was drawn from.
"""

from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Flags
from triage.outcomes.facts import Places, Reals
from triage.outcomes.shares import CONFIDENCE, clopper_pearson

MOST_CLUSTERS = (
    2000  # random groups are as good as patients where there are so many (Wolter, Variance Estimation, 2007)
)
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


class Table(NamedTuple):
    """What each cluster of patients adds to each stratum; arrays of clusters by strata."""

    total: Reals
    known: Reals
    so: Reals  # of the known, what is so

    def times(self, drawn: Reals) -> "Table":
        """Return the sums of each draw, which says how often each cluster counts."""
        return Table(*(drawn @ part for part in self))


def estimate(alarmed: Alarmed, quiet: Quiet) -> Found:
    """Return what was found and what was missed (Begg & Greenes, Biometrics 1983, 39:207).

    Within each stratum those without a verdict are as those with one.
    """
    everybody = np.zeros(_people(alarmed, quiet), np.int64)
    found, missed = (float(_project(table)[0]) for table in _tables(alarmed, quiet, everybody))
    return Found(found, missed, float(quiet.weight.sum()))


def _tables(alarmed: Alarmed, quiet: Quiet, cluster: Places) -> tuple[Table, Table]:
    """Return the alarmed and the quiet by the cluster of each patient."""
    size = int(cluster.max(initial=0)) + 1, _strata(alarmed, quiet)
    ones = np.ones(len(alarmed.labelled))
    labelled = cluster[alarmed.labelled], alarmed.labelled_stratum
    drawn, decided = (cluster[quiet.patient], quiet.stratum), quiet.weight * quiet.is_decided
    return (
        Table(
            _laid(size, (cluster[alarmed.patient], alarmed.stratum), np.ones(len(alarmed.patient))),
            _laid(size, labelled, ones),
            _laid(size, labelled, ones * alarmed.is_useful),
        ),
        Table(
            _laid(size, drawn, quiet.weight),
            _laid(size, drawn, decided),
            _laid(size, drawn, decided * quiet.is_missed),
        ),
    )


def _laid(size: tuple[int, int], place: tuple[Places, Places], weight: Reals) -> Reals:
    cluster, stratum = place
    sums = np.bincount(cluster * size[1] + stratum, weight, size[0] * size[1])
    return sums.astype(np.float64).reshape(size)


def _strata(alarmed: Alarmed, quiet: Quiet) -> int:
    columns = alarmed.stratum, alarmed.labelled_stratum, quiet.stratum
    return 1 + max(int(column.max(initial=0)) for column in columns)


def _project(table: Table) -> Reals:
    """Return the weight of what is so among all, from the share among the known of each stratum.

    A stratum in which nothing is known is taken as the known of all strata together; NaN where nothing is known at all.
    """
    known, so = table.known.sum(axis=1, keepdims=True), table.so.sum(axis=1, keepdims=True)
    pooled = np.divide(so, known, out=np.full(known.shape, np.nan), where=known > 0)
    share = np.divide(table.so, table.known, out=pooled + np.zeros(table.known.shape), where=table.known > 0)
    sums: Reals = np.where(table.total > 0, table.total * share, 0.0).sum(axis=1)
    return sums


def interval_of(alarmed: Alarmed, quiet: Quiet, resamples: int, seed: int) -> tuple[float, float]:
    """Return the interval of the sensitivity. NaN twice where nothing tells.

    Patients are drawn again with replacement (Efron & Tibshirani, An Introduction to the Bootstrap, 1993); many are
    drawn in MOST_CLUSTERS random groups. With fewer than FEW missed in the sample that would be too sure, and with none
    it would say that nothing is ever missed: then the missed are put at both ends of the exact interval of their share
    (Korn & Graubard 1998).
    """
    if int(quiet.is_missed.sum()) < FEW:
        return _few_missed(alarmed, quiet)
    rng = np.random.default_rng(seed)
    here = np.unique(np.concatenate([alarmed.patient, alarmed.labelled, quiet.patient]))
    clusters = min(len(here), MOST_CLUSTERS)
    cluster = np.zeros(int(here.max()) + 1, np.int64)
    cluster[here] = rng.permutation(len(here)) % clusters
    drawn = rng.multinomial(clusters, np.full(clusters, 1 / clusters), resamples).astype(np.float64)
    found, missed = (_project(table.times(drawn)) for table in _tables(alarmed, quiet, cluster))
    needed = found + missed
    share = np.divide(found, needed, out=np.full(resamples, np.nan), where=needed > 0)
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.nanpercentile(share, (tail, 100 - tail))
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
