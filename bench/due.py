"""Finding the 100 that are due among 1,000,000 open expectations, 1,000,000 episodes and 100,000 open alerts.

`python -m bench.due [--engine both|sqlite|postgresql]`; prints, as a Markdown table, each search's time inside the
database.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, insert, literal, literal_column, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from bench.storm.__main__ import postgresql
from tests.records.test_due import SEARCHES
from triage.records import AlertRow, AuditEventRow, EpisodeRow, ExpectationRow, NotificationRow, Store, migrate
from triage.records.store import open_sqlite

DUE, RUNS = 100, 300
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLINIC, PATIENT = uuid.UUID(int=1), uuid.UUID(int=2)
MILLION, MANY = 1_000_000, 100_000
SERIES = {
    True: "CREATE TEMP TABLE series AS WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {0}) "
    "SELECT n FROM s",
    False: "CREATE TEMP TABLE series AS SELECT generate_series(1, {0}) AS n",
}
ID = {True: "printf('%032x', n + {0})", False: "lpad(to_hex(n + {0}), 32, '0')::uuid"}
# The first hundred at NOW, each other one some seconds after the one before it; both moved by seconds.
AT = {
    True: "strftime('%Y-%m-%d %H:%M:%S.000000', '2026-06-01 12:00:00', (max(0, n - 100) + {0}) || ' seconds')",
    False: "timestamptz '2026-06-01 12:00:00Z' + (greatest(0, n - 100) + {0}) * interval '1 second'",
}
TEXT = dict.fromkeys((True, False), "CAST(n AS varchar)")
DAY = 86_400


def rows(is_sqlite: bool) -> Iterator[tuple[Any, int, dict[str, str]]]:
    """Yield a row of each table, how many of it, and the SQL of the columns that differ from row to row.

    The first hundred episodes are finished and nobody's: what is expected or open belongs to those after them.
    """
    own: dict[str, Any] = {"clinic_id": CLINIC, "patient_id": PATIENT}
    number, at, name = ID[is_sqlite].format, AT[is_sqlite].format, TEXT[is_sqlite]
    stay = {"opened_at": NOW, "last_procedure_at": NOW}
    its = {"id": number(0), "patient_id": number(0), "last_procedure_at": at(-90 * DAY - 1)}
    yield EpisodeRow(**own, **stay), MILLION, its
    asks = {**own, "episode_id": PATIENT, "due_at": NOW, "alert_at": NOW}
    its = {"id": number(0), "episode_id": number(DUE)}
    yield ExpectationRow(**asks), MILLION, its | {"due_at": at(0), "alert_at": at(0)}
    asked = ExpectationRow(**asks, asked_at=NOW, sent_at=NOW, remind_at=NOW)
    its = {"id": number(2 * MILLION), "episode_id": number(2 * MILLION)}
    yield asked, MANY, its | {"due_at": at(-DAY), "remind_at": at(0), "alert_at": at(DAY)}
    missed = ExpectationRow(**asks, state="missed", settled_at=NOW, silence="no_report", raise_at=NOW)
    yield missed, MANY, {"id": number(3 * MILLION), "episode_id": number(DUE), "raise_at": at(0)}
    timer = {"next_action": "step", "next_action_at": NOW, "opened_at": NOW, "epoch_at": NOW}
    alert = AlertRow(**own, episode_id=PATIENT, kind="report", dedup_key="x", urgency=3, **timer)
    its = {"id": number(0), "episode_id": number(DUE), "dedup_key": name, "next_action_at": at(0)}
    yield alert, MANY, its
    told = NotificationRow(**own, kind="reply", channel="email", contact="x", not_before=NOW, created_at=NOW)
    yield told, MANY, {"id": number(0), "contact": name, "not_before": at(0)}
    said = {"actor_kind": "service", "did": "tried", "thing_kind": "bench", "thing_id": "1"}
    yield AuditEventRow(clinic_id=CLINIC, at=NOW, **said), DUE, {"id": number(0)}


def fill(store: Store) -> None:
    """Write the rows in bulk, past keys that point at rows that are not there."""
    engine = open_sqlite(store.url, begin="BEGIN", pool_size=1, pragmas=("foreign_keys=OFF", "synchronous=OFF"))
    with engine.begin() if store.is_sqlite else store.connect() as connection:
        if not store.is_sqlite:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for row, number, counted in rows(store.is_sqlite):
            connection.execute(text("DROP TABLE IF EXISTS series"))
            connection.execute(text(SERIES[store.is_sqlite].format(number)))
            _copy(connection, row, counted)
    engine.dispose()
    with store.connect() as connection:
        connection.execute(text("ANALYZE"))


def _copy(connection: Connection, row: Any, counted: dict[str, str]) -> None:
    columns = {
        column.name: literal_column(counted[column.name])
        if column.name in counted
        else literal(getattr(row, column.name), column.type)
        for column in row.__table__.c
    }
    source = select(*columns.values()).select_from(text("series"))
    connection.execute(insert(row.__table__).from_select(list(columns), source))


def statement_of(store: Store, search: Callable[..., Any]) -> tuple[str, Any, int]:
    """Return the first statement that a search sends, its parameters, and how much it finds."""
    sent: list[tuple[str, Any]] = []
    with store.read() if store.is_sqlite else store.write() as session:
        connection = session.connection()
        listen = (connection, "before_cursor_execute", lambda *seen: sent.append((seen[2], seen[3])))
        event.listen(*listen)
        try:
            found = search(session, NOW)
        except DBAPIError:  # the reader of SQLite refuses the lease that follows
            found = None
        event.remove(*listen)
        session.rollback()
    return *sent[0], len(found) if isinstance(found, list) else 1


def time_in_sqlite(store: Store, statement: str, parameters: Any) -> list[float]:
    """Return milliseconds from the statement to its last row, run after run."""
    took = []
    with closing(sqlite3.connect(str(store.url.database))) as connection:
        for _ in range(RUNS):
            start = time.perf_counter()
            connection.execute(statement, parameters).fetchall()
            took.append((time.perf_counter() - start) * 1e3)
    return took


def time_in_postgresql(store: Store, statement: str, parameters: Any) -> list[float]:
    """Return milliseconds of planning and execution as the server measures them."""
    took = []
    with store.connect() as connection:
        for _ in range(RUNS):
            plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", parameters)
            (told,) = plan.scalar_one()
            took.append(told["Planning Time"] + told["Execution Time"])
    return took


def measure(engine: str, url: str) -> None:
    """Fill an empty database and print a line for each search."""
    migrate.upgrade(url)
    with closing(Store(url)) as store:
        start = time.monotonic()
        fill(store)
        print(f"\n{engine}, filled in {time.monotonic() - start:.0f} s\n")
        print("| search, by its index | found | median ms | p99 ms |\n|---|--:|--:|--:|")
        for index, search in SEARCHES.items():
            statement, parameters, found = statement_of(store, search)
            timing = time_in_sqlite if store.is_sqlite else time_in_postgresql
            cuts = statistics.quantiles(timing(store, statement, parameters), n=100)
            print(f"| {index} | {found} | {cuts[49]:.3f} | {cuts[98]:.3f} |", flush=True)


def main() -> None:
    """Measure on one engine or on both."""
    options = argparse.ArgumentParser(prog="python -m bench.due")
    options.add_argument("--engine", choices=("both", "sqlite", "postgresql"), default="both")
    chosen = options.parse_args().engine
    if chosen != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            measure("SQLite", f"sqlite:///{Path(folder) / 'due.sqlite3'}")
    if chosen != "sqlite":
        with postgresql() as url:
            measure("PostgreSQL", url)


if __name__ == "__main__":
    main()
