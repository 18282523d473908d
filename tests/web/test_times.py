"""Moments in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from triage.web.times import age_words, day_of, days_words, hours_since, moment_words

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=50), "2 days"),
    ],
)
def test_age_is_said_in_minutes_then_hours(now: datetime, ago: timedelta, words: str) -> None:
    assert age_words(now - ago, now) == words


def test_a_regional_form_of_a_language_has_dates_too(now: datetime) -> None:
    assert moment_words(now, now + timedelta(days=9), BERLIN, "es-MX") == "el lunes 2 de marzo a las 11:00"


def test_today_and_tomorrow_are_those_of_the_patient(now: datetime) -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    assert moment_words(late, now, BERLIN, "en") == "tomorrow at 00:30"
    assert moment_words(late, late, BERLIN, "en-GB") == "today at 00:30"
    assert moment_words(late + timedelta(days=3), now, BERLIN, "en") == "on Friday 6 March at 00:30"
    assert moment_words(late - timedelta(days=2), now, BERLIN, "en") == "yesterday at 00:30"
    assert moment_words(late, now, BERLIN, "es") == "mañana a las 00:30"
    assert moment_words(late + timedelta(days=3), now, BERLIN, "es") == "el viernes 6 de marzo a las 00:30"
    assert moment_words(late + timedelta(days=3), now, BERLIN, "ar") == "يوم الجمعة 6 مارس الساعة 00:30"
    assert moment_words(late, now, BERLIN, "de") == "tomorrow at 00:30", "a language that the house has no words in"


def test_day_counts_full_days_since_the_latest_session(now: datetime) -> None:
    sessions = [now - timedelta(days=9), now - timedelta(hours=47)]
    hours = hours_since(sessions, now)
    assert hours is not None
    assert day_of(hours) == 1
    assert hours_since([now + timedelta(hours=1)], now) is None


def test_half_days_are_written_as_such() -> None:
    assert [days_words(days) for days in (0.5, 1, 1.5, 10)] == ["½", "1", "1½", "10"]
