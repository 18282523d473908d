"""Section 7: which danger signs count, and what their rules say."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from tests.rules.oracle.finding import URGENCIES, Fired
from tests.rules.oracle.times import is_before_end

Hear = Callable[[str], Iterable[str]]  # the signs that a note names, in order (section 15)


def celsius(report: Mapping[str, Any]) -> float | None:
    measured = report.get("temperature")
    if measured is None:
        return None
    value: float = measured["value"]
    return value if measured["unit"] == "C" else round((value - 32) * 5 / 9, 2)


def counting_signs(report: Mapping[str, Any], protocol: Mapping[str, Any], hear: Hear) -> dict[str, str]:
    """Each sign that counts, with the reason of its finding, in the order in which they are told."""
    told = dict.fromkeys(report.get("signs", []), "danger_sign")
    measured = celsius(report)
    for row in protocol["temperatures"]:
        if measured is not None and measured >= row["at_least"]:
            told.setdefault(row["sign"], "danger_sign")
    for sign in hear(plain_note(report)):
        told.setdefault(sign, "note")
    for sign in list(told):
        for implied in protocol["signs"][sign].get("implies", []):
            told.setdefault(implied, "danger_sign")
    return told


def plain_note(report: Mapping[str, Any]) -> str:
    """Section 16: no white space at the ends, one kind of line end, one kind of space."""
    text = report.get("note", "").replace("\r\n", "\n")
    return "".join(" " if letter.isspace() and letter not in "\n\t" else letter for letter in text).strip()


def judge_signs(told: Mapping[str, str], protocol: Mapping[str, Any], elapsed: timedelta) -> list[Fired]:
    return [_judge_sign(sign, reason, protocol["signs"][sign], elapsed) for sign, reason in told.items()]


def _judge_sign(sign: str, reason: str, rule: Mapping[str, Any], elapsed: timedelta) -> Fired:
    name = f"sign.{sign}"
    early = rule.get("early")
    if early and is_before_end(early, elapsed):
        return Fired(f"{name}.early", URGENCIES.index(early["urgency"]), reason, sign, name, early.get("advice"))
    return Fired(name, URGENCIES.index(rule["urgency"]), reason, sign, name, rule.get("advice"))
