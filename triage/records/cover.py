"""Who answers: escalation policies, the on-call rota with its exceptions, and who is away."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, SmallInteger, UniqueConstraint
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, UtcDateTime, check, clinic_key, only, tenant_key


class EscalationPolicyRow(ClinicOwned, table=True):
    """One version of a clinic's policy, never changed: the latest is used for new alerts, running ones keep theirs."""

    __tablename__ = "escalation_policy"
    __table_args__ = (clinic_key(), UniqueConstraint("clinic_id", "version"), check("version", "version >= 1"))

    version: int
    document: dict[str, Any] = Field(sa_type=Json)
    digest: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str


class RotaRow(ClinicOwned, table=True):
    """People who are on call in turns, each for `turn_days` from the local time `hands_over` on. One is current."""

    __tablename__ = "rota"
    __table_args__ = (
        clinic_key(),
        check("turn_days", "turn_days BETWEEN 1 AND 366"),
        Index("uq_rota_current", "clinic_id", unique=True, **only("replaced_at IS NULL")),
    )

    people: list[str] = Field(sa_type=Json)  # ids of staff, in order
    starts_on: date
    hands_over: str  # HH:MM in the clinic's zone
    turn_days: int = Field(sa_type=SmallInteger)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RotaOverrideRow(ClinicOwned, table=True):
    """Somebody who is on call instead of the rota's person for a span; of two the one made last counts."""

    __tablename__ = "rota_override"
    __table_args__ = (
        tenant_key("staff_id", "staff"),
        check("in_order", "starts_at < ends_at"),
        Index(None, "clinic_id", "ends_at"),
    )

    staff_id: uuid.UUID
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AbsenceRow(ClinicOwned, table=True):
    """Somebody who is away: their deputy is told instead. Without a deputy, `notice` says so to patients."""

    __tablename__ = "absence"
    __table_args__ = (
        tenant_key("staff_id", "staff"),
        tenant_key("deputy_id", "staff"),
        check("in_order", "starts_at < ends_at"),
        check("deputy", "deputy_id <> staff_id"),
        Index(None, "clinic_id", "ends_at"),
    )

    staff_id: uuid.UUID
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    deputy_id: uuid.UUID | None = None
    notice: str | None = None
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
