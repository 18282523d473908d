"""Our engine over columns, as replay uses it: `triage.outcomes` with the decision tables of the same protocol file."""

from typing import Any

import numpy as np

from bench.rules.columns import BITS
from bench.rules.peers import Given
from bench.rules.peers.batch_python import bit_name
from bench.rules.rule_set import SIGNS, SYMPTOMS, load
from bench.rules.summing import Columns, Summary, SummedEngine
from triage.outcomes import columns as outcomes
from triage.outcomes.judging import ColumnJudge, Judged
from triage.rules import Tables
from triage.rules.forms import BEFORES, LOWESTS, NEVER

NAME, LIBRARY, PACKAGE = "Aftercare Triage (triage.outcomes)", "triage.outcomes.judging", ""


class Engine(SummedEngine):
    """`derive` packs each history into its code, `judge` is the product's own."""

    def __init__(self, tables: Tables, with_rules: bool) -> None:
        super().__init__(with_rules)
        self.column_judge = ColumnJudge(tables, with_rules=with_rules)
        self.words = outcomes.Words.of(tables)

    def derive(self, columns: Columns) -> outcomes.Columns:
        summary = super().derive(columns)
        rows = len(summary.hours)
        found = outcomes.empty_columns(rows, SYMPTOMS)
        found.hour[:] = summary.hours
        for number, sign in enumerate(SIGNS):
            found.signs[summary.signs[number]] |= np.uint64(self.words.signs[sign])
        for number, symptom in enumerate(SYMPTOMS):
            found.severity[symptom] = summary.now[number]
            found.code[symptom] = _codes(summary, number)
        return found

    def judge(self, columns: outcomes.Columns) -> tuple[Any, Any]:
        judged = self.column_judge.judge(columns)
        return judged.urgency, judged if self.with_rules else None

    def as_mask(self, judged: Judged) -> Any:
        """Return what fired with the bits of the bench."""
        masks = np.zeros(len(judged.urgency), np.uint64)
        for number, rule in enumerate(judged.rules):
            if bit_name(rule) in BITS:
                fired = judged.fired[number // outcomes.BITS] >> np.uint64(number % outcomes.BITS) & np.uint64(1)
                masks |= fired << np.uint64(BITS[bit_name(rule)])
        return masks


def _codes(summary: Summary, number: int) -> outcomes.Codes:
    """Return the codes of one symptom's histories, as `triage.rules.forms.pack` makes one."""
    last = np.minimum(summary.last[number], NEVER).astype(np.uint16)
    lowest = np.minimum(summary.lowest[number], NEVER)
    return ((last * BEFORES + summary.before[number]) * LOWESTS + lowest) * 4 + summary.has_gone[number] * np.uint16(2)


def build(given: Given, with_rules: bool) -> Engine:
    """Return the engine over the compiled tables of the protocol's files."""
    return Engine(load(given.files), with_rules)
