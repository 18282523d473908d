"""Whether one lot, or one practitioner, goes with more abnormal courses than the others: a signal, not a cause.

A case is a session after which an alert about a report was opened for the same day or above. Each lot is compared with
the other lots of its product in the same months, since the seasons, our own rules and the staff change with time.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from triage.outcomes.columns import Flags
from triage.outcomes.facts import NOBODY, Facts, Places
from triage.outcomes.figure import Question
from triage.outcomes.replay import DAY_US
from triage.outcomes.sections import has_word
from triage.outcomes.sequential import MOST_EXPECTED, sequential_p
from triage.outcomes.shrinkage import eb05
from triage.outcomes.spells import chosen_sittings
from triage.rules import Urgency

Reals = NDArray[np.float64]
PRACTITIONER = "practitioner"
MONTH_US = 30 * DAY_US  # a month of thirty days: strata of one length
FEWEST_CASES = 3
FALSE_SIGNALS = 0.05  # at most, of the times that nothing is wrong, whatever number of lots and looks
UNKNOWN = "not recorded"


class Exposed(NamedTuple):
    """The sessions of one lot, or of one practitioner (whose product is empty)."""

    role: str
    product: str
    lot: str
    sittings: Places
    cases: int
    expected: float  # cases, were it like the others in its months
    p: float  # exact, of so many cases or more
    p_looks: float  # the same, with all looks reckoned in
    ratio: float  # cases to expected, shrunk towards that of all lots
    ratio_low: float  # its lower end, one in twenty
    p_adjusted: float  # among all lots and practitioners that were looked at
    ratio_high: float = 0.0  # its upper end, one in twenty

    @property
    def is_signal(self) -> bool:
        """Tell whether it is worth somebody's look."""
        return self.cases >= FEWEST_CASES and self.ratio_low > 1 and self.p_adjusted <= FALSE_SIGNALS


def is_case(facts: Facts) -> Flags:
    """Return which sessions were followed by an alert about a report for the same day or above."""
    alerts = facts.alerts
    counted = has_word(alerts.kind, "report") & (alerts.urgency >= Urgency.same_day) & (alerts.sitting != NOBODY)
    found = np.zeros(len(facts.sittings.id), np.bool_)
    found[alerts.sitting[counted]] = True
    return found


def exposures(facts: Facts, question: Question) -> list[Exposed]:
    """Return every lot of each product, and every practitioner, beside the others of its kind.

    Exact conditional test over months (Mantel & Haenszel 1959; Cox 1970): given how many cases a month had in all, how
    many fall to this lot is hypergeometric. Weekly looks: MaxSPRT (Kulldorff et al. 2011). Both must hold, of many lots
    by Benjamini & Hochberg 1995. Ratios are shrunk by a gamma prior from all lots of the role (DuMouchel 1999).
    """
    case, chosen = is_case(facts), chosen_sittings(facts, question)
    month = facts.sittings.at_us // MONTH_US
    found: list[Exposed] = []
    for role, groups in _by_role(facts, chosen):
        compared = [one for kind in groups for one in _compare(role, kind, case, month)]
        cases, expected = np.array([one.cases for one in compared]), np.array([one.expected for one in compared])
        ends = (
            (float(ratio), float(low), float(high)) for ratio, low, high in zip(*eb05(cases, expected), strict=True)
        )
        for one, (ratio, low, high) in zip(compared, ends, strict=True):
            found.append(one._replace(ratio=ratio, ratio_low=low, ratio_high=high))
    adjusted = adjust(np.array([max(one.p, one.p_looks) for one in found]))
    return [one._replace(p_adjusted=float(p)) for one, p in zip(found, adjusted, strict=True)]


def lot_signals(facts: Facts, question: Question) -> list[Exposed]:
    """Return what stands out, the surest first."""
    return sorted((one for one in exposures(facts, question) if one.is_signal), key=lambda one: one.p_adjusted)


def seen_from(compared: int) -> float:
    """Return from how many expected cases on a doubled rate stands out nine times in ten, among so many comparisons."""
    expected = 1.0
    while expected < MOST_EXPECTED:
        likely = int(special.pdtrik(0.1, 2 * expected))
        if sequential_p(likely, expected) * compared <= FALSE_SIGNALS:
            return expected
        expected *= 1.1
    return expected


