"""Webhooks: endpoints of the clinic's own programs, what they are told, and each attempt to tell them."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, SmallInteger, UniqueConstraint
from sqlmodel import Field

from triage.records.base import ClinicOwned, Json, UtcDateTime, check, clinic_key, one_of, only, tenant_key

# In the words of the partial index, so that both engines see that it serves the claim.
SENDABLE = "state IN ('pending', 'leased')"
DEAD = "state = 'failed'"


class WebhookEndpointRow(ClinicOwned, table=True):
    """Where a program of the clinic wants to be told.

    `secrets`: [{"number": 1, "made_at": ..., "ends_at": null}, ...], the last one is the current; the secrets
    themselves are derived from the service's own. How its deliveries fare is written past the audit guard.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        clinic_key(),
        check("disabled", "(disabled_at IS NULL) = (disabled_why IS NULL)"),
        one_of("disabled_why", "by_hand", "failing", "gone"),
    )

    url: str
    events: list[str] | None = Field(default=None, sa_type=Json)  # types of events; None: all
    secrets: list[dict[str, Any]] = Field(sa_type=Json)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_why: str | None = None
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_ok_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the first failure since then


class WebhookEventRow(ClinicOwned, table=True):
    """Something that happened, as it is told: ids and a link, nothing about anybody's health. Never changed."""

    __tablename__ = "webhook_event"
    __table_args__ = (clinic_key(), Index(None, "clinic_id", "at"))

    type: str
    at: datetime = Field(sa_type=UtcDateTime)
    payload: dict[str, Any] = Field(sa_type=Json)


class WebhookDeliveryRow(ClinicOwned, table=True):
    """One event for one endpoint: written with the event, sent later. `attempts` fences, `tries` walks the waits."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        tenant_key("endpoint_id", "webhook_endpoint"),
        tenant_key("event_id", "webhook_event"),
        UniqueConstraint("clinic_id", "endpoint_id", "event_id"),
        one_of("state", "pending", "leased", "sent", "failed", "cancelled"),
        check("counters", "attempts >= 0 AND tries >= 0"),
        check("leased", "(state = 'leased') = (lease_owner IS NOT NULL)"),
        check("lease", "(lease_owner IS NULL) = (lease_until IS NULL)"),
        check("sent", "state <> 'sent' OR sent_at IS NOT NULL"),
        Index("ix_webhook_delivery_claim", "clinic_id", "endpoint_id", "state", "not_before", **only(SENDABLE)),
        Index("ix_webhook_delivery_dead", "clinic_id", "endpoint_id", "event_id", **only(DEAD)),
    )
    audited: ClassVar[bool] = False

    endpoint_id: uuid.UUID
    event_id: uuid.UUID
    state: str = "pending"
    not_before: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    tries: int = 0  # failures since it was made or sent anew
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_status: int | None = Field(default=None, sa_type=SmallInteger)  # HTTP; None: no answer so far
    last_error: str | None = None
    made_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebhookAttemptRow(ClinicOwned, table=True):
    """One attempt to post, never changed afterwards."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (
        tenant_key("delivery_id", "webhook_delivery"),
        one_of("result", "sent", "failed_for_now", "failed_for_good", "lease_lost"),
        Index(None, "clinic_id", "delivery_id"),
    )
    audited: ClassVar[bool] = False

    delivery_id: uuid.UUID
    attempt: int
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime = Field(sa_type=UtcDateTime)
    result: str
    status: int | None = Field(default=None, sa_type=SmallInteger)
    detail: str | None = None
