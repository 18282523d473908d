"""When a clinic is open: its weekly hours, its public holidays, and the days that it closes or opens besides."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import holidays

from triage.actions.errors import Invalid
from triage.actions.terms import zone_of
from triage.records import ClinicRow
from triage.rules import Fault
from triage.rules.opening import OpeningHours, read_opening_hours

KNOWN = frozenset(("country", "subdivision", "closed", "open"))
YEARS_AHEAD = 2


def hours_of(clinic: ClinicRow, now: datetime) -> OpeningHours:
    """Return a clinic's hours around a moment; hours that cannot be read must not stop the ladder: then it is open."""
    zone = zone_of(clinic)
    try:
        return read_opening_hours(clinic.opening_hours, zone, closed_days(clinic.holidays or {}, now.year))
    except (ValueError, Invalid):
        return read_opening_hours({}, zone)


def closed_days(stated: Mapping[str, Any], year: int) -> frozenset[date]:
    """Return the days from the year before on that are no working days.

    `stated`: country (two letters), subdivision?, closed? and open? (lists of days). Raises Invalid.
    """
    if unknown := sorted(set(stated) - KNOWN):
        raise Invalid([Fault(f"holidays.{unknown[0]}", "is not known", "use " + ", ".join(sorted(KNOWN)))])
    public = _public(str(stated.get("country") or ""), str(stated.get("subdivision") or ""), year)
    return (public | _days(stated, "closed")) - _days(stated, "open")


@lru_cache(maxsize=256)
def _public(country: str, subdivision: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    known = holidays.list_supported_countries()
    if country not in known:
        expected = "give two letters like DE, or leave it out and list the days under closed"
        raise Invalid([Fault("holidays.country", f"{country[:20]!r} is not known", expected)])
    if subdivision and subdivision not in known[country]:
        expected = "use one of: " + ", ".join(known[country]) if known[country] else "leave it out"
        raise Invalid([Fault("holidays.subdivision", f"{subdivision[:20]!r} is not known", expected)])
    years = range(year - 1, year + YEARS_AHEAD + 1)
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=years))


def _days(stated: Mapping[str, Any], name: str) -> frozenset[date]:
    listed = stated.get(name) or []
    try:
        if not isinstance(listed, list):
            raise TypeError
        return frozenset(date.fromisoformat(day) for day in listed)
    except (ValueError, TypeError) as error:
        raise Invalid([Fault(f"holidays.{name}", "is no list of days", 'give ["2026-12-27"]')]) from error


def coming_holidays(stated: Mapping[str, Any], today: date) -> list[tuple[date, str]]:
    """Return the public holidays of the year that begins today with their names, the next first. Raises Invalid."""
    country, subdivision = str(stated.get("country") or ""), str(stated.get("subdivision") or "")
    _public(country, subdivision, today.year)  # it says what is wrong with them
    if not country:
        return []
    until = today + timedelta(days=365)
    years = range(today.year, until.year + 1)
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=years, language="en_US")
    return sorted((day, name) for day, name in found.items() if today <= day <= until)


def holiday_regions() -> Mapping[str, list[str]]:
    """Return the regions of each country whose public holidays are known, by their codes."""
    return holidays.list_supported_countries()
