"""When the patient is asked next, by the clock on the patient's wall."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.protocols import SHIPPED, read_folder
from triage.rules import CheckIn, Urgency, read_protocol
from triage.rules.protocol import Schedule
from triage.rules.read_schedule import LATEST_AGAIN, SOONEST_AGAIN
from triage.rules.schedule import JUST_REPORTED, Reported, is_well, next_check_in_at, silent_at

from .small_protocol import edited, faults_of, read

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
SCHEDULE = Schedule(days=(0, 1, 3, 7), at_hour=18, overdue_after_hours=24, source="S1")
NEEDLING_ENDED = datetime(2026, 3, 2, 10, tzinfo=UTC)


def asked(now: str, urgency: Urgency = Urgency.self_care, has_reported: bool = False) -> datetime | None:
    reported = Reported(urgency) if has_reported or urgency else None
    return next_check_in_at(SCHEDULE, NEEDLING_ENDED, datetime.fromisoformat(now), BERLIN, reported)


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


# Who is well is asked more rarely

WELL = SCHEDULE._replace(when_well_days=(0, 1, 7))


def asked_of(reported: Reported | None, schedule: Schedule = WELL, now: str = "2026-03-03T17:00Z") -> datetime | None:
    return next_check_in_at(schedule, NEEDLING_ENDED, datetime.fromisoformat(now), BERLIN, reported)


def test_who_is_well_is_asked_on_the_days_for_the_well_only() -> None:
    assert asked_of(Reported(Urgency.self_care, is_well=True)) == local("2026-03-09T18:00")
    assert asked_of(Reported(Urgency.self_care)) == local("2026-03-05T18:00")


def test_without_days_for_the_well_every_day_counts() -> None:
    assert asked_of(Reported(Urgency.self_care, is_well=True), SCHEDULE) == local("2026-03-05T18:00")


def test_silence_is_not_taken_for_being_well() -> None:
    assert asked_of(None) == local("2026-03-05T18:00")


AT = datetime(2026, 3, 5, 17, tzinfo=UTC)
FINE = CheckIn(at=AT, symptoms={"redness": 0, "swelling": 0}, denied=("fever",), exposed=("sun",), temperature_c=36.6)
NOT_WELL: dict[str, dict[str, Any]] = {
    "a symptom is mild": {"symptoms": {"redness": 0, "swelling": 1}},
    "no symptom was asked": {"symptoms": {}},
    "a sign": {"signs": ("fever",)},
    "the look of the result": {"result": ("dots_lost",)},
    "something was taken for it": {"treatment": ("painkiller",)},
    "a wish for a call": {"wants_call": True},
    "a note that nobody has read": {"note": "all fine, thanks"},
}


def changed(**values: Any) -> CheckIn:
    return CheckIn(**{**{name: getattr(FINE, name) for name in CheckIn.__slots__}, **values})


def test_a_report_of_nothing_is_well() -> None:
    assert is_well(FINE, [], Urgency.self_care)
    assert is_well(FINE, [changed(at=AT - timedelta(days=1), symptoms={"redness": 3})], Urgency.self_care)


@pytest.mark.parametrize("values", NOT_WELL.values(), ids=NOT_WELL)
def test_whatever_else_is_said_is_not_well(values: dict[str, Any]) -> None:
    assert not is_well(changed(**values), [], Urgency.self_care)


@pytest.mark.parametrize("urgency", [u for u in Urgency if u])
def test_what_is_judged_beyond_normal_is_not_well(urgency: Urgency) -> None:
    assert not is_well(FINE, [], urgency)


def test_what_was_there_and_has_not_been_asked_again_is_not_gone() -> None:
    before = changed(at=AT - timedelta(days=1), symptoms={"bumps": 1})
    assert not is_well(FINE, [before], Urgency.self_care)
    assert is_well(changed(symptoms={"bumps": 0}), [before], Urgency.self_care)


def test_of_two_reports_at_one_moment_the_more_severe_counts() -> None:
    assert not is_well(FINE, [changed(symptoms={"redness": 1})], Urgency.self_care)


# After a report beyond normal it is soon


@pytest.mark.parametrize(
    ("hours", "now", "due"),
    [
        (24, "2026-03-20T08:00Z", "2026-03-21T18:00"),
        (24, "2026-03-20T22:59Z", "2026-03-21T18:00"),
        (24, "2026-03-20T23:00Z", "2026-03-22T18:00"),
        (48, "2026-03-20T08:00Z", "2026-03-22T18:00"),
        (6, "2026-03-20T08:00Z", "2026-03-20T18:00"),
        (6, "2026-03-20T10:59Z", "2026-03-20T18:00"),
        (6, "2026-03-20T11:00Z", "2026-03-21T18:00"),
        (6, "2026-03-20T22:00Z", "2026-03-21T18:00"),
    ],
)
def test_it_is_asked_on_the_day_so_many_hours_ahead(hours: int, now: str, due: str) -> None:
    soon = SCHEDULE._replace(when_beyond_hours=hours)
    assert asked_of(Reported(Urgency.routine), soon, now) == local(due)


@pytest.mark.parametrize("now", ["2026-03-28T22:30+01:00", "2026-10-24T23:30+02:00", "2026-10-25T00:30+02:00"])
def test_tomorrow_stays_tomorrow_when_the_clocks_change(now: str) -> None:
    at = datetime.fromisoformat(now)
    tomorrow = (at.replace(tzinfo=None) + timedelta(days=1)).replace(hour=18, minute=0, tzinfo=BERLIN)
    assert asked_of(Reported(Urgency.urgent), now=now) == tomorrow


DAYS = st.lists(st.integers(0, 100), min_size=1, max_size=12, unique=True).map(lambda days: tuple(sorted(days)))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    days = draw(DAYS)
    well = tuple(day for day in days if day == days[-1] or draw(st.booleans()))
    hours = draw(st.integers(SOONEST_AGAIN, LATEST_AGAIN))
    return Schedule(days, draw(st.integers(8, 20)), 24, "S1", well, "S1", hours, "S1")


@given(schedules(), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=110)), st.sampled_from((BERLIN, NEW_YORK)))
def test_a_worse_report_is_never_asked_later_than_a_calmer_one(
    schedule: Schedule, started: datetime, since: timedelta, zone: ZoneInfo
) -> None:
    calm_to_bad = [Reported(Urgency.self_care, is_well=True), *map(Reported, Urgency)]
    now = started + since
    found = [next_check_in_at(schedule, started, now, zone, reported) for reported in calm_to_bad]
    moments = [moment or datetime.max.replace(tzinfo=UTC) for moment in found]
    assert moments == sorted(moments, reverse=True)
    assert all(
        moment > now + JUST_REPORTED and moment.astimezone(zone).hour == schedule.at_hour for moment in found if moment
    )


@given(schedules(), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=110)), st.sampled_from((BERLIN, NEW_YORK)))
def test_fewer_hours_are_never_later(schedule: Schedule, started: datetime, since: timedelta, zone: ZoneInfo) -> None:
    schedules = (schedule._replace(when_beyond_hours=hours) for hours in range(SOONEST_AGAIN, LATEST_AGAIN + 1))
    due = [next_check_in_at(each, started, started + since, zone, Reported(Urgency.routine)) for each in schedules]
    assert due == sorted(due, key=lambda moment: moment or datetime.max.replace(tzinfo=UTC))


# As the protocol file says it

LAST_OF_CHECK_INS = "overdue_after_hours = 24\n"


def with_check_ins(more: str) -> dict[str, str]:
    return edited(LAST_OF_CHECK_INS, LAST_OF_CHECK_INS + more)


def test_a_protocol_that_says_nothing_thins_nothing_and_asks_again_tomorrow() -> None:
    assert read().schedule[4:] == ((), "", 24, "judgement: tomorrow")


def test_a_protocol_says_when_the_well_are_asked_and_how_soon_the_others() -> None:
    more = 'when_well_days = [0, 7]\nwhen_well_source = "S1"\nwhen_beyond_hours = 12\nwhen_beyond_source = "S2"\n'
    assert read(with_check_ins(more)).schedule[4:] == ((0, 7), "S1", 12, "S2")


SCHEDULE_FAULTS = {
    "a day that is no day of the schedule": ('when_well_days = [2, 7]\nwhen_well_source = "S1"\n', "when_well_days"),
    "the last day left out": ('when_well_days = [0, 1]\nwhen_well_source = "S1"\n', "when_well_days"),
    "no days for the well": ('when_well_days = []\nwhen_well_source = "S1"\n', "when_well_days"),
    "no source for them": ("when_well_days = [7]\n", "when_well_source"),
    "a source for none": ('when_well_source = "S1"\n', "when_well_days"),
    "too soon": ('when_beyond_hours = 5\nwhen_beyond_source = "S1"\n', "when_beyond_hours"),
    "not soon": ('when_beyond_hours = 73\nwhen_beyond_source = "S1"\n', "when_beyond_hours"),
    "an unknown source": ('when_beyond_hours = 24\nwhen_beyond_source = "S9"\n', "when_beyond_source"),
}


@pytest.mark.parametrize(("more", "name"), SCHEDULE_FAULTS.values(), ids=SCHEDULE_FAULTS)
def test_a_fault_of_the_schedule_is_reported_with_its_place(more: str, name: str) -> None:
    assert f"protocol.toml:check_ins.{name}" in [fault.path for fault in faults_of(with_check_ins(more))]


def test_who_is_well_may_not_skip_a_check_for_what_comes_late() -> None:
    """Bumps may be late from hour 360, day 15, on."""
    files = edited("days = [0, 1, 3, 7]", 'days = [0, 14, 15, 28]\nwhen_well_days = [0, 28]\nwhen_well_source = "S1"')
    (fault,) = faults_of(files)
    assert (fault.path, fault.said) == ("protocol.toml:check_ins.when_well_days", "leaves out the late checks [15]")


def test_the_shipped_schedule_asks_the_well_every_week_and_late() -> None:
    schedule = read_protocol(read_folder(SHIPPED)).schedule
    assert set(schedule.days) - set(schedule.when_well_days) == {10}
    assert schedule.when_beyond_hours == 24
