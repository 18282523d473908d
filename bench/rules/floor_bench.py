"""The floor: the bench's rule set as a good programmer writes it by hand, if by if, with nothing that it does not need.

It takes and returns what our engine does. It knows of no stated course, risk factor, measurement or note, since the
rule set uses none.
"""
# ruff: noqa: C901 - a chain of ifs is what is measured here

from bisect import bisect_right
from collections.abc import Collection, Sequence
from typing import Any

from triage.rules import CheckIn, Finding, Urgency

ROUTINE, SAME_DAY, URGENT, EMERGENCY = Urgency.routine, Urgency.same_day, Urgency.urgent, Urgency.emergency
WINDOWS = {
    "redness": ((0, 12, 48, 96, 168), (4, 3, 2, 1, 0)),
    "swelling": ((0, 6, 48, 96, 144), (2, 3, 2, 1, 0)),
    "bumps": ((0, 24, 72, 120, 192), (2, 3, 2, 1, 0)),
    "itching": ((0, 24, 48, 96, 168), (1, 2, 3, 1, 0)),
    "pain": ((0, 6, 24, 48, 72), (4, 3, 2, 1, 0)),
    "warmth": ((0, 4, 12, 36, 60), (4, 3, 2, 1, 0)),
    "blistering": ((0, 6, 24, 96, 168), (0, 1, 2, 1, 0)),
    "crusting": ((0, 24, 72, 168, 336), (0, 1, 2, 1, 0)),
}
SIGNS = {
    "fever": SAME_DAY,
    "pus": URGENT,
    "spreading_redness": SAME_DAY,
    "breathing_trouble": EMERGENCY,
    "face_swelling": URGENT,
    "vision_change": URGENT,
}


def judge(check_in: CheckIn, hours: float, past: Sequence[Any], risk_factors: Collection[str]) -> list[Finding]:
    """Return the findings on one report."""
    findings: list[Finding] = []
    hour = int(hours)
    for symptom, severity in check_in.symptoms.items():
        if severity:
            judge_symptom(symptom, severity, hour, past, findings)
    for sign in check_in.signs:
        observed = {"told": "ticked", "hour": hour}
        findings.append(Finding("sign." + sign, SIGNS[sign], "danger_sign", ("sign", sign), observed, {}, "S1", ""))
    judge_combinations(check_in, hour, findings)
    return findings


def judge_symptom(symptom: str, severity: int, hour: int, past: Sequence[Any], findings: list[Finding]) -> None:
    """Add what one symptom's window and history say."""
    starts, limits = WINDOWS[symptom]
    step = bisect_right(starts, hour) - 1
    limit = limits[step]
    fired = []
    if severity > limit:
        excess = severity - limit
        reason = "above_expected" if limit else "persisting"
        if excess >= 3:
            fired.append((".excess_3", URGENT, reason))
        elif excess == 2:
            fired.append((".excess_2", SAME_DAY, reason))
        else:
            fired.append((".excess_1", ROUTINE, reason))

    last = before = None
    lowest = 9
    was_there = has_gone = False
    for report in past:
        value = report.symptoms.get(symptom)
        if value is None or not report.is_current:
            continue
        last = value
        if value < lowest and report.age <= 24:
            lowest = value
        if value:
            was_there = True
            if report.age >= 48:
                before = value
        else:
            before = None
            if was_there:
                has_gone = True

    if last is not None:
        if severity > last and severity >= 2 and hour >= 72:
            fired.append((".worse", SAME_DAY, "worsening") if last else (".new", SAME_DAY, "new_late"))
        if has_gone:
            fired.append((".back", ROUTINE, "relapse"))
        if before is not None and severity >= before and severity >= 2 and hour >= 120:
            fired.append((".not_improving", ROUTINE, "not_improving"))
        if severity - lowest >= 2:
            fired.append((".rising_fast", SAME_DAY, "rapid_rise"))

    if fired:
        observed = {"severity": severity, "hour": hour, "last": last, "course": name_course(severity, last)}
        expected = {"at_most": limit, "from_hour": starts[step]}
        for name, urgency, reason in fired:
            findings.append(
                Finding(symptom + name, urgency, reason, ("symptom", symptom), observed, expected, "S1", "routine")
            )


def name_course(severity: int, last: int | None) -> str:
    """Return what the last reading shows of the course."""
    if last is None:
        return "unknown"
    if severity > last:
        return "worse" if last else "new"
    return "same" if severity == last else "better"


def judge_combinations(check_in: CheckIn, hour: int, findings: list[Finding]) -> None:
    """Add what several facts mean together."""
    signs, symptoms = check_in.signs, check_in.symptoms
    if signs and "fever" in signs and ("pus" in signs or "spreading_redness" in signs):
        held = [f"sign:{sign}" for sign in ("fever", "pus", "spreading_redness") if sign in signs]
        add_combination("systemic_infection", EMERGENCY, held, hour, findings)
    if symptoms.get("blistering", 0) >= 2 and symptoms.get("pain", 0) >= 3:
        add_combination("painful_blisters", URGENT, ["blistering >= 2", "pain >= 3"], hour, findings)


def add_combination(name: str, urgency: Urgency, held: list[str], hour: int, findings: list[Finding]) -> None:
    """Add one combination that holds."""
    rule = "combination." + name
    observed = {"together": held, "hour": hour}
    findings.append(Finding(rule, urgency, "combination", ("combination", rule), observed, {}, "S1", ""))
