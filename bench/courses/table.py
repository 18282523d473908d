"""The figures as Markdown tables."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def render(figures: Mapping[str, Any]) -> Iterator[str]:
    """Give the lines of all tables."""
    yield from _healing(figures["healing"])
    yield from _rules(figures["healing"])
    yield from _urgent_rules(figures["healing"])
    yield from _danger(figures["danger"])
    yield from _first_signs(figures["first_signs"])


def _healing(scenarios: Mapping[str, Any]) -> Iterator[str]:
    yield "| Natural healing | " + " | ".join(f"{name} % answered" for name in scenarios) + " |"
    yield "|---|" + "--:|" * len(scenarios)
    rows: dict[str, list[str]] = {}
    for found in scenarios.values():
        for title, text in _healing_rows(found):
            rows.setdefault(title, []).append(text)
    for title, texts in rows.items():
        yield f"| {title} | " + " | ".join(texts) + " |"


def _healing_rows(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "patients, of them reported at all", f"{found['patients']}, {found['patients_who_reported']}"
    yield "asked, answered", f"{found['asked']}, {found['reports']} ({_percent(found['reports'], found['asked'])})"
    share = _percent(found["alerts"], found["reports"])
    low, high = found["interval"] or (0.0, 1.0)
    yield "**reports that alert** (95 % by patient)", f"**{share}** ({100 * low:.2f}-{100 * high:.2f})"
    for urgency in ("routine", "same_day", "urgent", "emergency"):
        yield f"judged {urgency}", _percent(found["by_urgency"].get(urgency, 0), found["reports"])
    yield "patients ever alerted", _percent(found["patients_alerted"], found["patients_who_reported"])
    for slip in ("none", "false_worse", "invented", "one_step_up", "wants_call", "misticked"):
        title = "alerts on reports without any slip" if slip == "none" else f"alerts on reports with slip {slip}"
        yield title, _percent(found["by_slip"].get(slip, 0), found["alerts"])


def _rules(scenarios: Mapping[str, Any]) -> Iterator[str]:
    for name, found in scenarios.items():
        yield ""
        yield f"| Rule that fired at {name} % answered | of alerts | fired alone |"
        yield "|---|--:|--:|"
        for rule, count in found["by_rule"].items():
            fired, alone = _percent(count["fired"], found["alerts"]), _percent(count["alone"], found["alerts"])
            yield f"| `{rule}` | {fired} | {alone} |"


def _urgent_rules(scenarios: Mapping[str, Any]) -> Iterator[str]:
    for name, found in scenarios.items():
        yield ""
        yield f"| What alone made it urgent or more at {name} % answered | reports |"
        yield "|---|--:|"
        for rule, count in found["urgent_by_rule"].items():
            yield f"| `{rule}` | {count} |"


def _danger(found: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "| Danger: its first report | courses | below urgent | 95 % upper bound | U4 in evidence | judged emergency |"
    yield "|---|--:|--:|--:|--:|--:|"
    for kind, row in (*found["by_kind"].items(), ("**all**", found["all"])):
        bound = f"{100 * row['upper_bound']:.2f} %"
        counts = f"{row['courses']} | {row['missed']} | {bound} | {row['emergencies']} | {row['judged_emergency']}"
        yield f"| {kind} | {counts} |"
    yield from _reasons(found["by_why"])
    for miss in found["misses"]:
        yield ""
        yield f"Missed: {miss['id']}, {miss['why']}: {miss['judged']}, the evidence says {miss['expected']}"
        yield json.dumps(miss["case"])


def _reasons(reasons: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "| What shows the danger first | courses | below urgent | of them below same_day |"
    yield "|---|--:|--:|--:|"
    for why, row in reasons.items():
        yield f"| {why} | {row['courses']} | {row['missed']} | {row['below_same_day']} |"


def _first_signs(found: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "| Late papules: their first report (U2) | courses | same_day or above at once | within 7 days |"
    yield "|---|--:|--:|--:|"
    for kind, row in found["by_kind"].items():
        at_once, week = _percent(row["at_once"], row["courses"]), _percent(row["within_week"], row["courses"])
        yield f"| {kind} | {row['courses']} | {at_once} | {week} |"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "-"
