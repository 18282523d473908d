"""Section 2: moments, hours since a procedure, and the hours in which a rule holds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

HOUR = timedelta(hours=1)


def read_at(part: Mapping[str, Any]) -> datetime:
    at = part["at"]
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)


def procedure_of(at: datetime, procedures: list[datetime]) -> datetime:
    """The latest at or before the moment; is there none, the first there is."""
    before = [procedure for procedure in procedures if procedure <= at]
    return max(before) if before else min(procedures)


def since_procedure(at: datetime, procedures: list[datetime]) -> timedelta:
    """Never less than 0."""
    return max(at - procedure_of(at, procedures), timedelta(0))


def start_of(rule: Mapping[str, Any]) -> timedelta:
    if "after_day" in rule:
        return 24 * (rule["after_day"] + 1) * HOUR
    return rule.get("from_hour", 0) * HOUR


def is_before_end(rule: Mapping[str, Any], elapsed: timedelta) -> bool:
    if "through_day" in rule:
        return elapsed < 24 * (rule["through_day"] + 1) * HOUR
    return "until_hour" not in rule or elapsed < rule["until_hour"] * HOUR


def is_in_hours(rule: Mapping[str, Any], elapsed: timedelta) -> bool:
    """A start includes its hour, an end does not."""
    return start_of(rule) <= elapsed and is_before_end(rule, elapsed)
