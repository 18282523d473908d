"""Who did what, answers already given, and signs of life of the loops."""

import sqlalchemy as sa
from alembic import op

from triage.records.migrations.columns import json, moment, only, own_id, uid, whole, words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_audit_event()
    create_idempotency()
    create_heartbeat()


def create_audit_event() -> None:
    op.create_table(
        "audit_event",
        *own_id(),
        moment("at"),
        words("actor_kind"),
        words("actor_id", null=True),
        words("did"),
        words("thing_kind"),
        words("thing_id"),
        json("before", null=True),
        json("after", null=True),
        whole("seq", null=True),
        words("prev_hash", null=True),
        words("hash", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        sa.UniqueConstraint("clinic_id", "seq"),
    )
    op.create_index("ix_audit_event_clinic_id_thing_id", "audit_event", ["clinic_id", "thing_id"])
    op.create_index("ix_audit_event_unsealed", "audit_event", ["clinic_id", "at", "id"], **only("seq IS NULL"))


def create_idempotency() -> None:
    op.create_table(
        "idempotency",
        uid("clinic_id"),
        words("actor"),
        words("key"),
        words("request_hash"),
        whole("status"),
        words("body"),
        moment("created_at"),
        sa.PrimaryKeyConstraint("clinic_id", "actor", "key"),
    )


def create_heartbeat() -> None:
    op.create_table(
        "heartbeat",
        words("loop"),
        words("worker"),
        moment("at"),
        whole("cycles"),
        words("detail", null=True),
        sa.PrimaryKeyConstraint("loop", "worker"),
    )
