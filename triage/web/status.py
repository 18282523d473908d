"""What became of a patient's last report: sent, seen, answered, and what the practitioner wrote back."""

from datetime import datetime
from typing import NamedTuple


class ReportStatus(NamedTuple):
    """How the last report stands; a moment that is None has not come."""

    sent_at: datetime
    seen_at: datetime | None
    answered_at: datetime | None
    replies: list[tuple[datetime, str, str]]  # when, what, by whom; oldest first
