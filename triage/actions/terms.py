"""What actions must know that is no row: the secret, the address of the pages, how much faster the ladder runs."""

from datetime import tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from triage.records import ClinicRow, PatientRow


class Terms(NamedTuple):
    """Handed to every action that needs it, built once by wiring."""

    secret: bytes
    base_url: str
    divisor: float = 1.0  # above 1 the ladder's steps are so much shorter, for the demo
    channels: frozenset[str] = frozenset({"email"})  # the ways out that are there: email, apprise, sms
    allow_private_targets: bool = False  # contacts and webhooks may name hosts of private networks


def zone_of(clinic: ClinicRow, patient: PatientRow | None = None) -> tzinfo:
    """Return the patient's time zone, else the clinic's, else UTC."""
    for name in (patient.time_zone if patient else None, clinic.time_zone, "UTC"):
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")
