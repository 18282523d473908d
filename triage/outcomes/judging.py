"""Judges columns of check-ins by the same decision tables as one check-in.

Each cell of a symptom's table that occurs is answered once by the table itself (`SymptomTable.merge`); the rest is
looking up. `rules/assessment.py` is the meaning: the tests compare the two on whatever hypothesis can think of.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from triage.outcomes.columns import BITS, Bytes, Columns, Flags, Masks, Words
from triage.rules import Tables
from triage.rules.assessment import UNREADABLE
from triage.rules.forms import CODES, COURSES, FORM_SETS, MEETING
from triage.rules.protocol import COURSE_WORDS, Combination, Condition, Rule
from triage.rules.tables import LEVELS, SymptomTable
from triage.rules.vocabulary import RAISED_BELOW

CHUNK = 1 << 15  # rows at a time: what is worked on stays in the processor's cache
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of each row, before any hold. `fired[w]` holds 64 rules a word, in the order of `rules`."""

    urgency: Bytes
    fired: list[Masks]  # empty where the rules were not asked for
    rules: tuple[str, ...]

    def rules_of(self, row: int) -> list[str]:
        """Return the ids of the rules that fired in one row."""
        return [rule for n, rule in enumerate(self.rules) if int(self.fired[n // BITS][row]) >> n % BITS & 1]

    def counts(self, rows: Flags) -> dict[str, int]:
        """Return in how many of some rows each rule fired, for those that did."""
        found = {}
        fired = [word[rows] for word in self.fired]
        for number, rule in enumerate(self.rules):
            count = int(np.count_nonzero(fired[number // BITS] & np.uint64(1 << number % BITS)))
            if count:
                found[rule] = count
        return found


@dataclass(slots=True)
class Chunk:
    """Some rows in work. `below`: group -> highest urgency of its findings that risk factors raise."""

    columns: Columns
    urgency: Bytes
    fired: list[Masks]
    below: dict[str, Bytes]
    courses: dict[tuple[str, str], Flags] = field(default_factory=dict)  # symptom and what is asked of its course


class SymptomColumn:
    """The cells of one symptom as arrays, filled as they occur: (interval, severity, form set) -> what fires."""

    def __init__(self, table: SymptomTable, groups: Iterable[str], words: int) -> None:
        size = len(table.starts) * LEVELS * FORM_SETS
        self.table = table
        self.interval_at = np.frombuffer(table.interval_at, np.uint8)
        self.is_known = np.zeros(size, np.bool_)
        self.urgency = np.zeros(size, np.uint8)
        self.fired = [np.zeros(size, np.uint64) for _ in range(words)]
        rules = {fired.rule.group for answer in table.answers for fired in answer}
        self.below = {group: np.zeros(size, np.uint8) for group in rules.intersection(groups)}

    def cells(self, hour: NDArray[np.int64], severity: Bytes, form_set: Bytes) -> Rows:
        """Return the cell of each row."""
        interval = self.interval_at[np.minimum(hour, len(self.interval_at) - 1)].astype(np.intp)
        return (interval * LEVELS + severity) * FORM_SETS + form_set

    def fill(self, cells: Rows, bits: dict[str, int]) -> None:
        """Answer the cells that have not occurred before."""
        for cell in np.unique(cells[~self.is_known[cells]]).tolist():
            place, form_set = divmod(cell, FORM_SETS)
            interval, severity = divmod(place, LEVELS)
            for fired in self.table.merge(interval, form_set, severity):
                rule = fired.rule
                self.urgency[cell] = max(int(self.urgency[cell]), rule.urgency)
                if self.fired:
                    self.fired[bits[rule.id] // BITS][cell] |= np.uint64(1 << bits[rule.id] % BITS)
                if rule.urgency < RAISED_BELOW and rule.group in self.below:
                    self.below[rule.group][cell] = max(int(self.below[rule.group][cell]), rule.urgency)
            self.is_known[cell] = True


class ColumnJudge:
    """A compiled protocol, ready for columns. ValueError where it has more than 64 words of one kind."""

    def __init__(self, tables: Tables, *, with_rules: bool = False) -> None:
        self.tables = tables
        self.words = Words.of(tables)
        protocol = tables.protocol
        factors = (f"risk.{factor.risk_factor}" for factor in protocol.risk_factors)
        self.rules = (*dict.fromkeys(rule.id for rule in protocol.all_rules()), *factors, UNREADABLE.rule)
        self.bits = {rule: number for number, rule in enumerate(self.rules)}
        self.groups = frozenset().union(*tables.raises.values())
        self.fired_words = -(-len(self.rules) // BITS) if with_rules else 0
        self.forms = np.frombuffer(tables.form_table, np.uint8)
        self.courses = {
            (condition.what, condition.kind): np.isin(np.arange(FORM_SETS), list(MEETING[condition.kind]))
            for combination in protocol.combinations
            for condition in (*combination.all_of, *combination.any_of)
            if condition.kind in COURSE_WORDS
        }
        self.symptoms = {
            symptom: SymptomColumn(table, self.groups, self.fired_words) for symptom, table in tables.symptoms.items()
        }

    def judge(self, columns: Columns) -> Judged:
        """Return the urgency of each row, and the rules that fired where they were asked for."""
        rows = len(columns)
        judged = Judged(
            np.zeros(rows, np.uint8), [np.zeros(rows, np.uint64) for _ in range(self.fired_words)], self.rules
        )
        for start in range(0, rows, CHUNK):
            part = slice(start, min(start + CHUNK, rows))
            self._judge(columns.part(part), judged.urgency[part], [word[part] for word in judged.fired])
        return judged

    def _judge(self, columns: Columns, urgency: Bytes, fired: list[Masks]) -> None:
        groups = self.groups if columns.risk_factors.any() else frozenset()
        chunk = Chunk(columns, urgency, fired, {group: np.zeros(len(columns), np.uint8) for group in groups})
        for symptom in columns.severity:
            self._judge_symptom(chunk, symptom)
        self._judge_signs(chunk)
        for combination in self.tables.protocol.combinations:
            rows = self._meeting(chunk, combination)
            if rows is not None:
                self._hit(chunk, combination.rule, np.flatnonzero(rows))
        self._judge_others(chunk)
        if groups:
            self._raise(chunk)

    def _hit(self, chunk: Chunk, rule: Rule, rows: Rows) -> None:
        """Note that a rule fired in some rows."""
        chunk.urgency[rows] = np.maximum(chunk.urgency[rows], rule.urgency)
        self._mark(chunk, rule.id, rows)
        if rule.urgency < RAISED_BELOW and rule.group in chunk.below:
            below = chunk.below[rule.group]
            below[rows] = np.maximum(below[rows], rule.urgency)

    def _mark(self, chunk: Chunk, rule: str, rows: Rows) -> None:
        if chunk.fired:
            chunk.fired[self.bits[rule] // BITS][rows] |= np.uint64(1 << self.bits[rule] % BITS)

    def _judge_symptom(self, chunk: Chunk, symptom: str) -> None:
        columns, cells = chunk.columns, self.symptoms[symptom]
        severity = columns.severity[symptom]
        rows = np.flatnonzero(severity - np.uint8(1) < LEVELS - 1)  # 0 and NOT_ASKED wrap round or stay above
        if not len(rows):
            return
        severity = severity[rows]
        form_set = self.forms[
            (severity.astype(np.intp) * COURSES + columns.stated[symptom][rows]) * CODES + columns.code[symptom][rows]
        ]
        for (what, kind), is_met in self.courses.items():
            if what == symptom:
                chunk.courses[what, kind] = np.zeros(len(columns), np.bool_)
                chunk.courses[what, kind][rows] = is_met[form_set]
        cell = cells.cells(columns.hour[rows], severity, form_set)
        cells.fill(cell, self.bits)
        self._take(chunk, cells, cell, rows)

    def _take(self, chunk: Chunk, cells: SymptomColumn, cell: Rows, rows: Rows) -> None:
        """Carry what fires in the cells over to the rows."""
        urgency = cells.urgency[cell]
        hit = np.flatnonzero(urgency)
        rows, cell = rows[hit], cell[hit]
        chunk.urgency[rows] = np.maximum(chunk.urgency[rows], urgency[hit])
        for word, fired in zip(chunk.fired, cells.fired, strict=True):
            word[rows] |= fired[cell]
        for group in cells.below.keys() & chunk.below.keys():
            below = chunk.below[group]
            below[rows] = np.maximum(below[rows], cells.below[group][cell])

    def _judge_signs(self, chunk: Chunk) -> None:
        rows = np.flatnonzero(chunk.columns.signs)
        signs = chunk.columns.signs[rows]
        for sign, bit in _present(self.words.signs, signs):
            entry = self.tables.signs[sign]
            named = rows[signs & bit != 0]
            if entry.early is not None:
                is_early = chunk.columns.hour[named] < entry.early_until
                self._hit(chunk, entry.early, named[is_early])
                named = named[~is_early]
            self._hit(chunk, entry.rule, named)

    def _meeting(self, chunk: Chunk, combination: Combination) -> Flags | None:
        """Return which rows meet a combination at an hour at which it holds; None: surely none does."""
        met: Flags | None = None
        for condition in combination.all_of:
            flags = self._holds(chunk, condition)
            met = flags if met is None else met & flags
            if not met.any():
                return None
        if combination.any_of:
            flags = np.logical_or.reduce([self._holds(chunk, condition) for condition in combination.any_of])
            met = flags if met is None else met & flags
        return None if met is None else met & _is_within(chunk.columns.hour, combination.rule)

    def _holds(self, chunk: Chunk, condition: Condition) -> Flags:
        columns, what = chunk.columns, condition.what
        if condition.kind == "symptom":
            severity = columns.severity.get(what)
            return (
                _none(columns) if severity is None else severity - np.uint8(condition.least) < LEVELS - condition.least
            )
        if condition.kind in COURSE_WORDS:
            return chunk.courses.get((what, condition.kind), _none(columns))
        if condition.kind == "temperature":
            return columns.temperature >= condition.least
        kinds: dict[str, tuple[Masks, int]] = {
            "sign": (columns.signs, self.words.signs.get(what, 0)),
            "risk": (columns.risk_factors, self.words.risk_factors.get(what, 0)),
            "treatment": (columns.treatments, self.words.treatments.get(what, 0)),
            "exposed": (columns.exposures, self.words.exposures.get(what, 0)),
        }
        mask, bit = kinds.get(condition.kind) or (columns.placed, self.words.placed[condition.place])
        holds: Flags = mask & np.uint64(bit) != 0
        return holds

    def _judge_others(self, chunk: Chunk) -> None:
        columns = chunk.columns
        for result, bit in _present(self.words.results, columns.results):
            rule = self.tables.results[result]
            self._hit(chunk, rule, np.flatnonzero((columns.results & bit != 0) & _is_within(columns.hour, rule)))
        self._hit(chunk, self.tables.protocol.wants_call, np.flatnonzero(columns.wants_call))
        lost = np.flatnonzero(columns.is_unreadable)
        chunk.urgency[lost] = np.maximum(chunk.urgency[lost], UNREADABLE.urgency)
        self._mark(chunk, UNREADABLE.rule, lost)

    def _raise(self, chunk: Chunk) -> None:
        """Raise by one step what each risk factor raises: at most to urgent, never from self-care."""
        rows = np.flatnonzero(chunk.columns.risk_factors)
        factors = chunk.columns.risk_factors[rows]
        for factor, bit in _present(self.words.risk_factors, factors):
            having = rows[factors & bit != 0]
            most = np.zeros(len(having), np.uint8)
            for group in self.tables.raises.get(factor, ()):
                most = np.maximum(most, chunk.below[group][having])
            having, most = having[most > 0], most[most > 0]
            chunk.urgency[having] = np.maximum(chunk.urgency[having], most + 1)
            self._mark(chunk, f"risk.{factor}", having)


def _present(words: dict[str, int], masks: Masks) -> list[tuple[str, np.uint64]]:
    """Return the words that some row has, with their bits."""
    found = int(np.bitwise_or.reduce(masks)) if len(masks) else 0
    return [(word, np.uint64(bit)) for word, bit in words.items() if found & bit]


def _none(columns: Columns) -> Flags:
    return np.zeros(len(columns), np.bool_)


def _is_within(hour: NDArray[np.int64], rule: Rule) -> Flags:
    within: Flags = hour >= rule.from_hour
    if rule.until_hour is not None:
        within &= hour < rule.until_hour
    return within
