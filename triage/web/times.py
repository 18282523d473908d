"""Moments as a patient reads them: the day since the procedure, a local time, an age in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from babel import Locale
from babel.dates import format_date

from triage.rules import latest_procedure
from triage.words import FALLBACK, word, words_of
from triage.words.locales import locale_of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def hours_since(procedures: Sequence[datetime], now: datetime) -> float | None:
    """Return the hours since the latest procedure; None where none has been yet."""
    past = [at for at in procedures if at <= now]
    return (now - latest_procedure(past, now)) / HOUR if past else None


def day_of(hours: float) -> int:
    """Return the day that an hour since the procedure belongs to."""
    return int(hours) // 24


def clock_words(at: datetime, zone: tzinfo) -> str:
    """Return the time of day in a zone, like 18:04."""
    return at.astimezone(zone).strftime("%H:%M")


def moment_words(at: datetime, now: datetime, zone: tzinfo, language: str) -> str:
    """Return a moment, as people near it say it: today, tomorrow, yesterday, else by weekday and date."""
    local = at.astimezone(zone)
    away = (local.date() - now.astimezone(zone).date()).days
    near = {-1: "moment_yesterday", 0: "moment_today", 1: "moment_tomorrow"}.get(away, "moment_on")
    return word(language, near, date=weekday_words(at, zone, language), time=clock_words(at, zone))


def weekday_words(at: datetime, zone: tzinfo, language: str) -> str:
    """Return the local weekday and date of a moment, like Friday 6 March."""
    return format_date(at.astimezone(zone), word(language, "weekday_pattern"), _named_in(language))


def full_date_words(at: datetime, zone: tzinfo, language: str) -> str:
    """Return the local date of a moment with its year, as babel writes it in any language that it knows."""
    return format_date(at.astimezone(zone), "long", locale_of("en-GB" if language == "en" else language) or FALLBACK)


def date_words(at: datetime, zone: tzinfo, language: str) -> str:
    """Return the local date of a moment, like 19 November."""
    return format_date(at.astimezone(zone), word(language, "date_pattern"), _named_in(language))


def age_words(since: datetime, now: datetime) -> str:
    """Return how long ago something was, in minutes or hours."""
    minutes = max(0, int((now - since) / MINUTE))
    if minutes < 120:
        return "less than a minute" if minutes < 1 else f"{minutes} minute" + "s" * (minutes != 1)
    hours = minutes // 60
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"


def days_words(days: float) -> str:
    """Return a number of days as a figure, halves as a sign."""
    whole, half = divmod(days, 1)
    return f"{int(whole) or ''}½" if half == 0.5 else f"{days:g}"


def _named_in(language: str) -> Locale | str:
    """Return how a language names days and months; English where the house has no pattern of a date in it."""
    return (locale_of(language) if words_of(language) else None) or FALLBACK
