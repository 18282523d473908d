"""Waiting that counts only while the clinic is open; the clocks of two continents go forward and back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

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
