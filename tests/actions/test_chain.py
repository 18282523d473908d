"""The log's chain: whatever is changed, removed or put elsewhere by SQL is named, and the end by its anchor."""

import uuid
from typing import Any

import pytest
from sqlalchemy import text

from tests.houses import House
from triage import clock, daily
from triage.actions import audit
from triage.actions.anchors import verify_chains
from triage.actions.chain import Walked, hash_event
from triage.actions.identify import Actor
from triage.actions.turn import Turn
from triage.records import AuditEventRow, Session, chain

TEXTS = "id at actor_kind actor_id did thing_kind thing_id before after prev_hash hash".split()


@pytest.fixture
def log(house: House) -> House:
    """A house whose log has a few sealed entries of every kind of content, a day after it was begun."""
    house.later(days=1)
    turn = Turn(Actor("staff", str(uuid.uuid4()), house.clinic_id, "lead"), house.now, house.wiring.terms)
    for number in range(3):
        told = {"before": {"count": number}, "after": {"name": "after", "more": [1, 2.5, None, True, "ü"]}}
        house.do(lambda session, told=told: audit.record(session, turn, "clinic_changed", ("clinic", 1), **told))
    house.run(clock.seal)
    return house


def walked(house: House, told: dict[int, str] | None = None) -> Walked:
    outside = {house.clinic_id: told} if told else {}
    ((_, found),) = house.look(lambda session: list(verify_chains(session, None, outside)))
    return found


def last(house: House) -> chain.Sealed:
    return house.look(lambda session: list(chain.sealed_events(session)))[-1]


def run_sql(house: House, statement: str, **values: object) -> None:
    """Go past the program, as whoever has the database can."""
    with house.wiring.store.write() as session:
        session.connection().execute(text(statement), values)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", TEXTS)
def test_every_byte_of_a_row_that_is_changed_is_found_and_named(log: House, column: str) -> None:
    entry = last(log).seq
    asked = text(f"SELECT {column} FROM audit_event WHERE seq = {entry}")
    (stored,) = log.look(lambda session: session.connection().execute(asked).one())
    change = f"UPDATE audit_event SET {column} = :changed WHERE seq = {entry}"
    for place in range(len(stored)):
        run_sql(log, change, changed=stored[:place] + chr(ord(stored[place]) ^ 1) + stored[place + 1 :])
        assert any(f"entry {entry} " in fault for fault in walked(log).faults), (column, place)
    run_sql(log, change, changed=stored)
    assert walked(log).is_whole


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "change", ["upper(id)", "replace(after, ': ', ':')", "CAST(after AS BLOB)", "CAST(did AS BLOB)"]
)
def test_a_change_that_leaves_the_value_as_it_is_is_found_too(log: House, change: str) -> None:
    column, entry = ("id" if "id)" in change else "did" if "did" in change else "after"), last(log).seq
    run_sql(log, f"UPDATE audit_event SET {column} = {change} WHERE seq = {entry}")
    assert [fault for fault in walked(log).faults if f"entry {entry} was changed" in fault and column in fault]


@pytest.mark.parametrize(
    "change",
    [
        "at = '2020-01-01 00:00:00.000000'", "actor_kind = 'service'", "actor_id = NULL", "did = 'nothing'",
        "thing_kind = 'x'", "thing_id = 'x'", "before = NULL", "after = NULL", "prev_hash = 'x'", "hash = 'x'",
    ],
)  # fmt: skip
def test_every_column_that_is_changed_is_found_on_both_engines(log: House, change: str) -> None:
    entry = last(log).seq - 1
    run_sql(log, f"UPDATE audit_event SET {change} WHERE seq = {entry}")
    assert any(f"entry {entry} " in fault for fault in walked(log).faults)


