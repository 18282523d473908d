"""What patients report, how it was judged, what should come next, and what was refused but kept."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, SmallInteger
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, UtcDateTime, check, clinic_key, one_of, only, tenant_key


class CheckInRow(ClinicOwned, table=True):
    """`content` is what could be read of it, `raw` what was sent when not all could be."""

    __tablename__ = "check_in"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        one_of("source", "patient", "staff", "service"),
        Index(None, "clinic_id", "patient_id", "at"),
    )

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    source: str
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    raw: str | None = None
    problems: list[Any] = Field(default_factory=list, sa_type=Json)
    review: list[Any] = Field(default_factory=list, sa_type=Json)


class AssessmentRow(ClinicOwned, table=True):
    """One judgement of a check-in; judging again replaces it and keeps it."""

    __tablename__ = "assessment"
    __table_args__ = (
        tenant_key("check_in_id", "check_in"),
        tenant_key("episode_id", "episode"),
        check("urgency", "urgency BETWEEN 0 AND 4"),
        Index("uq_assessment_current", "clinic_id", "check_in_id", unique=True, **only("replaced_at IS NULL")),
    )

    check_in_id: uuid.UUID
    episode_id: uuid.UUID
    protocol_digest: str
    urgency: int = Field(sa_type=SmallInteger)
    findings: list[Any] = Field(default_factory=list, sa_type=Json)
    advice: list[Any] = Field(default_factory=list, sa_type=Json)
    review: list[Any] = Field(default_factory=list, sa_type=Json)
    judged_at: datetime = Field(sa_type=UtcDateTime)
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ExpectationRow(ClinicOwned, table=True):
    """A check-in that should come: asked for at due_at, missed at alert_at."""

    __tablename__ = "expectation"
    __table_args__ = (
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("met_by", "check_in"),
        one_of("state", "waiting", "met", "missed", "superseded"),
        check("settled", "(state = 'waiting') = (settled_at IS NULL)"),
        check("due_first", "due_at <= alert_at"),
        Index("uq_expectation_waiting", "clinic_id", "episode_id", unique=True, **only("state = 'waiting'")),
        Index("ix_expectation_alert_at", "alert_at", **only("state = 'waiting'")),
        Index("ix_expectation_due_at", "due_at", **only("state = 'waiting' AND asked_at IS NULL")),
    )

    patient_id: uuid.UUID
    episode_id: uuid.UUID
    due_at: datetime = Field(sa_type=UtcDateTime)
    alert_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "waiting"
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    met_by: uuid.UUID | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KeptReportRow(ClinicOwned, table=True):
    """The body of a refused call that named a danger sign. patient_id is what the caller said, so no key."""

    __tablename__ = "kept_report"
    __table_args__ = (clinic_key(), tenant_key("alert_id", "alert"))

    received_at: datetime = Field(sa_type=UtcDateTime)
    actor_kind: str
    actor_id: str | None = None
    patient_id: uuid.UUID | None = None
    raw: str
    problems: list[Any] = Field(default_factory=list, sa_type=Json)
    signs: list[Any] = Field(default_factory=list, sa_type=Json)
    alert_id: uuid.UUID | None = None
