"""Draws the courses, judges them in two processes, and keeps what the table needs."""

import sys
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple

from bench.courses.course import Course, Mark
from bench.courses.danger import danger_course
from bench.courses.healing import day_of, healing_course
from bench.courses.judging import judge_course
from seeds.protocols import read_folder
from triage.rules import Assessment, Tables, Urgency, compile_protocol, read_protocol

RESPONSES = (0.65, 0.9)
WITHIN_DAYS = 7  # a late papule that is not found on its first day: is it found within a week?


class Job(NamedTuple):
    """What one run measures. `danger` and `healing` are numbers of courses."""

    protocol: Path
    healing: int
    danger: int
    seed: int
    noise: float = 1.0
    processes: int = 2


class Alerting(NamedTuple):
    """One report of a healing patient that alerts."""

    day: int  # since the latest sitting
    urgency: str
    rules: tuple[str, ...]  # what fired at routine or above, most urgent first
    slips: tuple[str, ...]  # what of it was a slip of the pen

    @property
    def is_urgent(self) -> bool:
        """Return whether a doctor would be called for."""
        return Urgency[self.urgency] >= Urgency.urgent


class Healed(NamedTuple):
    """What the reports of one healing patient came to."""

    response: float
    asked: int
    reports: int
    alerting: tuple[Alerting, ...]


class Shown(NamedTuple):
    """How a marked report was judged."""

    expected: str
    why: str
    judged: str
    within_week: str  # the most urgent of this report and those of the next seven days
    case: dict[str, Any] | None  # as in `triage evaluate`, when it was judged too low; None: it was not


class Endangered(NamedTuple):
    """What became of one danger course; None: it shows no such thing."""

    id: str
    kind: str
    first_sign: Shown | None
    danger: Shown | None


_tables: list[Tables] = []  # of this process


def measure(job: Job) -> tuple[list[Healed], list[Endangered]]:
    """Return what became of every course, in the order of their numbers; tells the progress on standard error."""
    tasks: list[tuple[str, int, Job, float]] = [
        ("healing", number, job, response) for response in RESPONSES for number in range(job.healing)
    ]
    tasks += [("danger", number, job, 0.0) for number in range(job.danger)]
    healed: list[Healed] = []
    endangered: list[Endangered] = []
    for done, found in enumerate(_work(tasks, job), 1):
        if isinstance(found, Healed):
            healed.append(found)
        else:
            endangered.append(found)
        if done % 1000 == 0 or done == len(tasks):
            print(f"{done} of {len(tasks)} courses judged", file=sys.stderr, flush=True)
    return healed, endangered


def _work(tasks: list[tuple[str, int, Job, float]], job: Job) -> Iterator[Healed | Endangered]:
    if job.processes == 1:
        _load(job.protocol)
        yield from map(_judge_task, tasks)
        return
    with Pool(job.processes, _load, (job.protocol,)) as pool:
        yield from pool.imap(_judge_task, tasks, chunksize=50)


def _load(folder: Path) -> None:
    _tables[:] = [compile_protocol(read_protocol(read_folder(folder)))]


def _judge_task(task: tuple[str, int, Job, float]) -> Healed | Endangered:
    what, number, job, response = task
    if what == "healing":
        course = healing_course(number, job.seed, response, job.noise)
        return judge_healing(_tables[0], course, response)
    return judge_danger(_tables[0], danger_course(number, job.seed))


def judge_healing(tables: Tables, course: Course, response: float) -> Healed:
    """Return the alerts of a healing course."""
    alerting = []
    for report, assessment in zip(course.reports, judge_course(tables, course) if course.reports else [], strict=True):
        if assessment.urgency >= Urgency.routine:
            rules = tuple(_named(assessment))
            day = int(day_of(course.procedures, report.at))
            alerting.append(Alerting(day, assessment.urgency.name, rules, report.slips))
    return Healed(response, course.asked, len(course.reports), tuple(alerting))


def _named(assessment: Assessment) -> Iterator[str]:
    for finding in assessment.findings:
        if finding.urgency >= Urgency.routine:
            yield finding.rule if "." in finding.rule else f"{finding.what[1]}.{finding.rule}"


def judge_danger(tables: Tables, course: Course) -> Endangered:
    """Return how the marked reports of a danger course were judged."""
    judged = judge_course(tables, course)
    first_sign = _shown(course, course.first_sign, judged, at_least=Urgency.same_day)
    danger = _shown(course, course.danger, judged, at_least=Urgency.urgent)
    return Endangered(course.id, course.kind, first_sign, danger)


def _shown(course: Course, mark: Mark | None, judged: list[Assessment], at_least: Urgency) -> Shown | None:
    if mark is None:
        return None
    found = judged[mark.report].urgency
    start = course.reports[mark.report].at
    week = [
        assessment.urgency
        for report, assessment in zip(course.reports, judged, strict=True)
        if 0 <= (report.at - start).total_seconds() <= WITHIN_DAYS * 86400
    ]
    case = None if found >= at_least else course.as_case(mark.report + 1)
    return Shown(mark.urgency, mark.why, found.name, max(week).name, case)
