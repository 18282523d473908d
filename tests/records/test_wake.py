"""A commit that leaves something to send wakes whoever listens, at once; nothing else does, and a storm is one hint."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from triage.records import Store
from triage.records.wake import address_of, wake


class Ears:
    """Counts what is heard."""

    def __init__(self) -> None:
        self.count = 0
        self._change = threading.Condition()

    def hear(self) -> None:
        with self._change:
            self.count += 1
            self._change.notify_all()

    def wait_for(self, count: int, seconds: float = 10) -> bool:
        with self._change:
            return self._change.wait_for(lambda: self.count >= count, seconds)


@pytest.fixture
def listening(store: Store) -> Iterator[Ears]:
    ears, stop = Ears(), threading.Event()
    thread = store.listen(ears.hear, stop)
    assert ears.wait_for(1)  # what was there before it listened
    yield ears
    stop.set()
    thread.join()


def put(store: Store, *rows: object) -> None:
    with store.write() as session:
        session.add_all(rows)


def test_a_commit_with_a_message_is_heard_from_another_store(store, house, listening, database_url) -> None:
    other = Store(database_url)
    put(other, house.notification(), house.event())
    other.close()
    assert listening.wait_for(2, seconds=2)


def test_a_commit_without_one_and_one_rolled_back_are_not_heard(store, house, listening) -> None:
    put(store, house.event())
    with pytest.raises(IntegrityError):
        put(store, house.notification(), house.event(), house.notification(patient_id=house.staff_id))
    put(store, house.notification(), house.event())
    assert listening.wait_for(2)
    assert listening.count == 2


def test_a_storm_is_passed_on_as_few_hints(store, house, listening) -> None:
    def put_one(number: int) -> None:
        put(store, house.notification(contact=f"{number}@x.org"), house.event())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put_one, range(100)))
    assert listening.wait_for(2)
    assert listening.count <= 101


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_lost_connection_is_made_anew(store, house, listening, monkeypatch) -> None:
    with store.connect() as connection:
        theirs = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        assert connection.execute(text(theirs)).scalar_one()
    assert listening.wait_for(2)  # it listens again
    put(store, house.notification(), house.event())
    assert listening.wait_for(3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_need_listen_and_a_second_clock_does_without(store, house, database_url) -> None:
    put(store, house.notification(), house.event())
    first, second, stop = Ears(), Ears(), threading.Event()
    threads = [store.listen(first.hear, stop)]
    assert first.wait_for(1)
    threads.append(store.listen(second.hear, stop))
    wake(address_of(database_url.removeprefix("sqlite:///")))
    assert first.wait_for(2)
    assert second.count == 0
    stop.set()
    for thread in threads:
        thread.join()
