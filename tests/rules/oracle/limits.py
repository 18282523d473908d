"""What a protocol makes a difference about: its hours, ages and degrees, and what to report to be near them."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hypothesis import strategies as st

from triage.rules import COMMON

Table = Mapping[str, Any]


class Aim(NamedTuple):
    """Facts, as conditions spell them, that a rule asks for, and the hours at which it begins and ends to hold."""

    hours: list[int]
    facts: list[str]
    one_of: list[str]


def hours_in(part: Any, key: str = "") -> Iterator[int]:
    """Yield every limit of a part of a protocol in hours."""
    if isinstance(part, Mapping):
        for name, inner in part.items():
            yield from hours_in(inner, name)
    elif isinstance(part, list):
        for inner in part:
            yield from hours_in(inner, key)
    elif key.endswith(("_hour", "_hours")) or key == "hours":
        yield part
    elif key in ("after_day", "through_day"):
        yield 24 * (part + 1)
    elif key in ("days", "not_improving_days"):
        yield 24 * part


class Drawn:
    """What cases of one protocol are drawn from."""

    def __init__(self, document: Table) -> None:
        own = document.get("own_words", {})
        judging = {name: part for name, part in document.items() if name not in ("check_ins", "aftercare", "own_words")}
        limits = sorted({0, *hours_in(judging)})
        history, hold = document["history"], document["hold"]
        self.follow_up = 24 * document["follow_up"]["days"]
        ages = [24 * history["not_improving_days"], history["rise_within_hours"], hold["hours"]]
        self.hours = st.sampled_from(limits) | st.integers(0, limits[-1] + 48)
        self.ages = st.sampled_from([*ages, *ages, self.follow_up, self.follow_up, 0])
        self.late_hours = st.sampled_from(sorted({0, *_late_hours(document["symptoms"])}))
        self.symptoms = _oftener(
            [name for name, part in document["symptoms"].items() if len(part["rules"]) > 1], document["symptoms"]
        )
        self.signs = _oftener_unusual(document["signs"])
        self.factors = _oftener_unusual(document["risk_factors"])
        self.results = _oftener_unusual(document["results"])
        self.zones = st.sampled_from([*COMMON.zones, *own.get("zones", [])])
        self.treatments = st.sampled_from([*COMMON.treatments, *own.get("treatments", [])])
        self.exposures = st.sampled_from([*COMMON.exposures, *own.get("exposures", [])])
        aims = list(_aims(document, self.follow_up))
        self.aims = st.sampled_from(aims)
        degrees = {row["at_least"] for row in document["temperatures"]}
        asked = [fact for aim in aims for fact in (*aim.facts, *aim.one_of)]
        degrees |= {float(fact.split()[-1]) for fact in asked if fact.startswith("temperature")}
        near = [round(limit + step, 2) for limit in sorted(degrees) for step in (0, 0.01, -0.01)]
        self.degrees = st.sampled_from([30, 45.0, 36.8, *near])


def _late_hours(symptoms: Table) -> Iterator[int]:
    for part in symptoms.values():
        yield from (hour for key, hour in part.items() if key.startswith("late_") and key.endswith("_hour"))


def _aims(document: Table, follow_up: int) -> Iterator[Aim]:
    """Yield what each rule that has hours or several conditions asks for."""
    for rule in document["combinations"]:
        yield Aim([*hours_in(rule), follow_up], rule.get("all", []), rule.get("any", []))
    for sign, part in document["signs"].items():
        if "early" in part:
            yield Aim([*hours_in(part["early"])], [f"sign:{sign}"], [])
    for result, part in document["results"].items():
        yield Aim([*hours_in(part)], [f"result:{result}"], [])
    for symptom, part in document["symptoms"].items():
        for rule in part["rules"]:
            fact = f"{symptom} >= {rule.get('severity', 1)}"
            yield Aim([*hours_in(rule), *hours_in(part["expected"]), follow_up], [fact], [])


def _oftener(rich: list[str], every: Table) -> st.SearchStrategy[str]:
    """Words with more than the plainest rules are drawn oftener, since there is more to differ about."""
    return st.sampled_from(rich * (4 * len(every) // max(1, len(rich))) + list(every))


def _oftener_unusual(tables: Table) -> st.SearchStrategy[str]:
    written = {name: json.dumps(part, default=str) for name, part in tables.items()}
    [(usual, _)] = Counter(written.values()).most_common(1)
    return _oftener([name for name, text in written.items() if text != usual], tables)
