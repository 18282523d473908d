"""A protocol's way from draft to retired, the version that an episode keeps, and what the rules did or failed to do."""

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

revision = "0006"
down_revision = "0005"

# What no version may be, by name.
PROTOCOL_RULES = {
    "state": "state IN ('draft', 'in_review', 'published', 'retired')",
    "approval": "approval IN ('second_person', 'shipped', 'before_two_people')",
    "submitted": "(submitted_by IS NULL) = (submitted_at IS NULL)",
    "approved": "(approved_by IS NULL) = (approved_at IS NULL) AND (approved_by IS NULL) = (approval IS NULL)",
    "effective": "(approved_by IS NULL) = (effective_from IS NULL)",
    "in_order": "approved_by IS NULL OR submitted_by IS NOT NULL",
    "draft": "state <> 'draft' OR submitted_by IS NULL",
    "in_review": "state <> 'in_review' OR (submitted_by IS NOT NULL AND approved_by IS NULL)",
    "published": "state <> 'published' OR approved_by IS NOT NULL",
    "retired": "(state = 'retired') = (retired_at IS NOT NULL)",
    "not_backdated": "effective_from >= approved_at",
    "took_effect": "took_effect_at IS NULL OR took_effect_at >= effective_from",
    "two_people": "approval <> 'second_person' OR approved_by <> drafted_by",
    "shadow": "shadow_since IS NULL OR (shadow_by IS NOT NULL AND state IN ('draft', 'in_review'))",
}
# Who drafted a version that was published before there were drafts: its author, as far as the files said. An operator
# who published a version that they had written themselves broke no rule then, so two people are not asked for.
FILL_PROTOCOL = """
    UPDATE protocol SET state = CASE WHEN retired_at IS NULL THEN 'published' ELSE 'retired' END,
        drafted_by = COALESCE(author, approved_by), drafted_at = approved_at,
        submitted_by = approved_by, submitted_at = approved_at,
        approval = 'before_two_people', effective_from = approved_at, took_effect_at = approved_at,
        moves_running = false
"""
# Episodes that run keep the version that judged them last, so that the upgrade itself changes no judgement.
FILL_EPISODE = """
    UPDATE episode SET protocol_digest = last.protocol_digest
    FROM (
        SELECT clinic_id, episode_id, protocol_digest,
            row_number() OVER (PARTITION BY clinic_id, episode_id ORDER BY judged_at DESC, id DESC) AS place
        FROM assessment WHERE protocol_digest <> ''
    ) AS last
    WHERE last.place = 1 AND last.clinic_id = episode.clinic_id AND last.episode_id = episode.id
"""
IN_USE = "state = 'published' OR shadow_since IS NOT NULL"


def upgrade() -> None:
    widen_protocol()
    op.execute(FILL_PROTOCOL)
    settle_protocol()
    index_protocol()
    op.add_column("episode", words("protocol_digest", null=True))
    op.execute(FILL_EPISODE)
    op.create_index("ix_episode_running", "episode", ["clinic_id", "protocol_digest"], **only("closed_at IS NULL"))
    create_rules_trouble()
    create_shadow()
    guard("rules_trouble", "shadow")


def widen_protocol() -> None:
    op.drop_index("uq_protocol_active", "protocol")
    op.alter_column("protocol", "published_at", new_column_name="approved_at")
    op.alter_column("protocol", "published_by", new_column_name="approved_by")
    for column in (
        words("state", null=True),
        moment("drafted_at", null=True),
        words("drafted_by", null=True),
        moment("submitted_at", null=True),
        words("submitted_by", null=True),
        words("approval", null=True),
        moment("effective_from", null=True),
        sa.Column("moves_running", sa.Boolean(), nullable=True),
        moment("took_effect_at", null=True),
        moment("shadow_since", null=True),
        words("shadow_by", null=True),
    ):
        op.add_column("protocol", column)


def settle_protocol() -> None:
    """What every version has now may not be missing; SQLite builds the table anew, with the wide column last."""
    order = """clinic_id id name version digest state author reviewer drafted_at drafted_by submitted_at submitted_by
        approved_at approved_by approval effective_from moves_running took_effect_at retired_at shadow_since shadow_by
        files""".split()
    with op.batch_alter_table("protocol", partial_reordering=[tuple(order)]) as table:
        for name, kind in (("state", sa.String()), ("drafted_by", sa.String()), ("moves_running", sa.Boolean())):
            table.alter_column(name, existing_type=kind, nullable=False)
        table.alter_column("drafted_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        table.alter_column("approved_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        table.alter_column("approved_by", existing_type=sa.String(), nullable=True)
        for name, rule in PROTOCOL_RULES.items():
            table.create_check_constraint(op.f(f"ck_protocol_{name}"), sa.text(rule))


def index_protocol() -> None:
    clinic, effective = ["clinic_id", "digest"], ["clinic_id", "effective_from"]
    op.create_index("uq_protocol_alive", "protocol", clinic, unique=True, **only("state <> 'retired'"))
    op.create_index("uq_protocol_effective", "protocol", effective, unique=True, **only("state = 'published'"))
    op.create_index("uq_protocol_shadow", "protocol", ["clinic_id"], unique=True, **only("shadow_since IS NOT NULL"))
    op.create_index("ix_protocol_in_use", "protocol", ["clinic_id"], **only(IN_USE))


def create_rules_trouble() -> None:
    op.create_table(
        "rules_trouble",
        *own_id(),
        words("digest"),
        words("kind"),
        moment("first_at"),
        moment("last_at"),
        whole("count"),
        uid("alert_id", null=True),
        moment("cleared_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
        tenant_key("alert_id", "alert"),
        sa.CheckConstraint("kind IN ('unreadable', 'failed', 'missing')", name="kind"),
        sa.CheckConstraint("count >= 1 AND last_at >= first_at", name="counted"),
        sa.CheckConstraint("(kind = 'missing') = (digest = '')", name="named"),
    )
    once = ["clinic_id", "digest", "kind"]
    op.create_index("uq_rules_trouble_open", "rules_trouble", once, unique=True, **only("cleared_at IS NULL"))


def create_shadow() -> None:
    op.create_table(
        "shadow",
        *own_id(),
        uid("check_in_id"),
        words("candidate_digest"),
        moment("judged_at"),
        small("urgency_before"),
        small("urgency_after", null=True),
        json("rules_before"),
        json("rules_after"),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("check_in_id", "check_in"),
        sa.CheckConstraint("urgency_before BETWEEN 0 AND 4", name="urgency_before"),
        sa.CheckConstraint("urgency_after BETWEEN 0 AND 4", name="urgency_after"),
    )
    op.create_index("ix_shadow_clinic_id_candidate_digest", "shadow", ["clinic_id", "candidate_digest"])
    op.create_index("ix_shadow_clinic_id_check_in_id", "shadow", ["clinic_id", "check_in_id"])
