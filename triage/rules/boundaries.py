"""Cases on both sides of every limit of a protocol, generated from its tables, each with what is judged today.

Kept in a file they are the golden cases: a change of the protocol shows which answers move, one line a case.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from triage.rules.cases import judge_case, read_case
from triage.rules.examples import example_case, moment_said, show_cell
from triage.rules.forms import COURSE_SETS, FORM_NAMES, HISTORY_FORMS
from triage.rules.meeting import meeting_case
from triage.rules.protocol import Combination, Rule
from triage.rules.tables import LEVELS, SymptomTable, Tables
from triage.rules.vocabulary import Course

SECOND = timedelta(seconds=1)
A_TENTH = 0.1  # degrees Celsius: the next lower reading of a thermometer
USUAL_COURSES = (Course.new, Course.same, Course.worse, Course.same)  # of relapse, not_improving, rapid_rise, late
# Each course alone, and each form of the history with the course that it usually comes with.
TELLING_SETS = (
    *(number << len(HISTORY_FORMS) for number, courses in enumerate(COURSE_SETS) if len(courses) == 1),
    *(COURSE_SETS.index((course,)) << len(HISTORY_FORMS) | 1 << bit for bit, course in enumerate(USUAL_COURSES)),
)
Case = dict[str, Any]


def boundary_cases(tables: Tables) -> Iterator[Case]:
    """Yield cases of the case format with `expect` and `rules` added, in the order of the protocol."""
    for name, example in _examples(tables):
        case = json.loads(example) | {"id": name}
        yield case | _judged(tables, case)


def _judged(tables: Tables, case: Mapping[str, Any]) -> dict[str, Any]:
    read, faults = read_case(case, tables.protocol.vocabulary)
    if read is None:
        raise ValueError(f"the case {case['id']} cannot be read: {faults}")
    assessment = judge_case(tables, read)
    return {"expect": assessment.urgency.name, "rules": [finding.rule for finding in assessment.findings]}


def _examples(tables: Tables) -> Iterator[tuple[str, str]]:
    for table in tables.symptoms.values():
        yield from _of_symptom(tables, table)
    for sign in tables.protocol.signs:
        hour = sign.early.until_hour if sign.early else None
        yield from _sides(f"sign {sign.sign}", hour or 0, {"signs": [sign.sign]})
    for combination in tables.protocol.combinations:
        yield from _of_combination(tables, combination)
    for result, rule in tables.protocol.results:
        yield from _sides(f"result {result}", rule.from_hour, {"result": [result]})
    for limit in tables.protocol.temperatures:
        for degrees in (round(limit.at_least - A_TENTH, 1), limit.at_least):
            yield f"{degrees} C", example_case(24, {"temperature": {"value": degrees, "unit": "C"}})
    yield "a wish for a call", example_case(24, {"wants_call": True})
    yield from _of_hold(tables)


def _of_symptom(tables: Tables, table: SymptomTable) -> Iterator[tuple[str, str]]:
    """Yield both sides of each hour at which a severity and form change their answer, and every answer at hour 0."""
    limits = tables.protocol.history
    for interval, hour in enumerate(table.starts):
        for severity in range(1, LEVELS):
            for form_set in TELLING_SETS:
                now = [fired.rule.id for fired in table.merge(interval, form_set, severity)]
                before = [fired.rule.id for fired in table.merge(max(interval - 1, 0), form_set, severity)]
                example = show_cell(table, range(hour, hour + 1), severity, form_set, limits)
                if example and (now != before or (interval == 0 and now)):
                    name = f"{table.window.symptom} {severity} {' '.join(FORM_NAMES[form_set])}"
                    yield from _both_sides(name, hour, example)


def _of_combination(tables: Tables, combination: Combination) -> Iterator[tuple[str, str]]:
    """Yield each way to meet it at its first and last moment, and each way with one condition left out."""
    rule = combination.rule
    ways = [(*combination.all_of, condition) for condition in combination.any_of] or [combination.all_of]
    for way in ways:
        name = " and ".join(condition.words() for condition in way)
        for hour in _edges(rule):
            yield from _both_sides(f"{rule.id}: {name}", hour, meeting_case(way, hour, tables.protocol))
        for missing in way if len(way) > 1 else ():
            rest = [condition for condition in way if condition != missing]
            yield f"{rule.id}: {name}, without {missing.words()}", meeting_case(rest, _inside(rule), tables.protocol)


def _edges(rule: Rule) -> list[int]:
    return [hour for hour in (rule.from_hour, rule.until_hour) if hour is not None]


def _inside(rule: Rule) -> int:
    """Return an hour at which the rule holds and history has room."""
    latest = (rule.until_hour or rule.from_hour + 200) - 1
    return min(max(rule.from_hour, 100), latest)


def _of_hold(tables: Tables) -> Iterator[tuple[str, str]]:
    hold = tables.protocol.hold
    sign = next(entry.sign for entry in tables.protocol.signs if entry.rule.urgency >= hold.after)
    case = json.loads(example_case(24, {"signs": [sign]}))
    danger_at = datetime.fromisoformat(case["check_ins"][0]["at"])
    calm = {"symptoms": {tables.protocol.windows[0].symptom: 0}}
    over = timedelta(hours=hold.hours)
    for after, said in ((over - SECOND, "the last second"), (over, "over")):
        later = {"at": moment_said(danger_at + after), **calm}
        yield f"the hold, {said}", json.dumps(case | {"check_ins": [*case["check_ins"], later]})


def _sides(name: str, hour: int, report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _both_sides(name, hour, example_case(hour, report))


def _both_sides(name: str, hour: int, example: str) -> Iterator[tuple[str, str]]:
    """Yield a case as it is, and before it, where there is a before, the same with all reports a second earlier."""
    if hour:
        case = json.loads(example)
        for check_in in case["check_ins"]:
            check_in["at"] = moment_said(datetime.fromisoformat(check_in["at"]) - SECOND)
        yield f"{name}, a second before hour {hour}", json.dumps(case)
    yield f"{name}, hour {hour}", example
