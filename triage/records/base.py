"""What every table shares: named constraints, UUIDv7 ids, UTC times, JSON, keys that begin with the clinic."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKeyConstraint, MetaData, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.orm.attributes import set_attribute
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel
from uuid_utils import compat

# The migrations name their constraints by it too.
NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class NaiveTime(ValueError, DontWrapMixin):
    """A time without an offset was about to be stored or compared; SQLAlchemy passes it on as it is."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: goes in with any offset, comes back in UTC; SQLite's text has a fixed width, so it sorts by time."""

    impl = DateTime
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveTime(f"{value!r} has no offset: a time column takes aware datetimes only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Json(TypeDecorator[Any]):
    """JSONB on PostgreSQL, JSON text on SQLite; None is NULL. Replace it whole: a change inside goes unseen."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return self.impl_instance.coerce_compared_value(op, value)


def new_id() -> uuid.UUID:
    """A UUIDv7, so that ids sort by the time they were made."""
    return compat.uuid7()


class Row(SQLModel):
    """The base of every table. `audited` is False for classes whose changes need no audit event beside them."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)
    audited: ClassVar[bool] = True

    def __init__(self, **values: Any) -> None:
        """TypeError for a name that is no column: SQLModel's own constructor drops it in silence, and is slower."""
        fields = type(self).model_fields
        if unknown := values.keys() - fields.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        for name, field in fields.items():
            if name in values:
                set_attribute(self, name, values[name])
            elif field.default_factory is not None:
                set_attribute(self, name, cast(Callable[[], Any], field.default_factory)())
            elif not field.is_required():
                set_attribute(self, name, field.default)


class ClinicOwned(Row):
    """The base of every table of a clinic with an id of its own: the clinic comes first in the primary key."""

    clinic_id: uuid.UUID = Field(primary_key=True)
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)


def tenant_key(column: str, table: str) -> ForeignKeyConstraint:
    """`column` points at a row of the same clinic; checked at commit, since SQLModel does not order inserts."""
    return ForeignKeyConstraint(
        ["clinic_id", column], [f"{table}.clinic_id", f"{table}.id"], deferrable=True, initially="DEFERRED"
    )


def clinic_key() -> ForeignKeyConstraint:
    """For tables that no other key ties to their clinic."""
    return ForeignKeyConstraint(["clinic_id"], ["clinic.id"], deferrable=True, initially="DEFERRED")


def one_of(column: str, *values: str) -> CheckConstraint:
    """A closed list of words."""
    return check(column, f"{column} IN ({', '.join(repr(value) for value in values)})")


def check(name: str, rule: str) -> CheckConstraint:
    """A rule in SQL that both engines read alike."""
    return CheckConstraint(text(rule), name=name)


def only(condition: str) -> dict[str, Any]:
    """The arguments that make an Index partial on both engines."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
