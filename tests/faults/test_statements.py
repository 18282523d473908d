"""Crashed before the k-th statement, for every k: each piece of work is there whole or not at all, and comes later."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from tests.faults.scene import DANGER, LEAD, PAT, Ledger, miss_a_check_in, new_key
from tests.houses import House
from triage import clock, faults
from triage.actions.checks import check_rows
from triage.records import NotificationRow, Row

MOST = 400  # statements; no piece of work has so many
Rows = dict[str, list[str]]


def rows_of(house: House) -> Rows:
    """Everything that is stored, but for the heartbeats."""
    tables = [table for table in Row.metadata.sorted_tables if table.name != "heartbeat"]
    with house.wiring.store.connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}


@pytest.fixture
def crash(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Does work again and again, crashed before its 1st, 2nd, 3rd ... statement, until it comes to its end."""

    def look(*_: object) -> None:
        faults.at("statement")

    def run(work: Callable[[], Any], after_crash: Callable[[], None]) -> int:
        for turn in range(1, MOST):
            monkeypatch.setattr(faults, "at", faults.arm(f"statement:raise:{turn}"))
            try:
                work()
                return turn - 1
            except faults.SimulatedCrash:
                monkeypatch.setattr(faults, "at", faults.arm(""))
                after_crash()
            finally:
                monkeypatch.setattr(faults, "at", faults.arm(""))
        raise AssertionError("it never came to its end")

    event.listen(Engine, "before_cursor_execute", look)
    yield run
    event.remove(Engine, "before_cursor_execute", look)


def unchanged(house: House) -> Callable[[], None]:
    before = rows_of(house)

    def check() -> None:
        now = rows_of(house)
        assert [name for name in now if now[name] != before[name]] == []

    return check


def test_a_report_is_stored_whole_or_not_at_all(house: House, crash: Callable[..., int]) -> None:
    patient, key = house.patient(gets_mail=False), new_key()
    crashes = crash(partial(house.report, patient, key, **DANGER), unchanged(house))
    assert crashes >= 15
    house.run(clock.deliver)
    Ledger(house.mailbox).check({PAT: 1})
    assert house.look(partial(check_rows, now=house.now, terms=house.wiring.terms)) == []


def test_a_miss_is_told_whole_or_not_at_all(house: House, crash: Callable[..., int]) -> None:
    move(house, miss_a_check_in(house))
    assert crash(partial(run_one_piece, house, clock.silence), unchanged(house)) >= 8
    assert [alert["kind"] for alert in house.alerts()] == ["silence"]
    house.run(clock.deliver)
    Ledger(house.mailbox).check({PAT: 1}, of_staff=True)


def test_a_step_is_taken_whole_or_not_at_all(house: House, crash: Callable[..., int]) -> None:
    house.report(house.patient(gets_mail=False), **DANGER)
    house.run(clock.deliver)
    house.later(minutes=6)
    assert crash(partial(run_one_piece, house, clock.escalate), unchanged(house)) >= 6
    house.run(clock.deliver)
    Ledger(house.mailbox).check({PAT: 1, LEAD: 1})


def test_an_answer_is_taken_whole_or_not_at_all(house: House, crash: Callable[..., int]) -> None:
    alert = house.report(house.patient(gets_mail=False), **DANGER)["alert"]["id"]
    answer = partial(house.post, f"/alerts/{alert}/acknowledge", {"epoch": 1}, house.keys["practitioner"])
    assert crash(answer, unchanged(house)) >= 5
    house.run(clock.deliver)
    Ledger(house.mailbox).check({})


def test_a_message_is_sent_until_that_is_written(house: House, crash: Callable[..., int]) -> None:
    """A crash after the send costs one more copy, under the same Message-ID, when the lease is over."""
    house.report(house.patient(gets_mail=False), **DANGER)
    unwritten = []

    def wait_for_the_lease() -> None:
        (state,) = house.look(lambda session: session.exec(select(NotificationRow.__table__.c.state)).scalars().all())
        if state == "leased" and len(house.mailbox.messages) > len(unwritten):
            unwritten.append(house.now)
        house.later(minutes=1)

    assert crash(partial(house.run, clock.deliver), wait_for_the_lease) >= 6
    assert len(unwritten) >= 3
    Ledger(house.mailbox).check({PAT: 1}, copies=len(unwritten))


def test_the_chain_is_sealed_whole_or_not_at_all(house: House, crash: Callable[..., int]) -> None:
    house.report(house.patient(gets_mail=False), **DANGER)
    assert crash(partial(house.run, clock.seal), unchanged(house)) >= 3
    assert house.look(partial(check_rows, now=house.now, terms=house.wiring.terms)) == []


def move(house: House, to: datetime) -> None:
    house.wiring.moment = to


def run_one_piece(house: House, loop: clock.Loop) -> None:
    next(loop(house.wiring, "test-clock"))()
