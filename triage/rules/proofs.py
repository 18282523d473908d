"""What must hold before a protocol may be published, proved over every cell of its tables."""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from triage.rules.cases import judge_case, read_case
from triage.rules.consistency import inconsistencies, unheard_words
from triage.rules.examples import example_case, show_cell
from triage.rules.faults import Fault, unknown_word
from triage.rules.forms import (
    CODES,
    COURSE_SETS,
    COURSES,
    FORMS,
    FORMS_IN,
    HISTORY_FORMS,
    PLAIN_SETS,
    courses_in,
    form_table,
)
from triage.rules.idle import hours_of, idle_rules
from triage.rules.protocol import HistoryLimits, Protocol
from triage.rules.read_protocol import CASES_FILE, check_switched_off, parse
from triage.rules.tables import LEVELS, STRIDE, SymptomTable, Tables
from triage.rules.vocabulary import Course, Urgency
from triage.rules.wording import day_of

CASE_EXTRAS = ("expect", "title", "evidence", "source", "why")


def prove(tables: Tables) -> list[Fault]:
    """Return every property that a compiled protocol breaks; empty: it may be published."""
    faults: list[Fault] = []
    for table in tables.symptoms.values():
        grid = Grid(table, tables.protocol.history)
        holes = _holes(table)
        faults += holes or [
            *_monotone_in_severity(grid),
            *_monotone_in_course(grid),
            *_monotone_in_hours(grid),
        ]
    faults += idle_rules(tables)
    faults += inconsistencies(tables.protocol)
    faults += check_switched_off(tables.protocol)
    faults += unheard_words(tables.protocol.words)
    faults += _run_cases(tables)
    return faults


def calmer_later_rules(protocol: Protocol) -> list[str]:
    """Return, for the reviewer, every rule that may give a later report a calmer answer, with its reason."""
    return [f"{rule.id}: {rule.calmer_later}" for rule in protocol.all_rules() if rule.calmer_later]


def urgency_at(table: SymptomTable, interval: int, form: int, severity: int) -> Urgency:
    """Return the urgency of one cell."""
    fired = table.answers[table.cells[interval * STRIDE + form * LEVELS + severity]]
    return max((entry.rule.urgency for entry in fired), default=Urgency.self_care)


def _holes(table: SymptomTable) -> list[Fault]:
    """Return a fault unless every symptom, hour, severity and course has exactly one answer."""
    cells, hours = len(table.starts) * STRIDE, table.starts[-1] + 1
    if len(table.cells) == cells and max(table.cells) < len(table.answers) and len(table.interval_at) == hours:
        return []
    example = example_case(0, {"symptoms": {table.window.symptom: 1}})
    return [Fault(table.path, f"{len(table.cells)} of {cells} cells answered", "cover every hour", example)]


class Cell(NamedTuple):
    """One place in a symptom's table, all its forms together."""

    interval: int
    form_set: int
    severity: int


class Grid:
    """The urgency of every cell of a symptom's table: that of the most urgent of its forms."""

    def __init__(self, table: SymptomTable, limits: HistoryLimits) -> None:
        self.table, self.limits = table, limits
        places = product(range(len(table.starts)), range(LEVELS))
        self.rows = {(interval, severity): self._row(interval, severity) for interval, severity in places}

    def _row(self, interval: int, severity: int) -> bytes:
        by_form = [urgency_at(self.table, interval, form, severity) for form in range(FORMS)]
        return bytes(max(by_form[form] for form in forms) for forms in FORMS_IN)

    def urgency(self, cell: Cell) -> Urgency:
        """Return the urgency of one cell."""
        return Urgency(self.rows[cell.interval, cell.severity][cell.form_set])

    def rises(self, calm: Cell, worse: Cell, said: str) -> Iterator[Fault]:
        """Yield a fault where the worse of two reports gets the calmer answer, and both can be sent."""
        found, lower = self.rows[calm[0], calm[2]][calm[1]], self.rows[worse[0], worse[2]][worse[1]]
        if lower >= found:
            return
        examples = [
            show_cell(self.table, hours_of(self.table, cell.interval), cell.severity, cell.form_set, self.limits)
            for cell in (worse, calm)
        ]
        if all(examples):
            told = [f"{_told(self.table, cell)} is {self.urgency(cell).name}" for cell in (worse, calm)]
            yield Fault(self.table.path, ", but ".join(told), said, examples[0])


