"""Who did what, answers already given, and signs of life of the loops."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

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


def only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def uid(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=null)


def words(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=null)


def whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def json(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON().with_variant(JSONB(), "postgresql"), nullable=null)


def own_id() -> tuple[sa.Column[Any], sa.Column[Any]]:
    return uid("clinic_id"), uid("id")
