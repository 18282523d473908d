"""What actions must know that is no row: the secret, the ladder, the address of the pages."""

from datetime import tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from triage.records import ClinicRow, PatientRow
from triage.rules.alerts import Rules
from triage.rules.ladder import DEFAULT_POLICY, EscalationPolicy
from triage.rules.opening import read_opening_hours


class Terms(NamedTuple):
    """Handed to every action that needs it, built once by wiring."""

    secret: bytes
    base_url: str
    policy: EscalationPolicy = DEFAULT_POLICY

    def alert_rules(self, clinic: ClinicRow) -> Rules:
        """Return what the timers of a clinic's alerts depend on."""
        return Rules(self.policy, read_opening_hours(clinic.opening_hours, zone_of(clinic)))


def zone_of(clinic: ClinicRow, patient: PatientRow | None = None) -> tzinfo:
    """Return the patient's time zone, else the clinic's, else UTC."""
    for name in (patient.time_zone if patient else None, clinic.time_zone, "UTC"):
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                continue
    return ZoneInfo("UTC")
