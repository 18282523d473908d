"""From the body to the form: what a patient reports of what is there, and how it is said to have changed."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bench.courses.body import EXPECTED
from bench.courses.course import Report
from bench.courses.notes import HARMLESS
from bench.courses.person import Person
from bench.courses.slips import FALSE_WORSE, Slips

CHANGED = 0.5  # steps: less is not noticed as a change


class Teller:
    """One patient filling in one report after another; remembers what was felt and told last."""

    def __init__(self, person: Person, rng: random.Random, noise: float) -> None:
        self.person, self._rng = person, rng
        self.slips = Slips(rng, noise)
        self._felt: dict[str, float] = {}  # levels at the last report
        self._told: dict[str, int] = {}  # severities in the last report
        self._has_told = False

    def tell(self, at: datetime, levels: Mapping[str, float]) -> Report:
        """Return the report of this moment; `levels` are steps of severity, a symptom not in it is absent."""
        slips: list[str] = []
        told = self._readings(levels, slips)
        check_in: dict[str, Any] = {"at": at.isoformat(), "symptoms": self._named(told)}
        course = self._course(levels, told, slips)
        if course:
            check_in["course"] = course
        self._felt, self._told, self._has_told = dict(levels), told, True
        return Report(at, check_in, tuple(slips))

    def chat(self, check_in: dict[str, Any]) -> None:
        """Add now and then a harmless note."""
        if self._rng.random() < self.person.writes:
            check_in["note"] = self._rng.choice(HARMLESS)

    def _readings(self, levels: Mapping[str, float], slips: list[str]) -> dict[str, int]:
        told = dict.fromkeys(EXPECTED, 0)
        for symptom, level in levels.items():
            severity = min(int(level + 0.5), 4)
            if severity:
                told[symptom], slip = self.slips.reading(severity)
                slips += [slip] if slip else []
        invented = self.slips.invented()
        if invented and not told[invented]:
            told[invented] = 1
            slips.append("invented")
        return told

    def _named(self, told: dict[str, int]) -> dict[str, int]:
        """Return the readings that the form carries: every symptom, or what is there and what was there before."""
        if self.person.names_all:
            return dict(told)
        named = {symptom: severity for symptom, severity in told.items() if severity or self._told.get(symptom)}
        return named or {"redness": 0}  # "all fine" is an answer too

    def _course(self, levels: Mapping[str, float], told: dict[str, int], slips: list[str]) -> dict[str, str]:
        if not self._has_told:
            return {}
        found = {}
        for symptom, severity in told.items():
            if (severity or self._told[symptom]) and self._rng.random() < self.person.states:
                found[symptom] = self._change(levels, symptom, severity, slips)
        return found

    def _change(self, levels: Mapping[str, float], symptom: str, severity: int, slips: list[str]) -> str:
        """Return the course that is tapped: mostly what was felt, as people answer it."""
        difference = levels.get(symptom, 0.0) - self._felt.get(symptom, 0.0)
        draw = self._rng.random()
        if severity == 0:
            return "better"
        if not self._told[symptom]:
            return "new" if draw < 0.7 else "worse" if draw < 0.85 else "same"
        if difference > CHANGED:
            return "worse" if draw < 0.8 else "same"
        if difference < -CHANGED:
            return "better" if draw < 0.85 else "same"
        if self.slips.happens(FALSE_WORSE):
            slips.append("false_worse")
            return "worse"
        return "better" if draw < 0.25 else "same"
