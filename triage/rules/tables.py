"""The decision table of a protocol: plain bytes and tuples that answer one report, a column of them, or a proof.

One table a symptom: cell = interval x form x severity -> number of an answer; an answer is the tuple of rules that
fire. The first five forms are what is known of the course, the other four what the history says.
"""

from collections.abc import Mapping
from typing import NamedTuple

from triage.rules.forms import FORMS, FORMS_IN
from triage.rules.protocol import ExpectedWindow, Protocol, Rule
from triage.rules.vocabulary import Urgency

LEVELS = 5
STRIDE = FORMS * LEVELS
MOST_REMEMBERED = 20_000  # answers of one symptom, or of the combinations; then it begins anew


FindingHead = tuple[str, Urgency, str, tuple[str, str]]  # the fields of a finding before what is observed
FindingTail = tuple[Mapping[str, int], str, str]  # and after it


class Fired(NamedTuple):
    """A rule as it stands in a cell, with what was expected at that hour."""

    rule: Rule
    reason: str
    at_most: int  # the highest severity expected in this interval
    since_hour: int  # from which hour on
    head: FindingHead
    tail: FindingTail


# Whatever the history, nothing is found; nothing but a condition about its course is met; anything may be.
QUIET, COURSE, FULL = range(3)


class Answer(NamedTuple):
    """What a severity, the stated course and a history mean in one interval: all of a finding but the hour."""

    parts: tuple[tuple[FindingHead, FindingTail], ...]
    bits: int  # the conditions of combinations that are met
    last: int | None
    course: str  # the highest of those that count
    forms: tuple[str, ...]


Quick = tuple[bytes, int, bytes, tuple[int, ...], dict[int, Answer | None], ExpectedWindow | None]


class SymptomTable(NamedTuple):
    """The answers for one symptom. `interval_at[hour]` is the interval of a whole hour; the last one has no end."""

    window: ExpectedWindow
    starts: tuple[int, ...]  # first hour of each interval
    ceilings: tuple[int, ...]  # highest severity expected in each interval
    interval_at: bytes
    cells: bytes
    answers: tuple[tuple[Fired, ...], ...]  # answer 0 is "within the expected course"
    severity_bits: tuple[int, ...]  # by severity: the conditions of combinations that it meets, with the lower ones
    form_bits: tuple[int, ...]  # by form set: the conditions about its course that it meets
    needs: bytes  # by interval and severity: how much of the history can change anything (QUIET, COURSE, FULL)
    remembered: dict[int, Answer | None]  # what was put together before: it saves work, it never changes an answer

    def quick(self) -> Quick:
        """Return what every judgement of the symptom needs, to be taken apart in one step."""
        clock = None if self.window.late_new_from_hour is None else self.window
        return self.interval_at, len(self.interval_at) - 1, self.needs, self.severity_bits, self.remembered, clock

    @property
    def path(self) -> str:
        """Return the place of the symptom in the protocol's files, as faults name it."""
        return f"protocol.toml:symptoms.{self.window.symptom}"

    def interval(self, hour: int) -> int:
        """Return the number of the interval of a whole hour since the procedure."""
        return self.interval_at[hour if hour < len(self.interval_at) else -1]

    def answer(self, hour: int, form: int, severity: int) -> tuple[Fired, ...]:
        """Return the rules that fire for a severity at a whole hour since the procedure, by one form."""
        return self.answers[self.cells[self.interval(hour) * STRIDE + form * LEVELS + severity]]

    def merge(self, interval: int, form_set: int, severity: int) -> tuple[Fired, ...]:
        """Return each rule that fires once, and for each reason only the most urgent, for an interval by its number."""
        best: dict[str, Fired] = {}
        for form in FORMS_IN[form_set]:
            for fired in self.answers[self.cells[interval * STRIDE + form * LEVELS + severity]]:
                known = best.get(fired.reason)
                if known is None or fired.rule.urgency > known.rule.urgency:
                    best[fired.reason] = fired
        return tuple(best.values())


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


class ConditionBits(NamedTuple):
    """The bit of each condition that some combination asks for, found by the words of a report; those about one
    symptom stand in its table."""

    signs: dict[str, int]
    placed: dict[tuple[str, str], int]  # symptom and zone
    risk_factors: dict[str, int]
    treatments: dict[str, int]
    exposures: dict[str, int]
    temperatures: tuple[tuple[float, int], ...]  # at least so many degrees Celsius


class Tables(NamedTuple):
    """A compiled protocol."""

    protocol: Protocol
    form_table: bytes
    symptoms: dict[str, SymptomTable]
    quick: dict[str, Quick]
    signs: dict[str, SignRule]
    implied: dict[str, tuple[str, ...]]
    combinations: tuple[CombinationMask, ...]
    bits: ConditionBits
    matched: dict[int, tuple[CombinationMask, ...]]  # bits -> what they meet, as far as asked before
    raises: dict[str, frozenset[str]]  # risk factor -> groups and ids that it raises
    results: dict[str, Rule]
    groups: dict[str, str]  # rule id -> its group
