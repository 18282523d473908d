"""The decision table of a protocol: plain bytes and tuples that answer one report, a column of them, or a proof.

One table a symptom: cell = interval x form x severity -> number of an answer; an answer is the tuple of rules that
fire. The first five forms are what is known of the course, the other four what the history says.
"""

from typing import NamedTuple

from triage.rules.protocol import ExpectedWindow, Protocol, Rule
from triage.rules.vocabulary import Course

RELAPSE, NOT_IMPROVING, RAPID_RISE, LATE = range(len(Course), len(Course) + 4)
HISTORY_FORMS = {"relapse": RELAPSE, "not_improving": NOT_IMPROVING, "rapid_rise": RAPID_RISE, "late": LATE}
FORMS = len(Course) + len(HISTORY_FORMS)
LEVELS = 5
STRIDE = FORMS * LEVELS


class Fired(NamedTuple):
    """A rule as it stands in a cell: with what was expected at that hour."""

    rule: Rule
    reason: str
    at_most: int  # the highest severity expected in this interval
    since_hour: int  # from which hour on


class SymptomTable(NamedTuple):
    """The answers for one symptom. `interval_at[hour]` is the interval of a whole hour; the last one has no end."""

    window: ExpectedWindow
    starts: tuple[int, ...]  # first hour of each interval
    ceilings: tuple[int, ...]  # highest severity expected in each interval
    interval_at: bytes
    cells: bytes
    answers: tuple[tuple[Fired, ...], ...]  # answer 0 is "within the expected course"

    def answer(self, hour: int, form: int, severity: int) -> tuple[Fired, ...]:
        """Return the rules that fire for a severity at a whole hour since the procedure."""
        interval = self.interval_at[hour if hour < len(self.interval_at) else -1]
        return self.answers[self.cells[interval * STRIDE + form * LEVELS + severity]]


class SignRule(NamedTuple):
    """A sign's rules by hour: `early` holds before `early_until` hours."""

    rule: Rule
    early: Rule | None
    early_until: int


class CombinationMask(NamedTuple):
    """A combination as bits: one of `masks` must be wholly set."""

    rule: Rule
    masks: tuple[int, ...]
    conditions: tuple[tuple[int, str], ...]  # bit and words of each condition, for the sentence


class Tables(NamedTuple):
    """A compiled protocol."""

    protocol: Protocol
    symptoms: dict[str, SymptomTable]
    signs: dict[str, SignRule]
    implied: dict[str, tuple[str, ...]]
    combinations: tuple[CombinationMask, ...]
    bits: dict[str, dict[str, tuple[tuple[float, int], ...]]]  # kind -> what -> (least value, bit) of each condition
    raises: dict[str, frozenset[str]]  # risk factor -> groups and ids that it raises
    results: dict[str, Rule]
    groups: dict[str, str]  # rule id -> its group
