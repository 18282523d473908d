"""The compiled tables: each hour, form and severity has exactly one answer, and limits lie where the file says."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from triage.rules import (
    COMMON,
    CheckIn,
    Course,
    Situation,
    Tables,
    Urgency,
    assess,
    compile_protocol,
    prove,
)
from triage.rules.forms import FORMS, LATE, RELAPSE
from triage.rules.proofs import urgency_at
from triage.rules.tables import LEVELS, STRIDE

from .small_protocol import edited, read, tables

DAY = 24


@pytest.fixture(scope="module", params=["small", "shipped"])
def compiled(request: pytest.FixtureRequest, shipped_tables: Tables) -> Tables:
    return tables() if request.param == "small" else shipped_tables


def test_every_symptom_has_a_table(compiled: Tables) -> None:
    assert set(compiled.symptoms) == set(COMMON.symptoms)


def test_every_cell_has_one_answer(compiled: Tables) -> None:
    for table in compiled.symptoms.values():
        assert len(table.cells) == len(table.starts) * STRIDE
        assert max(table.cells) < len(table.answers)


def test_every_hour_lies_in_one_interval(compiled: Tables) -> None:
    for table in compiled.symptoms.values():
        assert table.starts[0] == 0
        assert sorted(set(table.starts)) == list(table.starts)
        for hour in (0, 1, 47, 48, 119, 120, 90 * DAY - 1, 90 * DAY):
            start = table.starts[table.interval_at[hour]]
            assert start <= hour
            assert all(other <= start or other > hour for other in table.starts)


def test_an_hour_after_the_table_has_the_answer_of_the_last_interval(compiled: Tables) -> None:
    for table, form, severity in product(compiled.symptoms.values(), range(FORMS), range(LEVELS)):
        assert table.answer(10**6, form, severity) == table.answer(90 * DAY, form, severity)


def test_none_is_never_a_finding(compiled: Tables) -> None:
    for table, form, start in product(compiled.symptoms.values(), range(FORMS), range(len(table_starts(compiled)))):
        if start < len(table.starts):
            assert table.answer(table.starts[start], form, 0) == ()


def table_starts(compiled: Tables) -> tuple[int, ...]:
    return max((table.starts for table in compiled.symptoms.values()), key=len)


def test_one_reason_is_given_once_a_cell(compiled: Tables) -> None:
    for table in compiled.symptoms.values():
        for answer in table.answers:
            assert len({fired.reason for fired in answer}) == len(answer)


@pytest.mark.parametrize(
    ("hour", "severity", "urgency"),
    [
        (0, 3, "self_care"),
        (0, 4, "same_day"),
        (47, 3, "self_care"),
        (48, 3, "same_day"),
        (48, 2, "routine"),
        (119, 1, "self_care"),
        (120, 1, "routine"),
        (90 * DAY - 1, 3, "same_day"),
        (90 * DAY, 3, "routine"),
        (90 * DAY, 1, "routine"),
    ],
)
def test_limits_lie_at_the_hour_that_the_file_says(hour: int, severity: int, urgency: str) -> None:
    fired = tables().symptoms["redness"].answer(hour, Course.unknown, severity)
    assert max((entry.rule.urgency for entry in fired), default=Urgency.self_care).name == urgency


def test_after_day_4_is_hour_120() -> None:
    table = tables().symptoms["redness"]
    assert table.starts == (0, 48, 72, 96, 120, 90 * DAY)
    assert table.ceilings == (3, 1, 1, 1, 0, 0)


def test_an_answer_says_what_was_expected_and_since_when() -> None:
    (fired,) = tables().symptoms["redness"].answer(50, Course.same, 2)
    assert (fired.rule.id, fired.reason, fired.at_most, fired.since_hour) == ("redness.late", "above_expected", 1, 48)
    (fired,) = tables().symptoms["redness"].answer(121, Course.same, 1)
    assert (fired.reason, fired.at_most, fired.since_hour) == ("persisting", 0, 120)


def test_a_rule_for_the_same_course_holds_for_worse_too() -> None:
    row = 'when = "beyond", severity = 3, urgency = "same_day"'
    table = compile_protocol(read(edited(row, row + ', course = "same"'))).symptoms["redness"]
    firing = [
        course.name for course in Course if any(f.rule.id == "redness.severe" for f in table.answer(60, course, 4))
    ]
    assert firing == ["same", "unknown", "worse", "new"]


def test_history_has_forms_of_its_own() -> None:
    table = tables().symptoms["redness"]
    assert [fired.rule.id for fired in table.answer(10, RELAPSE, 2)] == ["redness.back"]
    assert table.answer(10, LATE, 4) == ()
    assert [fired.rule.id for fired in tables().symptoms["bumps"].answer(10, LATE, 1)] == ["bumps.began_late"]


def test_the_same_protocol_gives_the_same_bytes() -> None:
    again = compile_protocol(read())
    assert [table.cells for table in again.symptoms.values()] == [t.cells for t in tables().symptoms.values()]


def test_the_shipped_protocol_breaks_no_promise(shipped_tables: Tables) -> None:
    assert prove(shipped_tables) == []


def test_urgency_is_that_of_the_most_urgent_rule_of_a_cell(compiled: Tables) -> None:
    for table in compiled.symptoms.values():
        cells = product(range(len(table.starts)), range(FORMS), range(LEVELS))
        for interval, form, severity in cells:
            fired = table.answer(table.starts[interval], form, severity)
            expected = max((entry.rule.urgency for entry in fired), default=Urgency.self_care)
            assert urgency_at(table, interval, form, severity) == expected


def test_what_is_remembered_is_bounded_and_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.rules.assessment.MOST_REMEMBERED", 3)
    monkeypatch.setattr("triage.rules.combinations.MOST_REMEMBERED", 3)
    protocol = read()
    small = compile_protocol(protocol)
    start = datetime(2026, 3, 2, tzinfo=UTC)
    for hour, severity, sign in product(range(0, 200, 40), range(1, 5), ("fever", "pus")):
        report = CheckIn(at=start + timedelta(hours=hour), symptoms={"redness": severity, "pain": 3}, signs=(sign,))
        fresh = compile_protocol(protocol)
        assert assess(small, Situation([start]), report) == assess(fresh, Situation([start]), report)
        assert max(len(table.remembered) for table in small.symptoms.values()) <= 3
        assert len(small.matched) <= 3