def _told(table: SymptomTable, cell: Cell) -> str:
    courses = " and ".join(course.name for course in courses_in(cell.form_set))
    added = "".join(f", {name}" for bit, name in enumerate(HISTORY_FORMS) if cell.form_set >> bit & 1)
    return f"{table.window.symptom} {cell.severity}, course {courses}{added}, {day_of(table.starts[cell.interval])}"


def _monotone_in_severity(grid: Grid) -> Iterator[Fault]:
    """With the same words and the same history, a more severe report is never calmer."""
    for severity in range(1, LEVELS - 1):
        for low, high in _pairs_by_severity(severity, grid.limits.rise_by):
            for interval in range(len(grid.table.starts)):
                calm, worse = Cell(interval, low, severity), Cell(interval, high, severity + 1)
                yield from grid.rises(calm, worse, "a more severe report must not be calmer")


@lru_cache(maxsize=64)
def _pairs_by_severity(severity: int, rise_by: int) -> list[tuple[int, int]]:
    """Return the form sets of a severity and of the next one, over everything that can be stated and remembered."""
    forms, block = form_table(rise_by), COURSES * CODES
    start = severity * block
    return sorted(set(zip(forms[start : start + block], forms[start + block : start + 2 * block], strict=True)))


def _monotone_in_course(grid: Grid) -> Iterator[Fault]:
    better, same, worst, unknown = (
        COURSE_SETS.index((course,)) << len(HISTORY_FORMS)
        for course in (Course.better, Course.same, Course.worse, Course.unknown)
    )
    for interval, severity in product(range(len(grid.table.starts)), range(1, LEVELS)):
        for calm, worse in ((better, same), (same, worst), (better, unknown)):
            cells = Cell(interval, calm, severity), Cell(interval, worse, severity)
            yield from grid.rises(*cells, "a worse course must not be calmer")


def _monotone_in_hours(grid: Grid) -> Iterator[Fault]:
    """From the end of the highest plateau on, later is never calmer, but for rules that say why."""
    table = grid.table
    top = max(range(len(table.ceilings)), key=lambda number: (table.ceilings[number], number))
    for early, form_set, severity in product(range(top, len(table.starts) - 1), PLAIN_SETS, range(1, LEVELS)):
        cell = Cell(early, form_set, severity)
        declared = any(fired.rule.calmer_later for fired in table.merge(*cell))
        ends = early + 1 == len(table.starts) - 1  # the follow-up is over: declared by its own rule
        if not declared and not ends:
            said = "a later report must not be calmer; or say why with calmer_later on the rule"
            yield from grid.rises(cell, cell._replace(interval=early + 1), said)


def _run_cases(tables: Tables) -> Iterator[Fault]:
    """Judge every case of the protocol; each must come out exactly as it expects."""
    faults: list[Fault] = []
    document = parse(CASES_FILE, tables.protocol.unread[CASES_FILE], faults)
    cases = document.get("cases")
    yield from (unknown_word(f"{CASES_FILE}:{name}", name, ["cases"]) for name in document if name != "cases")
    if faults:
        yield from faults
    elif not isinstance(cases, list) or not cases:
        yield Fault("cases.toml:cases", "is no list of cases", "a protocol carries the cases that it must judge right")
    seen: set[str] = set()
    for number, mapping in enumerate(cases if isinstance(cases, list) else ()):
        path = f"cases.toml:cases[{number}]"
        yield from _run_case(tables, mapping, path)
        case_id = repr(mapping.get("id") if isinstance(mapping, dict) else number)
        if case_id in seen:
            yield Fault(f"{path}.id", f"{case_id} is used twice", "give each case an id of its own")
        seen.add(case_id)


def _run_case(tables: Tables, mapping: object, path: str) -> Iterator[Fault]:
    case, faults = read_case(mapping, tables.protocol.vocabulary, CASE_EXTRAS)
    yield from (fault._replace(path=f"{path}.{fault.path}".rstrip(".")) for fault in faults)
    expect = mapping.get("expect") if isinstance(mapping, dict) else None
    if not isinstance(expect, str) or expect not in Urgency.__members__:
        yield Fault(f"{path}.expect", f"{expect!r} is no urgency", "give one of: " + ", ".join(Urgency.__members__))
    elif case is not None:
        found = judge_case(tables, case).urgency.name
        if found != expect:
            said = f"{case.id!r} is judged {found}, not {expect}"
            yield Fault(f"{path}.expect", said, "mend rule or case", _without_extras(mapping))


def _without_extras(mapping: Any) -> str:
    """Return a case as `triage evaluate` reads it."""
    case = {name: mapping[name] for name in mapping if name not in CASE_EXTRAS}
    return json.dumps(case, default=str)  # TOML's own moments
