"""Generated reports under the shipped protocol: patients with up to three procedures and up to six earlier reports.

Most heal as expected. Some reports are wild, with any word of the vocabulary in them, so that nearly every rule
fires in ten thousand. Reports carry no note, and no two of one patient are of the same moment.
"""

from datetime import timedelta
from math import exp, log
from random import Random

from bench.rules.reports import PROCEDURE_AT, Report
from triage.rules import COMMON, CheckIn, Protocol
from triage.rules.assessment import Past
from triage.rules.vocabulary import STATED_COURSES

SEED = 20260321
MOST_EARLIER, MOST_HOURS = 6, 2400
WILD = 0.08
LIFE = 60  # hours in which a symptom falls to a third or so


def cohort(count: int, protocol: Protocol) -> list[Report]:
    """Return the first `count` reports."""
    recipe = _Recipe(protocol)
    return [recipe.report() for _ in range(count)]


class _Recipe:
    """Draws one patient after the other, and of each the report that is judged."""

    def __init__(self, protocol: Protocol) -> None:
        self.random = Random(SEED)
        self.expected = {window.symptom: window.expected for window in protocol.windows}
        edges = {ceiling.from_hour for window in protocol.windows for ceiling in window.expected}
        edges |= {rule.from_hour for rule in protocol.all_rules()} | {protocol.follow_up_hours}
        self.edges = sorted(edges - {0})
        self.follow_up_hours = protocol.follow_up_hours

    def report(self) -> Report:
        draw = self.random
        own = self._own_hour()
        moments = sorted({int(draw.uniform(0, own) * 4) / 4 for _ in range(draw.randint(0, MOST_EARLIER))} - {own})
        if moments and draw.random() < 0.5:
            moments[-1] = max(moments[-1], own - draw.randint(1, 96) / 4)
        procedures = self._procedures(own)
        starts = {name: draw.uniform(0, 4.2) if draw.random() < 0.6 else 0.0 for name in COMMON.symptoms}
        past = [self._past(moment, own, procedures, starts) for moment in moments if own - moment > 0]
        since = max(hour for hour in procedures if hour <= own)
        chance = {0: 0.8, 1: 0.95}
        factors = {draw.choice(COMMON.risk_factors) for limit in chance.values() if draw.random() > limit}
        check_in = self._check_in(own, own - since, starts)
        return Report(
            check_in, own - since, tuple(p for p in past if p.age <= self.follow_up_hours), frozenset(factors)
        )

    def _own_hour(self) -> float:
        draw = self.random
        if draw.random() < 0.05:
            return float(draw.choice(self.edges))
        return int(exp(draw.uniform(0, log(MOST_HOURS))) * 4) / 4

    def _procedures(self, own: float) -> list[float]:
        """Return the hours of all procedures up to the judged report; the first is at 0."""
        draw, hours = self.random, [0.0]
        while draw.random() < 0.25 and len(hours) < 3:
            hours.append(hours[-1] + draw.randint(5 * 24, 35 * 24))
        return [hour for hour in hours if hour <= own]

    def _past(self, moment: float, own: float, procedures: list[float], starts: dict[str, float]) -> Past:
        since = max(hour for hour in procedures if hour <= moment)
        symptoms = self._symptoms(moment - since, starts)
        return Past(symptoms, self._course(symptoms), own - moment, moment - since, since == procedures[-1])

    def _symptoms(self, hours: float, starts: dict[str, float]) -> dict[str, int]:
        """Return what a report says: usually what is left and expected, now and then something else."""
        draw, found = self.random, {}
        for name, start in starts.items():
            if draw.random() < 0.15:
                continue
            most = [ceiling.at_most for ceiling in self.expected[name] if ceiling.from_hour <= hours][-1]
            found[name] = min(round(start * exp(-hours / LIFE)), most)
            if draw.random() < 0.02:
                found[name] = draw.randint(0, 4)
        return found

    def _course(self, symptoms: dict[str, int]) -> dict[str, str]:
        draw = self.random
        return {
            name: draw.choices(STATED_COURSES, (60, 34, 3, 3))[0]
            for name, severity in symptoms.items()
            if severity and draw.random() < 0.3
        }

    def _check_in(self, moment: float, hours: float, starts: dict[str, float]) -> CheckIn:
        draw = self.random
        is_wild = draw.random() < WILD
        symptoms = self._symptoms(hours, starts)
        course = self._course(symptoms)
        if is_wild:
            symptoms |= {name: draw.randint(0, 4) for name in draw.sample(COMMON.symptoms, 4)}
            course |= {name: draw.choice(STATED_COURSES) for name in draw.sample(sorted(symptoms), 4)}
        return CheckIn(
            at=PROCEDURE_AT + timedelta(hours=moment),
            symptoms=symptoms,
            course={name: stated for name, stated in course.items() if symptoms[name]},
            where={name: self._some(COMMON.zones, 1) for name in symptoms if draw.random() < 0.01 + is_wild / 4},
            signs=self._some(COMMON.signs, 0.5 if is_wild else 0.02),
            result=self._some(COMMON.results, 0.3 if is_wild else 0.02),
            temperature_c=round(draw.uniform(36.2, 40.4), 1) if draw.random() < 0.04 + is_wild / 3 else None,
            treatment=self._some(COMMON.treatments, 0.5 if is_wild else 0.03),
            exposed=self._some(COMMON.exposures, 0.5 if is_wild else 0.05),
            wants_call=draw.random() < 0.01,
        )

    def _some(self, words: tuple[str, ...], chance: float) -> tuple[str, ...]:
        """Return none of the words, or one to three."""
        draw = self.random
        return tuple(draw.sample(words, draw.randint(1, 3))) if draw.random() < chance else ()
