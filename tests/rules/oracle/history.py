"""Section 6: the readings of one symptom before a report, and what they say about it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tests.rules.oracle.times import HOUR, procedure_of, read_at, since_procedure

COURSES = ["better", "same", "unknown", "worse", "new"]
STATED = ["better", "same", "worse", "new"]


class Reading(NamedTuple):
    at: datetime
    severity: int
    stated: str | None


class Symptom(NamedTuple):
    """One symptom of the judged report, with its earlier readings, oldest first."""

    name: str
    severity: int
    stated: str | None
    readings: list[Reading]
    at: datetime
    procedures: list[datetime]
    protocol: Mapping[str, Any]

    @property
    def elapsed(self) -> timedelta:
        return since_procedure(self.at, self.procedures)

    @property
    def current(self) -> list[Reading]:
        mine = procedure_of(self.at, self.procedures)
        return [reading for reading in self.readings if procedure_of(reading.at, self.procedures) == mine]

    @property
    def last(self) -> int | None:
        return self.current[-1].severity if self.current else None


def history_of(at: datetime, check_ins: list[Mapping[str, Any]], days: int) -> list[Mapping[str, Any]]:
    return [one for one in check_ins if timedelta(0) < at - read_at(one) <= 24 * days * HOUR]


def readings_of(name: str, history: list[Mapping[str, Any]]) -> list[Reading]:
    """Those that name it, oldest first; of one moment the more severe, of equals the worse stated course."""
    found = [
        Reading(read_at(one), one["symptoms"][name], one.get("course", {}).get(name))
        for one in history
        if name in one.get("symptoms", {})
    ]
    return [
        max((one for one in found if one.at == moment), key=lambda one: (one.severity, _weight(one.stated)))
        for moment in sorted({one.at for one in found})
    ]


def _weight(stated: str | None) -> int:
    return STATED.index(stated) if stated else -1


def courses_of(symptom: Symptom) -> list[str]:
    """The set C, in the order in which rules are looked for."""
    both = {symptom.stated or "unknown", _derived(symptom)}
    if len(both) == 2:
        both.discard("unknown")
    return [course for course in COURSES if course in both]


def _derived(symptom: Symptom) -> str:
    last = symptom.last
    if last is None:
        return "unknown"
    if symptom.severity == last:
        return "same"
    if symptom.severity < last:
        return "better"
    return "new" if last == 0 else "worse"


def has_relapsed(symptom: Symptom) -> bool:
    severities = [reading.severity for reading in symptom.current]
    return any(one > 0 and 0 in severities[number:] for number, one in enumerate(severities))


def is_not_improving(symptom: Symptom) -> bool:
    days = symptom.protocol["history"]["not_improving_days"]
    old = [reading for reading in symptom.current if symptom.at - reading.at >= 24 * days * HOUR]
    if not old or old[-1].severity == 0:
        return False
    if any(reading.severity == 0 for reading in symptom.current if reading.at > old[-1].at):
        return False
    return symptom.severity >= old[-1].severity


def is_rising_fast(symptom: Symptom) -> bool:
    span = symptom.protocol["history"]["rise_within_hours"] * HOUR
    near = [reading.severity for reading in symptom.current if symptom.at - reading.at <= span]
    return bool(near) and symptom.severity - min(near) >= symptom.protocol["history"]["rise_by"]


def is_late(symptom: Symptom) -> bool:
    """Go through all readings, of whatever procedure, oldest first."""
    clock = symptom.protocol["symptoms"][symptom.name]
    if "late_new_from_hour" not in clock:
        return False
    late, before = False, None
    for reading in symptom.readings:
        elapsed = since_procedure(reading.at, symptom.procedures)
        if reading.severity > 0:
            late = late or _began_late(clock, elapsed, is_new=reading.stated == "new" or before == 0)
        elif elapsed >= clock.get("late_hidden_until_hour", 0) * HOUR:
            late = False
        before = reading.severity
    return late


def _began_late(clock: Mapping[str, Any], elapsed: timedelta, *, is_new: bool) -> bool:
    if "late_any_from_hour" in clock and elapsed >= clock["late_any_from_hour"] * HOUR:
        return True
    return is_new and elapsed >= clock["late_new_from_hour"] * HOUR


HISTORY_FORMS = {
    "relapse": has_relapsed,
    "not_improving": is_not_improving,
    "rapid_rise": is_rising_fast,
    "late": is_late,
}
