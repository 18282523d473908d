"""Section 5: what the rules of one symptom say about it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from tests.rules.oracle.finding import URGENCIES, Fired
from tests.rules.oracle.history import HISTORY_FORMS, Symptom, courses_of
from tests.rules.oracle.times import HOUR, is_in_hours, start_of

REASONS = {
    "worse": "worsening",
    "new": "new_late",
    "relapse": "relapse",
    "not_improving": "not_improving",
    "rapid_rise": "rapid_rise",
    "late": "late_onset",
}


def judge_symptom(symptom: Symptom) -> list[Fired]:
    """One finding for each reason: the most urgent; of equals the one that is found first."""
    if symptom.severity == 0:
        return []
    follow_up = symptom.protocol["follow_up"]
    if symptom.elapsed >= 24 * follow_up["days"] * HOUR:
        end = {"at_most": 0, "from_hour": 24 * follow_up["days"]}
        return [_fired("afterwards", follow_up, "persisting", symptom, end, "afterwards", follow_up.get("advice"))]
    table = symptom.protocol["symptoms"][symptom.name]
    row = _ceiling(table, symptom.elapsed)
    expected = {"at_most": row["at_most"], "from_hour": start_of(row) // HOUR}
    found: dict[str, Fired] = {}
    for rule, reason in _met(symptom, table["rules"], row["at_most"]):
        if reason not in found or URGENCIES.index(rule["urgency"]) > found[reason].urgency:
            advice = rule.get("advice", table["advice"])
            name = f"{symptom.name}.{rule['id']}"
            found[reason] = _fired(name, rule, reason, symptom, expected, table["group"], advice)
    return list(found.values())


def _fired(
    name: str,
    rule: Mapping[str, Any],
    reason: str,
    symptom: Symptom,
    expected: dict[str, int],
    group: str,
    advice: str | None,
) -> Fired:
    courses = courses_of(symptom)
    observed = {
        "severity": symptom.severity,
        "hour": symptom.elapsed // HOUR,
        "last": symptom.last,
        "course": courses[-1],
        "forms": [*courses, *(form for form, holds in HISTORY_FORMS.items() if holds(symptom))],
    }
    urgency = URGENCIES.index(rule["urgency"])
    return Fired(name, urgency, reason, symptom.name, group, advice, observed, expected)


def _ceiling(table: Mapping[str, Any], elapsed: timedelta) -> Mapping[str, Any]:
    rows: list[Mapping[str, Any]] = [row for row in table["expected"] if start_of(row) <= elapsed]
    return rows[-1]


def _met(symptom: Symptom, rules: list[Mapping[str, Any]], ceiling: int) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each rule that fires with its reason, in the order of the courses, then of the forms of history."""
    holding = [rule for rule in rules if is_in_hours(rule, symptom.elapsed)]
    holding = [rule for rule in holding if symptom.severity >= rule.get("severity", 1)]
    urgent_first = sorted(holding, key=lambda rule: -URGENCIES.index(rule["urgency"]))
    for course in courses_of(symptom):
        for rule in urgent_first:
            if rule["when"] == "beyond" and _is_beyond(rule, symptom.severity, ceiling, course):
                yield rule, "above_expected" if ceiling > 0 else "persisting"
            elif rule["when"] == course:
                yield rule, REASONS[course]
    for form, holds in HISTORY_FORMS.items():
        for rule in urgent_first:
            if rule["when"] == form and holds(symptom):
                yield rule, REASONS[form]


def _is_beyond(rule: Mapping[str, Any], severity: int, ceiling: int, course: str) -> bool:
    if severity < ceiling + rule.get("by", 1):
        return False
    if "course" not in rule:
        return True
    return course == "worse" if rule["course"] == "worse" else course != "better"
