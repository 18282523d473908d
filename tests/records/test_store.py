"""What a transaction promises on each engine."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import select

from triage.records import HeartbeatRow, PatientRow, Store
from triage.records.store import read_url


def count_up(store, times):
    for _ in range(times):
        with store.write() as session:
            session.get(HeartbeatRow, ("tick", "w"), with_for_update=True).cycles += 1


def test_an_error_after_a_flush_stores_nothing(store, now):
    def fail():
        with store.write() as session:
            session.add(HeartbeatRow(loop="tick", worker="w", at=now))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with store.read() as session:
        assert session.exec(select(HeartbeatRow)).all() == []


def test_rows_stay_readable_after_the_commit(store, house):
    with store.write() as session:
        row = session.get(PatientRow, (house.clinic_id, house.patient_id))
    assert row.reference == "P-1"


def test_a_write_inside_a_write_is_refused(store):
    with store.write(), pytest.raises(RuntimeError, match="second transaction"), store.write():
        pass
    with store.write() as session:
        assert session.exec(select(PatientRow)).all() == []


def test_a_read_session_cannot_write(store):
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"), store.read() as session:
        session.connection().execute(text("DELETE FROM heartbeat"))


def test_a_reader_does_not_wait_for_a_writer(store, house):
    with store.write() as session:
        session.get(PatientRow, (house.clinic_id, house.patient_id)).name = "Eve"
        session.add(house.event())
        session.flush()
        with store.read() as reader:
            assert reader.get(PatientRow, (house.clinic_id, house.patient_id)).name is None


def test_read_then_write_from_many_threads_loses_no_write(store, now):
    with store.write() as session:
        session.add(HeartbeatRow(loop="tick", worker="w", at=now))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, [store] * 8, [10] * 8))
    with store.read() as session:
        assert session.exec(select(HeartbeatRow.cycles)).one() == 80


@pytest.mark.usefixtures("as_shipped")
def test_sqlite_is_set_to_lose_nothing(sqlite_url):
    with closing(Store(sqlite_url)) as store, store.read() as session:
        names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        assert [session.execute(text(f"PRAGMA {name}")).scalar() for name in names] == ["wal", 2, 10000, 1]


def test_a_missing_database_does_not_answer(postgres):
    gone = postgres.create("template0")
    postgres.drop(gone)
    with closing(Store(gone)) as store, pytest.raises(OperationalError):
        store.ping()


def test_a_database_that_is_there_answers(store, database_url):
    store.ping()
    assert store.is_sqlite == database_url.startswith("sqlite")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_the_same(scheme):
    url = read_url(f"{scheme}://ada:p%40ss@db:5433/house")
    assert url.drivername == "postgresql+psycopg"
    assert (url.password, url.port, url.database) == ("p@ss", 5433, "house")


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url):
    with pytest.raises(ValueError, match=r"neither|needs a file"):
        Store(url)
