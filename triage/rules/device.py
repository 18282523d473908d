"""The tables as a phone needs them: what one report says by itself, without a history, risk factors and a note.

Data and no code, so that a script of a hundred lines judges by them without a network, exactly as `judge` does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from triage.rules.assessment import judge
from triage.rules.check_in import CheckIn
from triage.rules.forms import HISTORY_FORMS
from triage.rules.protocol import Rule
from triage.rules.tables import LEVELS, CombinationMask, SymptomTable, Tables
from triage.rules.vocabulary import Course, Urgency

FORMAT = 1  # what the script reads; another one it does not judge by
Json = dict[str, Any]
# A phone knows no history, so that of the form sets only the stated course alone is ever asked.
FORM_SET_OF = {course: int(course) << len(HISTORY_FORMS) for course in Course}


def judge_as_phone(tables: Tables, check_in: CheckIn, hours: float) -> Urgency:
    """Return how urgent a report is by what a phone knows. `hours`: since the latest procedure, never negative."""
    findings = judge(tables, replace(check_in, note=""), hours, (), ())
    return max((finding.urgency for finding in findings), default=Urgency.self_care)


def phone_tables(tables: Tables) -> Json:
    """Return the compiled tables as JSON for a phone; docs/phone.md says what each part means."""
    signs = {sign: _sign(entry.rule, entry.early, entry.early_until) for sign, entry in tables.signs.items()}
    return {
        "format": FORMAT,
        "digest": tables.protocol.digest,
        "courses": [course.name for course in Course],
        "urgencies": [urgency.name for urgency in Urgency],
        "symptoms": {symptom: _symptom(table) for symptom, table in tables.symptoms.items()},
        "signs": signs,
        "implied": {sign: list(implied) for sign, implied in tables.implied.items()},
        "temperatures": [[limit.at_least, limit.sign] for limit in tables.protocol.temperatures],
        "results": {result: _times(rule) for result, rule in tables.results.items()},
        "wants_call": int(tables.protocol.wants_call.urgency),
        "facts": _facts(tables),
        "combinations": list(_combinations(tables)),
    }


def _symptom(table: SymptomTable) -> Json:
    """Return the hours from which another row holds, and each row: the urgency by severity (1 first) and course."""
    starts: list[int] = []
    rows: list[str] = []
    for interval, start in enumerate(table.starts):
        row = "".join(_cell(table, interval, severity, course) for severity in range(1, LEVELS) for course in Course)
        if not rows or rows[-1] != row:
            starts.append(start)
            rows.append(row)
    told: Json = {"from": starts, "rows": rows}
    reached = {bit: severity for severity in range(LEVELS - 1, 0, -1) for bit in _places(table.severity_bits[severity])}
    said = {course.name: _places(table.form_bits[form_set]) for course, form_set in FORM_SET_OF.items()}
    told["at_least"] = [[severity, bit] for bit, severity in sorted(reached.items())]
    told["course"] = {course: bits for course, bits in said.items() if bits}
    return {name: value for name, value in told.items() if value}


def _cell(table: SymptomTable, interval: int, severity: int, course: Course) -> str:
    fired = table.merge(interval, FORM_SET_OF[course], severity)
    return str(int(max((one.rule.urgency for one in fired), default=Urgency.self_care)))


def _sign(rule: Rule, early: Rule | None, until: int) -> list[int]:
    """Return a sign's urgency; where it is another one at first, that and before which hour."""
    return [int(rule.urgency)] if early is None else [int(rule.urgency), int(early.urgency), until]


def _times(rule: Rule) -> list[int | None]:
    return [int(rule.urgency), rule.from_hour, rule.until_hour]


def _facts(tables: Tables) -> Json:
    """Return the number of each fact that combinations ask for, by the words of a report."""
    bits = tables.bits
    where: dict[str, dict[str, int]] = {}
    for (symptom, zone), bit in bits.placed.items():
        where.setdefault(symptom, {})[zone] = bit.bit_length() - 1
    return {
        "signs": _numbers(bits.signs),
        "where": where,
        "treatment": _numbers(bits.treatments),
        "exposed": _numbers(bits.exposures),
        "temperatures": [[least, bit.bit_length() - 1] for least, bit in bits.temperatures],
    }


def _combinations(tables: Tables) -> Iterator[list[Any]]:
    """Yield urgency, hours and ways of each combination that a phone can see; a way is the facts that it needs."""
    known = _known(tables)
    for entry in tables.combinations:
        ways = list(_ways(entry, known))
        if ways:
            yield [*_times(entry.rule), ways]


def _ways(entry: CombinationMask, known: int) -> Iterator[list[int]]:
    yield from (_places(mask) for mask in entry.masks if mask & known == mask)


def _known(tables: Tables) -> int:
    """Return every fact that one report can say by itself: risk factors and what only a history shows are not in it."""
    bits = tables.bits
    known = _united(bit for _, bit in bits.temperatures)
    for kind in (bits.signs, bits.placed, bits.treatments, bits.exposures):
        known |= _united(kind.values())
    for table in tables.symptoms.values():
        known |= _united(table.severity_bits) | _united(table.form_bits[form_set] for form_set in FORM_SET_OF.values())
    return known


def _united(bits: Iterable[int]) -> int:
    together = 0
    for bit in bits:
        together |= bit
    return together


def _numbers(bits: Mapping[str, int]) -> dict[str, int]:
    return {name: bit.bit_length() - 1 for name, bit in bits.items()}


def _places(mask: int) -> list[int]:
    """Return the numbers of the bits that are set."""
    return [number for number in range(mask.bit_length()) if mask >> number & 1]
