"""datalogic-py (JSONLogic in Rust): templating and jumps out of a scope let the rules see history and build reasons."""

from collections.abc import Callable, Mapping
from typing import Any

from datalogic_py import Engine

from bench.rules import rule_set as s
from bench.rules.peers import Given
from bench.rules.rule_set import RuleSet

NAME, LIBRARY, PACKAGE, TAKES = "datalogic-py (JSONLogic, Rust)", "datalogic_py", "datalogic-py", "mapping"
Logic = Any  # a JSON value


def build(given: Given) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """Return the compiled logic in a session of its own."""
    engine = Engine(templating=True)
    rule = engine.compile(_logic(given.rules))
    evaluate = engine.session().evaluate
    return lambda report: evaluate(rule, report)


def _var(path: str) -> Logic:
    return {"var": path}


def _outer(level: int, *path: str) -> Logic:
    """Return a value outside `level` nested iterators, which are two frames each."""
    return {"val": [[2 * level], *path]}


def _expected_at(window: tuple[tuple[int, int], ...]) -> Logic:
    parts: list[Logic] = []
    for start, value in reversed(window[1:]):
        parts += [{">=": [_var("hours"), start]}, value]
    return {"if": [*parts, window[0][1]]}


def _rule(condition: Logic, rule: Logic, urgency: Logic, **numbers: Logic) -> Logic:
    return {"if": [condition, {"rule": rule, "urgency": urgency, **numbers}, None]}


def _logic(rules: RuleSet) -> Logic:
    found = [_window(symptom, window) for symptom, window in rules.windows.items()]
    found += [_rule(_var(f"flags.{sign}"), f"sign.{sign}", urgency) for sign, urgency in rules.signs.items()]
    infection = {"and": [_var("flags.fever"), {"or": [_var("flags.pus"), _var("flags.spreading_redness")]}]}
    found.append(_rule(infection, "combination.systemic_infection", "emergency"))
    blistering, pain = _var("symptoms.blistering"), _var("symptoms.pain")
    blisters = {"and": [{">=": [blistering, s.BLISTERING]}, {">=": [pain, s.PAIN]}]}
    found.append(_rule(blisters, "combination.painful_blisters", "urgent", blistering=blistering, pain=pain))
    for symptom in rules.windows:
        found += [_worse(symptom), _back(symptom), _not_improving(symptom), _rising_fast(symptom)]
    return {"filter": [found, {"!==": [_var(""), None]}]}


def _window(symptom: str, window: tuple[tuple[int, int], ...]) -> Logic:
    now, expected = _var(f"symptoms.{symptom}"), _expected_at(window)
    excess = {"-": [now, expected]}
    urgency = {"if": [{"==": [excess, 1]}, "routine", {"==": [excess, 2]}, "same_day", "urgent"]}
    numbers = {"severity": now, "expected": expected, "hours": _var("hours")}
    return _rule({">": [now, expected]}, f"{symptom}.excess", urgency, **numbers)


def _worse(symptom: str) -> Logic:
    now, history = _var(f"symptoms.{symptom}"), _var("history")
    last = {"reduce": [history, _var(f"current.symptoms.{symptom}"), None]}
    late = {">=": [_var("hours"), s.WORSE_FROM_HOUR]}
    condition = {"and": [{">=": [now, s.WORSE_SEVERITY]}, late, history, {">": [now, last]}]}
    rule = {"if": [{">": [last, 0]}, f"{symptom}.worse", f"{symptom}.new"]}
    return _rule(condition, rule, "same_day", severity=now, last=last)


def _back(symptom: str) -> Logic:
    now = then = _var(f"symptoms.{symptom}")
    was_there = {"and": [{"<": [_var("hours"), _outer(1, "hours")]}, {">=": [then, 1]}]}
    gone = {"and": [{"==": [then, 0]}, {"some": [_outer(1, "history"), was_there]}]}
    hours = {"min": {"map": [{"filter": [_var("history"), gone]}, _var("hours")]}}
    condition = {"and": [{">=": [now, 1]}, {"some": [_var("history"), gone]}]}
    return _rule(condition, f"{symptom}.back", "routine", severity=now, gone_hours=hours)


def _not_improving(symptom: str) -> Logic:
    """The latest reading that is old enough, unless it was gone since."""
    now = then = _var(f"symptoms.{symptom}")
    later = {">": [_var("hours"), _outer(1, "hours")]}
    old_too = {">=": [{"-": [_outer(2, "hours"), _var("hours")]}, s.STUCK_FOR_HOURS]}
    since = {"some": [_outer(1, "history"), {"and": [later, {"or": [{"==": [then, 0]}, old_too]}]}]}
    old = {">=": [{"-": [_outer(1, "hours"), _var("hours")]}, s.STUCK_FOR_HOURS]}
    before = {"and": [old, {">": [then, 0]}, {">=": [_outer(1, "symptoms", symptom), then]}, {"!": [since]}]}
    late = {">=": [_var("hours"), s.STUCK_FROM_HOUR]}
    condition = {"and": [{">=": [now, s.STUCK_SEVERITY]}, late, {"some": [_var("history"), before]}]}
    value = {"min": {"map": [{"filter": [_var("history"), before]}, then]}}
    return _rule(condition, f"{symptom}.not_improving", "routine", severity=now, before=value)


def _rising_fast(symptom: str) -> Logic:
    now = then = _var(f"symptoms.{symptom}")
    recent = {"<=": [{"-": [_outer(1, "hours"), _var("hours")]}, s.RISE_WITHIN_HOURS]}
    jump = {"and": [recent, {">=": [{"-": [_outer(1, "symptoms", symptom), then]}, s.RISE_BY]}]}
    condition = {"and": [{">=": [now, s.RISE_BY]}, {"some": [_var("history"), jump]}]}
    low = {"min": {"map": [{"filter": [_var("history"), recent]}, then]}}
    return _rule(condition, f"{symptom}.rising_fast", "same_day", severity=now, low=low)


def one_rule(case: str) -> Callable[[Mapping[str, Any]], Any]:
    """Return the rule of the mistakes, with this one in it."""
    operator = ">>" if case == "malformed" else ">"
    symptom, limit = "rednes" if case == "misspelt" else "redness", "two" if case == "text" else 2
    return Engine().compile_checked({operator: [_var(symptom), limit]}).evaluate
