"""Reports as columns, and their history summed up: what the batch engines over NumPy arrays share."""

from typing import Any, NamedTuple

import numpy as np

from bench.rules.columns import Arrays
from bench.rules.reports import Report
from bench.rules.rule_set import RISE_WITHIN_HOURS, STUCK_FOR_HOURS

CHUNK = 16_384  # rows that stay in the cache
NONE = 255  # no such reading


class Columns(NamedTuple):
    """Reports as columns with their readings: symptom x row, and reading x symptom x row."""

    hours: Any
    signs: Any
    now: Any
    ages: Any  # reading x row, hours; not a number where there is none
    past: Any


class Summary(NamedTuple):
    """Reports as columns with their history summed up: symptom x row."""

    hours: Any
    signs: Any
    now: Any
    last: Any  # NONE: no reading
    lowest: Any  # of the last hours; NONE: no such reading
    has_gone: Any
    before: Any  # 0: none


class SummedEngine:
    """`derive` sums up the history; `judge` calls `judge_rows` of a subclass, some rows at a time."""

    steps = ("derive", "judge")

    def __init__(self, with_rules: bool) -> None:
        self.with_rules = with_rules

    def load(self, arrays: Arrays, sample: list[Report]) -> Columns:
        past = np.ascontiguousarray(arrays.past.transpose(1, 2, 0)).view(np.uint8)
        ages = np.ascontiguousarray((arrays.hours[:, None] - arrays.past_hours).T)
        now = np.ascontiguousarray(arrays.now.T).view(np.uint8)
        return Columns(arrays.hours, np.ascontiguousarray(arrays.signs.T), now, ages, past)

    def derive(self, columns: Columns) -> Summary:
        shape = columns.now.shape
        found = Summary(*columns[:3], *(np.empty(shape, kind) for kind in (np.uint8, np.uint8, bool, np.uint8)))
        for start in range(0, shape[1], CHUNK):
            part = slice(start, start + CHUNK)
            self._sum_up(columns.ages[:, part], columns.past[:, :, part], [c[:, part] for c in found[3:]])
        return found

    def _sum_up(self, ages: Any, past: Any, found: list[Any]) -> None:
        """Fill last, lowest, has_gone and before of some rows; readings are oldest first."""
        last, lowest, has_gone, before = found
        last[:], lowest[:], has_gone[:], before[:] = NONE, NONE, False, 0
        was_there = np.zeros(last.shape, bool)
        with np.errstate(invalid="ignore"):
            not_recent = np.where(ages <= RISE_WITHIN_HOURS, 0, NONE).astype(np.uint8)
            old = ages >= STUCK_FOR_HOURS
        for reading, hidden, is_old in zip(past, not_recent, old, strict=True):
            is_gone, is_said = reading == 0, reading != NONE
            is_there = is_said & ~is_gone
            has_gone |= was_there & is_gone
            was_there |= is_there
            last += (reading - last) * is_said  # bytes wrap round: the sum is the reading
            np.minimum(lowest, reading | hidden, out=lowest)
            before *= ~is_gone
            before += (reading - before) * (is_there & is_old)

    def judge(self, columns: Summary) -> tuple[Any, Any]:
        count = columns.now.shape[1]
        levels, masks = np.zeros(count, np.uint8), np.zeros(count, np.uint64)
        for start in range(0, count, CHUNK):
            part = slice(start, start + CHUNK)
            rows = Summary(columns.hours[part], *(column[:, part] for column in columns[1:]))
            self.judge_rows(rows, levels[part], masks[part] if self.with_rules else None)
        return levels, masks if self.with_rules else None

    def judge_rows(self, rows: Summary, levels: Any, masks: Any) -> None:
        """Raise the levels of some rows, and where there are masks note the bits of what fired."""
        raise NotImplementedError
