"""Courses in which something dangerous comes up, each with the first report that shows it."""

import random
from datetime import datetime, timedelta
from typing import Any

from bench.courses import infection, late, reaction, words
from bench.courses.asking import Asking, answer_delay
from bench.courses.course import Course, Mark, Report
from bench.courses.evidence import Shown, danger_of, has_late_papules
from bench.courses.healing import HealingWitness, add_daily_life, day_of, stream
from bench.courses.person import Person, draw_person
from bench.courses.stages import Draw, Plan, Stage, unfold

ANSWERED = 0.7  # of the questions before anything shows; on danger days every report is sent
ATTEMPTS = 100  # until a drawn course fits its plan and the slips have left the danger in it

SHARES: tuple[tuple[Draw, int], ...] = (  # of 40 courses
    (infection.cellulitis_with_fever, 3),
    (infection.cellulitis_without_fever, 3),
    (infection.cellulitis_without_ticks, 2),
    (infection.cellulitis_masked, 2),
    (infection.pustules, 2),
    (infection.pseudomonas, 1),
    (infection.vibrio, 1),
    (infection.necrotising, 1),
    (infection.fever_without_local_sign, 1),
    (infection.preseptal, 1),
    (infection.abscess, 1),
    (reaction.allergy_at_once, 2),
    (reaction.allergy_after_hours, 2),
    (reaction.allergy_in_two_waves, 1),
    (reaction.contact_allergy, 2),
    (reaction.nerve_toxicity, 2),
    (reaction.blue_lips, 2),
    (reaction.cream_burn, 1),
    (late.papules_that_worsen, 3),
    (late.papules_that_stay_quiet, 2),
    (late.papules_hidden_by_a_sitting, 1),
    (late.papules_from_before, 1),
    (words.told_in_words, 3),
)
KINDS = tuple(draw for draw, share in SHARES for _ in range(share))
NEVER_URGENT = {"papules_that_stay_quiet", "papules_hidden_by_a_sitting"}  # U2 in the evidence


def danger_course(number: int, seed: int) -> Course:
    """Return danger course `number`; its kind follows from the number, so that the shares are exact."""
    draw = KINDS[number % len(KINDS)]
    for attempt in range(ATTEMPTS):
        rng = stream(seed, number, f"danger {attempt}")
        person, plan = draw_person(rng), draw(rng)
        if len(person.procedures) < plan.sittings:
            continue
        course = _unroll(f"danger-{draw.__name__}-{number}", person, plan, rng)
        if (course.danger is None) == (course.kind in NEVER_URGENT) and _has_first_sign(course):
            return course
    raise RuntimeError(f"no {draw.__name__} fits after {ATTEMPTS} attempts")


def _has_first_sign(course: Course) -> bool:
    return course.first_sign is not None or course.kind not in NEVER_URGENT


def _unroll(name: str, person: Person, plan: Plan, rng: random.Random) -> Course:
    """Return the course of a plan in this patient."""
    sitting = rng.randrange(len(person.procedures)) if plan.sitting is None else plan.sitting
    anchor = person.procedures[sitting]
    stages = [(anchor + timedelta(hours=stage.hour), stage) for stage in unfold(plan.stages)]
    stages = [(moment.replace(microsecond=0), stage) for moment, stage in stages]
    person = _stop_sittings(person, plan, anchor, stages)
    asking = Asking(person.procedures, person.hour, rng)
    asked = [moment for moment in asking.moments() if moment < stages[-1][0]]
    moments = {moment for moment, _ in stages}
    for moment in asked:
        at = (moment + answer_delay(rng)).replace(microsecond=0)
        if at < stages[-1][0] and (at >= stages[0][0] or rng.random() < ANSWERED):
            moments.add(at)
    witness = DangerWitness(person, rng, stages)
    reports = tuple(witness.report(at) for at in sorted(moments))
    kind = name.split("-")[1]
    course = Course(name, kind, person.procedures, person.risk_factors, reports, len(asked))
    return _mark(course, stages)


