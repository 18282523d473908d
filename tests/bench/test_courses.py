"""Made courses: the same every time, valid, healing as the evidence says, and a danger that is missed is found."""

import io
import json
from pathlib import Path

import pytest

from bench.courses import Course, danger_course, healing_course, healing_courses
from bench.courses.__main__ import measure_figures, write_cases
from bench.courses.body import EXPECTED, cap_on
from bench.courses.danger import KINDS, NEVER_URGENT
from bench.courses.evidence import Shown, danger_of
from bench.courses.exact import cluster_interval, upper_bound
from bench.courses.judging import judge_course
from bench.courses.measure import Job
from bench.courses.table import render
from seeds.protocols import SHIPPED, read_folder
from triage.evaluate import judge_lines
from triage.rules import COMMON, Tables, compile_protocol, judge_case, read_case, read_protocol

DANGERS = [danger_course(number, seed=3) for number in range(2 * len(KINDS))]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return compile_protocol(read_protocol(read_folder(SHIPPED)))


def healed(count: int, response: float) -> list[Course]:
    return [healing_course(number, 3, response) for number in range(count)]


def test_the_same_seed_gives_the_same_courses() -> None:
    assert healed(20, 0.65) == healed(20, 0.65)
    assert [danger_course(number, 3) for number in range(20)] == DANGERS[:20]
    assert healing_course(1, 3, 0.65) != healing_course(1, 4, 0.65)


def test_a_patient_has_the_same_body_at_any_response() -> None:
    for seldom, often in zip(healed(20, 0.65), healed(20, 0.9), strict=True):
        assert (seldom.procedures, seldom.risk_factors) == (often.procedures, often.risk_factors)


def test_every_case_is_valid() -> None:
    cases = [*healing_courses(80, 3, 0.9), *(course.as_case() for course in DANGERS)]
    assert [read_case(case, COMMON)[1] for case in cases] == [[] for _ in cases]


@pytest.mark.parametrize("response", [0.65, 0.9])
def test_the_asked_share_is_answered(response: float) -> None:
    courses = healed(600, response)
    answered = sum(len(course.reports) for course in courses) / sum(course.asked for course in courses)
    assert answered == pytest.approx(response, abs=0.03)
    assert any(not course.reports for course in courses), "some people never answer"


def test_a_body_that_is_reported_without_slips_stays_within_the_evidence() -> None:
    for number in range(150):
        course = healing_course(number, 3, 0.9, noise=0.0)
        for report in course.reports:
            days = [(report.at - at).total_seconds() / 86400 for at in course.procedures if at <= report.at]
            for symptom, severity in report.check_in["symptoms"].items():
                assert severity <= max(cap_on(symptom, day) for day in days), (course.id, symptom, days)


def test_every_symptom_is_seen_and_gone_after_two_weeks() -> None:
    reports = [report for number in range(150) for report in healing_course(number, 3, 0.9, noise=0.0).reports]
    seen = {symptom for report in reports for symptom, severity in report.check_in["symptoms"].items() if severity}
    assert seen == set(EXPECTED)
    assert all(cap_on(symptom, 15) == 0 for symptom in EXPECTED)


def test_every_danger_course_marks_the_report_that_shows_it() -> None:
    for course in DANGERS:
        assert (course.danger is None) == (course.kind in NEVER_URGENT)
        assert course.danger or course.first_sign
        for mark in filter(None, (course.danger, course.first_sign)):
            assert 0 <= mark.report < len(course.reports)
    assert {course.kind for course in DANGERS} == {draw.__name__ for draw in KINDS}


def test_the_mark_follows_from_what_is_reported() -> None:
    before = {"symptoms": {"pain": 0, "warmth": 0}}
    assert danger_of(Shown({"symptoms": {}, "signs": ["pus"]}, 3, before)) == ("urgent", "pus")
    assert danger_of(Shown({"symptoms": {"pain": 2, "warmth": 1}}, 5, before)) == ("urgent", "rising pain with heat")
    assert danger_of(Shown({"symptoms": {"pain": 2}}, 5, before)) is None
    assert danger_of(Shown({"symptoms": {"pain": 2, "warmth": 1}}, 1, None)) is None
    measured = {"symptoms": {}, "temperature": {"value": 100.4, "unit": "F"}}
    assert danger_of(Shown(measured, 3, before)) == ("urgent", "fever")


def test_a_course_is_judged_as_its_case_is(tables: Tables) -> None:
    for course in (*healed(5, 0.9), *DANGERS[:10]):
        for length, assessment in enumerate(judge_course(tables, course) if course.reports else [], 1):
            case, _ = read_case(course.as_case(length), COMMON)
            assert case is not None
            assert judge_case(tables, case) == assessment


def test_a_planted_miss_is_found(tmp_path: Path) -> None:
    for name, text in read_folder(SHIPPED).items():
        calm = text.replace('[signs.pus]\nurgency = "urgent"', '[signs.pus]\nurgency = "routine"')
        assert (calm != text) == (name == "protocol.toml")
        (tmp_path / name).write_text(calm, encoding="utf-8")
    shipped, planted = (
        measure_figures(Job(folder, healing=4, danger=len(KINDS), seed=3, processes=1))
        for folder in (SHIPPED, tmp_path)
    )
    assert [miss for miss in shipped["danger"]["misses"] if miss["why"] == "pus"] == []
    missed = [miss for miss in planted["danger"]["misses"] if miss["why"] == "pus"]
    assert missed
    assert any(missed[0]["id"] in line for line in render(planted))
    assert "pus" in missed[0]["case"]["check_ins"][-1]["signs"]


def test_the_written_cases_are_read_by_evaluate(tables: Tables, tmp_path: Path) -> None:
    write_cases(Job(SHIPPED, healing=3, danger=3, seed=3), tmp_path / "cases.jsonl")
    out = io.BytesIO()
    with (tmp_path / "cases.jsonl").open("rb") as lines:
        assert judge_lines(tables, lines, out)
    assert len(out.getvalue().splitlines()) >= 6
    assert all("urgency" in json.loads(line) for line in out.getvalue().splitlines())


def test_the_bounds_are_the_exact_ones() -> None:
    assert upper_bound(0, 100) == pytest.approx(1 - 0.05 ** (1 / 100))
    assert upper_bound(0, 300) < 0.01
    assert upper_bound(1, 100) == pytest.approx(0.0466, abs=0.0001)  # Clopper-Pearson, from tables
    assert upper_bound(5, 5) == upper_bound(0, 0) == 1.0


def test_patients_are_drawn_whole() -> None:
    together = cluster_interval([(20, 20), *[(0, 20)] * 9], seed=1)
    apart = cluster_interval([(2, 20)] * 10, seed=1)
    assert together is not None
    assert together[0] < 0.1 < together[1]
    assert apart == (0.1, 0.1)
    assert cluster_interval([(0, 0)], seed=1) is None
