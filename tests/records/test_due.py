"""Finding what is due, and that it stays cheap however much is not."""

import re
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import event, text
from sqlmodel import select

from triage.records import AlertRow, EpisodeRow, ExpectationRow, NotificationRow, lookups, queries

MANY = 3000
SEARCHES = {
    "ix_notification_claim": lambda s, now: queries.claim_notification(
        s, channel="mail", worker="w", now=now, lease_until=now
    ),
    "ix_alert_next_action_at": lambda s, now: queries.due_alerts(s, now=now, limit=100),
    "ix_expectation_alert_at": lambda s, now: queries.overdue_expectations(s, now=now, limit=100),
    "ix_expectation_due_at": lambda s, now: queries.expectations_to_ask(s, now=now, limit=100),
    "ix_expectation_remind_at": lambda s, now: queries.reminders_due(s, now=now, limit=100),
    "ix_expectation_raise_at": lambda s, now: queries.silences_to_raise(s, now=now, limit=100),
    "ix_audit_event_unsealed": lambda s, now: queries.clinics_with_unsealed(s),
    "ix_episode_finished": lambda s, now: lookups.finished_episodes(s, now - timedelta(days=90), 50),
}


def add(store, house, *rows):
    with store.write() as session:
        session.add_all([*rows, house.event()])


def read(store, question, now):
    with store.write() as session:
        return question(session, now=now, limit=10)


def fill(store, house):
    """Much that is over, much that is not due yet; a row of each kind that is."""
    after = house.now + timedelta(days=1)
    over = {"state": "resolved", "dedup_key": None, "next_action": None, "next_action_at": None, "resolved_at": after}
    made = {AlertRow: [], NotificationRow: [], ExpectationRow: [], EpisodeRow: [], type(house.event()): []}
    for number in range(MANY):
        made[AlertRow].append(house.alert(**(over if number else {})))
        sent = {"state": "sent", "sent_at": after} if number else {}
        made[NotificationRow].append(house.notification(contact=str(number), **sent))
        made[ExpectationRow].append(
            house.expectation(**({"state": "superseded", "settled_at": after} if number else {}))
        )
        stay = {"opened_at": house.now, "last_procedure_at": house.now}
        closed = {"closed_at": after} if number else {}
        made[EpisodeRow].append(EpisodeRow(clinic_id=house.clinic_id, patient_id=house.patient_id, **stay, **closed))
        made[type(house.event())].append(house.event(seq=number or None))
    with store.connect() as connection:
        for table, rows in made.items():
            connection.execute(table.__table__.insert(), [row.model_dump() for row in rows])
    with store.connect() as connection:
        connection.execute(text("ANALYZE"))
        if not store.is_sqlite:
            connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk"))


def plan_of(store, search, now):
    """The plan of the first statement that the search sends; on PostgreSQL for any parameters, as an ordinary role."""
    sent = []
    with store.write() as session:
        if not store.is_sqlite:
            session.connection().exec_driver_sql("SET LOCAL ROLE clerk")
        listen = (session.connection(), "before_cursor_execute", lambda *seen: sent.append(seen[2:4]))
        event.listen(*listen)
        search(session, now)
        event.remove(*listen)
        statement, parameters = sent[0]
        if store.is_sqlite:
            rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return "\n".join(str(row) for row in rows)
        number = count(1)
        numbered = re.sub(r"%\(\w+\)s", lambda _: f"${next(number)}", statement)
        cursor = session.connection().connection.cursor()
        cursor.execute(f"EXPLAIN (GENERIC_PLAN) {numbered}")
        return "\n".join(row[0] for row in cursor)


def test_each_search_uses_its_partial_index(store, house):
    fill(store, house)
    plans = {index: plan_of(store, search, house.now) for index, search in SEARCHES.items()}
    assert {index: plan for index, plan in plans.items() if index not in plan} == {}


def test_due_alerts_come_longest_overdue_first(store, house, now):
    times = [now - timedelta(hours=1), now, now + timedelta(seconds=1)]
    alerts = [house.alert(next_action_at=at) for at in times]
    keys = [(alert.clinic_id, alert.id) for alert in alerts]
    add(store, house, *reversed(alerts))
    assert read(store, queries.due_alerts, now) == keys[:2]


def test_an_expectation_is_asked_for_once_and_then_missed(store, house, now):
    add(store, house, house.expectation())
    assert len(read(store, queries.expectations_to_ask, now)) == 1
    with store.write() as session:
        session.exec(select(ExpectationRow)).one().asked_at = now
        session.add(house.event())
    assert read(store, queries.expectations_to_ask, now) == []
    assert read(store, queries.overdue_expectations, now) == []
    assert len(read(store, queries.overdue_expectations, now + timedelta(hours=6))) == 1


def test_a_settled_expectation_is_never_due(store, house, now):
    add(store, house, house.expectation(state="superseded", settled_at=now))
    later = now + timedelta(days=9)
    assert read(store, queries.expectations_to_ask, later) == read(store, queries.overdue_expectations, later) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_one_clock_works_on_is_locked(store, house, now):
    add(store, house, house.expectation())
    with store.write() as session:
        (key,) = queries.expectations_to_ask(session, now=now, limit=1)
        assert lookups.waiting_for_update(session, *key) is not None
        with store._writer.connect() as other:
            free = "SELECT count(*) FROM (SELECT 1 FROM expectation FOR UPDATE SKIP LOCKED) AS free"
            assert other.execute(text(free)).scalar() == 0


def test_events_are_sealed_in_the_order_of_time(store, house, other_house, now):
    early = house.event(at=now - timedelta(hours=1), did="first")
    with store.write() as session:
        session.add(early)
    with store.read() as session:
        waiting = queries.unsealed_events(session, clinic_id=house.clinic_id, limit=10)
        assert [row.did for row in waiting] == ["first", "tried"]
        assert queries.last_sealed(session, clinic_id=house.clinic_id) is None
        assert set(queries.clinics_with_unsealed(session)) == {house.clinic_id, other_house.clinic_id}


def test_the_end_of_the_chain_is_the_highest_number(store, house):
    with store.write() as session:
        session.add_all([house.event(seq=1), house.event(seq=2)])
    with store.read() as session:
        assert queries.last_sealed(session, clinic_id=house.clinic_id).seq == 2
        assert len(queries.unsealed_events(session, clinic_id=house.clinic_id, limit=10)) == 1


def test_a_closed_episode_is_no_obstacle_to_another(store, house, now):
    stay = {"patient_id": house.patient_id, "opened_at": now, "last_procedure_at": now}
    add(store, house, EpisodeRow(clinic_id=house.clinic_id, **stay))
    with store.read() as session:
        assert len(session.exec(select(EpisodeRow)).all()) == 2
