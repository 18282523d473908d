"""Generated reports for the bench's rule set: the same seed gives the same reports, one by one or as columns.

Most are as the protocol expects; the others are above it, worse, back, not improving, or name danger signs. One in
twenty is exactly on the hour at which a window steps down. Each block of ten thousand has a seed of its own, so that
the first ten thousand are the same however many follow.
"""

from array import array
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import exp, log, nan
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bench.rules.rule_set import SIGNS, SYMPTOMS, RuleSet
from triage.rules import CheckIn
from triage.rules.assessment import Past

SEED, BLOCK = 20240607, 10_000
MOST_READINGS = 6
FIRST_HOUR, LAST_HOUR = 2, 420
HALF_LIVES = (50, 45, 60, 55, 22, 20, 60, 110)  # hours in which each symptom falls to a third or so
KINDS = ("usual", "excess", "worse", "back", "stuck", "sign", "excess and sign")
KIND_WEIGHTS = (0.858, 0.05, 0.022, 0.018, 0.012, 0.03, 0.01)
SIGN_WEIGHTS = (0.3, 0.15, 0.25, 0.06, 0.12, 0.12)
PROCEDURE_AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


class Report(NamedTuple):
    """One report as our engine and the hand-written floor take it."""

    check_in: CheckIn
    hours: float  # since the procedure
    past: tuple[Past, ...]  # oldest first
    risk_factors: frozenset[str]


class Columns(NamedTuple):
    """Many reports, each column one flat array: row after row, reading after reading."""

    hours: "array[float]"
    now: "array[int]"  # a row: one severity a symptom
    signs: "array[int]"  # a row: 0 or 1 a sign
    readings: "array[int]"
    past_hours: "array[float]"  # a row: MOST_READINGS hours since the procedure, not a number where there is none
    past: "array[int]"  # a row: MOST_READINGS times one severity a symptom, -1 where there is none


class Row(NamedTuple):
    """One report before it is written into columns."""

    hours: float
    now: list[int]
    signs: list[int]
    past_hours: list[float]
    past: list[list[int]]


def columns(count: int, rules: RuleSet) -> Columns:
    """Return the first `count` generated reports as columns."""
    found = Columns(array("d"), array("b"), array("b"), array("b"), array("d"), array("b"))
    recipe = _Recipe(rules)
    for start in range(0, count, BLOCK):
        recipe.random = Random(SEED + start)
        for _ in range(min(BLOCK, count - start)):
            _append(found, recipe.row())
    return found


def _append(found: Columns, row: Row) -> None:
    missing = MOST_READINGS - len(row.past)
    found.hours.append(row.hours)
    found.now.extend(row.now)
    found.signs.extend(row.signs)
    found.readings.append(len(row.past))
    found.past_hours.extend(row.past_hours + [nan] * missing)
    for reading in row.past:
        found.past.extend(reading)
    found.past.extend([-1] * (missing * len(SYMPTOMS)))


def write(folder: Path, columns: Columns) -> None:
    """Write each column into a file of the folder."""
    for name, column in columns._asdict().items():
        with (folder / name).open("wb") as file:
            column.tofile(file)


def reports(count: int, rules: RuleSet) -> list[Report]:
    """Return the first `count` generated reports as values."""
    return reports_of(columns(count, rules), count)


def reports_of(found: Columns, count: int) -> list[Report]:
    """Return the first rows of the columns as values."""
    return [_report(row) for row in rows(found, count)]


def rows(found: Columns, count: int) -> list[Row]:
    """Return the first rows of the columns."""
    width, most = len(SYMPTOMS), MOST_READINGS
    made = []
    for number in range(count):
        readings, first = found.readings[number], number * most
        past = [list(found.past[(first + k) * width : (first + k + 1) * width]) for k in range(readings)]
        now = list(found.now[number * width : (number + 1) * width])
        signs = list(found.signs[number * len(SIGNS) : (number + 1) * len(SIGNS)])
        made.append(Row(found.hours[number], now, signs, list(found.past_hours[first : first + readings]), past))
    return made


def _report(row: Row) -> Report:
    past = tuple(
        Past(dict(zip(SYMPTOMS, reading, strict=True)), {}, row.hours - hour, hour, True)
        for hour, reading in zip(row.past_hours, row.past, strict=True)
    )
    check_in = CheckIn(
        at=PROCEDURE_AT + timedelta(hours=row.hours),
        symptoms=dict(zip(SYMPTOMS, row.now, strict=True)),
        signs=tuple(sign for sign, is_there in zip(SIGNS, row.signs, strict=True) if is_there),
    )
    return Report(check_in, row.hours, past, frozenset())


