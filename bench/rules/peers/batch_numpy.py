"""NumPy by hand: the rules in the code, over the same columns as our engine and summed up in the same way.

Row after row instead of column after column (all symptoms of a row at once) it is three times slower.
"""

from typing import Any

import numpy as np

from bench.rules import rule_set as s
from bench.rules.columns import BITS
from bench.rules.peers import Given
from bench.rules.summing import NONE, Summary, SummedEngine
from triage.rules import Urgency

NAME, LIBRARY, PACKAGE = "NumPy by hand", "numpy", "numpy"
LAST_HOUR = 24 * 90


class Engine(SummedEngine):
    """Judges by hand."""

    def __init__(self, given: Given, with_rules: bool) -> None:
        super().__init__(with_rules)
        self.signs = [(sign, Urgency[urgency]) for sign, urgency in given.rules.signs.items()]
        self.expected = []  # highest expected severity of each whole hour
        for window in given.rules.windows.values():
            limit = np.zeros(LAST_HOUR, np.int8)
            for start, most in window:
                limit[start:] = most
            self.expected.append(limit)
        self.excess = np.array([0] + [Urgency[s.EXCESS[min(by, 3)]] for by in range(1, 5)], np.uint8)

    def judge_rows(self, rows: Summary, levels: Any, masks: Any) -> None:
        def fire(name: str, where: Any, urgency: Any) -> None:
            levels[where] = np.maximum(levels[where], urgency)
            if masks is not None:
                masks[where] |= np.uint64(1 << BITS[name])

        hours = np.minimum(rows.hours.astype(np.int32), LAST_HOUR - 1)
        for number, symptom in enumerate(s.SYMPTOMS):
            some = np.flatnonzero(rows.now[number])
            hour, now = hours[some], rows.now[number][some].view(np.int8)
            over = now - self.expected[number][hour]
            hit = np.flatnonzero(over > 0)
            fire(f"{symptom}.excess", some[hit], self.excess[over[hit]])
            last, lowest, has_gone, before = (column[number][some] for column in rows[3:])
            grown = (last != NONE) & (now > last) & (now >= s.WORSE_SEVERITY) & (hour >= s.WORSE_FROM_HOUR)
            fire(f"{symptom}.worse", some[grown & (last > 0)], Urgency.same_day)
            fire(f"{symptom}.new", some[grown & (last == 0)], Urgency.same_day)
            fire(f"{symptom}.back", some[has_gone], Urgency.routine)
            stuck = (before > 0) & (now >= before) & (now >= s.STUCK_SEVERITY) & (hour >= s.STUCK_FROM_HOUR)
            fire(f"{symptom}.not_improving", some[stuck], Urgency.routine)
            rises = (lowest != NONE) & (now >= lowest.astype(np.int16) + s.RISE_BY)
            fire(f"{symptom}.rising_fast", some[rises], Urgency.same_day)
        told = dict(zip(s.SIGNS, rows.signs, strict=True))
        for sign, urgency in self.signs:
            fire(f"sign.{sign}", np.flatnonzero(told[sign]), urgency)
        infection = told["fever"] & (told["pus"] | told["spreading_redness"])
        fire("combination.systemic_infection", np.flatnonzero(infection), Urgency.emergency)
        blistering, pain = rows.now[s.SYMPTOMS.index("blistering")], rows.now[s.SYMPTOMS.index("pain")]
        blisters = (blistering >= s.BLISTERING) & (pain >= s.PAIN)
        fire("combination.painful_blisters", np.flatnonzero(blisters), Urgency.urgent)


def build(given: Given, with_rules: bool) -> Engine:
    """Return the engine; its rules are in the code, its numbers in the rule set."""
    return Engine(given, with_rules)
