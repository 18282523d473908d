"""Moments as a patient reads them: the day since the procedure, a local time, an age in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from triage.rules import latest_procedure

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()


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
    """Return a moment to come: in English with the names of days, elsewhere in figures that everybody reads."""
    local = at.astimezone(zone)
    if not language.startswith("en"):
        return local.strftime("%Y-%m-%d %H:%M")
    away = (local.date() - now.astimezone(zone).date()).days
    near = {0: "today", 1: "tomorrow"}.get(away)
    day = near or f"on {WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"
    return f"{day} at {local:%H:%M}"


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
