"""The clinic's audit: ratings, sampled reports, lots, proposals, serious events, holds, anchors, figures, reports."""

from typing import Any

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

revision = "0014"
down_revision = "0013"

ROLES = "role IN ('pigment', 'diluent', 'anaesthetic', 'needle', 'ointment')"
ASPECTS = ("density", "dot_size", "colour", "evenness")
RATES = " AND ".join(f"({name} IS NULL OR {name} BETWEEN 1 AND 5)" for name in ASPECTS)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # it alters no table with rows whose keys it has yet to look at
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    widen_patient()
    index_takings()
    create_rating()
    create_review_sample()
    create_lots()
    create_window_proposal()
    create_serious_event()
    create_legal_hold()
    create_anchor_and_figures()
    guard("rating", "review_sample", "lot_hold", "lot_look", "window_proposal", "serious_event", "event_report")
    guard("legal_hold", "anchor", "figure", "clinic_report")


def widen_patient() -> None:
    op.add_column("patient", small("skin_tone", null=True))
    op.add_column("patient", moment("erased_at", null=True))
    op.add_column("patient", json("kept_because", null=True))
    with op.batch_alter_table("patient") as table:
        table.create_check_constraint(op.f("ck_patient_skin_tone"), sa.text("skin_tone BETWEEN 1 AND 6"))


def index_takings() -> None:
    taking = (
        "did IN ('alert_acknowledged', 'alert_snoozed', 'alert_resolved', 'alert_escalated', 'alert_back_to_open', "
        "'alert_back_to_acked', 'alert_back_to_snoozed')"
    )
    op.create_index("ix_audit_event_taking", "audit_event", ["clinic_id", "at", "id"], **only(taking))


def make(name: str, *parts: Any) -> None:
    """Create a table of rows that a clinic owns."""
    op.create_table(name, *own_id(), *parts, sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f(f"pk_{name}")))


