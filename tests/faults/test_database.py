"""C11, C12, C14 and a connection that breaks: a database that is full, read-only, away, or half migrated."""

import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from tests.faults.scene import DANGER, KILLED, PAT, Forker, Running, Scene, new_key, until
from tests.houses import House, Patient
from tests.records.test_migrations import fill_as_of_0005
from triage.clock import BEAT_EVERY
from triage.records import CheckInRow, Limits, PatientRow, Session, Store, lookups, migrate

LIMITED = ("lock_timeout", "idle_in_transaction_session_timeout")
CALM = {"symptoms": {"redness": 1}}
NOTE = "as I said before, " * 400  # so that a disk fills soon


def test_c11_a_migration_that_is_killed_has_changed_nothing_and_is_run_again(
    request: pytest.FixtureRequest, tmp_path: Path, forker: Forker, database_url: str
) -> None:
    with old_database(request, tmp_path, database_url) as url:
        environ = {"TRIAGE_DATA_DIR": str(tmp_path), "TRIAGE_DATABASE_URL": url}
        order = {"environ": environ, "log": str(tmp_path / "log"), "ahead": 0, "on_connect": []}
        before = read_all(url)
        for statement in (4, 60):
            fault = f"statement:kill:{statement}"
            pid = forker.ask(do="start", command="upgrade", fault=fault, **order)
            assert Running(forker, pid, None).wait() == KILLED
            assert migrate.current(url) == "0005"
            assert read_all(url) == before
        pid = forker.ask(do="start", command="upgrade", fault="", **order)
        assert Running(forker, pid, None).wait() == 0
        assert migrate.current(url) == migrate.head()
        assert len(read_all(url)["check_in"]) == len(before["check_in"]) == 3


@contextmanager
def old_database(request: pytest.FixtureRequest, folder: Path, database_url: str) -> Iterator[str]:
    """A database as version 0005 left it, with a clinic in it."""
    is_sqlite = database_url.startswith("sqlite")
    postgres = None if is_sqlite else request.getfixturevalue("postgres")
    url = f"sqlite:///{folder / 'old.db'}" if postgres is None else postgres.create("template0")
    ids = [f"{number:032x}" if is_sqlite else f"00000000-0000-0000-0000-{number:012x}" for number in (1, 2, 3)]
    config = migrate.read_config()
    with closing(Store(url)) as store:
        with store.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0005")
        with store.connect() as connection:
            fill_as_of_0005(connection, *ids)
    yield url
    if postgres is not None:
        postgres.drop(url)


def read_all(url: str) -> dict[str, list[str]]:
    tables = ("clinic", "patient", "episode", "check_in", "assessment", "protocol")
    with closing(Store(url)) as store, store.connect() as connection:
        return {name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}")))) for name in tables}


def report_until_refused(
    scene: Scene, web: Running, patient: Patient, most: int
) -> tuple[set[str], str, dict[str, Any]]:
    """What was accepted, and the key and body of the report that was refused."""
    accepted = set()
    for _ in range(most):
        key, body = new_key(), {"at": scene.house.now.isoformat(), **CALM, "note": NOTE}
        status, answer = scene.post(web, patient, body, key)
        if status == 503:
            return accepted, key, body
        assert status == 201
        accepted.add(answer["id"])
    raise AssertionError("nothing was refused")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_c12_on_a_full_disk_nothing_is_accepted_that_is_not_stored(scene: Scene) -> None:
    patient = scene.house.patient(gets_mail=False)
    with scene.house.wiring.store.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    full = (f"PRAGMA max_page_count={pages + 12}",)
    web, turning = scene.start("serve", on_connect=full), scene.start("clock", on_connect=full)

    accepted, key, body = report_until_refused(scene, web, patient, 100)
    assert scene.check_ins() == accepted
    assert scene.post(web, patient, body, key)[0] == 503
    turning.send(signal.SIGTERM)
    assert turning.wait() == 0  # it was alive to the end
    assert scene.faults() == []

    status, answer = scene.post(scene.start("serve"), patient, body, key)  # somebody made room
    assert status == 201
    assert scene.check_ins() == accepted | {answer["id"]}


