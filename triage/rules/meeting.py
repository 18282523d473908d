"""The calmest case that meets the conditions of a combination, with the history that they ask for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from triage.rules.check_in import SAYS_SOMETHING
from triage.rules.examples import RECENT, case_json
from triage.rules.protocol import COURSE_WORDS, Condition, HistoryLimits, Protocol

LISTS = {"sign": "signs", "treatment": "treatment", "exposed": "exposed"}


def meeting_case(conditions: Sequence[Condition], hour: int, protocol: Protocol) -> str:
    """Return a case, as JSON, whose last report meets all conditions so many hours after the procedure."""
    report: dict[str, Any] = {"symptoms": {}, "course": {}, "where": {}}
    for condition in conditions:
        _say(report, condition, protocol.history)
    for symptom in report["symptoms"]:
        report["course"].setdefault(symptom, "better")
    procedures, earlier = reports_before(conditions, report["symptoms"], hour, protocol)
    factors = [condition.what for condition in conditions if condition.kind == "risk"]
    said = {name: value for name, value in report.items() if value}
    if not said.keys() & set(SAYS_SOMETHING):
        said["symptoms"] = {protocol.windows[0].symptom: 0}
    reports = [*earlier, (0, said)]
    return case_json(hour, reports, procedures, **({"risk_factors": factors} if factors else {}))


def _say(report: dict[str, Any], condition: Condition, limits: HistoryLimits) -> None:
    """Add to a report what one condition asks for."""
    symptom, zone = condition.place
    if condition.kind in ("symptom", "placed", *COURSE_WORDS):
        report["symptoms"][symptom] = max(report["symptoms"].get(symptom, 1), least_severity(condition, limits))
    if condition.kind in ("worse", "growing"):
        report["course"][symptom] = "worse"
    elif zone:
        report["where"].setdefault(symptom, []).append(zone)
    elif condition.kind == "temperature":
        report["temperature"] = {"value": condition.least, "unit": "C"}
    elif condition.kind in LISTS:
        report.setdefault(LISTS[condition.kind], []).append(condition.what)


def least_severity(condition: Condition, limits: HistoryLimits) -> int:
    """Return the lowest severity at which a condition about a symptom can hold."""
    return 1 + limits.rise_by if condition.kind == "rapid_rise" else int(condition.least)


def reports_before(
    conditions: Iterable[Condition], symptoms: Mapping[str, int], hour: int, protocol: Protocol
) -> tuple[tuple[int, ...], list[tuple[int, dict[str, Any]]]]:
    """Return the procedures and the earlier reports that conditions about a symptom's course ask for.

    Procedures in hours before the latest one, reports by their age in hours at the judged one, oldest first.
    """
    old = protocol.history.not_improving_hours
    readings: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    procedures: tuple[int, ...] = (0,)
    for kind, symptom in ((condition.kind, condition.what) for condition in conditions):
        now = symptoms.get(symptom, 1)
        if kind == "late":
            window = next(window for window in protocol.windows if window.symptom == symptom)
            procedures = ((window.late_new_from_hour or 0) + 2 * RECENT, 0)
            readings[kind] = [(hour + RECENT, {"symptoms": {symptom: 1}, "course": {symptom: "new"}})]
        elif kind == "relapse":
            readings[kind] = [(2 * RECENT, {"symptoms": {symptom: 1}}), (RECENT, {"symptoms": {symptom: 0}})]
        elif kind == "not_improving":
            readings[kind] = [(old, {"symptoms": {symptom: now}})]
        elif kind == "rapid_rise":
            readings[kind] = [(RECENT, {"symptoms": {symptom: now - protocol.history.rise_by}})]
    earlier = [entry for entries in readings.values() for entry in entries if entry[0] <= hour or len(procedures) > 1]
    return procedures, sorted(earlier, key=lambda entry: -entry[0])
