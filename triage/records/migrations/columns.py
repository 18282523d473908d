"""How the migrations write columns and keys: one spelling of each type on both engines."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB


def only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def uid(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=null)


def words(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=null)


def whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=null)


def day(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def json(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON().with_variant(JSONB(), "postgresql"), nullable=null)


def own_id() -> tuple[sa.Column[Any], sa.Column[Any]]:
    return uid("clinic_id"), uid("id")


def clinic_key() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], deferrable=True, initially="DEFERRED")


def tenant_key(column: str, table: str) -> sa.ForeignKeyConstraint:
    there = [f"{table}.clinic_id", f"{table}.id"]
    return sa.ForeignKeyConstraint(["clinic_id", column], there, deferrable=True, initially="DEFERRED")


def small(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger(), nullable=null)


def key_to(table: str, column: str, there: str) -> tuple[str, str, list[str], list[str]]:
    """Return what `create_foreign_key` of a table that is built anew takes for a key within the clinic."""
    return op.f(f"fk_{table}_clinic_id_{column}"), there, ["clinic_id", column], ["clinic_id", "id"]
