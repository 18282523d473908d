"""What makes the databases of a test cheap: statements compiled once for all stores, and no waiting for the disk.

SQLAlchemy keeps what it has compiled for each engine apart, and nearly every test opens engines of its own: a fifth of
its time went there. All engines of one kind are made alike (triage/records/store.py), so that a statement reads the
same on each.
"""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Connection

from triage.records import store

AS_SHIPPED = store.PRAGMAS
COMPILED: dict[Any, Any] = {}


def share_compiled_statements() -> None:
    """Let every engine, from now on, find what another one of its kind has compiled."""
    for kind in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        kind.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
        kind.__hash__ = lambda one: hash(type(one))  # type: ignore[assignment,method-assign]
        kind._type_memos = WeakKeyDictionary()  # type: ignore[assignment,method-assign]
    event.listen(Engine, "engine_connect", look_there)


def look_there(connection: Connection) -> None:
    connection.execution_options(compiled_cache=COMPILED)


def spare_the_disk() -> None:
    """Let SQLite hand its pages to the system and go on, as fsync = off does on PostgreSQL; in this process only."""
    store.PRAGMAS = (*(pragma for pragma in AS_SHIPPED if not pragma.startswith("synchronous=")), "synchronous=OFF")
