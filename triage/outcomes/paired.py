"""Two answers to the same questions: has their share changed? The exact test of McNemar."""

import math


def mcnemar_exact(only_before: int, only_after: int) -> float:
    """Return the two-sided p-value of McNemar's exact test; 1.0 where no pair differs.

    Under the hypothesis that nothing changed, each pair that differs does so either way with probability 1/2. The sum
    runs over binomial terms from the largest one down, in logarithms, so that no number of pairs is too large.
    """
    pairs, fewer = only_before + only_after, min(only_before, only_after)
    log_largest = math.lgamma(pairs + 1) - math.lgamma(fewer + 1) - math.lgamma(pairs - fewer + 1)
    term = total = 1.0
    for count in range(fewer, 0, -1):
        term *= count / (pairs - count + 1)
        total += term
        if term < total * 1e-17:
            break
    return min(1.0, math.exp(min(0.0, log_largest + math.log(2.0 * total) - pairs * math.log(2.0))))
