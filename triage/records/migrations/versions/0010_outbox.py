"""Queues by channel, limits counted from deliveries, contacts verified by a link, and a way in for text messages."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from triage.records.migrations.columns import clinic_key, moment, only, own_id, tenant_key, uid, words
from triage.records.migrations.walls import guard

revision = "0010"
down_revision = "0009"

CLAIMABLE = "state IN ('pending', 'leased')"
GONE = "result IN ('sent', 'lease_lost')"
CLAIMED_BY: list[Any] = ["channel", sa.text("priority DESC"), "cycle", "repeat", "created_at"]


def upgrade() -> None:
    widen_notification()
    widen_delivery()
    create_contact_token()
    create_sms_inbound()
    guard("contact_token", "sms_inbound")


def widen_notification() -> None:
    op.drop_index("ix_notification_claim", "notification")
    with op.batch_alter_table("notification") as table:
        table.add_column(words("failed_by", null=True))
        table.create_check_constraint(op.f("ck_notification_failed_by"), sa.text("failed_by IN ('channel', 'contact')"))
    op.create_index("ix_notification_claim", "notification", CLAIMED_BY, **only(CLAIMABLE))
    waiting = ["clinic_id", "channel", "contact"]
    op.create_index("ix_notification_waiting", "notification", waiting, **only(CLAIMABLE))
    bundle = ["clinic_id", "bundled_into"]
    op.create_index("ix_notification_bundle", "notification", bundle, **only("state = 'bundled'"))


def widen_delivery() -> None:
    op.add_column("delivery", words("channel", null=True))
    op.add_column("delivery", words("contact", null=True))
    by_contact = ["clinic_id", "channel", "contact", "finished_at"]
    op.create_index("ix_delivery_to_contact", "delivery", by_contact, **only(GONE))
    op.create_index("ix_delivery_by_channel", "delivery", ["channel", "finished_at"], **only(GONE))


def create_contact_token() -> None:
    op.create_table(
        "contact_token",
        *own_id(),
        uid("contact_id"),
        words("token_hash"),
        moment("expires_at"),
        moment("used_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("contact_id", "contact"),
        sa.UniqueConstraint("token_hash"),
    )


def create_sms_inbound() -> None:
    op.create_table(
        "sms_inbound",
        *own_id(),
        words("secret_hash"),
        moment("made_at"),
        moment("revoked_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        sa.UniqueConstraint("secret_hash"),
    )
    op.create_index("uq_sms_inbound_current", "sms_inbound", ["clinic_id"], unique=True, **only("revoked_at IS NULL"))
