"""A case is read strictly and judged in the order of time, whatever order it was told in."""

from typing import Any

import pytest

from triage.rules import COMMON, Urgency, judge_case, read_case

from .small_protocol import tables

CASE: dict[str, Any] = {
    "id": "a",
    "procedures": [{"at": "2026-03-02T10:00:00Z"}],
    "check_ins": [{"at": "2026-03-03T10:00:00Z", "symptoms": {"redness": 1}}],
}
BAD: dict[str, tuple[Any, str]] = {
    "no id": ({"id": None}, "id"),
    "a number as id": ({"id": 5}, "id"),
    "no procedures": ({"procedures": []}, "procedures"),
    "procedures as one": ({"procedures": {"at": "2026-03-02T10:00:00Z"}}, "procedures"),
    "a procedure that is a time": ({"procedures": ["2026-03-02T10:00:00Z"]}, "procedures.0"),
    "a procedure without time": ({"procedures": [{}]}, "procedures.0.at"),
    "a procedure without offset": ({"procedures": [{"at": "2026-03-02T10:00:00"}]}, "procedures.0.at"),
    "an unknown zone": (
        {"procedures": [{"at": "2026-03-02T10:00:00Z", "areas": ["beard"]}]},
        "procedures.0.areas.0",
    ),
    "a word too many": (
        {"procedures": [{"at": "2026-03-02T10:00:00Z", "lot": "7"}]},
        "procedures.0.lot",
    ),
    "no check-ins": ({"check_ins": []}, "check_ins"),
    "a check-in that is no object": ({"check_ins": ["fine"]}, "check_ins.0"),
    "an empty check-in": ({"check_ins": [{"at": "2026-03-03T10:00:00Z"}]}, "check_ins.0"),
    "a bad severity": (
        {"check_ins": [{"at": "2026-03-03T10:00:00Z", "symptoms": {"redness": 7}}]},
        "check_ins.0.symptoms.redness",
    ),
    "a report long before": (
        {"check_ins": [{"at": "2026-02-03T10:00:00Z", "symptoms": {"redness": 1}}]},
        "check_ins.0.at",
    ),
    "an unknown risk factor": ({"risk_factors": ["diabetis"]}, "risk_factors.0"),
    "a list among risk factors": ({"risk_factors": [["diabetes"]]}, "risk_factors.0"),
    "risk factors as text": ({"risk_factors": "diabetes"}, "risk_factors"),
    "risk factors as empty text": ({"risk_factors": ""}, "risk_factors"),
    "an unknown field": ({"check_in": []}, "check_in"),
}


@pytest.mark.parametrize(("change", "path"), BAD.values(), ids=BAD)
def test_a_bad_case_is_refused_with_the_place(change: dict[str, Any], path: str) -> None:
    case, faults = read_case(CASE | change, COMMON)
    assert case is None
    assert path in [fault.path for fault in faults]


@pytest.mark.parametrize("line", [None, [], "a", 5])
def test_a_line_that_is_no_object_is_refused(line: Any) -> None:
    case, faults = read_case(line, COMMON)
    assert (case, len(faults)) == (None, 1)


def test_every_fault_of_a_case_is_told_at_once() -> None:
    change = {"id": 5, "procedures": [{}], "check_ins": [{"at": 5, "signs": ["fevr"]}], "risk_factors": ["x"], "y": 1}
    _, faults = read_case(CASE | change, COMMON)
    paths = {fault.path for fault in faults}
    assert paths == {"id", "procedures.0.at", "check_ins.0.at", "check_ins.0.signs.0", "risk_factors.0", "y"}


def test_further_fields_are_allowed_by_name() -> None:
    case, faults = read_case(CASE | {"title": "x"}, COMMON, ("title",))
    assert case is not None
    assert faults == []


def judge(*check_ins: dict[str, Any], **change: Any) -> Urgency:
    case, faults = read_case(CASE | {"check_ins": list(check_ins)} | change, COMMON)
    assert case is not None, faults
    return judge_case(tables(), case).urgency


def test_the_latest_report_is_judged() -> None:
    late = {"at": "2026-03-12T10:00:00Z", "symptoms": {"redness": 1}}
    assert judge(late, CASE["check_ins"][0]) == judge(CASE["check_ins"][0], late) == Urgency.routine


def test_of_two_reports_at_one_moment_the_more_urgent_counts() -> None:
    calm = {"at": "2026-03-03T10:00:00Z", "symptoms": {"redness": 1}}
    other = {"at": "2026-03-03T11:00:00+01:00", "signs": ["fever"]}
    assert judge(calm, other) == judge(other, calm) == Urgency.urgent


def test_a_danger_finding_holds_the_next_reports_up() -> None:
    danger = {"at": "2026-03-03T10:00:00Z", "signs": ["fever"]}
    assert judge(danger, {"at": "2026-03-06T09:59:59Z", "symptoms": {"redness": 0}}) == Urgency.same_day
    assert judge(danger, {"at": "2026-03-06T10:00:00Z", "symptoms": {"redness": 0}}) == Urgency.self_care


def test_two_reports_at_one_moment_with_the_same_answer_are_history_in_any_order() -> None:
    first = {"at": "2026-03-04T02:00:00Z", "symptoms": {"redness": 1}}
    second = {"at": "2026-03-04T02:00:00Z", "symptoms": {"redness": 2}}
    now = {"at": "2026-03-05T11:00:00Z", "symptoms": {"redness": 2}}
    assert judge(first, second, now) == judge(second, first, now)


def test_a_procedure_at_the_dawn_of_time_is_no_crash() -> None:
    case, faults = read_case(CASE | {"procedures": [{"at": "0001-01-01T00:00:00Z"}]}, COMMON)
    assert case is not None or faults


def test_the_end_of_time_is_no_moment_of_a_report() -> None:
    _, faults = read_case(
        {"id": "a", "procedures": [{"at": "9999-12-30T10:00:00Z"}], "check_ins": [{"at": "9999-12-31T10:00:00Z"}]},
        COMMON,
    )
    assert {fault.path for fault in faults} == {"procedures.0.at", "check_ins.0.at", "check_ins.0"}