def as_mapping(report: Report) -> dict[str, Any]:
    """Return a report as the other engines take it: parsed JSON."""
    return {
        "hours": report.hours,
        "symptoms": dict(report.check_in.symptoms),
        "flags": {sign: sign in report.check_in.signs for sign in SIGNS},
        "history": [{"hours": past.hour, "symptoms": dict(past.symptoms)} for past in report.past],
    }


class _Recipe:
    """Draws one report after the other."""

    def __init__(self, rules: RuleSet) -> None:
        self.random = Random(SEED)
        self.windows = [rules.windows[symptom] for symptom in SYMPTOMS]
        self.steps = sorted({hour for window in self.windows for hour, _ in window if hour})
        self.expected = lru_cache(maxsize=None)(self._expected)

    def _expected(self, hour: int) -> list[int]:
        """Return the highest severity expected of each symptom at a whole hour."""
        found = []
        for window in self.windows:
            starts = [start for start, _ in window]
            found.append(window[bisect_right(starts, hour) - 1][1])
        return found

    def row(self) -> Row:
        draw = self.random
        kind = draw.choices(KINDS, KIND_WEIGHTS)[0]
        hours, readings = self._hours(), draw.randint(0, MOST_READINGS)
        if kind in ("worse", "back", "stuck"):
            hours, readings = max(hours, 130.0 if kind == "stuck" else 76.0), max(readings, 2)
        past_hours = self._past_hours(hours, readings)
        starts = [draw.uniform(0, 4.2) if draw.random() < 0.6 else 0.0 for _ in SYMPTOMS]
        past = [self._course(starts, hour) for hour in past_hours]
        now = self._course(starts, hours)
        self._disturb(kind, now, past, self.expected(int(hours)))
        return Row(hours, now, self._signs(kind), past_hours, past)

    def _hours(self) -> float:
        draw = self.random
        if draw.random() < 0.05:
            return float(draw.choice(self.steps))
        return int(exp(draw.uniform(log(FIRST_HOUR), log(LAST_HOUR))) * 4) / 4

    def _past_hours(self, hours: float, readings: int) -> list[float]:
        """Return rising quarters of hours before the report's own; the latest is usually recent."""
        draw, own = self.random, int(hours * 4)
        quarters = sorted(int(draw.uniform(0.02, 0.98) * own) for _ in range(readings))
        if readings:
            quarters[-1] = max(quarters[-1], own - draw.randint(24, 120))
        for number in range(1, readings):
            quarters[number] = max(quarters[number], quarters[number - 1] + 1)
        return [min(quarter, own - readings + number) / 4 for number, quarter in enumerate(quarters)]

    def _course(self, starts: list[float], hours: float) -> list[int]:
        """Return what is left of each symptom at an hour, never more than is expected."""
        expected = self.expected(int(hours))
        return [
            min(round(start * exp(-hours / life)), most) if start else 0
            for start, life, most in zip(starts, HALF_LIVES, expected, strict=True)
        ]

    def _disturb(self, kind: str, now: list[int], past: list[list[int]], expected: list[int]) -> None:
        """Change one symptom so that the report is of its kind."""
        if kind in ("usual", "sign"):
            return
        draw = self.random
        symptom, extra = draw.randrange(len(SYMPTOMS)), draw.choices((1, 2, 3, 4), (60, 24, 10, 6))[0]
        if kind == "worse":
            now[symptom] = min(4, max(2, past[-1][symptom] + extra))
        elif kind == "back":
            past[0][symptom], past[-1][symptom], now[symptom] = draw.randint(1, 3), 0, draw.randint(1, 2)
        elif kind == "stuck":
            level = draw.randint(2, 3)
            for reading in (*past, now):
                reading[symptom] = level
        else:
            now[symptom] = min(4, expected[symptom] + extra)

    def _signs(self, kind: str) -> list[int]:
        if not kind.endswith("sign"):
            return [0] * len(SIGNS)
        count = 2 if self.random.random() < 0.3 else 1
        named = self.random.choices(SIGNS, SIGN_WEIGHTS, k=count)
        return [int(sign in named) for sign in SIGNS]
