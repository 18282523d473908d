"""Moments as staff read them: short, in the clinic's zone, with the year only where it is another one."""

from datetime import datetime

from triage.actions.terms import zone_of
from triage.records import ClinicRow
from triage.web.times import age_words


class Moments:
    """Says moments as of now."""

    def __init__(self, now: datetime, clinic: ClinicRow) -> None:
        self.now, self.zone = now, zone_of(clinic)

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

    def ago(self, moment: datetime) -> str:
        """Return how long ago a moment was, in words."""
        return age_words(moment, self.now)
