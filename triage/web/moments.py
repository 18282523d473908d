"""Moments as staff read them in the clinic's zone: short on pages of the day, in full where they are kept."""

from datetime import date, datetime, tzinfo
from typing import NamedTuple

from triage.web.times import age_words


class Moments(NamedTuple):
    """Says moments as of now, by the clinic's clocks."""

    now: datetime
    zone: tzinfo

    def at(self, moment: datetime) -> str:
        """Return a moment like "today 18:04" or "Fri 6 Mar 18:04"."""
        local, today = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        if local.date() == today.date():
            return f"today {local:%H:%M}"
        return f"{self.on(moment)} {local:%H:%M}"

    def on(self, moment: datetime) -> str:
        """Return a day like "Fri 6 Mar", with its year where it is not this one."""
        local = moment.astimezone(self.zone)
        year = "" if local.year == self.now.astimezone(self.zone).year else f" {local.year}"
        return f"{local:%a} {local.day} {local:%b}{year}"

    def iso(self, moment: datetime) -> str:
        """Return a moment for the datetime attribute of <time>."""
        return moment.astimezone(self.zone).isoformat(timespec="minutes")

    def age(self, moment: datetime) -> str:
        """Return how far away a moment is, before or behind us, in words like "12 minutes"."""
        return age_words(*sorted((moment, self.now)))


def when(at: datetime, zone: tzinfo) -> str:
    """Return a moment like Mon 23 Nov 2026, 09:00."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def day_words(day: date) -> str:
    """Return a day like Fri 25 Dec 2026."""
    return f"{day:%a} {day.day} {day:%b %Y}"
