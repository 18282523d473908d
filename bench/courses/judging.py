"""A course judged report by report in the order of time, each with its history: one call for each report."""

from datetime import datetime

from bench.courses.course import Course
from triage.rules import Assessment, CheckIn, Situation, Tables, assess, read_case


def judge_course(tables: Tables, course: Course) -> list[Assessment]:
    """Return what the tables say of each report, in order. As in `judge_case` nothing is ever closed by a human, so a
    danger holds up the reports of the next 72 hours. Raises ValueError when the course is no valid case.
    """
    case, faults = read_case(course.as_case(), tables.protocol.vocabulary)
    if case is None:
        raise ValueError(f"{course.id}: {'; '.join(fault.sentence() for fault in faults)}")
    danger: tuple[datetime, datetime] | None = None
    earlier: list[CheckIn] = []
    found = []
    for check_in in case.check_ins:
        assessment = assess(tables, Situation(case.procedures, list(earlier), case.risk_factors, danger), check_in)
        earlier.append(check_in)
        found.append(assessment)
        if assessment.urgency >= tables.protocol.hold.after:
            danger = (check_in.at, check_in.at)
    return found