@contextmanager
def locked(scene: Scene) -> Iterator[None]:
    """Somebody else holds what a report needs, for longer than anybody waits."""
    store = scene.house.wiring.store
    if store.is_sqlite:
        with closing(sqlite3.connect(str(store.url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with psycopg.connect(plain(scene, str(store.url.database))) as other, other.transaction():
        other.execute("LOCK TABLE check_in, heartbeat")
        yield


@contextmanager
def away(scene: Scene) -> Iterator[None]:
    """PostgreSQL has ended every connection and takes no new one."""
    name = scene.house.wiring.store.url.database
    with psycopg.connect(plain(scene, "postgres"), autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        yield
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def plain(scene: Scene, database: str) -> str:
    url = scene.house.wiring.store.url.set(drivername="postgresql", database=database)
    return url.render_as_string(hide_password=False)


TROUBLES = [
    pytest.param("sqlite", locked, id="locked"),
    pytest.param("postgresql", locked, id="locked too"),
    pytest.param("postgresql", away, id="away"),
]


@pytest.mark.parametrize(("database_url", "trouble"), TROUBLES, indirect=["database_url"])
def test_c12_a_database_that_cannot_be_written_is_told_and_comes_back(
    scene: Scene, trouble: Callable[[Scene], Any]
) -> None:
    patient, key = scene.house.patient(gets_mail=False), new_key()
    body = {"at": scene.house.now.isoformat(), **DANGER}
    is_sqlite = scene.house.wiring.store.is_sqlite
    impatient = ("PRAGMA busy_timeout=100",) if is_sqlite else ("SET lock_timeout = 100", "COMMIT")
    web, turning = (scene.start(name, on_connect=impatient) for name in ("serve", "clock"))
    ends = time.monotonic() + 1.2 * BEAT_EVERY.total_seconds()  # so that the clock cannot write its heartbeat either
    with trouble(scene):
        while time.monotonic() < ends:
            assert scene.post(web, patient, body, key)[0] == 503
    assert scene.check_ins() == set()

    status, answer = until(lambda: post_again(scene, web, patient, body, key))
    assert (status, scene.check_ins()) == (201, {answer["id"]})
    until(lambda: scene.states() == {"sent": 1})
    scene.ledger.check({PAT: 1})
    turning.send(signal.SIGTERM)
    assert turning.wait() == 0


def post_again(scene: Scene, web: Running, patient: Patient, body: dict[str, Any], key: str) -> Any:
    status, answer = scene.post(web, patient, body, key)
    return (status, answer) if status != 503 else None


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_connection_that_breaks_during_the_commit_leaves_one_report(
    house: House, monkeypatch: pytest.MonkeyPatch, is_stored: bool
) -> None:
    """Whether the commit came through is not known to us: 503, and the same key finds out."""
    patient, key = house.patient(gets_mail=False), new_key()
    dialect = house.wiring.store._writer.dialect
    commit = dialect.do_commit

    def break_off(connection: Any) -> None:
        if is_stored:
            commit(connection)
        monkeypatch.undo()
        raise OperationalError("COMMIT", {}, Exception("the connection is gone"))

    monkeypatch.setattr(dialect, "do_commit", break_off)
    body, heads = {"at": house.now.isoformat(), **DANGER}, {"Idempotency_Key": key}
    assert house.call("POST", "/check-ins", body, patient.token, **heads).status_code == 503
    assert house.look(lambda session: lookups.count_of(session, CheckInRow)) == int(is_stored)

    assert house.call("POST", "/check-ins", body, patient.token, **heads).status_code == 201
    assert house.look(lambda session: lookups.count_of(session, CheckInRow)) == 1
    assert len(house.alerts()) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_38_of_two_that_block_each_other_one_begins_again_and_both_come_through(house: House) -> None:
    patients = [house.patient(gets_mail=False).id for _ in range(2)]
    met, tries = threading.Barrier(2), Counter[int]()

    def change(session: Session, number: int) -> None:
        tries[number] += 1
        connection = session.connection()
        connection.exec_driver_sql("SET LOCAL deadlock_timeout = 20")
        for turn, patient in enumerate(patients if number == 0 else reversed(patients)):
            if turn == 1 and tries[number] == 1:
                met.wait(10)
            named = {"phone": f"{number}", "id": patient}
            connection.execute(text("UPDATE patient SET phone = coalesce(phone, '') || :phone WHERE id = :id"), named)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(house.do, partial(change, number=number)) for number in range(2)]:
            done.result(20)
    assert sorted(tries.values()) == [1, 2]
    phones = house.look(lambda session: session.exec(select(PatientRow.phone)).all())
    assert {"".join(sorted(phone)) for phone in phones} == {"01"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_transaction_waits_or_is_waited_for_without_end(database_url: str) -> None:
    with closing(Store(database_url, limits=Limits())) as store, store.write() as session:
        found = {name: session.connection().exec_driver_sql(f"SHOW {name}").scalar_one() for name in LIMITED}
    assert "0" not in found.values()


@pytest.mark.usefixtures("as_shipped")
def test_c14_every_connection_that_writes_waits_for_the_disk(store: Store, database_url: str) -> None:
    """FULL: the log of SQLite is on the disk before a commit returns; on PostgreSQL it is the server's default."""
    found = []

    def note(raw: Any, *_: Any) -> None:
        with closing(raw.cursor()) as cursor:
            cursor.execute("PRAGMA synchronous" if store.is_sqlite else "SHOW synchronous_commit")
            found.append(cursor.fetchone()[0])
        raw.rollback()

    event.listen(Engine, "checkout", note)
    try:
        with store.write(), store.read():
            pass
        with store.connect(), closing(Store(database_url)) as other, other.read():
            pass
        with store.rebuild():
            pass
    finally:
        event.remove(Engine, "checkout", note)
    assert len(found) == 5
    assert set(found) == {2 if store.is_sqlite else "on"}
