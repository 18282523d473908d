"""What a phone says of itself beside a report: its clock, its zone, its own judgement; and when the report was made.

A report may have waited on the phone for days, and the phone's clock may be off. Both of its times come from the same
clock, so their difference counts and is taken from our own time. Nothing in here refuses a report.
"""

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from triage.actions.intake import storable
from triage.rules import Fault, Urgency, read_moment

FIELDS = ("device_at", "device_now", "device_zone", "device_urgency", "device_digest")
LONGEST_WAIT = timedelta(days=90)  # judgement: an episode is closed by then; a longer one is a clock that was set
LONGEST_KEPT = 80  # characters of what cannot be read
DIGEST = re.compile(r"[0-9a-f]{8,64}")


class Told(NamedTuple):
    """When the report was made, by our own clock and never in the future, and what is kept of the phone's words."""

    at: datetime
    kept: dict[str, Any]  # as CheckInRow.device; empty: the page ran without scripts


def read_device(typed: MultiDict[str, str], now: datetime) -> Told:
    """Return what the phone said; what cannot be read or believed is kept under `unread`, and `at` is then `now`."""
    said = {name.removeprefix("device_"): typed[name].strip() for name in FIELDS if typed.get(name, "").strip()}
    times = {name: moment for name in ("at", "now") if (moment := _moment(said.get(name)))}
    waited = _waited(times)
    if waited is None:
        times.pop("at", None)
    kept: dict[str, Any] = {name: said[name] for name in said if name in times or _is_readable(name, said[name])}
    if "now" in times:
        kept["skew_seconds"] = round((times["now"] - now).total_seconds())
    unread = {name: storable(said[name][:LONGEST_KEPT]) for name in said if name not in kept}
    if unread:
        kept["unread"] = unread
    return Told(now - (waited or timedelta()), kept)


def _moment(text: str | None) -> datetime | None:
    faults: list[Fault] = []
    return read_moment(text, "", faults)


def _waited(times: dict[str, datetime]) -> timedelta | None:
    """Return how long the report waited, by the phone's clock; None where its times cannot both be true."""
    if times.keys() != {"at", "now"}:
        return None
    waited = times["now"] - times["at"]
    return waited if timedelta() <= waited <= LONGEST_WAIT else None


def _is_readable(name: str, value: str) -> bool:
    if name == "zone":
        return _is_zone(value)
    return value in Urgency.__members__ if name == "urgency" else name == "digest" and bool(DIGEST.fullmatch(value))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, or nothing that could be a name
        return False
    return True
