"""Bounds for shares: exact for few misses, by patients for alerts, since reports of one patient go together."""

import math
import random
from collections.abc import Sequence


def upper_bound(misses: int, total: int, confidence: float = 0.95) -> float:
    """Return the exact one-sided upper bound of a share (Clopper-Pearson); 1.0 when there is nothing to go by."""
    if total == 0 or misses >= total:
        return 1.0
    low, high = misses / total, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(misses, total, middle) > 1 - confidence else (low, middle)
    return high


def _at_most(count: int, total: int, share: float) -> float:
    """Return the chance of at most `count` among `total`."""
    if share in (0.0, 1.0):
        return 1.0 if share == 0.0 else 0.0
    logs = (
        math.lgamma(total + 1)
        - math.lgamma(number + 1)
        - math.lgamma(total - number + 1)
        + number * math.log(share)
        + (total - number) * math.log1p(-share)
        for number in range(count + 1)
    )
    return sum(math.exp(value) for value in logs)


def cluster_interval(
    patients: Sequence[tuple[int, int]], seed: int, *, resamples: int = 1000
) -> tuple[float, float] | None:
    """Return the 95 % bootstrap interval of alerts over reports, patients drawn whole; None: no reports.

    `patients` has (alerts, reports) of each.
    """
    if not any(reports for _, reports in patients):
        return None
    rng, shares = random.Random(seed), []
    for _ in range(resamples):
        drawn = rng.choices(patients, k=len(patients))
        reports = sum(count for _, count in drawn)
        shares.append(sum(alerts for alerts, _ in drawn) / reports if reports else 0.0)
    shares.sort()
    return shares[int(0.025 * resamples)], shares[int(0.975 * resamples) - 1]
