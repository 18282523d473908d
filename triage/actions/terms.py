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
    channels: frozenset[str] = frozenset({"email"})  # the ways out that are there: email, apprise, sms
    private_targets: bool = False  # contacts may name hosts of private networks

    def alert_rules(self, clinic: ClinicRow) -> Rules:
        """Return what the timers of a clinic's alerts depend on."""
        zone = zone_of(clinic)
        try:
            return Rules(self.policy, read_opening_hours(clinic.opening_hours, zone))
        except ValueError:  # hours that cannot be read must not stop the ladder: then the clinic counts as open
            return Rules(self.policy, read_opening_hours({}, zone))


def zone_of(clinic: ClinicRow, patient: PatientRow | None = None) -> tzinfo:
    """Return the patient's time zone, else the clinic's, else UTC."""
    for name in (patient.time_zone if patient else None, clinic.time_zone, "UTC"):
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")
