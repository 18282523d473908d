"""Days and moments as forms of staff take them, in the clinic's time."""

from datetime import UTC, date, datetime, tzinfo

from triage.rules.opening import CLOCK_TIME

YEARS = range(1990, 2190)  # what anybody means by a day here; further away, calendars run out


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment of a field for local date and time; None where it is none."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    is_local = local.tzinfo is None and len(text) > len("2026-01-01") and local.year in YEARS
    return local.replace(tzinfo=zone).astimezone(UTC) if is_local else None


def day_of(text: str) -> date | None:
    """Return the day of a date field; None where it is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def is_clock(text: str) -> bool:
    """Tell whether a text is a time of day like 09:00."""
    return CLOCK_TIME.fullmatch(text) is not None


def local_field(at: datetime, zone: tzinfo) -> str:
    """Return a moment as a field for local date and time holds it."""
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"