def exact_p(cases: int, exposed: NDArray[np.int64], total: NDArray[np.int64], ill: NDArray[np.int64]) -> float:
    """Return how likely chance brings so many cases or more: the sum of a hypergeometric number for each stratum.

    For each stratum how many sessions are exposed, how many there are, and how many of all became cases.
    """
    spread = np.array([1.0])
    for n, everybody, became in zip(exposed, total, ill, strict=True):
        if n and became:
            spread = np.convolve(spread, _hypergeometric(int(n), int(everybody), int(became)))
    return float(min(1.0, spread[cases:].sum()))


def adjust(p: Reals) -> Reals:
    """Return p-values adjusted for their number (Benjamini & Hochberg 1995)."""
    order = np.argsort(p)
    raised = p[order] * len(p) / np.arange(1, len(p) + 1)
    found = np.empty(len(p))
    found[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return found


class _Group(NamedTuple):
    """The lots of one product, or all practitioners: pairs of a session and its lot's number."""

    product: str
    names: tuple[str, ...]
    sitting: Places
    code: Places


def _by_role(facts: Facts, chosen: Flags) -> Iterator[tuple[str, list[_Group]]]:
    """Yield each role with the groups that are compared within."""
    uses, sittings = facts.uses, facts.sittings
    for number, role in enumerate(uses.role.names):
        rows = np.flatnonzero((uses.role.code == number) & (uses.lot.code != NOBODY))
        rows = rows[chosen[uses.sitting[rows]]]
        groups = []
        for product in np.unique(uses.product.code[rows]):
            of = rows[uses.product.code[rows] == product]
            pairs = np.unique(np.stack([uses.sitting[of], uses.lot.code[of].astype(np.int64)]), axis=1)
            name = uses.product.names[product] if product != NOBODY else UNKNOWN
            groups.append(_Group(name, uses.lot.names, pairs[0], pairs[1]))
        yield role, groups
    rows = np.flatnonzero(chosen & (sittings.practitioner.code != NOBODY))
    yield (
        PRACTITIONER,
        [_Group("", sittings.practitioner.names, rows, sittings.practitioner.code[rows].astype(np.int64))],
    )


def _compare(role: str, group: _Group, case: Flags, month: Places) -> Iterator[Exposed]:
    """Yield each lot of a group that has others to be compared with."""
    codes = np.unique(group.code)
    if len(codes) < 2:
        return
    sessions = np.unique(group.sitting)
    stratum = np.unique(month[sessions], return_inverse=True)[1]
    place = np.searchsorted(sessions, group.sitting)
    total = np.bincount(stratum)
    ill = np.bincount(stratum, case[sessions]).astype(np.int64)
    for code in codes:
        rows = place[group.code == code]
        exposed = np.bincount(stratum[rows], minlength=len(total))
        cases = int(case[sessions[rows]].sum())
        of_lot = np.bincount(stratum[rows], case[sessions[rows]], len(total))
        others, others_ill = total - exposed, ill - of_lot
        is_compared = (exposed > 0) & (others > 0)
        compared = int(of_lot[is_compared].sum())
        expected = float((exposed * others_ill / np.maximum(others, 1))[is_compared].sum())
        p = exact_p(compared, exposed[is_compared], total[is_compared], ill[is_compared])
        looks = sequential_p(compared, expected)
        yield Exposed(role, group.product, group.names[code], sessions[rows], cases, expected, p, looks, 1.0, 0.0, 1.0)


def _hypergeometric(exposed: int, total: int, ill: int) -> Reals:
    """Return how likely each number of cases among the exposed is, from 0 on."""
    counts = np.arange(min(exposed, ill) + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = _choose(ill, counts) + _choose(total - ill, exposed - counts) - _choose(total, np.array([exposed]))
    found: Reals = np.where((exposed - counts) <= (total - ill), np.exp(log), 0.0)
    return found


def _choose(n: int, k: NDArray[np.int64]) -> Reals:
    found: Reals = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(np.maximum(n - k, 0) + 1)
    return found
