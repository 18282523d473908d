"""Waiting that counts only while the clinic is open; the clocks of two continents go forward and back."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rules.opening import USUAL, WEEKDAYS, OpeningHours, read_opening_hours

ZONES = {"UTC": UTC, "Berlin": ZoneInfo("Europe/Berlin"), "New York": ZoneInfo("America/New_York")}
NIGHTS = {day: [["00:30", "06:30"]] for day in WEEKDAYS}


def usual(zone: str = "UTC") -> OpeningHours:
    return read_opening_hours(USUAL, ZONES[zone])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# 2026-03-02 is a Monday
@pytest.mark.parametrize(
    ("since", "minutes", "over"),
    [
        ("2026-03-02T10:00Z", 60, "2026-03-02T11:00Z"),
        ("2026-03-02T08:00Z", 60, "2026-03-02T10:00Z"),
        ("2026-03-02T09:00Z", 60, "2026-03-02T10:00Z"),
        ("2026-03-02T17:00Z", 60, "2026-03-02T18:00Z"),
        ("2026-03-02T17:30Z", 60, "2026-03-03T09:30Z"),
        ("2026-03-02T18:00Z", 60, "2026-03-03T10:00Z"),
        ("2026-03-06T17:30Z", 60, "2026-03-09T09:30Z"),
        ("2026-03-07T12:00Z", 60, "2026-03-09T10:00Z"),
        ("2026-03-02T09:00Z", 540, "2026-03-02T18:00Z"),
        ("2026-03-02T09:00Z", 541, "2026-03-03T09:01Z"),
        ("2026-03-05T10:00Z", 1080, "2026-03-09T10:00Z"),
    ],
)
def test_only_open_minutes_count(since: str, minutes: int, over: str) -> None:
    assert usual().after(at(since), timedelta(minutes=minutes)) == at(over)


@pytest.mark.parametrize(
    ("zone", "since", "over"),
    [
        # the last open hour before, and the first after the clocks have changed
        ("Berlin", "2026-03-27T17:30+01:00", "2026-03-30T09:30+02:00"),
        ("Berlin", "2026-10-23T17:30+02:00", "2026-10-26T09:30+01:00"),
        ("New York", "2026-03-06T17:30-05:00", "2026-03-09T09:30-04:00"),
        ("New York", "2026-10-30T17:30-04:00", "2026-11-02T09:30-05:00"),
    ],
)
def test_local_hours_stay_when_the_clocks_change(zone: str, since: str, over: str) -> None:
    assert usual(zone).after(at(since), timedelta(hours=1)) == at(over)


@pytest.mark.parametrize(
    ("zone", "since", "hours"),
    [
        ("Berlin", "2026-03-29T00:30+01:00", 5),
        ("Berlin", "2026-10-25T00:30+02:00", 7),
        ("New York", "2026-03-08T00:30-05:00", 5),
        ("New York", "2026-11-01T00:30-04:00", 7),
    ],
)
def test_the_night_of_the_change_is_as_long_as_it_is(zone: str, since: str, hours: int) -> None:
    clinic = read_opening_hours(NIGHTS, ZONES[zone])
    start, end = next(clinic.spans(at(since)))
    assert end - start == timedelta(hours=hours)


def test_a_clinic_without_hours_is_always_open() -> None:
    always = read_opening_hours({}, UTC)
    sunday = at("2026-03-01T03:00Z")
    assert always.is_open(sunday)
    assert always.after(sunday, timedelta(hours=1)) == sunday + timedelta(hours=1)
    assert always.working_day() == timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-02T08:59Z", False),
        ("2026-03-02T09:00Z", True),
        ("2026-03-02T17:59Z", True),
        ("2026-03-02T18:00Z", False),
        ("2026-03-01T12:00Z", False),
    ],
)
def test_open_is_from_the_first_minute_to_before_the_last(moment: str, is_open: bool) -> None:
    assert usual().is_open(at(moment)) is is_open


def test_a_lunch_break_does_not_count() -> None:
    clinic = read_opening_hours({"mon": [["09:00", "12:00"], ["14:00", "18:00"]]}, UTC)
    assert clinic.after(at("2026-03-02T11:30Z"), timedelta(hours=1)) == at("2026-03-02T14:30Z")


def test_spans_may_be_given_in_any_order() -> None:
    clinic = read_opening_hours({"mon": [["14:00", "18:00"], ["09:00", "12:00"]]}, UTC)
    assert clinic.after(at("2026-03-02T08:00Z"), timedelta(hours=1)) == at("2026-03-02T10:00Z")


def test_an_hour_given_twice_counts_once() -> None:
    clinic = read_opening_hours({"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}, UTC)
    assert clinic.after(at("2026-03-02T09:00Z"), timedelta(hours=4)) == at("2026-03-02T13:00Z")


def test_one_open_hour_a_week_is_enough() -> None:
    clinic = read_opening_hours({"wed": [["10:00", "11:00"]]}, UTC)
    assert clinic.after(at("2026-03-02T09:00Z"), timedelta(hours=3)) == at("2026-03-18T11:00Z")


def test_a_working_day_is_the_mean_of_the_open_days() -> None:
    clinic = read_opening_hours({"mon": [["09:00", "18:00"]], "tue": [["09:00", "12:00"]]}, UTC)
    assert clinic.working_day() == timedelta(hours=6)


@pytest.mark.parametrize(
    "week",
    [
        {"monday": [["09:00", "18:00"]]},
        {"mon": [["18:00", "09:00"]]},
        {"mon": [["09:00", "09:00"]]},
        {"mon": [["09:00"]]},
        {"mon": [["9", "18"]]},
        {"mon": [["09:00", "25:00"]]},
        {"mon": ["09:00"]},
        {"mon": [[9, 18]]},
        {"mon": [None]},
        {"mon": 5},
        {"mon": [["09:00+01:00", "18:00"]]},
    ],
)
def test_bad_hours_are_refused_with_the_day(week: dict) -> None:
    with pytest.raises(ValueError, match="mon"):
        read_opening_hours(week, UTC)


spans = st.tuples(st.integers(0, 22), st.integers(1, 23)).filter(lambda span: span[0] < span[1])
weeks = st.dictionaries(
    st.sampled_from(WEEKDAYS), st.lists(spans.map(lambda s: [f"{s[0]:02}:30", f"{s[1]:02}:45"]), max_size=2)
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
holiday = st.frozensets(st.dates(datetime(2025, 12, 20).date(), datetime(2027, 2, 1).date()), max_size=5)


@given(weeks, st.sampled_from(list(ZONES.values())), holiday, moments, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_working_day_later_is_while_the_clinic_is_open_and_never_sooner_for_what_came_later(
    week: dict[str, list[list[str]]], zone: tzinfo, closed: frozenset[date], at: datetime, later: timedelta
) -> None:
    hours = read_opening_hours(week, zone, closed)
    due = hours.working_day_after(at)
    assert due > at
    assert hours.is_open(due) or any(end == due for _, end in hours.spans(due - timedelta(seconds=1)))
    assert due <= hours.working_day_after(at + later)
    assert due - at >= hours.working_day()


@given(weeks, st.sampled_from(list(ZONES.values())), holiday, moments)
def test_the_day_before_is_a_day_ago_at_least_while_the_clinic_is_open_and_the_latest_such(
    week: dict[str, list[list[str]]], zone: tzinfo, closed: frozenset[date], at: datetime
) -> None:
    hours = read_opening_hours(week, zone, closed)
    before, day_ago = hours.day_before(at), at - timedelta(hours=24)
    assert before <= day_ago
    assert hours.is_open(before)
    if before < day_ago and any(hours.week):
        opened = [start for start, _ in hours.spans(before) if start <= day_ago]
        assert opened == [before]
        assert not hours.is_open(day_ago)


def test_a_session_on_monday_is_looked_at_on_friday_morning_so_that_a_whole_day_is_left() -> None:
    assert usual().day_before(at("2026-03-09T10:00Z")) == at("2026-03-06T09:00Z")
    assert usual().day_before(at("2026-03-10T10:00Z")) == at("2026-03-09T10:00Z")
