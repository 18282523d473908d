"""When the patient is asked next, by the clock on the patient's wall."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from triage.rules import Urgency
from triage.rules.protocol import Schedule
from triage.rules.schedule import next_check_in_at, silent_at

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
SCHEDULE = Schedule(days=(0, 1, 3, 7), at_hour=18, overdue_after_hours=24, source="S1")
NEEDLING_ENDED = datetime(2026, 3, 2, 10, tzinfo=UTC)


def asked(now: str, urgency: Urgency = Urgency.self_care, has_reported: bool = False) -> datetime | None:
    at = datetime.fromisoformat(now)
    return next_check_in_at(SCHEDULE, NEEDLING_ENDED, at, BERLIN, urgency=urgency, has_reported=has_reported)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-02T10:00Z", "2026-03-02T18:00"),
        ("2026-03-02T16:59Z", "2026-03-02T18:00"),
        ("2026-03-02T17:00Z", "2026-03-03T18:00"),
        ("2026-03-03T17:30Z", "2026-03-05T18:00"),
        ("2026-03-05T18:00Z", "2026-03-09T18:00"),
    ],
)
def test_the_next_day_of_the_schedule_at_six_in_the_evening(now: str, due: str) -> None:
    assert asked(now) == local(due)


def test_after_the_last_day_nobody_is_asked() -> None:
    assert asked("2026-03-09T17:00Z") is None


@pytest.mark.parametrize("urgency", [u for u in Urgency if u])
def test_after_a_report_beyond_normal_it_is_tomorrow(urgency: Urgency) -> None:
    assert asked("2026-03-05T18:00Z", urgency) == local("2026-03-06T18:00")
    assert asked("2026-03-20T18:00Z", urgency) == local("2026-03-21T18:00")


def test_what_is_due_sooner_than_tomorrow_stays() -> None:
    assert asked("2026-03-02T10:00Z", Urgency.urgent) == local("2026-03-02T18:00")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-02T10:59Z", "2026-03-02T18:00"),
        ("2026-03-02T11:00Z", "2026-03-03T18:00"),
        ("2026-03-02T16:00Z", "2026-03-03T18:00"),
        ("2026-03-05T16:00Z", "2026-03-09T18:00"),
    ],
)
def test_who_has_just_reported_is_not_asked_again_the_same_evening(now: str, due: str) -> None:
    assert asked(now, has_reported=True) == local(due)


def test_who_has_just_reported_something_beyond_normal_is_asked_tomorrow() -> None:
    assert asked("2026-03-05T16:00Z", Urgency.urgent, has_reported=True) == local("2026-03-06T18:00")


@pytest.mark.parametrize(
    ("zone", "needling_ended", "due"),
    [
        (BERLIN, "2026-03-28T10:00+01:00", "2026-03-29T18:00+02:00"),
        (BERLIN, "2026-10-24T10:00+02:00", "2026-10-25T18:00+01:00"),
        (NEW_YORK, "2026-03-07T10:00-05:00", "2026-03-08T18:00-04:00"),
        (NEW_YORK, "2026-10-31T10:00-04:00", "2026-11-01T18:00-05:00"),
    ],
)
def test_six_stays_six_when_the_clocks_change(zone: ZoneInfo, needling_ended: str, due: str) -> None:
    started = datetime.fromisoformat(needling_ended)
    now = started.replace(hour=19)
    assert next_check_in_at(SCHEDULE, started, now, zone) == datetime.fromisoformat(due)


def test_the_day_is_the_day_of_the_patient() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # half past midnight on the 3rd in Berlin
    assert next_check_in_at(SCHEDULE, late, late, BERLIN) == local("2026-03-03T18:00")


def test_silence_is_told_a_day_later() -> None:
    assert silent_at(SCHEDULE, NEEDLING_ENDED) == datetime(2026, 3, 3, 10, tzinfo=UTC)
