"""The smallest report that touches a faulty place of a protocol, found by the words of the fault."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from triage.rules.examples import example_case
from triage.rules.faults import Fault
from triage.rules.vocabulary import COMMON, Urgency

CLOSE = 0.75
WORD = re.compile(r"[a-z_]+")
# Places that no single word of a report names, with a report that they decide.
PLACES: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("protocol.toml:wants_call", {"wants_call": True}, 24),
    ("protocol.toml:temperatures", {"temperature": {"value": 38.0, "unit": "C"}}, 24),
    ("protocol.toml:follow_up", {"symptoms": {"redness": 1}}, 90 * 24),
    ("protocol.toml:hold", {"signs": ["fever"]}, 24),
    ("protocol.toml:history", {"symptoms": {"redness": 2}, "course": {"redness": "same"}}, 120),
    ("protocol.toml:check_ins", {"symptoms": {"redness": 0}}, 24),
    ("protocol.toml:aftercare", {"symptoms": {"redness": 0}}, 24),
)
BY_URGENCY: Mapping[str, dict[str, Any]] = {
    "self_care": {"symptoms": {"redness": 0}},
    "routine": {"symptoms": {"itching": 1}},
    "same_day": {"wants_call": True},
    "urgent": {"signs": ["fever"]},
    "emergency": {"signs": ["breathing_trouble"]},
}


def with_examples(faults: list[Fault]) -> list[Fault]:
    """Return the faults, each with a case that touches its place, as far as a report can: a head or a source none."""
    return [fault if fault.example else fault._replace(example=_example(fault)) for fault in faults]


def _example(fault: Fault) -> str:
    file, _, place = fault.path.partition(":")
    if not place or place.startswith(("protocol.", "sources", "language", "cases")) or file == "cases.toml":
        return ""
    for start, report, hour in PLACES:
        if fault.path.startswith(start):
            return example_case(hour, report)
    words = WORD.findall(place) + WORD.findall(fault.said) + WORD.findall(fault.expected)
    return next((found for word in words if (found := _case_with(word))), "")


def _case_with(word: str) -> str:
    """Return a case that says a word of the vocabulary, or one that is nearly spelt so."""
    said: tuple[tuple[tuple[str, ...], Any], ...] = (
        (COMMON.symptoms, lambda name: {"symptoms": {name: 1}}),
        (COMMON.signs, lambda name: {"signs": [name]}),
        (COMMON.results, lambda name: {"result": [name]}),
        (COMMON.treatments, lambda name: {"treatment": [name], "wants_call": True}),
        (COMMON.exposures, lambda name: {"exposed": [name], "wants_call": True}),
        (tuple(Urgency.__members__), BY_URGENCY.__getitem__),
    )
    for known, report in said:
        if near := get_close_matches(word, known, 1, CLOSE):
            return example_case(24, report(near[0]))
    if near := get_close_matches(word, COMMON.risk_factors, 1, CLOSE):
        return example_case(24, {"symptoms": {"redness": 2}}, risk_factors=near)
    return ""
