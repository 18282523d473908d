"""Policies, rotas, absences and contacts; alerts that keep their policy, their promise and what they follow."""

import sqlalchemy as sa
from alembic import op

from triage.records.migrations.columns import (
    clinic_key,
    day,
    json,
    key_to,
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

revision = "0007"
down_revision = "0006"

TIMER = (
    "CASE state WHEN 'open' THEN next_action = 'step' WHEN 'acked' THEN next_action = 'ack_timeout' "
    "WHEN 'snoozed' THEN next_action = 'snooze_end' ELSE next_action IS NULL END"
)
OWNED = "CASE state WHEN 'open' THEN owner_id IS NULL WHEN 'resolved' THEN true ELSE owner_id IS NOT NULL END"
ALERT_RULES = {
    "counters": (
        "epoch >= 1 AND version >= 1 AND step >= 0 AND cycle >= 0 AND repeat >= 0 AND told_count >= 0 AND pushes >= 0"
    ),
    "acked": "state <> 'acked' OR acked_at IS NOT NULL",
    "snoozed": "(state = 'snoozed') = (snooze_until IS NOT NULL)",
    "owned": OWNED,
    "timer_of_state": TIMER,
    "promise": "promise IN ('running', 'kept', 'broken')",
    "promised": "(promise IS NULL) = (promised_at IS NULL)",
}
ALERT_KEYS = {"policy_id": "escalation_policy", "reopened_from_id": "alert", "assigned_to_id": "staff"}
KINDS = """alert taken closed unanswered check_in_link check_in_request check_in_reminder contact_check notice
    reply""".split()
NOTIFICATION_RULES = {
    "kind": f"kind IN ({', '.join(repr(kind) for kind in KINDS)})",
    "state": "state IN ('pending', 'leased', 'sent', 'failed', 'cancelled', 'bundled')",
    "about": (
        "CASE WHEN kind IN ('alert', 'taken', 'closed') THEN alert_id IS NOT NULL "
        "WHEN kind = 'contact_check' THEN contact_id IS NOT NULL WHEN kind = 'notice' THEN staff_id IS NOT NULL "
        "ELSE patient_id IS NOT NULL END"
    ),
    "counters": "epoch >= 0 AND cycle >= 0 AND step >= 0 AND repeat >= 0 AND attempts >= 0",
    "bundled": "(state = 'bundled') = (bundled_into IS NOT NULL)",
}
# Whoever works there was told by mail so far, at the address that an operator gave.
FILL_CONTACT = """
    INSERT INTO contact (clinic_id, id, staff_id, channel, address, position, urgency_from, made_at, made_by,
        verified_at, verified_by)
    SELECT clinic_id, id, id, 'email', email, 0, 1, created_at, 'operator', created_at, 'operator' FROM staff
"""
OPEN_OWNED = "UPDATE alert SET owner_id = NULL WHERE state = 'open'"
OVER = "UPDATE alert SET snooze_until = NULL WHERE state <> 'snoozed'"


def upgrade() -> None:
    create_policy()
    create_rota()
    create_absence()
    create_contact()
    op.execute(FILL_CONTACT)
    op.add_column("clinic", json("holidays", null=True))
    op.add_column("clinic", words("out_of_hours", null=True))
    op.execute(OPEN_OWNED)
    op.execute(OVER)
    widen_alert()
    widen_notification()
    create_alert_note()
    guard("escalation_policy", "rota", "rota_override", "absence", "contact", "alert_note")


def create_policy() -> None:
    op.create_table(
        "escalation_policy",
        *own_id(),
        whole("version"),
        json("document"),
        words("digest"),
        moment("made_at"),
        words("made_by"),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        sa.UniqueConstraint("clinic_id", "version"),
        sa.CheckConstraint("version >= 1", name="version"),
    )


def create_rota() -> None:
    op.create_table(
        "rota",
        *own_id(),
        json("people"),
        day("starts_on"),
        words("hands_over"),
        small("turn_days"),
        moment("made_at"),
        words("made_by"),
        moment("replaced_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        sa.CheckConstraint("turn_days BETWEEN 1 AND 366", name="turn_days"),
    )
    op.create_index("uq_rota_current", "rota", ["clinic_id"], unique=True, **only("replaced_at IS NULL"))
    op.create_table(
        "rota_override",
        *own_id(),
        uid("staff_id"),
        moment("starts_at"),
        moment("ends_at"),
        moment("made_at"),
        words("made_by"),
        moment("cancelled_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("staff_id", "staff"),
        sa.CheckConstraint("starts_at < ends_at", name="in_order"),
    )
    op.create_index("ix_rota_override_clinic_id_ends_at", "rota_override", ["clinic_id", "ends_at"])


def create_absence() -> None:
    op.create_table(
        "absence",
        *own_id(),
        uid("staff_id"),
        moment("starts_at"),
        moment("ends_at"),
        uid("deputy_id", null=True),
        words("notice", null=True),
        moment("made_at"),
        words("made_by"),
        moment("cancelled_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("staff_id", "staff"),
        tenant_key("deputy_id", "staff"),
        sa.CheckConstraint("starts_at < ends_at", name="in_order"),
        sa.CheckConstraint("deputy_id <> staff_id", name="deputy"),
    )
    op.create_index("ix_absence_clinic_id_ends_at", "absence", ["clinic_id", "ends_at"])


def create_contact() -> None:
    op.create_table(
        "contact",
        *own_id(),
        uid("staff_id"),
        words("channel"),
        words("address"),
        small("position"),
        small("urgency_from"),
        moment("made_at"),
        words("made_by"),
        moment("verified_at", null=True),
        words("verified_by", null=True),
        moment("disabled_at", null=True),
        words("disabled_why", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("staff_id", "staff"),
        sa.UniqueConstraint("clinic_id", "staff_id", "channel", "address"),
        sa.CheckConstraint("channel IN ('email', 'apprise')", name="channel"),
        sa.CheckConstraint("urgency_from BETWEEN 1 AND 4", name="urgency_from"),
        sa.CheckConstraint("(verified_at IS NULL) = (verified_by IS NULL)", name="verified"),
        sa.CheckConstraint("(disabled_at IS NULL) = (disabled_why IS NULL)", name="disabled"),
    )


def create_alert_note() -> None:
    op.create_table(
        "alert_note",
        *own_id(),
        uid("alert_id"),
        uid("staff_id", null=True),
        moment("at"),
        words("text"),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("alert_id", "alert"),
        tenant_key("staff_id", "staff"),
    )
    op.create_index("ix_alert_note_clinic_id_alert_id", "alert_note", ["clinic_id", "alert_id"])


def widen_alert() -> None:
    with op.batch_alter_table("alert", recreate="auto") as table:
        table.add_column(uid("policy_id", null=True))
        table.add_column(sa.Column("repeat", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("pushes", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(moment("promised_at", null=True))
        table.add_column(words("promise", null=True))
        table.add_column(words("about", null=True))
        table.add_column(uid("reopened_from_id", null=True))
        table.add_column(uid("assigned_to_id", null=True))
        for name in ("counters", "acked", "snoozed"):
            table.drop_constraint(op.f(f"ck_alert_{name}"), type_="check")
        for name, rule in ALERT_RULES.items():
            table.create_check_constraint(op.f(f"ck_alert_{name}"), sa.text(rule))
        for column, there in ALERT_KEYS.items():
            table.create_foreign_key(*key_to("alert", column, there), deferrable=True, initially="DEFERRED")
    with op.batch_alter_table("alert") as table:
        for name in ("repeat", "pushes"):
            table.alter_column(name, existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    op.create_index("ix_alert_promised_at", "alert", ["promised_at"], **only("promise = 'running'"))


def widen_notification() -> None:
    # Built anew, the table would lose the direction of this index.
    op.drop_index("ix_notification_claim", "notification")
    with op.batch_alter_table("notification") as table:
        table.add_column(uid("contact_id", null=True))
        table.add_column(sa.Column("repeat", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(uid("bundled_into", null=True))
        table.add_column(words("about", null=True))
        for name in ("kind", "state", "about", "counters"):
            table.drop_constraint(op.f(f"ck_notification_{name}"), type_="check")
        for name, rule in NOTIFICATION_RULES.items():
            table.create_check_constraint(op.f(f"ck_notification_{name}"), sa.text(rule))
        table.drop_constraint(op.f("uq_notification_clinic_id_alert_id_epoch_cycle_step_contact"), type_="unique")
        once = ["clinic_id", "alert_id", "epoch", "cycle", "step", "repeat", "kind", "contact"]
        table.create_unique_constraint(op.f("uq_notification_once"), once)
        for column, there in (("contact_id", "contact"), ("bundled_into", "notification")):
            table.create_foreign_key(*key_to("notification", column, there), deferrable=True, initially="DEFERRED")
    with op.batch_alter_table("notification") as table:
        table.alter_column("repeat", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    claimable = [sa.text("priority DESC"), sa.text("not_before")]
    op.create_index("ix_notification_claim", "notification", claimable, **only("state IN ('pending', 'leased')"))
