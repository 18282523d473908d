"""What happened, who did it, and what it looked like before and after: one row for every change."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, UtcDateTime, only

READ = "was_read"  # somebody looked at a patient's thing: no change, so that what watches for changes passes it over
# What is done in the office: few events among many, so that its log is read from a small index of its own. All
# indexes by time are partial, since SQLite would take a whole one for any question that asks for an order by time.
OFFICE_KINDS = (
    "absence", "clinic", "contact", "escalation_policy", "key", "protocol", "rota", "rota_override", "sms_inbound",
    "staff", "webhook",
)  # fmt: skip
_OFFICE = ", ".join(repr(kind) for kind in OFFICE_KINDS)
# What somebody did that takes an alert or gives it back, and that nobody has: few events that the statistics read.
TAKING = (
    "did IN ('alert_acknowledged', 'alert_snoozed', 'alert_resolved', 'alert_escalated', 'alert_back_to_open', "
    "'alert_back_to_acked', 'alert_back_to_snoozed')"
)
OFFICE_THINGS, OTHER_THINGS = f"thing_kind IN ({_OFFICE})", f"thing_kind NOT IN ({_OFFICE})"


class AuditEventRow(ClinicOwned, table=True):
    """Points at things by kind and id, not by key, so that it outlives them; seq and hashes come when it is sealed."""

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("clinic_id", "seq"),
        Index("ix_audit_event_unsealed", "clinic_id", "at", "id", **only("seq IS NULL")),
        Index(None, "clinic_id", "thing_id"),
        Index("ix_audit_event_office", "clinic_id", "at", "id", **only(OFFICE_THINGS)),
        Index("ix_audit_event_beyond_office", "clinic_id", "at", "id", **only(OTHER_THINGS)),
        Index("ix_audit_event_taking", "clinic_id", "at", "id", **only(TAKING)),
    )
    audited: ClassVar[bool] = False

    at: datetime = Field(sa_type=UtcDateTime)
    actor_kind: str
    actor_id: str | None = None
    did: str
    thing_kind: str
    thing_id: str
    before: dict[str, Any] | None = Field(default=None, sa_type=Json)
    after: dict[str, Any] | None = Field(default=None, sa_type=Json)
    seq: int | None = None
    prev_hash: str | None = None
    hash: str | None = None
