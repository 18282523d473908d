"""What was reported and how it was judged, and what should come next."""

import sqlalchemy as sa
from alembic import op

from triage.records.migrations.columns import json, moment, only, own_id, small, tenant_key, uid, words

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_check_in()
    create_assessment()
    create_expectation()


def create_check_in() -> None:
    op.create_table(
        "check_in",
        *own_id(),
        uid("patient_id"),
        uid("episode_id"),
        moment("at"),
        moment("received_at"),
        words("source"),
        json("content"),
        words("raw", null=True),
        json("problems"),
        json("review"),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        sa.CheckConstraint("source IN ('patient', 'staff', 'service')", name="source"),
    )
    op.create_index("ix_check_in_clinic_id_patient_id_at", "check_in", ["clinic_id", "patient_id", "at"])


def create_assessment() -> None:
    op.create_table(
        "assessment",
        *own_id(),
        uid("check_in_id"),
        uid("episode_id"),
        words("protocol_digest"),
        small("urgency"),
        json("findings"),
        json("advice"),
        json("review"),
        moment("judged_at"),
        moment("replaced_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("check_in_id", "check_in"),
        tenant_key("episode_id", "episode"),
        sa.CheckConstraint("urgency BETWEEN 0 AND 4", name="urgency"),
    )
    op.create_index(
        "uq_assessment_current", "assessment", ["clinic_id", "check_in_id"], unique=True, **only("replaced_at IS NULL")
    )


def create_expectation() -> None:
    op.create_table(
        "expectation",
        *own_id(),
        uid("patient_id"),
        uid("episode_id"),
        moment("due_at"),
        moment("alert_at"),
        words("state"),
        moment("asked_at", null=True),
        uid("met_by", null=True),
        moment("settled_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("met_by", "check_in"),
        sa.CheckConstraint("state IN ('waiting', 'met', 'missed', 'superseded')", name="state"),
        sa.CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled"),
        sa.CheckConstraint("due_at <= alert_at", name="due_first"),
    )
    op.create_index("ix_expectation_alert_at", "expectation", ["alert_at"], **only("state = 'waiting'"))
    op.create_index(
        "ix_expectation_due_at", "expectation", ["due_at"], **only("state = 'waiting' AND asked_at IS NULL")
    )
    op.create_index(
        "uq_expectation_waiting", "expectation", ["clinic_id", "episode_id"], unique=True, **only("state = 'waiting'")
    )
