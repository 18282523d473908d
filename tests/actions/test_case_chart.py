"""The chart of a case and its table say the same: every report is in both, and what never came."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seeds.protocols import SHIPPED, read_folder
from triage.actions.case_chart import chart_of, table_of
from triage.actions.case_reasons import similar_to
from triage.actions.case_rows import CourseRows
from triage.actions.protocols import check_files
from triage.records import AlertRow, AssessmentRow, CheckInRow, EpisodeRow, ProcedureRow

TABLES = check_files(read_folder(SHIPPED))
CLINIC, PATIENT, EPISODE = (uuid.UUID(int=number) for number in (1, 2, 3))
BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)
NOW = BEGAN + timedelta(days=40)
SYMPTOMS = st.sampled_from(["redness", "swelling", "pain", "itching", "a_word_of_an_older_version"])
SAID = st.dictionaries(SYMPTOMS, st.integers(0, 4), max_size=4)
TOLD = st.tuples(st.floats(-1, 39), SAID, st.booleans(), st.booleans())  # day, symptoms, found, disputed


def course(told: list[Any], missed: list[float] = (), sittings: tuple[float, ...] = (0, 28)) -> CourseRows:  # type: ignore[assignment]
    reports, judged = [], {}
    for number, (day, symptoms, is_found, is_disputed) in enumerate(sorted(told, key=lambda one: one[0])):
        at = BEGAN + timedelta(days=day)
        row = CheckInRow(
            clinic_id=CLINIC, id=uuid.UUID(int=100 + number), patient_id=PATIENT, episode_id=EPISODE, at=at,
            received_at=at, source="patient", content={"symptoms": symptoms}, disputed_at=at if is_disputed else None,
        )  # fmt: skip
        findings = [{"rule": "r", "symptom": name} for name in symptoms] if is_found else []
        judged[row.id] = AssessmentRow(
            clinic_id=CLINIC, check_in_id=row.id, episode_id=EPISODE, protocol_digest=TABLES.protocol.digest,
            urgency=2 if is_found else 0, findings=findings, judged_at=at,
        )  # fmt: skip
        reports.append(row)
    done = [
        ProcedureRow(
            clinic_id=CLINIC, patient_id=PATIENT, episode_id=EPISODE, at=BEGAN + timedelta(days=day), created_at=BEGAN
        )
        for day in sittings
    ]
    episode = EpisodeRow(
        clinic_id=CLINIC,
        id=EPISODE,
        patient_id=PATIENT,
        opened_at=BEGAN,
        last_procedure_at=done[-1].at if done else BEGAN,
    )
    alert = AlertRow(clinic_id=CLINIC, kind="report", urgency=3, opened_at=BEGAN + timedelta(days=2), epoch_at=BEGAN)
    never = [BEGAN + timedelta(days=day) for day in missed]
    versions = {TABLES.protocol.digest: TABLES}
    return CourseRows(episode, done, reports, judged, never, [alert], versions, TABLES, frozenset(), has_older=False)


@given(st.lists(TOLD, max_size=12), st.lists(st.floats(0, 39), max_size=4))
def test_every_report_is_on_the_chart_and_in_the_table(told: list[Any], missed: list[float]) -> None:
    rows = course(told, missed)
    chart, table = chart_of(rows, NOW), table_of(rows)
    lines = [entry for entry in table.entries if entry.kind == "report"]
    assert len(chart.reports) == len(lines) == len(told)
    assert len(chart.missed) == sum(entry.kind == "missed" for entry in table.entries) == len(missed)
    assert [mark.is_doubted for mark in chart.reports] == [entry.is_doubted for entry in lines]
    places = [
        *(mark.day for mark in chart.reports),
        *chart.missed,
        *(dot.day for lane in chart.lanes for dot in lane.dots),
    ]
    assert all(0 <= day <= chart.days for day in places)


@given(st.lists(TOLD, max_size=12))
def test_every_severity_above_none_has_a_dot_and_a_cell(told: list[Any]) -> None:
    rows = course(told)
    chart, table = chart_of(rows, NOW), table_of(rows)
    some = sum(severity > 0 for _, symptoms, _, _ in told for severity in symptoms.values())
    assert sum(dot.severity > 0 for lane in chart.lanes for dot in lane.dots) == some
    cells = [cell for entry in table.entries for cell in entry.cells]
    assert sum(bool(cell.severity) for cell in cells) == some
    assert len(chart.lanes) == len(table.symptoms)


def test_what_a_rule_found_is_marked_and_nothing_else() -> None:
    chart = chart_of(course([(2, {"redness": 4}, True, False), (3, {"redness": 1}, False, False)]), NOW)
    assert [dot.is_beyond for dot in chart.lanes[0].dots] == [True, False]


def test_what_is_expected_is_that_of_the_version_which_judged_and_begins_anew_at_each_sitting() -> None:
    chart = chart_of(course([(2, {"redness": 3}, False, False)]), NOW)
    window = next(one for one in TABLES.protocol.windows if one.symptom == "redness")
    steps = [(ceiling.from_hour / 24, ceiling.at_most) for ceiling in sorted(window.expected)]
    found = [(step.from_day, step.at_most) for step in chart.lanes[0].expected]
    first = [(day, most) for day, most in steps if day < 28]
    assert found == [
        *((round(day, 4), most) for day, most in first),
        *((round(28 + day, 4), most) for day, most in steps),
    ]
    assert chart.caption == f"Green: expected by {TABLES.protocol.name} {TABLES.protocol.version}"


def test_a_patient_who_says_none_to_everything_still_has_a_course() -> None:
    chart = chart_of(course([(2, {"redness": 0, "pain": 0}, False, False)]), NOW)
    assert [lane.label for lane in chart.lanes] == ["Redness", "Pain or soreness"]


def test_a_case_without_anything_has_an_empty_chart() -> None:
    rows = course([], sittings=())._replace(episode=None, alerts=())
    chart = chart_of(rows, NOW)
    assert (chart.reports, chart.lanes, chart.today, table_of(rows).entries) == ((), (), None, ())


def test_similar_cases_are_counted_by_rule_and_by_what_was_said_of_them() -> None:
    closed = [("useful", [{"rule": "a"}, {"rule": "b"}]), ("not_needed", [{"rule": "a"}]), (None, [{"rule": "b"}])]
    assert similar_to("a", closed) == (3, 2, 1, 0, 1)
    assert similar_to("c", closed) == (3, 0, 0, 0, 0)