def rule(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def create_rating() -> None:
    make(
        "rating",
        uid("patient_id"),
        uid("episode_id"),
        words("rated_by"),
        uid("staff_id", null=True),
        moment("at"),
        *(small(name, null=True) for name in ASPECTS),
        moment("replaced_at", null=True),
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("staff_id", "staff"),
        rule("rating", "rated_by", "rated_by IN ('patient', 'practitioner')"),
        rule("rating", "marks", RATES),
        rule("rating", "staff", "rated_by = 'practitioner' OR staff_id IS NULL"),
    )
    op.create_index("ix_rating_clinic_id_patient_id", "rating", ["clinic_id", "patient_id"])
    current = only("replaced_at IS NULL")
    op.create_index("uq_rating_current", "rating", ["clinic_id", "episode_id", "rated_by"], unique=True, **current)


def create_review_sample() -> None:
    make(
        "review_sample",
        uid("check_in_id"),
        uid("patient_id"),
        words("month"),
        words("stratum"),
        sa.Column("chance", sa.Float(), nullable=False),
        moment("drawn_at"),
        words("verdict", null=True),
        moment("reviewed_at", null=True),
        uid("reviewed_by", null=True),
        words("note", null=True),
        tenant_key("check_in_id", "check_in"),
        tenant_key("patient_id", "patient"),
        tenant_key("reviewed_by", "staff"),
        rule("review_sample", "verdict", "verdict IN ('right', 'should_have_alerted', 'cannot_tell')"),
        rule("review_sample", "reviewed", "(verdict IS NULL) = (reviewed_at IS NULL)"),
        rule("review_sample", "chance", "chance > 0 AND chance <= 1"),
        once("review_sample", "clinic_id", "check_in_id"),
    )
    op.create_index("ix_review_sample_clinic_id_patient_id", "review_sample", ["clinic_id", "patient_id"])
    waiting = only("verdict IS NULL")
    op.create_index("ix_review_sample_waiting", "review_sample", ["clinic_id", "drawn_at"], **waiting)


def create_lots() -> None:
    make(
        "lot_hold",
        words("role"),
        words("product"),
        words("lot"),
        moment("placed_at"),
        words("placed_by"),
        words("why"),
        moment("lifted_at", null=True),
        words("lifted_by", null=True),
        clinic_key(),
        rule("lot_hold", "role", ROLES),
        rule("lot_hold", "lifted", "(lifted_at IS NULL) = (lifted_by IS NULL)"),
    )
    held = ["clinic_id", "role", "product", "lot"]
    op.create_index("uq_lot_hold_now", "lot_hold", held, unique=True, **only("lifted_at IS NULL"))
    make(
        "lot_look",
        words("role"),
        words("product"),
        words("lot"),
        moment("looked_at"),
        json("content"),
        sa.Column("is_signal", sa.Boolean(), nullable=False),
        uid("alert_id", null=True),
        tenant_key("alert_id", "alert"),
    )
    looks = ["clinic_id", "role", "lot", "looked_at"]
    op.create_index("ix_lot_look_clinic_id_role_lot_looked_at", "lot_look", looks)


def create_window_proposal() -> None:
    make(
        "window_proposal",
        words("symptom"),
        words("protocol_digest"),
        moment("made_at"),
        json("evidence"),
        json("draft"),
        json("effect"),
        words("state"),
        moment("decided_at", null=True),
        words("decided_by", null=True),
        words("why", null=True),
        clinic_key(),
        rule("window_proposal", "state", "state IN ('open', 'taken', 'dismissed', 'superseded')"),
        rule("window_proposal", "decided", "(state IN ('taken', 'dismissed')) = (decided_by IS NOT NULL)"),
    )
    is_open = only("state = 'open'")
    op.create_index("uq_window_proposal_open", "window_proposal", ["clinic_id", "symptom"], unique=True, **is_open)


def create_serious_event() -> None:
    make(
        "serious_event",
        words("number"),
        whole("version"),
        uid("patient_id"),
        uid("episode_id", null=True),
        uid("alert_id", null=True),
        uid("follow_up_of", null=True),
        moment("became_aware_at"),
        moment("made_at"),
        uid("made_by", null=True),
        small("severity", null=True),
        json("seriousness"),
        json("content"),
        words("country", null=True),
        moment("look_at", null=True),
        moment("closed_at", null=True),
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("alert_id", "alert"),
        tenant_key("follow_up_of", "serious_event"),
        tenant_key("made_by", "staff"),
        rule("serious_event", "severity", "severity BETWEEN 0 AND 4"),
        once("serious_event", "clinic_id", "number", "version"),
    )
    for column in ("patient_id", "became_aware_at"):
        op.create_index(f"ix_serious_event_clinic_id_{column}", "serious_event", ["clinic_id", column])
    op.create_index("ix_serious_event_look_at", "serious_event", ["look_at"], **only("look_at IS NOT NULL"))
    make(
        "event_report",
        uid("serious_event_id"),
        words("duty"),
        words("sent_to"),
        moment("sent_at"),
        uid("sent_by", null=True),
        words("reference", null=True),
        tenant_key("serious_event_id", "serious_event"),
        tenant_key("sent_by", "staff"),
    )
    op.create_index("ix_event_report_clinic_id_serious_event_id", "event_report", ["clinic_id", "serious_event_id"])


def create_legal_hold() -> None:
    make(
        "legal_hold",
        uid("patient_id"),
        moment("placed_at"),
        words("placed_by"),
        words("why"),
        moment("lifted_at", null=True),
        words("lifted_by", null=True),
        tenant_key("patient_id", "patient"),
        rule("legal_hold", "lifted", "(lifted_at IS NULL) = (lifted_by IS NULL)"),
    )
    now = only("lifted_at IS NULL")
    op.create_index("uq_legal_hold_now", "legal_hold", ["clinic_id", "patient_id"], unique=True, **now)


def create_anchor_and_figures() -> None:
    make("anchor", whole("seq"), words("hash"), moment("at"), clinic_key(), once("anchor", "clinic_id", "seq"))
    op.create_index("ix_anchor_clinic_id_at", "anchor", ["clinic_id", "at"])
    make(
        "figure",
        words("name"),
        words("asked"),
        json("content"),
        moment("computed_at"),
        whole("took_ms"),
        clinic_key(),
        once("figure", "clinic_id", "name", "asked"),
    )
    make(
        "clinic_report",
        words("month"),
        moment("made_at"),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        words("digest"),
        clinic_key(),
        once("clinic_report", "clinic_id", "month"),
    )
