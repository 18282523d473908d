"""Courses of people who heal as the evidence expects, with the slips of people who report."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bench.courses.asking import Asking, answer_delay, response_rate
from bench.courses.body import HOURS, cap_on
from bench.courses.course import Course, Report
from bench.courses.person import Person, draw_person
from bench.courses.telling import Teller


def stream(seed: int, number: int, name: str) -> random.Random:
    """Return the random stream of one thing of one patient; the same patient has the same body at any response."""
    return random.Random(f"{seed}/{number}/{name}")


def healing_course(number: int, seed: int, response: float, noise: float = 1.0) -> Course:
    """Return the course of one patient; without a report when the patient never answers."""
    person = draw_person(stream(seed, number, "person"))
    answers = stream(seed, number, f"answers {response}")
    rate = response_rate(answers, response)
    asking = Asking(person.procedures, person.hour, stream(seed, number, "asking"))
    witness = HealingWitness(person, stream(seed, number, f"telling {response}"), noise)
    reports, asked = [], 0
    for moment in asking.moments():
        asked += 1
        if answers.random() < rate:
            at = (moment + _delay_within(person, moment, answers)).replace(microsecond=0)
            reports.append(witness.report(at))
            asking.heard(*reads_as(reports[-1], day_of(person.procedures, reports[-1].at)))
    name = f"healing-{round(response * 100)}-{number}"
    return Course(name, "healing", person.procedures, person.risk_factors, _in_order(reports), asked)


def healing_courses(n: int, seed: int, response: float) -> Iterator[dict[str, Any]]:
    """Give the cases of the patients among the first `n` who answered at all, in the case format of `evaluate`."""
    courses = (healing_course(number, seed, response) for number in range(n))
    return (course.as_case() for course in courses if course.reports)


def _in_order(reports: list[Report]) -> tuple[Report, ...]:
    return tuple(sorted(reports, key=lambda report: report.at))


def _delay_within(person: Person, moment: datetime, rng: random.Random) -> timedelta:
    """Draw the delay of an answer, but never past the end of the next sitting: that one has its own questions."""
    delay = answer_delay(rng)
    after = [procedure for procedure in person.procedures if procedure > moment]
    return delay if not after or moment + delay < after[0] else timedelta(minutes=1)


def day_of(procedures: tuple[datetime, ...], at: datetime) -> float:
    """Return the days since the latest sitting, as a number with a fraction."""
    latest = max((procedure for procedure in procedures if procedure <= at), default=procedures[0])
    return (at - latest).total_seconds() / 3600 / HOURS


def reads_as(report: Report, day: float) -> tuple[bool, bool]:
    """Return whether a report says that all is fine, and whether it makes the service ask again tomorrow."""
    told, course = report.check_in["symptoms"], report.check_in.get("course", {})
    late = any(severity > cap_on(symptom, day) for symptom, severity in told.items())
    rising = day >= 3 and any(tapped in ("worse", "new") for tapped in course.values())
    return not any(told.values()), late or rising


class HealingWitness:
    """Reports what heals, with harmless notes, treatment, and now and then an answer about the look."""

    def __init__(self, person: Person, rng: random.Random, noise: float) -> None:
        self.person, self._rng = person, rng
        self.teller = Teller(person, rng, noise)

    def levels(self, at: datetime) -> dict[str, float]:
        """Return how strong each symptom is felt now, in steps; never above what the evidence calls natural."""
        found: dict[str, float] = {}
        for procedure, curves in zip(self.person.procedures, self.person.curves, strict=True):
            day = (at - procedure).total_seconds() / 3600 / HOURS
            for curve in curves if day >= 0 else ():
                level = curve.level(day)
                if level:
                    felt = min(max(level + self.teller.slips.wobble(), 0.0), cap_on(curve.symptom, day))
                    found[curve.symptom] = max(found.get(curve.symptom, 0.0), felt)
        return found

    def report(self, at: datetime) -> Report:
        """Return one report of a healing day."""
        report = self.teller.tell(at, self.levels(at))
        told, slips = report.check_in, list(report.slips)
        day = day_of(self.person.procedures, at)
        add_daily_life(self._rng, told, day)
        self.teller.chat(told)
        sign = self.teller.slips.misticked()
        if sign:
            told["signs"] = [sign]
            slips.append("misticked")
        if self.teller.slips.wants_call(any(severity >= 2 for severity in told["symptoms"].values())):
            told["wants_call"] = True
            slips.append("wants_call")
        return Report(at, told, tuple(slips))


def add_daily_life(rng: random.Random, told: dict[str, Any], day: float) -> None:
    """Add what people take, do, measure and see without harm. Shares are judgement."""
    taken = [
        name
        for name, symptom, share in (("painkiller", "pain", 0.25), ("antihistamine", "itching", 0.08))
        if told["symptoms"].get(symptom) and rng.random() < share
    ]
    if taken:
        told["treatment"] = taken
    exposed = [
        name
        for name, first, share in (("water", 3, 0.05), ("heat", 2, 0.03), ("sun", 1, 0.04), ("picked", 4, 0.02))
        if day >= first and rng.random() < share
    ]
    if exposed:
        told["exposed"] = exposed
    if rng.random() < 0.03:
        celsius = rng.gauss(36.7, 0.25)
        told["temperature"] = (
            {"value": round(celsius, 1), "unit": "C"}
            if rng.random() < 0.7
            else {"value": round(celsius * 9 / 5 + 32, 1), "unit": "F"}
        )
    if 4 <= day < 14 and rng.random() < 0.02:
        told["result"] = ["dots_lost"]  # dots fade after the scabs, day 4 to 10: expected (S16, S17)
    elif day < 14 and rng.random() < 0.005:
        told["result"] = ["colour_changed"]  # a bruise looks blue and settles in a couple of weeks (S16)
