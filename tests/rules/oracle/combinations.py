"""Section 8: the conditions of a combination, each read from its own words."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from tests.rules.oracle.finding import URGENCIES, Fired
from tests.rules.oracle.history import HISTORY_FORMS, Symptom, courses_of
from tests.rules.oracle.signs import celsius
from tests.rules.oracle.times import is_in_hours

FORMS = {"back": "relapse", "not improving": "not_improving", "rising fast": "rapid_rise", "late": "late"}


class Seen(NamedTuple):
    """What conditions may ask about."""

    report: Mapping[str, Any]
    symptoms: Mapping[str, Symptom]
    signs: Mapping[str, str]
    risk_factors: list[str]


def judge_combinations(protocol: Mapping[str, Any], seen: Seen, elapsed: timedelta) -> list[Fired]:
    return [
        Fired(name, URGENCIES.index(rule["urgency"]), "combination", "", rule.get("group", name), rule.get("advice"))
        for rule in protocol["combinations"]
        for name in [f"combination.{rule['id']}"]
        if is_in_hours(rule, elapsed) and _is_met(rule, seen)
    ]


def _is_met(rule: Mapping[str, Any], seen: Seen) -> bool:
    any_of = rule.get("any", [])
    return all(holds(one, seen) for one in rule.get("all", [])) and (
        not any_of or any(holds(one, seen) for one in any_of)
    )


def holds(condition: str, seen: Seen) -> bool:
    kind, colon, word = condition.partition(":")
    if colon:
        if kind == "sign":
            return word in seen.signs
        return word in (seen.risk_factors if kind == "risk" else seen.report.get(kind, []))
    name, _, rest = condition.partition(" ")
    if name == "temperature":
        measured = celsius(seen.report)
        return measured is not None and measured >= float(rest.removeprefix(">= "))
    if rest.startswith("in "):
        return rest.removeprefix("in ") in seen.report.get("where", {}).get(name, [])
    return name in seen.symptoms and _is_so(seen.symptoms[name], rest)


def _is_so(symptom: Symptom, what: str) -> bool:
    if what.startswith(">= "):
        return symptom.severity >= int(what.removeprefix(">= "))
    if symptom.severity == 0:
        return False
    if what in ("worse", "new or worse"):
        return not set(what.split(" or ")).isdisjoint(courses_of(symptom))
    return HISTORY_FORMS[FORMS[what]](symptom)
