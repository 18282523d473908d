"""Columns say of every report what the rules say of it one by one: the urgency, and each rule that fires."""

from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.outcomes.drawn import BEGAN, patients
from triage.outcomes.batch import Verdicts, judge_layout
from triage.outcomes.judging import ColumnJudge
from triage.outcomes.reports import Laid, Layout, PatientReports, Report, check_in_of
from triage.rules import Case, CheckIn, Situation, Tables, Urgency, assess, judge_case

MANY = settings(max_examples=30, deadline=None)
TWO_YEARS = timedelta(days=730)


def judged(tables: Tables, *told: PatientReports) -> tuple[Laid, Verdicts]:
    layout = Layout(tables)
    for patient in told:
        layout.add(patient)
    return judge_layout(ColumnJudge(tables, with_rules=True), layout)


def report(hour: float, known: float | None = None, **said: object) -> Report:
    at = BEGAN + timedelta(hours=hour)
    return Report(at, CheckIn(at=at, **said).as_mapping(), known_at=known and BEGAN + timedelta(hours=known))  # type: ignore[arg-type]


def urgencies(tables: Tables, patient: PatientReports) -> list[str]:
    return [Urgency(level).name for level in judged(tables, patient)[1].urgency.tolist()]


@MANY
@given(told=st.lists(patients(), min_size=1, max_size=3))
def test_every_report_has_the_urgency_and_the_rules_of_the_rules(tables: Tables, told: list[PatientReports]) -> None:
    laid, verdicts = judged(tables, *told)
    assert len(laid.place) == sum(len(patient.reports) for patient in told)
    for row, (number, which) in enumerate(laid.place):
        patient = told[number]
        check_in = check_in_of(patient.reports[which], tables)
        earlier = [check_in_of(entry, tables) for entry in patient.reports if entry.at < check_in.at]
        earlier.sort(key=lambda entry: entry.at)
        situation = Situation(patient.procedures, earlier, patient.risk_factors)
        expected = assess(tables, situation, check_in, unreadable=patient.reports[which].is_unreadable)
        assert verdicts.judged.urgency[row] == expected.urgency
        assert set(verdicts.judged.rules_of(row)) == {finding.rule for finding in expected.findings}


@MANY
@given(patient=patients().filter(lambda patient: patient.reports))
def test_the_last_report_is_judged_as_in_a_case_holds_and_amendments_included(
    tables: Tables, patient: PatientReports
) -> None:
    readable = patient._replace(reports=[entry._replace(is_unreadable=False) for entry in patient.reports])
    case = Case(
        "drawn",
        tuple(readable.procedures),
        tuple(check_in_of(entry, tables) for entry in readable.reports),
        tuple(readable.risk_factors),
    )
    _, verdicts = judged(tables, readable)
    expected = judge_case(tables, case)
    assert verdicts.urgency[-1] == expected.urgency


@MANY
@given(told=st.lists(patients(), min_size=2, max_size=5))
def test_patients_do_not_hear_of_each_other(tables: Tables, told: list[PatientReports]) -> None:
    together = judged(tables, *told)[1].urgency.tolist()
    alone = [level for patient in told for level in judged(tables, patient)[1].urgency.tolist()]
    assert together == alone


@settings(max_examples=15, deadline=None)
@given(patient=patients())
@example(patient=PatientReports([BEGAN], [report(24, symptoms={"redness": 3}), report(24, signs=("fever",))]))
def test_who_comes_back_after_years_begins_anew(tables: Tables, patient: PatientReports) -> None:
    later = PatientReports(
        [*patient.procedures, *(at + TWO_YEARS for at in patient.procedures)],
        [*patient.reports, *(entry._replace(at=entry.at + TWO_YEARS) for entry in patient.reports)],
        patient.risk_factors,
    )
    _, verdicts = judged(tables, later)
    first, second = verdicts.urgency[: len(patient.reports)], verdicts.urgency[len(patient.reports) :]
    assert first.tolist() == judged(tables, patient)[1].urgency.tolist()
    moved = later._replace(reports=later.reports[len(patient.reports) :])
    assert second.tolist() == judged(tables, moved)[1].urgency.tolist()


FEVER, CALM = {"signs": ("fever",)}, {"symptoms": {"redness": 0}}


def test_a_danger_holds_later_reports_up_until_a_human_closed_it(tables: Tables) -> None:
    reports = [report(30, **FEVER), report(40, **CALM), report(60, **CALM), report(110, **CALM)]
    assert urgencies(tables, PatientReports([BEGAN], reports)) == ["urgent", "same_day", "same_day", "self_care"]
    closed = PatientReports([BEGAN], reports, closed=[BEGAN + timedelta(hours=50)])
    assert urgencies(tables, closed) == ["urgent", "same_day", "self_care", "self_care"]


@pytest.mark.parametrize(
    ("came_in", "expected"),
    [(51, "same_day"), (49, "self_care")],
    ids=["after it was closed: still held", "before it was closed: closed with it"],
)
def test_what_counts_is_when_a_danger_came_in(tables: Tables, came_in: float, expected: str) -> None:
    reports = [report(30, known=came_in, **FEVER), report(60, **CALM)]
    patient = PatientReports([BEGAN], reports, closed=[BEGAN + timedelta(hours=50)])
    assert urgencies(tables, patient) == ["urgent", expected]


def test_a_calm_report_that_came_in_before_the_closing_stays_held(tables: Tables) -> None:
    reports = [report(30, **FEVER), report(40, known=49, **CALM), report(41, known=51, **CALM)]
    patient = PatientReports([BEGAN], reports, closed=[BEGAN + timedelta(hours=50)])
    assert urgencies(tables, patient) == ["urgent", "same_day", "self_care"]


def test_an_amended_report_stays_as_urgent_and_names_the_rules_of_the_former(tables: Tables) -> None:
    laid, verdicts = judged(tables, PatientReports([BEGAN], [report(30, **FEVER), report(30, **CALM)]))
    assert laid.place == [(0, 0), (0, 1)]
    assert verdicts.urgency.tolist() == [Urgency.urgent] * 2
    assert verdicts.rules_of(1) == verdicts.rules_of(0) == ["sign.fever"]


def test_a_word_that_the_protocol_does_not_know_is_left_out(tables: Tables) -> None:
    content = {"symptoms": {"redness": 1, "glow": 4}, "signs": ["fever"], "treatment": ["tea"]}
    patient = PatientReports([BEGAN], [Report(BEGAN, content)], ["left_handed"])
    assert urgencies(tables, patient) == ["urgent"]


def test_a_patient_without_a_procedure_is_refused(tables: Tables) -> None:
    with pytest.raises(ValueError, match="procedure"):
        Layout(tables).add(PatientReports([], [report(1, **CALM)]))


def test_nothing_laid_out_is_judged_as_nothing(tables: Tables) -> None:
    assert len(judged(tables)[1].urgency) == 0
