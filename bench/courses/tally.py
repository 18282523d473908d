"""From single courses to figures: shares, intervals, and who is to blame."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bench.courses.exact import cluster_interval, upper_bound
from bench.courses.measure import Alerting, Endangered, Healed, Shown
from triage.rules import Urgency

TOP = 15


def healing_figures(healed: Sequence[Healed], seed: int) -> dict[str, Any]:
    """Return the figures of one response scenario."""
    reports = sum(patient.reports for patient in healed)
    alerting = [alert for patient in healed for alert in patient.alerting]
    fired = Counter(rule for alert in alerting for rule in set(alert.rules))
    alone = Counter(alert.rules[0] for alert in alerting if len(set(alert.rules)) == 1)
    who_reported = [patient for patient in healed if patient.reports]
    return {
        "patients": len(healed),
        "patients_who_reported": len(who_reported),
        "asked": sum(patient.asked for patient in healed),
        "reports": reports,
        "alerts": len(alerting),
        "share": _share(len(alerting), reports),
        "interval": cluster_interval([(len(patient.alerting), patient.reports) for patient in healed], seed),
        "patients_alerted": sum(1 for patient in who_reported if patient.alerting),
        "by_urgency": dict(Counter(alert.urgency for alert in alerting)),
        "by_rule": {rule: {"fired": count, "alone": alone[rule]} for rule, count in fired.most_common(TOP)},
        "urgent_by_rule": dict(Counter(_decider(alert) for alert in alerting if alert.is_urgent).most_common(TOP)),
        "by_day": dict(sorted(Counter(alert.day for alert in alerting).items())),
        "by_slip": dict(Counter(slip for alert in alerting for slip in set(alert.slips) or {"none"}).most_common()),
    }


def _decider(alert: Alerting) -> str:
    """Return the most urgent finding, and what it raised where it is a risk factor."""
    first = alert.rules[0]
    return f"{first} + {alert.rules[1]}" if first.startswith("risk.") and len(alert.rules) > 1 else first


def danger_figures(endangered: Sequence[Endangered]) -> dict[str, Any]:
    """Return per kind how many dangers were judged below urgent on the report that shows them first."""
    kinds = dict.fromkeys(course.kind for course in endangered)
    rows = {kind: _danger_row([course.danger for course in endangered if course.kind == kind]) for kind in kinds}
    return {
        "all": _danger_row([course.danger for course in endangered]),
        "by_kind": {kind: row for kind, row in rows.items() if row["courses"]},
        "by_why": _by_why([course.danger for course in endangered if course.danger]),
        "misses": [_miss(course.id, course.danger) for course in endangered if course.danger and course.danger.case],
    }


def _danger_row(shown: Iterable[Shown | None]) -> dict[str, Any]:
    there = [one for one in shown if one]
    missed = sum(1 for one in there if one.case)
    emergencies = [one for one in there if one.expected == "emergency"]
    return {
        "courses": len(there),
        "missed": missed,
        "upper_bound": upper_bound(missed, len(there)),
        "emergencies": len(emergencies),
        "judged_emergency": sum(1 for one in emergencies if one.judged == "emergency"),
    }


def _by_why(dangers: Sequence[Shown]) -> dict[str, Any]:
    found = {}
    for why in sorted({one.why for one in dangers}):
        there = [one for one in dangers if one.why == why]
        low = sum(1 for one in there if Urgency[one.judged] < Urgency.same_day)
        found[why] = {"courses": len(there), "missed": sum(1 for one in there if one.case), "below_same_day": low}
    return dict(sorted(found.items(), key=lambda item: -item[1]["missed"]))


def first_sign_figures(endangered: Sequence[Endangered]) -> dict[str, Any]:
    """Return per kind of late papules how many reach same_day on their first report, and within a week."""
    found = {}
    for kind in dict.fromkeys(course.kind for course in endangered if course.first_sign):
        there = [course.first_sign for course in endangered if course.kind == kind and course.first_sign]
        found[kind] = {
            "courses": len(there),
            "at_once": sum(1 for one in there if not one.case),
            "within_week": sum(1 for one in there if Urgency[one.within_week] >= Urgency.same_day),
            "judged": dict(Counter(one.judged for one in there)),
        }
    misses = [_miss(course.id, course.first_sign) for course in endangered if course.first_sign]
    return {"by_kind": found, "misses": [miss for miss in misses if miss["case"]]}


def _miss(name: str, shown: Shown) -> dict[str, Any]:
    return {"id": name, "why": shown.why, "expected": shown.expected, "judged": shown.judged, "case": shown.case}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