def test_a_row_that_is_removed_is_missed_and_named(log: House) -> None:
    entry = last(log).seq - 1
    run_sql(log, f"DELETE FROM audit_event WHERE seq = {entry}")
    assert f"entry {entry} is missing" in walked(log).faults
    run_sql(log, f"DELETE FROM audit_event WHERE seq = {entry - 1}")
    assert f"entries {entry - 1} to {entry} are missing" in walked(log).faults


def test_two_rows_that_change_places_are_found(log: House) -> None:
    entry = last(log).seq
    for old, new in ((entry, 999), (entry - 1, entry), (999, entry - 1)):
        run_sql(log, f"UPDATE audit_event SET seq = {new} WHERE seq = {old}")
    found = " ".join(walked(log).faults)
    assert f"entry {entry} was changed" in found
    assert f"entry {entry - 1} was changed" in found


def test_the_last_row_that_is_removed_is_missed_through_the_anchor(log: House) -> None:
    log.run(daily.anchor)
    assert walked(log).anchors == 1
    entry = last(log).seq
    run_sql(log, f"DELETE FROM audit_event WHERE seq = {entry}")
    assert walked(log).faults == [f"entries {entry} to {entry} are missing at the end: an anchor tells of them"]


def test_a_log_that_is_removed_whole_is_missed_through_the_anchor(log: House) -> None:
    log.run(daily.anchor)
    run_sql(log, "DELETE FROM audit_event")
    assert not walked(log).is_whole


def test_an_operator_who_rewrites_the_chain_and_the_anchors_is_found_by_the_mail(log: House) -> None:
    entry = last(log)
    told = {entry.seq: entry.hash}
    run_sql(log, "UPDATE audit_event SET did = 'nothing' WHERE seq = 2")
    run_sql(log, "DELETE FROM anchor")

    def seal_anew(session: Session) -> None:
        run = session.connection().execute
        run(text("UPDATE audit_event SET seq = seq + 1000"))
        rows = [session.get(AuditEventRow, (event.clinic_id, event.id)) for event in chain.sealed_events(session)]
        previous = "0" * 64
        for seq, row in enumerate(filter(None, rows), 1):
            row.seq, row.prev_hash = seq, previous
            row.hash = previous = hash_event(row)
            session.add(row)

    log.do(seal_anew)
    assert walked(log).is_whole  # nobody who has only the database could tell
    assert any("the log was rewritten" in fault for fault in walked(log, told).faults)


def test_the_anchor_is_mailed_once_a_day_in_the_morning_to_the_auditor_or_else_the_lead(log: House) -> None:
    def mails() -> list[Any]:
        log.run(daily.anchor)
        log.tick()
        return [mail for mail in log.mails() if "how the log of changes ends" in mail.subject]

    (mail,) = mails()
    assert mail.to == "lead@north.example"
    (row,) = log.look(lambda session: chain.anchors(session))
    assert f"--clinic {log.clinic_id} --anchor {row.seq}:{row.hash}" in mail.text
    log.later(hours=3)
    assert len(mails()) == 1
    log.later(days=1)
    log.patient()
    log.run(clock.seal)
    assert len(mails()) == 2


def test_a_new_clinic_is_told_of_an_anchor_on_its_second_day(house: House) -> None:
    house.run(clock.seal)
    house.run(daily.anchor)
    assert house.look(lambda session: chain.anchors(session)) == []


def test_no_anchor_is_told_at_night_or_where_nothing_has_happened(log: House) -> None:
    log.wiring.moment = log.now.replace(hour=3)
    log.run(daily.anchor)
    assert log.look(lambda session: chain.anchors(session)) == []
    log.wiring.moment = log.now.replace(hour=9)
    log.run(daily.anchor)
    log.later(days=1)
    log.run(daily.anchor)
    assert len(log.look(lambda session: chain.anchors(session))) == 1


def test_two_clocks_at_once_tell_one_anchor(log: House) -> None:
    log.run(daily.anchor)
    log.run(daily.anchor)
    assert len(log.look(lambda session: chain.anchors(session))) == 1
