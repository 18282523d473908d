"""Our engine over columns: the decision tables of the same protocol file, a lookup a symptom.

The place for `triage.outcomes.judge_columns(tables, columns)`: `Engine.judge` is to hand it what `derive` made. Until
it is there, the lookup over the tables is spelled here, for signs and symptoms alone, which is all the rule set has.
"""

from typing import Any

import numpy as np

from bench.rules.columns import BITS
from bench.rules.peers import Given
from bench.rules.peers.batch_python import bit_name
from bench.rules.rule_set import SIGNS, SYMPTOMS, load
from bench.rules.summing import NONE, Summary, SummedEngine
from triage.rules.tables import FORMS, LEVELS, NOT_IMPROVING, RAPID_RISE, RELAPSE, STRIDE, SymptomTable, Tables
from triage.rules.vocabulary import Course

NAME, LIBRARY, PACKAGE = "Aftercare Triage (tables over columns)", "numpy", "numpy"


class Engine(SummedEngine):
    """Looks the answers up in the decision tables."""

    def __init__(self, tables: Tables, with_rules: bool) -> None:
        super().__init__(with_rules)
        self.tables = tables
        self.rise_by = tables.protocol.history.rise_by
        self.lookups = [_Lookup(tables.symptoms[symptom]) for symptom in SYMPTOMS]
        self.combinations = [(_Combination(entry), entry.rule) for entry in tables.combinations]

    def judge_rows(self, rows: Summary, levels: Any, masks: Any) -> None:
        hours = rows.hours.astype(np.int32)
        for number, lookup in enumerate(self.lookups):
            some = np.flatnonzero(rows.now[number])
            here = [column[number][some] for column in rows[2:]]
            for where, cells in lookup.find(hours[some], here, self.rise_by):
                _raise(levels, masks, some[where], lookup.levels[cells], lookup.masks[cells])
        for number, sign in enumerate(SIGNS):
            rule = self.tables.signs[sign].rule
            _raise(levels, masks, np.flatnonzero(rows.signs[number]), rule.urgency, 1 << BITS[rule.id])
        for combination, rule in self.combinations:
            _raise(levels, masks, combination.rows(rows), rule.urgency, 1 << BITS[rule.id])


def _raise(levels: Any, masks: Any, rows: Any, urgency: Any, bits: Any) -> None:
    """Make rows at least so urgent, and note what fired."""
    levels[rows] = np.maximum(levels[rows], urgency)
    if masks is not None:
        masks[rows] |= np.asarray(bits, np.uint64)


class _Lookup:
    """One symptom's table as arrays: the most urgent rule of each cell, and the bits of all."""

    def __init__(self, table: SymptomTable) -> None:
        cells = np.frombuffer(table.cells, np.uint8)
        answers = [max((fired.rule.urgency for fired in answer), default=0) for answer in table.answers]
        bits = [sum({1 << BITS[bit_name(f.rule.id)] for f in a if f.rule.id != "afterwards"}) for a in table.answers]
        self.levels, self.masks = np.array(answers, np.uint8)[cells], np.array(bits, np.uint64)[cells]
        self.interval_at = np.frombuffer(table.interval_at, np.uint8).astype(np.int32) * STRIDE
        self.forms = np.full((NONE + 1, LEVELS), Course.unknown, np.int32)
        for last in range(LEVELS):
            grown = Course.worse if last else Course.new
            for now in range(LEVELS):
                form = Course.same if now == last else Course.better if now < last else grown
                self.forms[last, now] = form
        self.forms = self.forms * LEVELS + np.arange(LEVELS)
        assert len(cells) == len(table.starts) * FORMS * LEVELS

    def find(self, hours: Any, rows: list[Any], rise_by: int) -> Any:
        """Yield which rows ask which cells: every row by its course, some by their history."""
        now, last, lowest, has_gone, before = rows
        first = self.interval_at[np.minimum(hours, len(self.interval_at) - 1)]
        yield slice(None), first + self.forms[last, now]
        for form, asks in (
            (RELAPSE, has_gone),
            (NOT_IMPROVING, (before > 0) & (now >= before)),
            (RAPID_RISE, now >= lowest.astype(np.int16) + rise_by),
        ):
            where = np.flatnonzero(asks)
            yield where, first[where] + (form * LEVELS + now[where])


class _Combination:
    """One combination over columns: all of the named signs and severities, in any of its ways."""

    def __init__(self, entry: Any) -> None:
        self.entry = entry

    def rows(self, rows: Summary) -> Any:
        told = {bit: _condition(words, rows) for bit, words in self.entry.conditions}
        ways = [[told[bit] for bit in told if mask & bit] for mask in self.entry.masks]
        return np.flatnonzero(np.logical_or.reduce([np.logical_and.reduce(way) for way in ways]))


def _condition(words: str, rows: Summary) -> Any:
    if words.startswith("sign:"):
        return rows.signs[SIGNS.index(words.removeprefix("sign:"))]
    symptom, _, least = words.split()
    return rows.now[SYMPTOMS.index(symptom)] >= int(least)


def build(given: Given, with_rules: bool) -> Engine:
    """Return the engine over the compiled tables of the protocol's files."""
    return Engine(load(given.files), with_rules)
