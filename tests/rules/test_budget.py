"""At most 14 messages for a whole course of sittings, kept for when they matter."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, chain, cycle, repeat
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds.protocols import SHIPPED, read_folder
from triage.rules import Urgency, read_protocol
from triage.rules.budget import LATE_CHECKS, MOST_MESSAGES, Asked, Plan, plan_next, put_off, room, spread
from triage.rules.schedule import (
    MORNING,
    NIGHT,
    WITHOUT_PROTOCOL,
    Reported,
    clocks,
    daytime_from,
    move_to,
    open_until,
    planned_from,
    reminder_at,
)

from .lived import ANSWERS, Life

SCHEDULE = read_protocol(read_folder(SHIPPED)).schedule
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
)


def test_messages_are_kept_for_later_sittings_and_late_checks() -> None:
    for pressing, rooms in ((False, [5, 7, 9, 11, 11]), (True, [8, 9, 10, 11, 11])):
        after = [Asked(sittings=number, since_sitting=1) for number in (1, 2, 3, 4, 5)]
        assert [room(SCHEDULE, 0, asked, pressing=pressing) for asked in after] == rooms
    assert [room(SCHEDULE, day, Asked(11), pressing=False) for day in (13, 21, 28, 56, 90)] == [0, 0, 1, 2, 3]
    assert [room(SCHEDULE, day, Asked(), pressing=False) for day in (13, 14, 27, 28)] == [5, 8, 8, 12]


@pytest.mark.parametrize(
    ("days", "most", "chosen"),
    [
        ((0, 1, 2, 3, 5), 5, [0, 1, 2, 3, 5]),
        ((0, 1, 2, 3, 5, 7), 2, [1, 5]),
        ((0, 1, 2, 3, 5, 7), 1, [3]),
        ((0, 1, 2, 3, 5, 7), 0, []),
        ((), 3, []),
    ],
)
def test_what_is_left_is_spread_evenly(days: tuple[int, ...], most: int, chosen: list[int]) -> None:
    assert spread(days, most) == chosen


def test_what_is_beyond_normal_and_has_no_message_left_is_told_once() -> None:
    beyond, now = Reported(Urgency.same_day), NOON + timedelta(days=8)
    tomorrow = datetime(2026, 3, 11, 17, tzinfo=UTC)
    assert plan_next(SCHEDULE, NOON, now, BERLIN, beyond, Asked(8)) == Plan(tomorrow, by_message=False)
    told = plan_next(SCHEDULE, NOON, now, BERLIN, beyond, Asked(8, is_told=True))
    assert told is not None
    assert (told.by_message, (told.due_at - NOON).days) == (True, 28)


def test_who_is_away_is_asked_after_the_return() -> None:
    back = NOON + timedelta(days=60)
    assert put_off(NOON, None, SCHEDULE, BERLIN) == NOON
    assert put_off(back + timedelta(hours=1), back, SCHEDULE, BERLIN) == back + timedelta(hours=1)
    plan = plan_next(SCHEDULE, NOON, NOON + timedelta(days=50), BERLIN, None, Asked(5, away_until=back))
    assert plan is not None
    assert plan.due_at.astimezone(BERLIN) == datetime(2026, 5, 1, 18, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("asked", "reminded"),
    [
        ("2026-03-02T18:00", "2026-03-03T14:00"),
        ("2026-03-02T12:00", "2026-03-03T08:00"),
        ("2026-03-02T08:00", "2026-03-03T08:00"),
        ("2026-03-02T20:00", "2026-03-03T16:00"),
        ("2026-03-28T18:00", "2026-03-29T14:00"),  # the clocks go forward between
        ("2026-10-24T08:00", "2026-10-25T08:00"),  # and back
    ],
)
def test_a_reminder_comes_20_hours_later_by_the_patients_clock_or_in_the_morning(asked: str, reminded: str) -> None:
    moments = (datetime.fromisoformat(text).replace(tzinfo=BERLIN) for text in (asked, reminded))
    assert reminder_at(next(moments), BERLIN) == next(moments)


@pytest.mark.parametrize(("hour", "silent_hours"), [(18, 24), (10, 24), (9, 25), (8, 26)])
def test_who_answers_the_reminder_within_two_hours_is_not_told_of(hour: int, silent_hours: int) -> None:
    due = datetime(2026, 3, 2, hour, tzinfo=BERLIN)
    remind_at, alert_at = clocks(SCHEDULE, due, BERLIN)
    assert remind_at is not None
    assert alert_at == due + timedelta(hours=silent_hours) >= remind_at + timedelta(hours=2)


def test_where_silence_is_told_sooner_there_is_no_reminder() -> None:
    due = datetime(2026, 3, 2, 18, tzinfo=BERLIN)
    assert clocks(SCHEDULE._replace(overdue_after_hours=6), due, BERLIN) == (None, due + timedelta(hours=6))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-02T07:59", "2026-03-02T08:00"),
        ("2026-03-02T08:00", "2026-03-02T08:00"),
        ("2026-03-02T20:59", "2026-03-02T20:59"),
        ("2026-03-02T21:00", "2026-03-03T08:00"),
    ],
)
def test_night_waits_for_the_morning(moment: str, day: str) -> None:
    at, expected = (datetime.fromisoformat(text).replace(tzinfo=BERLIN) for text in (moment, day))
    assert daytime_from(at, BERLIN) == expected


def test_a_check_in_moves_to_the_hour_of_its_day_elsewhere() -> None:
    due = datetime(2026, 3, 2, 18, tzinfo=BERLIN)
    new_york = ZoneInfo("America/New_York")
    assert move_to(due, BERLIN, 10, new_york) == datetime(2026, 3, 2, 10, tzinfo=new_york)


def test_a_miss_does_not_lose_the_question_that_is_due_just_then() -> None:
    due, alert = NOON, NOON + timedelta(hours=24)
    assert due < planned_from(due, alert, alert + timedelta(seconds=1)) < alert - timedelta(hours=2)
    assert planned_from(due, alert, alert + timedelta(days=3)) == alert + timedelta(days=3)
    assert planned_from(due, due + timedelta(hours=1), due + timedelta(hours=1)) == due


def test_the_first_window_to_end_counts_of_what_is_there() -> None:
    windows = read_protocol(read_folder(SHIPPED)).windows
    assert open_until(windows, {"redness": 0}, NOON) is None
    assert open_until(windows, {"redness": 1, "itching": 2}, NOON) == NOON + timedelta(days=4)


@st.composite
def lives(draw: st.DrawFn, shortest_gap: int = 4, longest_gap: int = 27) -> Life:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    first = draw(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))).replace(tzinfo=UTC)
    gaps = draw(st.lists(st.integers(shortest_gap * 24, longest_gap * 24), max_size=5))
    sittings = [first + timedelta(hours=hours) for hours in accumulate(gaps, initial=0)]
    schedule = SCHEDULE._replace(at_hour=draw(st.integers(MORNING, NIGHT - 1)))
    answers = draw(st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=20))
    return Life(schedule, sittings, zone, chain(answers, repeat(draw(st.sampled_from(ANSWERS)))))


@given(lives(longest_gap=120))
@settings(max_examples=60)
def test_no_course_of_sittings_and_answers_takes_more_than_14_messages_two_a_day_or_one_at_night(life: Life) -> None:
    life.live()
    assert len(life.messages) <= MOST_MESSAGES
    assert max(Counter(life.days(life.messages[0].at)).values(), default=0) == 1
    assert {MORNING <= message.at.astimezone(life.zone).hour < NIGHT for message in life.messages} == {True}


@given(lives())
@settings(max_examples=60)
def test_every_late_check_is_kept_after_any_course_of_sittings(life: Life) -> None:
    life.live()
    heard = life.days(life.start) + [report.astimezone(life.zone).date() for report in life.reports]
    last = life.start.astimezone(life.zone).date()
    late: list[date] = [last + timedelta(days=day) for day in SCHEDULE.days[-LATE_CHECKS:]]
    assert [day for day in late if day not in heard] == []


def test_a_sitting_that_was_not_asked_about_gets_one_message() -> None:
    assert [room(SCHEDULE, 1, Asked(8, sittings=2, since_sitting=n), pressing=False) for n in (0, 1)] == [1, 0]


@given(lives(shortest_gap=7))
@settings(max_examples=40)
def test_every_sitting_of_four_is_asked_about(life: Life) -> None:
    sittings = [life.start, *life.ahead][:4]
    life.ahead = life.ahead[:3]
    life.live()
    for since, until in zip(sittings, [*sittings[1:], datetime.max.replace(tzinfo=UTC)], strict=True):
        assert [message for message in life.messages if since <= message.at < until]


ASKED = st.builds(
    Asked,
    messages=st.integers(0, MOST_MESSAGES),
    last_on=st.none(),
    sittings=st.integers(1, 4),
    since_sitting=st.integers(0, 3),
    away_until=st.none(),
    is_told=st.booleans(),
)


@given(ASKED, st.timedeltas(timedelta(0), timedelta(days=95)))
def test_whoever_is_worse_is_never_asked_later(asked: Asked, since: timedelta) -> None:
    now = NOON + since
    calm_to_bad = [
        Reported(Urgency.self_care, is_well=True),
        Reported(Urgency.self_care),
        Reported(Urgency.self_care, open_until=NOON + timedelta(days=4)),
        Reported(Urgency.routine, open_until=NOON + timedelta(days=4)),
        Reported(Urgency.urgent),
    ]
    plans = [plan_next(SCHEDULE, NOON, now, BERLIN, reported, asked) for reported in calm_to_bad]
    moments = [plan.due_at if plan else datetime.max.replace(tzinfo=UTC) for plan in plans]
    assert moments == sorted(moments, reverse=True)


def test_without_a_protocol_the_messages_are_counted_too() -> None:
    life = Life(WITHOUT_PROTOCOL, [NOON], BERLIN, cycle(["silent", "beyond"])).live()
    assert len(life.messages) <= MOST_MESSAGES
