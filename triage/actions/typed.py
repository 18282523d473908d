"""What staff type of a client, read into values: a contact, a moment, a year. Each fault says what would be right."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from triage.rules import Fault
from triage.rules.check_in import clean_text
from triage.rules.phones import digits_of

MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
PHONE = re.compile(r"\+?[0-9 ()./-]{4,30}")
LEAST_DIGITS = 4
MOST_TEXT, MOST_MAIL = 200, 254
EARLIEST_YEAR = 1900
CLOCK_AHEAD = timedelta(minutes=10)  # as for reports: two clocks differ by so much
LONG_AGO = timedelta(days=366)  # judgement: a sitting of more than a year ago is a slip of the pen


class Contact(NamedTuple):
    """Where a client is reached; both None: by nothing, and they report by telephone."""

    email: str | None = None
    phone: str | None = None


def read_contact(text: str, path: str, faults: list[Fault]) -> Contact:
    """Return what a field for a mobile phone or a mail address holds; which of the two, the text itself tells."""
    text = text.strip()
    if not text:
        return Contact()
    if "@" in text:
        if MAIL.fullmatch(text) and len(text) <= MOST_MAIL and clean_text(text) == text:
            return Contact(email=text)
        faults.append(Fault(path, "this is no mail address", "write it like sam@example.org"))
    elif PHONE.fullmatch(text) and len(digits_of(text)) >= LEAST_DIGITS:
        return Contact(phone=text)
    else:
        faults.append(Fault(path, "this is no telephone number", "write it like +49 170 1234567, or give a mail"))
    return Contact()


def read_text(text: str, path: str, faults: list[Fault], most: int = MOST_TEXT) -> str | None:
    """Return one line of text without spaces around it; None where there is none, or it cannot be shown."""
    found = clean_text(text)
    if found is None or len(found.strip()) > most:
        faults.append(Fault(path, "this cannot be kept", f"give plain text of at most {most} letters"))
        return None
    return " ".join(found.split()) or None


def read_ended(text: str, now: datetime, zone: tzinfo, path: str, faults: list[Fault]) -> datetime | None:
    """Return when needling ended: a time of today (14:30), or a date with a time, local; None where it cannot be read.

    Not in the future, since aftercare begins once it is over.
    """
    local = _local(text, now, zone)
    if local is None:
        faults.append(Fault(path, "this is no time", "write it like 14:30, or 2026-03-04 14:30"))
    elif local > now + CLOCK_AHEAD:
        faults.append(Fault(path, "this is in the future", "enter it once needling is over"))
    elif local < now - LONG_AGO:
        faults.append(Fault(path, "this is more than a year ago", "look at the date again"))
    else:
        return local
    return None


def read_ahead(text: str, now: datetime, zone: tzinfo, path: str, faults: list[Fault]) -> datetime | None:
    """Return the local moment of an appointment; None where none is given, or it cannot be read or is past."""
    if not text.strip():
        return None
    local = _local(text, now, zone)
    if local is None:
        faults.append(Fault(path, "this is no date with a time", "write it like 2026-04-01 09:00"))
    elif local <= now:
        faults.append(Fault(path, "this is past", "give the next appointment"))
        return None
    return local


def read_year(text: str, now: datetime, path: str, faults: list[Fault]) -> int | None:
    """Return a year of birth; None where none is given, or it cannot be one."""
    text = text.strip()
    if not text:
        return None
    if re.fullmatch(r"[0-9]{4}", text) and EARLIEST_YEAR <= int(text) <= now.year:
        return int(text)
    faults.append(Fault(path, "this is no year of birth", "write four figures, like 1984"))
    return None


def read_day(text: str, path: str, faults: list[Fault]) -> date | None:
    """Return a date; None where none is given, or it cannot be read."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        faults.append(Fault(path, "this is no date", "write it like 2027-06-30"))
        return None


def _local(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Return a moment of the zone; where the clocks go back and it comes twice, the first."""
    text = text.strip().upper().replace("T", " ")
    try:
        if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text):
            hour, minute = text.split(":")
            return datetime.combine(now.astimezone(zone).date(), time(int(hour), int(minute)), zone)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?", text):
            return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return None
    return None
