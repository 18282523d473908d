"""When a report was made that waited on a phone, whatever the phone's clock says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from triage.actions.intake import is_clock_off
from triage.records import AssessmentRow, CheckInRow
from triage.web.device import FIELDS, LONGEST_WAIT, Told, read_device

from .conftest import House

NOW = datetime(2026, 3, 5, 17, 4, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
moments = st.datetimes(datetime(1971, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC))
letters = st.text(st.sampled_from("0129-:+TZz ./<\x00\ud800é٣"), max_size=40)
odd = st.one_of(letters, moments.map(str), moments.map(datetime.isoformat), st.just("2026-02-30T10:00Z"))


def told(**said: object) -> Told:
    return read_device(MultiDict({f"device_{name}": str(value) for name, value in said.items()}), NOW)


@given(st.dictionaries(st.sampled_from(FIELDS), odd))
def test_nothing_that_a_phone_says_is_refused_or_lies_in_the_future(said: dict[str, str]) -> None:
    at, kept = read_device(MultiDict(said), NOW)
    assert NOW - LONGEST_WAIT <= at <= NOW
    names = {name.removeprefix("device_") for name, value in said.items() if value.strip()}
    assert names == (kept.keys() | kept.get("unread", {}).keys()) - {"skew_seconds", "unread"}


@given(st.timedeltas(timedelta(), LONGEST_WAIT), st.timedeltas(-9000 * DAY, 9000 * DAY))
def test_a_clock_that_is_off_moves_no_report(waited: timedelta, skew: timedelta) -> None:
    at, kept = told(at=(NOW + skew - waited).isoformat(), now=(NOW + skew).isoformat())
    assert at == NOW - waited
    assert abs(kept["skew_seconds"] - skew.total_seconds()) <= 1
    assert is_clock_off(kept) == (abs(kept["skew_seconds"]) > 600)


@pytest.mark.parametrize(
    ("at", "now"),
    [
        (NOW + HOUR, NOW),  # made after it was sent: the clock was set back in between
        (NOW - LONGEST_WAIT - MINUTE, NOW),  # or forward
        ("yesterday", NOW),
        (NOW, "soon"),
        (NOW, ""),
        (NOW.replace(tzinfo=None), NOW),
    ],
)
def test_times_that_cannot_be_true_count_as_now_and_a_human_sees_it(at: object, now: object) -> None:
    found, kept = told(at=at, now=now)
    assert found == NOW
    assert str(at) in kept["unread"].values()
    assert is_clock_off(kept)


def test_page_without_scripts_says_nothing_of_its_phone() -> None:
    assert told() == (NOW, {})
    assert not is_clock_off({})


def test_unknown_zone_urgency_and_digest_are_noted_apart() -> None:
    _, kept = told(at=NOW, now=NOW, zone="Mars/Olympus", urgency="awful", digest="abc<")
    assert kept["unread"] == {"zone": "Mars/Olympus", "urgency": "awful", "digest": "abc<"}
    assert not is_clock_off(kept)
    _, kept = told(zone="Europe/Berlin", urgency="urgent", digest="0123456789ab")
    assert kept == {"zone": "Europe/Berlin", "urgency": "urgent", "digest": "0123456789ab"}


def test_report_that_waited_counts_from_when_it_was_made(house: House) -> None:
    """The phone is an hour fast; it noted the report 26 hours before it found a network."""
    now = house.wiring.time
    text = waited(house, made=now - 25 * HOUR, sent=now + HOUR).get_data(as_text=True)
    row = house.rows(CheckInRow)[0]
    assert (row.at, row.received_at) == (now - 26 * HOUR, now)
    assert row.device["skew_seconds"] == 3600
    assert row.review == ["clock"]
    assert "This is how it was yesterday at 16:04. We got it at 18:04." in text


def test_the_same_report_sent_again_later_is_one(house: House) -> None:
    made = house.wiring.time - HOUR
    waited(house, made, house.wiring.time)
    house.wiring.time += 3 * HOUR
    waited(house, made, house.wiring.time)
    assert [row.at for row in house.rows(CheckInRow)] == [made]
    assert house.rows(CheckInRow)[0].review == []


def test_later_reports_are_judged_again_when_an_older_one_comes_in(house: House) -> None:
    house.send(severity__redness="1")
    waited(house, house.wiring.time - 20 * HOUR, house.wiring.time, sign="pus")
    newer = max(house.rows(CheckInRow), key=lambda row: row.at)
    assert newer.content["symptoms"] == {"redness": 1}
    judged = sorted((row for row in house.rows(AssessmentRow) if row.check_in_id == newer.id), key=lambda row: row.id)
    assert [(row.urgency, row.replaced_at is None) for row in judged] == [(0, False), (2, True)]


def test_rubbish_never_refuses_a_report(house: House) -> None:
    fields = {"device_at": "\x00'; --", "device_now": "9" * 5000, "device_zone": "../../x", "device_digest": "�"}
    assert house.send(severity__redness="1", **fields).status_code == 200
    row = house.rows(CheckInRow)[0]
    assert (row.at, row.problems, row.review) == (house.wiring.time, [], ["clock"])
    assert set(row.device["unread"]) == {"at", "now", "zone", "digest"}


def waited(house: House, made: datetime, sent: datetime, **fields: str) -> object:
    said = {"device_at": made.isoformat(), "device_now": sent.isoformat()}
    return house.send(**({"severity__redness": "1"} | fields), **said)
