"""GoRules zen-engine: one decision graph with an expression node, the history looked at with its own closures."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import zen

from bench.rules import rule_set as s
from bench.rules.peers import Given
from bench.rules.rule_set import RuleSet

NAME, LIBRARY, PACKAGE, TAKES = "zen-engine (JDM expression nodes)", "zen", "zen-engine", "mapping"


def build(given: Given) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """Return the validated decision."""
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(_graph(_expressions(given.rules)))))
    decision.validate()
    evaluate = decision.evaluate
    return lambda report: evaluate(report)["result"]["reasons"]


def _expressions(rules: RuleSet) -> list[dict[str, str]]:
    expressions = [
        {"id": f"l{number}", "key": f"limit.{symptom}", "value": _expected_at(window)}
        for number, (symptom, window) in enumerate(rules.windows.items())
    ]
    fired = ", ".join(_reasons(rules))
    expressions.append({"id": "fired", "key": "reasons", "value": f"filter([{fired}], # != null)"})
    return expressions


def _graph(expressions: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "report", "content": {}},
            {"id": "rules", "type": "expressionNode", "name": "rules", "content": {"expressions": expressions}},
            {"id": "out", "type": "outputNode", "name": "outcome", "content": {}},
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "rules", "type": "edge"},
            {"id": "e2", "sourceId": "rules", "targetId": "out", "type": "edge"},
        ],
    }


def _expected_at(window: tuple[tuple[int, int], ...]) -> str:
    text = str(window[0][1])
    for start, value in window[1:]:
        text = f"hours >= {start} ? {value} : {text}"
    return f"({text})"


def _reason(rule: str, urgency: str, condition: str, **numbers: str) -> str:
    body = "".join(f", {name}: {value}" for name, value in numbers.items())
    return f"({condition}) ? {{rule: {rule}, urgency: {urgency}{body}}} : null"


def _reasons(rules: RuleSet) -> Iterator[str]:
    for symptom in rules.windows:
        now, limit = f"symptoms.{symptom}", f"$.limit.{symptom}"
        urgency = f'{now} - {limit} == 1 ? "routine" : {now} - {limit} == 2 ? "same_day" : "urgent"'
        rule = f'"{symptom}.excess"'
        yield _reason(rule, urgency, f"{now} > {limit}", severity=now, expected=limit, hours="hours")
    for sign, urgency in rules.signs.items():
        yield _reason(f'"sign.{sign}"', f'"{urgency}"', f"flags.{sign}")
    infection = "flags.fever and (flags.pus or flags.spreading_redness)"
    yield _reason('"combination.systemic_infection"', '"emergency"', infection)
    blisters = f"symptoms.blistering >= {s.BLISTERING} and symptoms.pain >= {s.PAIN}"
    numbers = {"blistering": "symptoms.blistering", "pain": "symptoms.pain"}
    yield _reason('"combination.painful_blisters"', '"urgent"', blisters, **numbers)
    for symptom in rules.windows:
        yield from _trends(symptom)


def _trends(symptom: str) -> Iterator[str]:
    now, then = f"symptoms.{symptom}", f"h.symptoms.{symptom}"
    last = f"history[len(history) - 1].symptoms.{symptom}"
    yield _reason(
        f'({last} > 0 ? "{symptom}.worse" : "{symptom}.new")',
        '"same_day"',
        f"{now} >= {s.WORSE_SEVERITY} and hours >= {s.WORSE_FROM_HOUR} and len(history) > 0 and {now} > {last}",
        severity=now,
        last=last,
    )
    gone = f"g.symptoms.{symptom} == 0 and some(history as h, h.hours < g.hours and {then} >= 1)"
    condition = f"{now} >= 1 and some(history as g, {gone})"
    hours = f"filter(history as g, {gone})[0].hours"
    yield _reason(f'"{symptom}.back"', '"routine"', condition, severity=now, gone_hours=hours)
    # The latest reading that is old enough, unless it was gone since.
    since = f"k.symptoms.{symptom} == 0 or hours - k.hours >= {s.STUCK_FOR_HOURS}"
    before = (
        f"hours - h.hours >= {s.STUCK_FOR_HOURS} and {then} > 0 and {now} >= {then} "
        f"and not some(history as k, k.hours > h.hours and ({since}))"
    )
    yield _reason(
        f'"{symptom}.not_improving"',
        '"routine"',
        f"{now} >= {s.STUCK_SEVERITY} and hours >= {s.STUCK_FROM_HOUR} and some(history as h, {before})",
        severity=now,
        before=f"filter(history as h, {before})[0].symptoms.{symptom}",
    )
    recent = f"hours - h.hours <= {s.RISE_WITHIN_HOURS} and {now} - {then} >= {s.RISE_BY}"
    condition = f"{now} >= {s.RISE_BY} and some(history as h, {recent})"
    low = f"filter(history as h, {recent})[0].symptoms.{symptom}"
    yield _reason(f'"{symptom}.rising_fast"', '"same_day"', condition, severity=now, low=low)


def one_rule(case: str) -> Callable[[Mapping[str, Any]], Any]:
    """Return the rule of the mistakes, with this one in it."""
    text = {"malformed": "redness > (2", "misspelt": "rednes > 2", "text": 'redness > "two"'}.get(case, "redness > 2")
    graph = _graph([{"id": "x", "key": "fired", "value": text}])
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(graph)))
    decision.validate()
    return lambda report: decision.evaluate(report)["result"]["fired"]
