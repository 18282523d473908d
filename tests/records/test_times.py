"""Instants go in aware and come back in UTC, in an order that is that of time."""

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import DateTime
from sqlmodel import col, select

from triage.records import AlertRow, NaiveTime, Row, UtcDateTime, new_id, queries


def test_a_naive_time_is_not_stored(store, house):
    with pytest.raises(ValueError, match="has no offset"), store.write() as session:
        session.add_all([house.alert(opened_at=datetime(2026, 3, 2, 10)), house.event()])


def test_a_naive_time_is_not_compared(store):
    with pytest.raises(NaiveTime), store.read() as session:
        queries.due_alerts(session, now=datetime(2026, 3, 2, 10), limit=1)


def test_a_time_with_another_offset_comes_back_in_utc(store, house):
    there = datetime(2026, 3, 2, 10, 0, 0, 7, tzinfo=timezone(timedelta(hours=9)))
    with store.write() as session:
        session.add_all([house.alert(opened_at=there), house.event()])
    with store.read() as session:
        opened_at = session.exec(select(AlertRow.opened_at)).one()
    assert opened_at == there
    assert opened_at.utcoffset() == timedelta(0)


def test_times_sort_by_instant_with_and_without_microseconds(store, house, now):
    times = [now, now + timedelta(microseconds=1), now.replace(microsecond=500000), now + timedelta(seconds=1)]
    with store.write() as session:
        session.add_all([*(house.alert(opened_at=at) for at in reversed(times)), house.event()])
    with store.read() as session:
        stored = session.exec(select(AlertRow.opened_at).order_by(col(AlertRow.opened_at)))
        assert list(stored) == times
        assert session.exec(select(AlertRow).where(col(AlertRow.opened_at) > times[1])).all() != []


def test_every_time_column_refuses_naive_times():
    columns = [column for table in Row.metadata.tables.values() for column in table.columns]
    times = [column for column in columns if column.name.endswith("_at") or column.name == "at"]
    assert [str(column) for column in times if not isinstance(column.type, UtcDateTime)] == []
    assert [str(column) for column in columns if isinstance(column.type, DateTime)] == []


def test_ids_sort_by_the_time_they_were_made():
    ids = [new_id() for _ in range(1000)]
    assert sorted(ids) == ids
    assert ids[0].version == 7
