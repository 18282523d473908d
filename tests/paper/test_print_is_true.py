"""What a clinician signs is what is run: every printed cell is read back and judged."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from tests.rules.small_protocol import tables as small_tables
from triage.paper import as_markdown, build_sheet
from triage.rules import Tables, Urgency, judge_case, read_case

from .printed import Line, read_tables

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
STATED = {"better": "better", "the same": "same", "same": "same", "worse": "worse", "new": "new", "not stated": None}
NEVER_ADDED = Urgency.self_care


@pytest.fixture(scope="module", params=["small", "shipped"])
def tables(request: pytest.FixtureRequest, shipped: Tables) -> Tables:
    return small_tables() if request.param == "small" else shipped


@pytest.fixture(scope="module")
def lines(tables: Tables) -> list[Line]:
    return read_tables(as_markdown(build_sheet(tables, "en")))


def judged(tables: Tables, symptom: str, *reports: tuple[float, int, str | None]) -> Urgency:
    """Judge reports of one symptom: hour, severity, stated course."""
    check_ins: list[dict[str, Any]] = []
    for hour, severity, course in reports:
        said = {symptom: course} if course else {}
        at = (AT + timedelta(hours=hour)).isoformat()
        check_ins.append({"at": at, "symptoms": {symptom: severity}, "course": said})
    mapping = {"id": "x", "procedures": [{"at": AT.isoformat()}], "check_ins": check_ins}
    case, faults = read_case(mapping, tables.protocol.vocabulary)
    assert case is not None, faults
    return judge_case(tables, case).urgency


def hours_of(line: Line) -> set[float]:
    return (
        {line.first_hour, line.first_hour + 500} if line.last_hour is None else {line.first_hour, line.last_hour + 0.9}
    )


def test_every_symptom_hour_and_severity_is_printed_once(tables: Tables, lines: list[Line]) -> None:
    for symptom, severity in product(tables.symptoms, (1, 2, 3, 4)):
        found = [line for line in lines if line.symptom == symptom and severity in line.severities]
        ends = [line.last_hour for line in found]
        assert [line.first_hour for line in found] == [0, *(end + 1 for end in ends[:-1] if end is not None)]
        assert ends[-1] is None


def test_every_printed_course_is_what_is_judged(tables: Tables, lines: list[Line]) -> None:
    count = 0
    for line in lines:
        courses = [column for column in line.cells if column in STATED]
        assert len(courses) == 5
        for hour, severity, column in product(hours_of(line), line.severities, courses):
            found = judged(tables, line.symptom, (hour, severity, STATED[column]))
            assert found == line.cells[column], (line, hour, severity, column)
            count += 1
    assert count > 500


def told_by_history(line: Line, *columns: str) -> Urgency:
    """Return the most urgent of some columns; a column that is not printed adds nothing at any hour."""
    names = {"same": ("the same", "same")}
    return max(line.cells.get(name, NEVER_ADDED) for column in columns for name in names.get(column, (column,)))


def histories(tables: Tables, line: Line, hour: float, severity: int) -> Iterator[tuple[str, Urgency, list[Any]]]:
    """Yield reports that make one thing of the history true, with what the printed columns say of it."""
    window = tables.symptoms[line.symptom].window

    def late_since(age: int) -> tuple[str, ...]:
        is_late = window.late_any_from_hour is not None and hour - age >= window.late_any_from_hour
        return ("began late",) if is_late else ()

    now = (hour, severity, None)
    yield "back", told_by_history(line, "new", "came back"), [(hour - 60, 1, None), (hour - 30, 0, None), now]
    lasting = told_by_history(line, "same", "no better for 3 days", *late_since(80))
    yield "lasting", lasting, [(hour - 80, severity, None), now]
    if severity >= 3:
        rising = told_by_history(line, "worse", "up 2 steps in 24 h", *late_since(10))
        yield "rising", rising, [(hour - 10, severity - 2, None), now]
    if window.late_new_from_hour is not None and hour - 80 >= window.late_new_from_hour:
        began = told_by_history(line, "same", "no better for 3 days", "began late")
        yield "late", began, [(hour - 80, severity, "new"), now]


def test_every_printed_history_is_what_is_judged(tables: Tables, lines: list[Line]) -> None:
    seen: dict[str, set[Urgency]] = {}
    for line in lines:
        for hour, severity in product(hours_of(line), line.severities):
            if hour < 100:  # too early for reports that lie days back
                continue
            for name, printed, reports in histories(tables, line, hour, severity):
                assert judged(tables, line.symptom, *reports) == printed, (name, line, hour, severity)
                seen.setdefault(name, set()).add(printed)
    assert set(seen) == {"back", "lasting", "rising", "late"}
    assert all(Urgency.same_day in found for found in seen.values())


def test_a_wrong_table_would_be_found(shipped: Tables) -> None:
    text = as_markdown(build_sheet(shipped, "en"))
    row = "| day 2 (hour 48 to 71) | Very severe | urgent |"
    assert row in text
    (line,) = [
        line
        for line in read_tables(text.replace(row, row.replace("urgent", "same day"), 1))
        if line.symptom == "redness" and line.first_hour == 48 and line.severities == [4]
    ]
    assert judged(shipped, "redness", (48, 4, "better")) != line.cells["better"]


def test_printed_signs_are_what_is_judged(shipped: Tables) -> None:
    rows = [row for row in as_markdown(build_sheet(shipped, "en")).replace("\\", "").splitlines() if "(id: " in row]
    spans = [("day 0 (hour 0 to 23)", 23), ("hour 0 to 5 (day 0)", 5), ("from day 1 (hour 24) on", 24)]
    spans += [("from hour 6 (day 0) on", 6), ("at any time", 0), ("at any time", 9000)]
    count = 0
    for sign in shipped.signs:
        for row in rows:
            cells = [cell.strip() for cell in row.split("|")]
            if f"(id: {sign})" not in row and f"(id: {sign};" not in row:
                continue
            for hour in [hour for words, hour in spans if words == cells[3]]:
                at = (AT + timedelta(hours=hour)).isoformat()
                mapping = {
                    "id": "x",
                    "procedures": [{"at": AT.isoformat()}],
                    "check_ins": [{"at": at, "signs": [sign]}],
                }
                case, _ = read_case(mapping, shipped.protocol.vocabulary)
                assert case is not None
                assert judge_case(shipped, case).urgency.name == cells[2].replace(" ", "_"), (sign, row)
                count += 1
    assert count >= 2 * 23 + 2 * 4
