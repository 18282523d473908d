"""Sections 9 to 12: everything that one report is told, and which report of a case is answered."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tests.rules.oracle.combinations import Seen, judge_combinations
from tests.rules.oracle.finding import URGENCIES, Fired
from tests.rules.oracle.history import Symptom, history_of, readings_of
from tests.rules.oracle.signs import Hear, counting_signs, judge_signs, plain_note
from tests.rules.oracle.symptoms import judge_symptom
from tests.rules.oracle.times import HOUR, is_in_hours, read_at, since_procedure

Table = Mapping[str, Any]
URGENT = URGENCIES.index("urgent")


class Answer(NamedTuple):
    """What a report is told: findings sorted, most urgent first; ids of advice texts; what a human must look at."""

    urgency: str
    findings: list[Fired]
    advice: list[str]
    review: list[str]


def answer(protocol: Table, case: Table, hear: Hear) -> Answer:
    """Answer a valid case: the latest report, of several the most urgent, of these the first in the case."""
    latest = max(read_at(one) for one in case["check_ins"])
    told = zip(case["check_ins"], answers(protocol, case, hear), strict=True)
    return max((one for report, one in told if read_at(report) == latest), key=lambda one: URGENCIES.index(one.urgency))


def answers(protocol: Table, case: Table, hear: Hear) -> list[Answer]:
    """Answer each report of a valid case by what lies before it; in the order of the case."""
    procedures = [read_at(one) for one in case["procedures"]]
    check_ins = case["check_ins"]
    factors = list(dict.fromkeys(case.get("risk_factors", [])))
    after, span = URGENCIES.index(protocol["hold"]["after"]), protocol["hold"]["hours"] * HOUR
    dangers: list[datetime] = []
    told: dict[int, Answer] = {}
    for number in sorted(range(len(check_ins)), key=lambda number: read_at(check_ins[number])):
        report = check_ins[number]
        at = read_at(report)
        history = history_of(at, check_ins, protocol["follow_up"]["days"])
        findings = _risen(list(_collect(protocol, report, (procedures, history), factors, hear)), protocol, factors)
        if any(danger <= at < danger + span for danger in dangers):
            findings += _held(protocol, findings)
        told[number] = _sum_up(findings, report)
        if URGENCIES.index(told[number].urgency) >= after:
            dangers.append(at)
    return [told[number] for number in range(len(check_ins))]


def _collect(
    protocol: Table,
    report: Table,
    past: tuple[list[datetime], list[Table]],
    factors: list[str],
    hear: Hear,
) -> Iterator[Fired]:
    procedures, history = past
    at = read_at(report)
    elapsed = since_procedure(at, procedures)
    stated = report.get("course", {})
    symptoms = {
        name: Symptom(name, severity, stated.get(name), readings_of(name, history), at, procedures, protocol)
        for name, severity in report.get("symptoms", {}).items()
    }
    for symptom in symptoms.values():
        yield from judge_symptom(symptom)
    signs = counting_signs(report, protocol, hear)
    yield from judge_signs(signs, protocol, elapsed)
    yield from judge_combinations(protocol, Seen(report, symptoms, signs, factors), elapsed)
    for result in dict.fromkeys(report.get("result", [])):
        if is_in_hours(protocol["results"][result], elapsed):
            yield _plain(f"result.{result}", protocol["results"][result], "result")
    if report.get("wants_call"):
        yield _plain("wants_call", protocol["wants_call"], "wants_call")


def _plain(name: str, rule: Table, reason: str) -> Fired:
    return Fired(name, URGENCIES.index(rule["urgency"]), reason, "", name, rule.get("advice"))


def _risen(findings: list[Fired], protocol: Table, factors: list[str]) -> list[Fired]:
    """Section 9: risk factors look at the findings of the report, not at each other's."""
    risen = []
    for factor in factors:
        raises = protocol["risk_factors"][factor]["raises"]
        found = [one for one in findings if one.group in raises and one.urgency < URGENT]
        if found:
            highest = max(found, key=lambda one: one.urgency)
            risen.append(Fired(f"risk.{factor}", highest.urgency + 1, "risk_factor", "", "", None))
    return findings + risen


def _held(protocol: Table, findings: list[Fired]) -> list[Fired]:
    """Section 10: one finding more where every other is below the floor."""
    hold = protocol["hold"]
    if any(one.urgency >= URGENCIES.index(hold["urgency"]) for one in findings):
        return []
    return [_plain("hold", hold, "held")]


def _sum_up(findings: list[Fired], report: Table) -> Answer:
    ordered = sorted(findings, key=lambda one: -one.urgency)
    urgency = URGENCIES[ordered[0].urgency] if ordered else "self_care"
    advice = dict.fromkeys([urgency, *(one.advice for one in ordered if one.advice)])
    return Answer(urgency, ordered, list(advice), ["note"] if plain_note(report) else [])
