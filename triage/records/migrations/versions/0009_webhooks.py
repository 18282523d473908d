"""Webhooks: endpoints, events, deliveries and attempts."""

import sqlalchemy as sa
from alembic import op

from triage.records.migrations.columns import (
    clinic_key,
    json,
    moment,
    only,
    own_id,
    small,
    tenant_key,
    uid,
    whole,
    words,
)
from triage.records.migrations.walls import guard

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    create_endpoint()
    create_event()
    create_delivery()
    create_attempt()
    guard("webhook_endpoint", "webhook_event", "webhook_delivery", "webhook_attempt")


def create_endpoint() -> None:
    op.create_table(
        "webhook_endpoint",
        *own_id(),
        words("url"),
        json("events", null=True),
        json("secrets"),
        moment("made_at"),
        words("made_by"),
        moment("disabled_at", null=True),
        words("disabled_why", null=True),
        moment("removed_at", null=True),
        moment("last_tried_at", null=True),
        moment("last_ok_at", null=True),
        moment("failing_since", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        sa.CheckConstraint("(disabled_at IS NULL) = (disabled_why IS NULL)", name="disabled"),
        sa.CheckConstraint("disabled_why IN ('by_hand', 'failing', 'gone')", name="disabled_why"),
    )


def create_event() -> None:
    op.create_table(
        "webhook_event",
        *own_id(),
        words("type"),
        moment("at"),
        json("payload"),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
    )
    op.create_index("ix_webhook_event_clinic_id_at", "webhook_event", ["clinic_id", "at"])


def create_delivery() -> None:
    op.create_table(
        "webhook_delivery",
        *own_id(),
        uid("endpoint_id"),
        uid("event_id"),
        words("state"),
        moment("not_before"),
        whole("attempts"),
        whole("tries"),
        words("lease_owner", null=True),
        moment("lease_until", null=True),
        small("last_status", null=True),
        words("last_error", null=True),
        moment("made_at"),
        moment("sent_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("endpoint_id", "webhook_endpoint"),
        tenant_key("event_id", "webhook_event"),
        sa.UniqueConstraint("clinic_id", "endpoint_id", "event_id"),
        sa.CheckConstraint("state IN ('pending', 'leased', 'sent', 'failed', 'cancelled')", name="state"),
        sa.CheckConstraint("attempts >= 0 AND tries >= 0", name="counters"),
        sa.CheckConstraint("(state = 'leased') = (lease_owner IS NOT NULL)", name="leased"),
        sa.CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease"),
        sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent"),
    )
    claimed = ["clinic_id", "endpoint_id", "state", "not_before"]
    op.create_index("ix_webhook_delivery_claim", "webhook_delivery", claimed, **only("state IN ('pending', 'leased')"))
    listed = ["clinic_id", "endpoint_id", "event_id"]
    op.create_index("ix_webhook_delivery_dead", "webhook_delivery", listed, **only("state = 'failed'"))


def create_attempt() -> None:
    op.create_table(
        "webhook_attempt",
        *own_id(),
        uid("delivery_id"),
        whole("attempt"),
        moment("started_at"),
        moment("finished_at"),
        words("result"),
        small("status", null=True),
        words("detail", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("delivery_id", "webhook_delivery"),
        sa.CheckConstraint("result IN ('sent', 'failed_for_now', 'failed_for_good', 'lease_lost')", name="result"),
    )
    op.create_index("ix_webhook_attempt_clinic_id_delivery_id", "webhook_attempt", ["clinic_id", "delivery_id"])
