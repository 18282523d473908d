"""The patient's phone: consent by purpose, the first open, what a device said, photos, replies, how a clinic looks."""

import sqlalchemy as sa
from alembic import op

from triage.records.migrations.columns import (
    clinic_key,
    json,
    key_to,
    moment,
    own_id,
    small,
    tenant_key,
    uid,
    whole,
    words,
)
from triage.records.migrations.walls import guard

revision = "0012"
down_revision = "0011"

PURPOSES = "purpose IN ('messages', 'photos', 'improvement')"
POSES = "pose IN ('top', 'front', 'back', 'other')"
SOURCES = "source IN ('patient', 'staff')"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # it alters no table with rows whose keys it has yet to look at
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.add_column("clinic", words("colour", null=True))
    for name in ("staying_in", "wrong_person_why"):
        op.add_column("patient", words(name, null=True))
    for name in ("first_opened_at", "wrong_person_at"):
        op.add_column("patient", moment(name, null=True))
    op.add_column("procedure", moment("disputed_at", null=True))
    widen_consent()
    widen_patient_token()
    widen_check_in()
    create_logo()
    create_photo()
    create_reply()
    guard("clinic_logo", "photo", "reply")


def widen_consent() -> None:
    op.add_column("consent", words("purpose", null=True))
    op.execute("UPDATE consent SET purpose = 'messages'")
    with op.batch_alter_table("consent") as table:
        table.alter_column("purpose", existing_type=sa.String(), nullable=False)
        table.create_check_constraint(op.f("ck_consent_purpose"), sa.text(PURPOSES))


def widen_patient_token() -> None:
    op.add_column("patient_token", small("tries", null=True))
    op.add_column("patient_token", moment("tries_since", null=True))
    op.execute("UPDATE patient_token SET tries = 0")
    with op.batch_alter_table("patient_token") as table:
        table.alter_column("tries", existing_type=sa.SmallInteger(), nullable=False)


def widen_check_in() -> None:
    op.add_column("check_in", uid("amends", null=True))
    op.add_column("check_in", json("device", null=True))
    op.add_column("check_in", moment("disputed_at", null=True))
    op.execute("UPDATE check_in SET device = '{}'")
    with op.batch_alter_table("check_in") as table:
        table.alter_column("device", existing_type=sa.JSON(), nullable=False)
        table.create_foreign_key(*key_to("check_in", "amends", "check_in"), deferrable=True, initially="DEFERRED")


def create_logo() -> None:
    op.create_table(
        "clinic_logo",
        *own_id(),
        words("digest"),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        moment("made_at"),
        moment("replaced_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        clinic_key(),
    )


def create_photo() -> None:
    op.create_table(
        "photo",
        *own_id(),
        uid("patient_id"),
        uid("episode_id"),
        uid("check_in_id", null=True),
        words("pose"),
        words("digest"),
        whole("size"),
        whole("width"),
        whole("height"),
        words("source"),
        moment("received_at"),
        moment("seen_at", null=True),
        uid("seen_by", null=True),
        moment("erased_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
        tenant_key("episode_id", "episode"),
        tenant_key("check_in_id", "check_in"),
        tenant_key("seen_by", "staff"),
        sa.CheckConstraint(POSES, name=op.f("ck_photo_pose")),
        sa.CheckConstraint(SOURCES, name=op.f("ck_photo_source")),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name=op.f("ck_photo_seen")),
    )
    op.create_index(op.f("ix_photo_clinic_id_patient_id"), "photo", ["clinic_id", "patient_id"])
    op.create_index(op.f("ix_photo_digest"), "photo", ["digest"])


def create_reply() -> None:
    op.create_table(
        "reply",
        *own_id(),
        uid("patient_id"),
        uid("alert_id"),
        uid("staff_id"),
        words("text"),
        moment("at"),
        moment("read_at", null=True),
        sa.PrimaryKeyConstraint("clinic_id", "id"),
        tenant_key("patient_id", "patient"),
        tenant_key("alert_id", "alert"),
        tenant_key("staff_id", "staff"),
    )
    op.create_index(op.f("ix_reply_clinic_id_patient_id"), "reply", ["clinic_id", "patient_id"])
