"""What a protocol makes a difference about: its hours, ages and degrees, and what to report to be near them."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

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
        self.hours = limits
        self.ages = [*ages, *ages, self.follow_up, self.follow_up, 0]
        self.late_hours = [0, *_late_hours(document["symptoms"])]
        self.symptoms = _oftener_unusual(document["symptoms"])
        self.signs = _oftener_unusual(document["signs"])
        self.factors = _oftener_unusual(document["risk_factors"])
        self.results = _oftener_unusual(document["results"])
        self.zones = [*COMMON.zones, *own.get("zones", [])]
        self.treatments = [*COMMON.treatments, *own.get("treatments", [])]
        self.exposures = [*COMMON.exposures, *own.get("exposures", [])]
        self.aims = [kind for kind in map(list, _aims(document, self.follow_up)) if kind]
        degrees = {row["at_least"] for row in document["temperatures"]}
        asked = [fact for kind in self.aims for aim in kind for fact in (*aim.facts, *aim.one_of)]
        degrees |= {float(fact.split()[-1]) for fact in asked if fact.startswith("temperature")}
        near = [round(limit + step, 2) for limit in sorted(degrees) for step in (0, 0.01, -0.01)]
        self.degrees = [30, 45.0, 36.8, *near]


def _late_hours(symptoms: Table) -> Iterator[int]:
    for part in symptoms.values():
        yield from (hour for key, hour in part.items() if key.startswith("late_") and key.endswith("_hour"))
        if "late_new_from_hour" in part:
            yield from [part.get("late_hidden_until_hour", 0)] * 3  # much must come together for it to matter


def _aims(document: Table, follow_up: int) -> Iterator[Iterator[Aim]]:
    """Yield, kind by kind, what each rule that has hours or several conditions asks for."""
    usual = _usual(document["symptoms"])
    for _ in range(3):
        yield (
            Aim([*hours_in(rule), follow_up], rule.get("all", []), rule.get("any", []))
            for rule in document["combinations"]
        )
    yield (
        Aim([*hours_in(part["early"])], [f"sign:{sign}"], [])
        for sign, part in document["signs"].items()
        if "early" in part
    )
    yield (Aim([*hours_in(part)], [f"result:{result}"], []) for result, part in document["results"].items())
    for _ in range(2):
        yield (
            Aim([*hours_in(rule), *hours_in(part["expected"]), follow_up], [f"{name} >= {rule.get('severity', 1)}"], [])
            for name, part in document["symptoms"].items()
            for rule in part["rules"]
            if _write(part) != usual
        )
        yield (Aim([], [f"{name} late"], []) for name, part in document["symptoms"].items() if part.keys() & LATE)


LATE = {"late_new_from_hour"}


def _write(part: Any) -> str:
    return json.dumps(part, default=str)


def _usual(tables: Table) -> str:
    """How most of the tables read; nothing where all differ."""
    [(usual, count)] = Counter(map(_write, tables.values())).most_common(1)
    return usual if count > 1 else ""


def _oftener_unusual(tables: Table) -> list[str]:
    """Words with more than the plainest rules are drawn oftener, since there is more to differ about."""
    usual = _usual(tables)
    rich = [name for name, part in tables.items() if _write(part) != usual]
    return rich * (4 * len(tables) // max(1, len(rich))) + list(tables)
