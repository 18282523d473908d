"""Check-ins that should come as a ledger; the patient's hour, absence and reason for stopping the messages."""

import sqlalchemy as sa
from alembic import op

from triage.records.migrations.columns import key_to, moment, only, small, uid, words

revision = "0008"
down_revision = "0007"

MOMENTS = "sent_at delivered_at opened_at remind_at reminded_at answered_at raise_at".split()
UNASKED = "'no_consent', 'no_contact', 'opted_out', 'budget', 'never_opened'"
SILENCES = "'no_report', 'not_sent', 'not_asked', 'never_opened', 'quiet', 'opted_out', 'out_of_messages'"
RULES = {
    "state": "state IN ('waiting', 'answered', 'late', 'missed', 'excused', 'opted_out', 'superseded')",
    "asks": "asks IN ('message', 'none')",
    "unasked_why": f"unasked_why IN ({UNASKED})",
    "silence": f"silence IN ({SILENCES})",
    "unasked": "(asks = 'message') = (unasked_why IS NULL)",
    "unasked_is_not_sent": "asks = 'message' OR asked_at IS NULL",
    "answered": "(state IN ('answered', 'late')) = (answered_at IS NOT NULL)",
    "answered_by": "(answered_by IS NULL) = (answered_at IS NULL)",
    "excused": "(state = 'excused') = (excused_why IS NOT NULL)",
    "excused_by": "(excused_by IS NULL) = (excused_why IS NULL)",
    "sent": "sent_at IS NULL OR asked_at IS NOT NULL",
    "delivered": "delivered_at IS NULL OR sent_at IS NOT NULL",
    "reminder": "remind_at IS NULL OR (due_at < remind_at AND remind_at < alert_at)",
    "reminded": "reminded_at IS NULL OR (sent_at IS NOT NULL AND remind_at IS NOT NULL)",
    "raise": "raise_at IS NULL OR (state = 'missed' AND silence IS NOT NULL)",
    "silence_of": "silence IS NULL OR state IN ('missed', 'late', 'opted_out')",
}
PATIENT_RULES = {
    "ask_hour": "ask_hour BETWEEN 8 AND 20",
    "excused": "(excused_until IS NULL) = (excused_why IS NULL)",
    "excused_by": "(excused_until IS NULL) = (excused_by IS NULL)",
    "opted_out": "opted_out_at IS NOT NULL OR opted_out_why IS NULL",
}
TO_ASK = "state = 'waiting' AND asked_at IS NULL AND asks = 'message'"
TO_REMIND = "state = 'waiting' AND reminded_at IS NULL AND remind_at IS NOT NULL AND sent_at IS NOT NULL"
INDEXES = {
    "ix_expectation_clinic_id_episode_id": (["clinic_id", "episode_id"], None),
    "ix_expectation_clinic_id_patient_id": (["clinic_id", "patient_id"], None),
    "ix_expectation_due_at": (["due_at"], TO_ASK),
    "ix_expectation_remind_at": (["remind_at"], TO_REMIND),
    "ix_expectation_raise_at": (["raise_at"], "raise_at IS NOT NULL"),
}
THEIR_MESSAGE = "notification.clinic_id = expectation.clinic_id AND notification.expectation_id = expectation.id"
THEIR_PATIENT = "patient.clinic_id = expectation.clinic_id AND patient.id = expectation.patient_id"
# What was due before there was a ledger was asked for by a message where there is one.
FILL = (
    f"""UPDATE expectation SET asks = 'none', asked_at = NULL, unasked_why = (SELECT CASE
            WHEN opted_out_at IS NOT NULL THEN 'opted_out' WHEN coalesce(email, '') = '' THEN 'no_contact'
            ELSE 'no_consent' END FROM patient WHERE {THEIR_PATIENT})
        WHERE asked_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM notification WHERE {THEIR_MESSAGE})""",
    "UPDATE expectation SET asks = 'message' WHERE asks IS NULL",
    f"""UPDATE expectation SET sent_at = (SELECT min(sent_at) FROM notification
            WHERE {THEIR_MESSAGE} AND notification.state = 'sent') WHERE asked_at IS NOT NULL""",
    "UPDATE expectation SET answered_at = settled_at, answered_by = met_by WHERE state = 'met'",
)
ANSWERED = "UPDATE expectation SET state = 'answered' WHERE state = 'met'"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # it alters no table with rows whose keys it has yet to look at
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    widen_patient()
    for name in MOMENTS:
        op.add_column("expectation", moment(name, null=True))
    for name in ("asks", "unasked_why", "excused_by", "excused_why", "silence"):
        op.add_column("expectation", words(name, null=True))
    op.add_column("expectation", uid("answered_by", null=True))
    for statement in FILL:
        op.execute(statement)
    widen_expectation()


def widen_patient() -> None:
    with op.batch_alter_table("patient") as table:
        table.add_column(words("opted_out_why", null=True))
        table.add_column(small("ask_hour", null=True))
        table.add_column(moment("excused_until", null=True))
        table.add_column(words("excused_why", null=True))
        table.add_column(words("excused_by", null=True))
        for name, rule in PATIENT_RULES.items():
            table.create_check_constraint(op.f(f"ck_patient_{name}"), sa.text(rule))


def widen_expectation() -> None:
    op.drop_index("ix_expectation_due_at", "expectation")
    with op.batch_alter_table("expectation") as table:
        table.drop_constraint(op.f("ck_expectation_state"), type_="check")
        table.drop_constraint(op.f("fk_expectation_clinic_id_met_by"), type_="foreignkey")
        table.drop_column("met_by")
        table.alter_column("asks", existing_type=sa.String(), nullable=False)
    op.execute(ANSWERED)
    with op.batch_alter_table("expectation") as table:
        for name, rule in RULES.items():
            table.create_check_constraint(op.f(f"ck_expectation_{name}"), sa.text(rule))
        answer = key_to("expectation", "answered_by", "check_in")
        table.create_foreign_key(*answer, deferrable=True, initially="DEFERRED")
    for name, (columns, condition) in INDEXES.items():
        op.create_index(name, "expectation", columns, **(only(condition) if condition else {}))
