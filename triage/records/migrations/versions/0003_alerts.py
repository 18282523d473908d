"""Alerts, the outbox that tells people until somebody answers, and reports kept although they were refused."""

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

revision = "0003"
down_revision = "0002"

# What no alert may be, by name; a resolved one has no timer and any other has exactly one.
ALERT_RULES = {
    "kind": "kind IN ('report', 'silence', 'lot', 'service')",
    "condition": "condition IN ('active', 'cleared')",
    "state": "state IN ('open', 'acked', 'snoozed', 'resolved')",
    "next_action": "next_action IN ('step', 'ack_timeout', 'snooze_end')",
    "useful": "useful IN ('useful', 'could_have_waited', 'not_needed')",
    "urgency": "urgency BETWEEN 1 AND 4",
    "counters": "epoch >= 1 AND version >= 1 AND step >= 0 AND cycle >= 0 AND told_count >= 0",
    "resolved_key": "(state = 'resolved') = (dedup_key IS NULL)",
    "resolved_at": "(state = 'resolved') = (resolved_at IS NOT NULL)",
    "one_timer": "(state = 'resolved') = (next_action_at IS NULL)",
    "timer_named": "(next_action IS NULL) = (next_action_at IS NULL)",
    "acked": "state <> 'acked' OR (owner_id IS NOT NULL AND acked_at IS NOT NULL)",
    "snoozed": "state <> 'snoozed' OR snooze_until IS NOT NULL",
}


def upgrade() -> None:
    create_alert()
    index_alert()
    create_notification()
    create_delivery()
    create_ack_token()
    create_kept_report()


def create_alert() -> None:
    op.create_table(
        "alert",
        *own_id(),
        uid("patient_id", null=True),
        uid("episode_id", null=True),
        uid("check_in_id", null=True),
        words("kind"),
        words("dedup_key", null=True),
        small("urgency"),
        words("condition"),
        words("state"),
        whole("epoch"),
        whole("version"),
        whole("step"),
        whole("cycle"),
        words("next_action", null=True),
        moment("next_action_at", null=True),
        uid("owner_id", null=True),
        moment("opened_at"),
        moment("epoch_at"),
        moment("acked_at", null=True),
        moment("snooze_until", null=True),
        moment("exhausted_at", null=True),
        moment("resolved_at", null=True),
        words("resolved_by", null=True),
        words("outcome", null=True),
        words("note", null=True),
        words("useful", null=True),
        whole("told_count"),
        words("problem", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("owner_id", "staff"),
        sa.UniqueConstraint("clinic_id", "dedup_key"),
        *(sa.CheckConstraint(rule, name=name) for name, rule in ALERT_RULES.items()),
    )


def create_notification() -> None:
    op.create_table(
        "notification",
        *own_id(),
        uid("alert_id", null=True),
        uid("patient_id", null=True),
        uid("staff_id", null=True),
        uid("expectation_id", null=True),
        words("kind"),
        words("channel"),
        words("contact"),
        whole("epoch"),
        whole("cycle"),
        whole("step"),
        small("priority"),
        words("state"),
        moment("not_before"),
        words("lease_owner", null=True),
        moment("lease_until", null=True),
        whole("attempts"),
        moment("created_at"),
        moment("sent_at", null=True),
        words("last_error", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("alert_id", "alert"),
        tenant_key("patient_id", "patient"),
        tenant_key("staff_id", "staff"),
        tenant_key("expectation_id", "expectation"),
        sa.UniqueConstraint("clinic_id", "alert_id", "epoch", "cycle", "step", "contact"),
        sa.CheckConstraint("kind IN ('alert', 'check_in_link', 'check_in_request')", name="kind"),
        sa.CheckConstraint("state IN ('pending', 'leased', 'sent', 'failed', 'cancelled')", name="state"),
        sa.CheckConstraint(
            "CASE WHEN kind = 'alert' THEN alert_id IS NOT NULL ELSE patient_id IS NOT NULL END", name="about"
        ),
        sa.CheckConstraint("epoch >= 0 AND cycle >= 0 AND step >= 0 AND attempts >= 0", name="counters"),
        sa.CheckConstraint("(state = 'leased') = (lease_owner IS NOT NULL)", name="leased"),
        sa.CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease"),
        sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent"),
    )
    op.create_index(
        "ix_notification_claim",
        "notification",
        [sa.text("priority DESC"), "not_before"],
        **only("state IN ('pending', 'leased')"),
    )


def create_delivery() -> None:
    op.create_table(
        "delivery",
        *own_id(),
        uid("notification_id"),
        whole("attempt"),
        moment("started_at"),
        moment("finished_at"),
        words("result"),
        words("detail", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("notification_id", "notification"),
        sa.CheckConstraint("result IN ('sent', 'failed_for_now', 'failed_for_good', 'lease_lost')", name="result"),
    )
    op.create_index("ix_delivery_clinic_id_notification_id", "delivery", ["clinic_id", "notification_id"])


def create_ack_token() -> None:
    op.create_table(
        "ack_token",
        *own_id(),
        uid("alert_id"),
        whole("epoch"),
        uid("staff_id"),
        uid("notification_id", null=True),
        words("token_hash"),
        moment("expires_at"),
        moment("used_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("alert_id", "alert"),
        tenant_key("staff_id", "staff"),
        tenant_key("notification_id", "notification"),
        sa.UniqueConstraint("token_hash"),
    )


def create_kept_report() -> None:
    op.create_table(
        "kept_report",
        *own_id(),
        moment("received_at"),
        words("actor_kind"),
        words("actor_id", null=True),
        uid("patient_id", null=True),
        words("raw"),
        json("problems"),
        json("signs"),
        uid("alert_id", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        tenant_key("alert_id", "alert"),
    )


def index_alert() -> None:
    op.create_index("ix_alert_clinic_id_episode_id", "alert", ["clinic_id", "episode_id"])
    op.create_index("ix_alert_clinic_id_state_urgency", "alert", ["clinic_id", "state", "urgency"])
    op.create_index("ix_alert_next_action_at", "alert", ["next_action_at"], **only("next_action_at IS NOT NULL"))
