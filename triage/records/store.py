"""The one way to the database: a Store gives sessions, each in a transaction of its own, on SQLite or PostgreSQL."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import Connection
from sqlmodel import Session

from triage.records.guard import AuditedSession
from triage.records.wake import NOTIFY, address_of, listen, wake

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")
EVERY_CLINIC = "*"


class Limits(NamedTuple):
    """How many seconds PostgreSQL gives what this process asks, before it breaks it off; migrations have none."""

    statement_timeout: int = 30
    lock_timeout: int = 10
    idle_in_transaction_session_timeout: int = 60  # a frozen worker must not hold its rows


class Store:
    """Owns the connections to one database. One per process; close() when done.

    On SQLite every write takes the write lock at its start (else a read that turns into a write fails at once)
    and first waits its turn in the process, since SQLite's own waiting is unfair.
    """

    def __init__(self, url: str, *, pool_size: int = 16, limits: Limits | None = None) -> None:
        """ValueError for a database that is neither an SQLite file nor PostgreSQL. `limits` None: there are none."""
        self.url = read_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._turn = threading.Lock()
        self._here = threading.local()
        self._clock = address_of(str(self.url.database)) if self.is_sqlite else None
        if self.is_sqlite:
            self._writer = open_sqlite(self.url, begin="BEGIN IMMEDIATE", pool_size=1)
            self._reader = open_sqlite(self.url, begin="BEGIN", pool_size=pool_size, pragmas=("query_only=ON",))
        else:
            self._writer = open_postgresql(self.url, pool_size=pool_size, limits=limits)
            self._reader = self._writer.execution_options(postgresql_readonly=True)

    @contextmanager
    def write(self, clinic_id: uuid.UUID | None = None) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error.

        PostgreSQL shows it the rows of `clinic_id` only; None shows every clinic's.
        RuntimeError inside another write of the same thread; UnauditedChange at the end when an audit event is missing.
        """
        with self._wait_turn(), AuditedSession(self._writer, expire_on_commit=False) as session:
            with session.begin():
                self._show(session, clinic_id)
                yield session
                session.flush()
                wakes = session.info.get("wakes", False)
                if wakes and not self.is_sqlite:
                    session.execute(NOTIFY)
            if wakes:
                wake(self._clock)

    @contextmanager
    def read(self, clinic_id: uuid.UUID | None = None) -> Iterator[Session]:
        """One transaction in which the database refuses to write; what it reads on SQLite is of one moment."""
        with AuditedSession(self._reader, expire_on_commit=False, autoflush=False) as session:
            self._show(session, clinic_id)
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A bare connection that only reads, everything as of one moment, for as long as it takes."""
        if self.is_sqlite:
            with self._reader.begin() as connection:
                yield connection
            return
        with self._writer.connect() as pooled:
            connection = pooled.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                connection.execute(SHOW, {"clinic": EVERY_CLINIC})
                lift_limits(connection)
                yield connection

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A bare connection in a write transaction, past the audit guard, for as long as it takes: for migrations."""
        with self._wait_turn(), self._writer.begin() as connection:
            if not self.is_sqlite:
                connection.execute(SHOW, {"clinic": EVERY_CLINIC})
                lift_limits(connection)
            yield connection

    @contextmanager
    def rebuild(self) -> Iterator[Connection]:
        """As connect(), for migrations: on SQLite a table may be built anew while others point at it.

        The keys are looked at in the end. ValueError where one points at nothing; nothing is stored then.
        """
        if not self.is_sqlite:
            with self.connect() as connection:
                yield connection
            return
        engine = open_sqlite(self.url, begin="BEGIN IMMEDIATE", pool_size=1, pragmas=("foreign_keys=OFF",))
        try:
            with self._wait_turn(), engine.begin() as connection:
                yield connection
                if loose := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise ValueError(f"after the migration {len(loose)} rows would point at nothing: {loose[0]}")
        finally:
            engine.dispose()

    def listen(self, heard: Callable[[], None], stop: threading.Event) -> threading.Thread:
        """Call `heard` soon after something to send was committed, by any process, until `stop`; a hint, no more."""
        return listen(self.url, heard, stop)

    def ping(self) -> None:
        """Raises sqlalchemy's OperationalError when the database does not answer."""
        with self._reader.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Closes every pooled connection."""
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def _wait_turn(self) -> Iterator[None]:
        if getattr(self._here, "writing", False):
            raise RuntimeError("a write inside a write would be a second transaction: pass the session on")
        self._here.writing = True
        try:
            with self._turn if self.is_sqlite else nullcontext():
                yield
        finally:
            self._here.writing = False

    def _show(self, session: Session, clinic_id: uuid.UUID | None) -> None:
        """Begins the transaction now, and on PostgreSQL says whose rows it may see."""
        connection = session.connection()
        if not self.is_sqlite:
            connection.execute(SHOW, {"clinic": EVERY_CLINIC if clinic_id is None else str(clinic_id)})


def lift_limits(connection: Connection) -> None:
    """Lets this transaction on PostgreSQL, its commit too, take as long as it needs."""
    for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(text(f"SET LOCAL {name} = 0"))


SHOW = text("SELECT set_config('triage.clinic', :clinic, true)")


def read_url(url: str) -> URL:
    """The url with the driver that we use: plain postgres:// and postgresql:// mean psycopg 3."""
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername != "sqlite":
        raise ValueError(f"neither SQLite nor PostgreSQL: {parsed.drivername}")
    if parsed.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file: readers and the writer have connections of their own")
    return parsed


def open_postgresql(url: URL, *, pool_size: int, limits: Limits | None = None) -> Engine:
    """READ COMMITTED, no dead connection from the pool, and no value in an error: errors are logged, health is not."""
    engine = create_engine(
        url, pool_size=pool_size, pool_pre_ping=True, isolation_level="READ COMMITTED", hide_parameters=True
    )
    if limits is not None:
        event.listen(engine, "connect", partial(limit_connection, limits=limits))
    return engine


def limit_connection(connection: Any, _record: Any, limits: Limits) -> None:
    """Lets no statement, no wait for a lock and no idling with locks held go on for ever."""
    connection.autocommit = True
    for name, seconds in limits._asdict().items():
        connection.execute(f"SET {name} = '{seconds}s'")
    connection.autocommit = False


def open_sqlite(url: URL, *, begin: str, pool_size: int, pragmas: tuple[str, ...] = ()) -> Engine:
    """An engine whose transactions start with `begin`: left alone, the driver starts them too late or not at all."""
    engine = create_engine(url, pool_size=pool_size, max_overflow=-1, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (*PRAGMAS, *pragmas):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
