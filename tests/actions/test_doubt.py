"""A judgement beside reports in doubt: never calmer than with them, never calmer than without them."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from seeds.protocols import SHIPPED, read_folder
from triage.actions.judge import Judgement, Known, judge, value_of
from triage.records import CheckInRow, ProcedureRow
from triage.rules import Tables, Urgency, compile_protocol, read_protocol

SITTING = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
IDS = {name: uuid.uuid4() for name in ("clinic_id", "patient_id", "episode_id")}
SYMPTOMS = ("redness", "swelling", "pain", "bumps")


@cache
def tables() -> Tables:
    return compile_protocol(read_protocol(read_folder(SHIPPED)))


def report(day: float, said: dict[str, int], *, is_doubted: bool = False, **more: Any) -> CheckInRow:
    at = SITTING + timedelta(days=day)
    content = {"symptoms": said, **more}
    of = {"at": at, "received_at": at, "source": "patient", "content": content}
    return CheckInRow(**IDS, **of, disputed_at=at if is_doubted else None)


def sitting(disputed_at: datetime | None = None) -> ProcedureRow:
    return ProcedureRow(**IDS, at=SITTING, created_at=SITTING, disputed_at=disputed_at)


def judged(history: list[CheckInRow], now: CheckInRow, procedure: ProcedureRow | None = None) -> Judgement:
    known = Known(tables(), [procedure or sitting()], history, (), None)
    return judge(known, value_of(now, tables()), [])


def doubtful(row: CheckInRow) -> CheckInRow:
    return CheckInRow(**{**row.model_dump(), "disputed_at": row.received_at})


def cleared(row: CheckInRow) -> CheckInRow:
    return CheckInRow(**{**row.model_dump(), "disputed_at": None})


severities = st.dictionaries(st.sampled_from(SYMPTOMS), st.integers(0, 4), max_size=3)
histories = st.lists(st.tuples(st.integers(0, 40), severities, st.booleans()), max_size=6)


@settings(max_examples=150, deadline=None)
@given(histories, severities, st.integers(20, 41))
def test_a_doubt_calms_nobody_and_hides_no_danger(
    drawn: list[tuple[int, dict[str, int], bool]], said: dict[str, int], day: int
) -> None:
    history = [report(at / 2, told, is_doubted=doubt) for at, told, doubt in sorted(drawn, key=lambda one: one[0])]
    now = report(day / 2 + 0.1, said)
    with_doubt = judged(history, now).urgency

    assert with_doubt >= judged([cleared(row) for row in history], now).urgency  # no danger is lost
    assert with_doubt >= judged([row for row in history if row.disputed_at is None], now).urgency  # nothing calms
    if not any(row.disputed_at for row in history):
        assert with_doubt == judged([cleared(row) for row in history], now).urgency


OWN, OTHER, NOW = report(2, {"redness": 0}), report(3, {"redness": 2}), report(4, {"redness": 2})


def test_somebody_elses_report_hides_no_relapse() -> None:
    """2 after 2 is usual on day 4; beside the patient's own 0 it is a relapse."""
    assert judged([OWN, OTHER], NOW).urgency == Urgency.self_care
    assert judged([OWN, doubtful(OTHER)], NOW).urgency == judged([OWN], NOW).urgency == Urgency.same_day


def test_while_a_date_is_doubted_nothing_said_before_calms() -> None:
    """Of two histories the more urgent counts: what was said before the doubt, and what came after it alone."""
    said_at = {day: SITTING + timedelta(days=day) for day in (2.5, 3.5)}
    later = report(3.8, {"redness": 1})

    assert judged([OWN, OTHER], NOW, sitting(said_at[3.5])).urgency >= judged([], NOW).urgency
    assert judged([OTHER, OWN], NOW, sitting(said_at[2.5])).urgency >= judged([OTHER], NOW).urgency
    assert judged([OTHER, later], NOW, sitting(said_at[3.5])).urgency >= judged([later], NOW).urgency


def test_the_known_histories_are_one_where_nobody_doubts() -> None:
    known = Known(tables(), [sitting()], [report(4, {"pain": 1})], (), None)
    assert len(known.histories()) == 1
    doubted = replace(known, check_ins=[report(4, {"pain": 1}, is_doubted=True)], read=[])
    assert [len(history) for history in doubted.histories()] == [0, 1]
