"""How far two people who judge the same things agree beyond chance, where a near miss is better than a far one."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Z95 = float(ndtri(0.975))


class Kappa(NamedTuple):
    """Weighted kappa with its 95 % interval; 1: always alike, 0: as by chance. NaN: one mark only was ever given."""

    value: float
    low: float
    high: float


def weighted_kappa(table: NDArray[np.int64]) -> Kappa:
    """Return the agreement of a square table of counts (rows one judge, columns the other, marks in order).

    Quadratic weights (Cohen, Psychol Bull 1968;70:213) with the large-sample standard error of Fleiss, Cohen & Everitt
    (Psychol Bull 1969;72:323). Raises ValueError for an empty table.
    """
    n, size = int(table.sum()), len(table)
    if n == 0:
        raise ValueError("no pair of marks")
    apart = np.subtract.outer(np.arange(size), np.arange(size))
    weight = 1 - (apart / (size - 1)) ** 2
    share = table / n
    rows, columns = share.sum(1), share.sum(0)
    seen, chance = float((weight * share).sum()), float((weight * np.outer(rows, columns)).sum())
    if chance >= 1:
        return Kappa(float("nan"), float("nan"), float("nan"))
    kappa = (seen - chance) / (1 - chance)
    mean = np.add.outer(weight @ columns, rows @ weight)
    spread = float((share * (weight - mean * (1 - kappa)) ** 2).sum()) - (kappa - chance * (1 - kappa)) ** 2
    reach = Z95 * float(np.sqrt(max(spread, 0.0) / n)) / (1 - chance)
    return Kappa(kappa, max(kappa - reach, -1.0), min(kappa + reach, 1.0))
