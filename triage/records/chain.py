"""The sealed audit log as it is stored: read column by column, so that a row that was meddled with stops nobody."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlalchemy.engine import Dialect
from sqlalchemy.types import NullType
from sqlmodel import Session, col, select, type_coerce

from triage.records.audit import AuditEventRow
from triage.records.outcome import AnchorRow

AT_ONCE = 1000  # rows in memory
NAMES = "clinic_id id seq at actor_kind actor_id did thing_kind thing_id before after prev_hash hash".split()
Read = Callable[[Any], Any]


class Sealed(NamedTuple):
    """A sealed event. `odd`: columns that hold what this program never writes there, and are read as they are."""

    clinic_id: uuid.UUID
    id: uuid.UUID
    seq: int
    at: datetime
    actor_kind: str
    actor_id: str | None
    did: str
    thing_kind: str
    thing_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    prev_hash: str | None
    hash: str | None
    odd: tuple[str, ...] = ()


class Asked(NamedTuple):
    """Which sealed events: of which span, about which thing, by whom, of which kind; None: any."""

    since: datetime | None = None
    until: datetime | None = None
    thing_id: str | None = None
    actor_id: str | None = None
    did: str | None = None


def events_after(session: Session, clinic_id: uuid.UUID, asked: Asked, seq: int, limit: int) -> list[AuditEventRow]:
    """Return sealed events of a clinic after a place in its chain, in its order."""
    found = select(AuditEventRow).where(AuditEventRow.clinic_id == clinic_id, col(AuditEventRow.seq) > seq)
    for name in ("thing_id", "actor_id", "did"):
        wanted = getattr(asked, name)
        found = found.where(getattr(AuditEventRow, name) == wanted) if wanted is not None else found
    found = found.where(col(AuditEventRow.at) >= asked.since) if asked.since else found
    found = found.where(col(AuditEventRow.at) < asked.until) if asked.until else found
    return list(session.exec(found.order_by(col(AuditEventRow.seq)).limit(limit)))


def sealed_events(session: Session, clinic_id: uuid.UUID | None = None) -> Iterator[Sealed]:
    """Yield every sealed event, clinic by clinic, in the order of its chain; None: of every clinic.

    SQLite stores texts, so that there each column is compared with what would be written for its value: a byte that
    was changed is found even where it leaves the value as it is. PostgreSQL stores values.
    """
    connection = session.connection()
    is_text = connection.dialect.name == "sqlite"
    columns = [getattr(AuditEventRow, name) for name in NAMES]
    found = select(*(type_coerce(column, NullType()) if is_text else column for column in columns))
    found = found.where(col(AuditEventRow.seq).is_not(None))
    found = found.where(AuditEventRow.clinic_id == clinic_id) if clinic_id else found
    in_order = found.order_by(col(AuditEventRow.clinic_id), col(AuditEventRow.seq))
    rows = connection.execute(in_order, execution_options={"yield_per": AT_ONCE})
    read = _reader(connection.dialect) if is_text else _of_values
    yield from map(read, rows)


def count_sealed(session: Session, clinic_id: uuid.UUID | None = None) -> int:
    """Return how many events are sealed; None: of every clinic."""
    found = select(func.count()).where(col(AuditEventRow.seq).is_not(None))
    return int(session.exec(found.where(AuditEventRow.clinic_id == clinic_id) if clinic_id else found).one())


def anchors(session: Session, clinic_id: uuid.UUID | None = None) -> list[AnchorRow]:
    """Return every anchor of a clinic, the first first; None: of every clinic."""
    found = select(AnchorRow).order_by(col(AnchorRow.clinic_id), col(AnchorRow.seq))
    return list(session.exec(found.where(AnchorRow.clinic_id == clinic_id) if clinic_id else found))


def last_anchors(session: Session) -> dict[uuid.UUID, tuple[datetime, int]]:
    """Return for each clinic when its latest anchor was made, and its place in the chain."""
    latest = select(AnchorRow.clinic_id, func.max(AnchorRow.at), func.max(AnchorRow.seq))
    return {clinic: (at, seq) for clinic, at, seq in session.exec(latest.group_by(col(AnchorRow.clinic_id)))}


def _of_values(row: Any) -> Sealed:
    return Sealed(*row)


def _reader(dialect: Dialect) -> Callable[[Any], Sealed]:
    """Return what makes a stored row an event, and notes the columns that are not as this program writes them."""
    columns = [(name, *_ways(name, dialect)) for name in NAMES]

    def read(row: Any) -> Sealed:
        values, odd = [], []
        for (name, reads, writes), stored in zip(columns, row, strict=True):
            try:
                value = reads(stored)
                is_odd = writes(value) != stored
            except (ValueError, TypeError, AttributeError):
                value, is_odd = stored, True
            values.append(value)
            odd += [name] if is_odd else []
        return Sealed._make([*values, tuple(odd)])

    return read


def _ways(name: str, dialect: Dialect) -> tuple[Read, Read]:
    """Return how a column is read and how it is written."""
    kind = getattr(AuditEventRow, name).type.dialect_impl(dialect)
    return kind.result_processor(dialect, None) or _plain, kind.bind_processor(dialect) or _plain


def _plain(value: Any) -> Any:
    """Return a value of a column without a type of its own. TypeError for bytes: SQLite keeps them in any column."""
    if isinstance(value, bytes):
        raise TypeError
    return value