def _stop_sittings(person: Person, plan: Plan, anchor: datetime, stages: list[tuple[datetime, Stage]]) -> Person:
    """Return the patient without the sittings that nobody would go on with, and with what the plan needs."""
    last = stages[-1][0] if plan.keeps_going else stages[0][0] - timedelta(days=plan.clear_days)
    count = sum(1 for procedure in person.procedures if procedure <= last or procedure <= anchor)
    factors = {*person.risk_factors, "liver_disease"} if plan.liver else {*person.risk_factors}
    return person._replace(
        procedures=person.procedures[:count], curves=person.curves[:count], risk_factors=tuple(sorted(factors))
    )


class DangerWitness:
    """Reports what heals and, from the first stage on, what does not. Ticks nothing by mistake and never asks to be
    called: neither may help a danger to be found."""

    def __init__(self, person: Person, rng: random.Random, stages: list[tuple[datetime, Stage]]) -> None:
        self._healing, self._rng, self._stages = HealingWitness(person, rng, noise=1.0), rng, stages

    def report(self, at: datetime) -> Report:
        """Return the report of this moment."""
        levels, teller = self._healing.levels(at), self._healing.teller
        begun = [(moment, stage) for moment, stage in self._stages if moment <= at]
        stage = begun[-1][1] if begun else Stage(0)
        for symptom, level in stage.levels.items():
            levels[symptom] = max(level, levels.get(symptom, 0.0))
        report = teller.tell(at, {symptom: level for symptom, level in levels.items() if level})
        if begun:
            self._add(report.check_in, stage, is_first=begun[-1][0] == at)
        else:
            add_daily_life(self._rng, report.check_in, day_of(self._healing.person.procedures, at))
            teller.chat(report.check_in)
        return report

    def _add(self, told: dict[str, Any], stage: Stage, *, is_first: bool) -> None:
        """Add what a stage brings besides symptoms; its note and exposure are told once."""
        if stage.signs:
            told["signs"] = list(stage.signs)
        if stage.celsius:
            in_c = self._rng.random() < 0.7
            value = stage.celsius if in_c else round(stage.celsius * 9 / 5 + 32, 1)
            told["temperature"] = {"value": value, "unit": "C" if in_c else "F"}
        if stage.outside and told["symptoms"].get("redness"):
            told["where"] = {"redness": ["outside", self._rng.choice(("hairline", "back", "left", "right"))]}
        if stage.treatment:
            told["treatment"] = list(stage.treatment)
        if is_first and stage.exposed:
            told["exposed"] = list(stage.exposed)
        if is_first and stage.note:
            told["note"] = stage.note


def _mark(course: Course, stages: list[tuple[datetime, Stage]]) -> Course:
    """Return the course with its first report that is dangerous, and its first late papules, by their own content."""
    first_sign = danger = None
    had_papules = False
    told = {moment: stage.says for moment, stage in stages if stage.says}
    for number, report in enumerate(course.reports):
        if report.at < stages[0][0]:
            continue
        shown = Shown(report.check_in, day_of(course.procedures, report.at), _before(course, number), had_papules)
        found = danger_of(shown) or _danger_in_words(told.get(report.at))
        if found and not danger:
            danger = Mark(number, *found)
        is_hidden = course.kind == "papules_hidden_by_a_sitting" and shown.severity("bumps") > 0
        if course.kind.startswith("papules") and not danger and not first_sign:
            first_sign = Mark(number, "same_day", "late papules") if is_hidden or has_late_papules(shown) else None
        had_papules = had_papules or has_late_papules(shown)
    return course._replace(first_sign=first_sign, danger=danger)


def _before(course: Course, number: int) -> dict[str, Any] | None:
    """Return the check-in before this one; None where there is none, or a sitting lies between: all is new then."""
    if not number:
        return None
    then, now = course.reports[number - 1], course.reports[number]
    return None if any(then.at < procedure <= now.at for procedure in course.procedures) else then.check_in


def _danger_in_words(sign: str | None) -> tuple[str, str] | None:
    if sign is None:
        return None
    return "emergency" if sign in words.EMERGENCIES else "urgent", f"words: {sign}"
