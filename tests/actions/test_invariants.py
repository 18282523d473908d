"""Every invariant is broken on purpose and is noticed (fault test 52): whole, and by the look that the clock takes.

Where the tables make a breach impossible, the test first takes the table's walls away (`strip`): its checks, keys and
unique indexes. What is found then would mean a bad disk, a hand in the database, or a migration gone wrong.
"""

import uuid
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import event, text
from sqlmodel import select

from tests.houses import House
from triage import clock
from triage.records import (
    AlertRow,
    AppointmentRow,
    AssessmentRow,
    AuditEventRow,
    CheckInRow,
    DeliveryRow,
    EpisodeRow,
    ExpectationRow,
    KeptReportRow,
    NotificationRow,
    PhotoRow,
    ProtocolRow,
    Store,
    invariants,
    new_id,
)
from triage.records.breach import Scope

LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00Z")
DANGER = {"symptoms": {"redness": 3}, "signs": ["spreading_redness"]}


def strip(store: Store, table: str) -> None:
    """Take away a table's checks, keys and unique indexes, and keep its rows."""
    if not store.is_sqlite:
        with store.connect() as connection:
            named = "SELECT conname FROM pg_constraint WHERE conrelid = :table ::regclass AND contype <> 'n'"
            for name in list(connection.execute(text(named), {"table": table}).scalars()):
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name} CASCADE"))
            unique = "SELECT indexname FROM pg_indexes WHERE tablename = :table AND indexdef LIKE 'CREATE UNIQUE%'"
            for name in list(connection.execute(text(unique), {"table": table}).scalars()):
                connection.execute(text(f"DROP INDEX {name}"))
        return
    with store._writer.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("ROLLBACK") if raw.in_transaction else None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute(f"CREATE TABLE bare AS SELECT * FROM {table}")
        raw.execute(f"DROP TABLE {table}")
        raw.execute(f"ALTER TABLE bare RENAME TO {table}")
        event.listen(store._writer, "checkout", lambda own, *_: own.execute("PRAGMA foreign_keys = OFF").close())


def alert(house: House) -> AlertRow:
    return newest(house, AlertRow, kind="report")


def change(house: House, row: object, **values: object) -> None:
    """Write past the audit guard, as a hand in the database would."""
    table = type(row).__table__
    with house.wiring.store.connect() as connection:
        found = (table.c.clinic_id == row.clinic_id) & (table.c.id == row.id)
        assert connection.execute(table.update().where(found).values(**values)).rowcount == 1


def add(house: House, row: object) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(type(row).__table__.insert(), row.model_dump())


def newest(house: House, table: type, **values: object) -> object:
    rows = select(table).filter_by(**values).order_by(table.id.desc())
    return house.look(lambda session: session.exec(rows).first())


def lack_timer(house: House) -> None:
    strip(house.wiring.store, "alert")
    change(house, alert(house), next_action_at=None)


def have_anothers_timer(house: House) -> None:
    strip(house.wiring.store, "alert")
    change(house, alert(house), next_action="ack_timeout")


def stop_the_clock(house: House) -> None:
    house.later(minutes=21)  # a step of an urgent alert takes 15


def break_a_promise(house: House) -> None:
    change(house, alert(house), promise="running", promised_at=house.now - timedelta(minutes=6))


def double(house: House) -> None:
    add(house, AlertRow(**(alert(house).model_dump() | {"id": new_id(), "dedup_key": "another"})))


def double_the_key(house: House) -> None:
    strip(house.wiring.store, "alert")
    add(house, AlertRow(**(alert(house).model_dump() | {"id": new_id(), "episode_id": None})))


def tell_nobody(house: House) -> None:
    with house.wiring.store.connect() as connection:
        for table in ("delivery", "ack_token", "notification"):
            connection.execute(text(f"DELETE FROM {table}"))


def tell_ahead(house: House) -> None:
    first = newest(house, NotificationRow, kind="alert")
    add(house, NotificationRow(**(first.model_dump() | {"id": new_id(), "step": 2, "attempts": 0})))


def move_unseen(house: House) -> None:
    change(house, alert(house), state="acked", owner_id=newest(house, NotificationRow, kind="alert").staff_id,
           acked_at=house.now, next_action="ack_timeout")  # fmt: skip


def lose_the_epoch(house: House) -> None:
    house.later(minutes=1)
    house.report(house.ill, signs=["breathing_trouble"])  # worse: epoch 2
    change(house, alert(house), epoch=1)


def lose_the_version(house: House) -> None:
    house.later(minutes=1)
    house.report(house.ill, signs=["breathing_trouble"])
    change(house, alert(house), version=1)


def leave_resolved(house: House) -> None:
    due = alert(house).next_action_at
    answer(house, "resolve", outcome="other")
    change(house, alert(house), state="open", dedup_key="x", resolved_at=None, next_action="step", next_action_at=due)


def close_by_nobody(house: House) -> None:
    answer(house, "resolve", outcome="other")
    change(house, alert(house), resolved_by=None, acked_at=None)


def answer(house: House, verb: str, **values: str) -> None:
    row = alert(house)
    done = house.post(f"/alerts/{row.id}/{verb}", {"epoch": row.epoch, **values}, house.keys["practitioner"])
    assert done.status_code == 200, done.json


def leave_unsent(house: House) -> None:
    waiting = house.report(house.patient(), **DANGER)["alert"]["id"]
    row = newest(house, NotificationRow, kind="alert", alert_id=uuid.UUID(waiting))
    change(house, row, not_before=house.now - timedelta(minutes=6))


def freeze_a_worker(house: House) -> None:
    late = house.now - timedelta(minutes=6)
    row = newest(house, NotificationRow, kind="alert")
    change(house, row, state="leased", sent_at=None, lease_owner="w", lease_until=late)


def tell_after_the_answer(house: House) -> None:
    house.later(minutes=1)
    answer(house, "acknowledge")
    sent = newest(house, DeliveryRow, result="sent", notification_id=newest(house, NotificationRow, kind="alert").id)
    change(house, sent, started_at=house.now + timedelta(minutes=1), finished_at=house.now + timedelta(minutes=1))


def wait_after_the_answer(house: House) -> None:
    answer(house, "acknowledge")
    change(house, newest(house, NotificationRow, kind="alert"), state="pending", attempts=0)


def send_without_attempt(house: House) -> None:
    row = newest(house, NotificationRow, kind="alert")
    with house.wiring.store.connect() as connection:
        connection.execute(text("DELETE FROM delivery"))
    assert row.state == "sent"


def unsend(house: House) -> None:
    change(house, newest(house, NotificationRow, kind="alert"), state="pending", not_before=house.now)


def forget_attempts(house: House) -> None:
    change(house, newest(house, NotificationRow, kind="alert"), attempts=0)


def leave_unjudged(house: House) -> None:
    change(house, newest(house, AssessmentRow), replaced_at=house.now)


def lose_the_alert(house: House) -> None:
    change(house, alert(house), kind="service")


def lose_a_refused_report(house: House) -> None:
    add(house, KeptReportRow(clinic_id=house.clinic_id, received_at=house.now, actor_kind="key", raw="{}"))


def overlook_silence(house: House) -> None:
    house.wiring.moment = newest(house, ExpectationRow, state="waiting").alert_at + timedelta(minutes=6)


def ask_nobody(house: House) -> None:
    house.wiring.moment = newest(house, ExpectationRow, state="waiting").due_at + timedelta(minutes=6)


def wait_for_nothing(house: House) -> None:
    change(house, newest(house, EpisodeRow), closed_at=house.now)


def leave_unsealed(house: House) -> None:
    change(house, newest(house, AuditEventRow), seq=None, at=house.now - timedelta(minutes=6))


def tear_the_chain(house: House) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(text("DELETE FROM audit_event WHERE seq = 2"))


def point_elsewhere(house: House) -> None:
    other = house.open({"name": "South", "lead_email": "lead@south.example"})
    strip(house.wiring.store, "check_in")
    change(house, newest(house, CheckInRow), clinic_id=uuid.UUID(other["clinic"]["id"]))


def keep_jobs(house: House) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(text("CREATE TABLE apscheduler_jobs (id VARCHAR, next_run_time FLOAT)"))


def take_effect_unseen(house: House) -> None:
    late = house.now - timedelta(minutes=6)
    strip(house.wiring.store, "protocol")
    change(house, newest(house, ProtocolRow), took_effect_at=None, effective_from=late)


def publish_by_nobody(house: House) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(text("UPDATE audit_event SET did = 'x' WHERE did = 'protocol_published'"))


def judge_by_nothing(house: House) -> None:
    change(house, newest(house, EpisodeRow), protocol_digest="0" * 64)


def leave_a_photo_unread(house: House) -> None:
    whose = newest(house, EpisodeRow)
    photo = PhotoRow(
        clinic_id=whose.clinic_id,
        patient_id=whose.patient_id,
        episode_id=whose.id,
        pose="top",
        digest="0" * 64,
        size=1,
        width=1,
        height=1,
        source="patient",
        received_at=house.now,
    )
    add(house, photo)


def look_at_no_session(house: House) -> None:
    whose = newest(house, EpisodeRow)
    late = house.now - timedelta(minutes=6)
    named = {"clinic_id": whose.clinic_id, "patient_id": whose.patient_id, "made_by": "x"}
    add(house, AppointmentRow(**named, at=late + timedelta(days=1), made_at=late, look_at=late))


# Those that take walls away, or leave the clock behind, come last: the house is the same for all.
FAULTS = [
    ("promise_overdue", break_a_promise),
    ("doubled", double),
    ("step_untold", tell_nobody),
    ("told_unentered", tell_ahead),
    ("unlogged", move_unseen),
    ("went_back", lose_the_epoch),
    ("went_back", lose_the_version),
    ("resolved_left", leave_resolved),
    ("closed_by_nobody", close_by_nobody),
    ("notification_overdue", leave_unsent),
    ("lease_overdue", freeze_a_worker),
    ("told_after_answer", tell_after_the_answer),
    ("told_after_answer", wait_after_the_answer),
    ("sent_untried", send_without_attempt),
    ("sent_undone", unsend),
    ("sent_undone", forget_attempts),
    ("unassessed", leave_unjudged),
    ("alert_missing", lose_the_alert),
    ("kept_untold", lose_a_refused_report),
    ("closed_waiting", wait_for_nothing),
    ("unqueued", leave_a_photo_unread),
    ("unsealed", leave_unsealed),
    ("seq_gap", tear_the_chain),
    ("timer_elsewhere", keep_jobs),
    ("rules_unapproved", publish_by_nobody),
    ("rules_missing", judge_by_nothing),
    ("rules_unnoted", take_effect_unseen),
    ("untimed", lack_timer),
    ("untimed", have_anothers_timer),
    ("doubled", double_the_key),
    ("points_elsewhere", point_elsewhere),
    ("timer_overdue", stop_the_clock),
    ("ask_overdue", ask_nobody),
    ("silence_overdue", overlook_silence),
    ("look_overdue", look_at_no_session),
]


def found(house: House, since: datetime | None = None) -> Counter[str]:
    told = house.look(lambda session: list(invariants.broken(session, now=house.now, since=since)))
    return Counter(breach.name for breach in told)


def count(house: House, name: str, since: datetime | None = None) -> int:
    """Return how many rows break an invariant, by the checks of its group."""
    checks = next(group.CHECKS for group in invariants.GROUPS if name in group.NAMES)
    scope = Scope(house.now, since)
    told = house.look(lambda session: [breach for check in checks for breach in check(session, scope)])
    return sum(breach.name == name for breach in told)


def tell_of_a_danger(house: House) -> None:
    """Let another patient report a danger, and the clock tell of it."""
    house.ill = house.patient()
    house.report(house.ill, **DANGER)
    for loop in (clock.deliver, clock.seal):
        house.run(loop)


def test_each_breach_is_noticed_by_the_whole_look_and_by_that_of_the_clock(house: House) -> None:
    for name, fault in FAULTS:
        tell_of_a_danger(house)
        before = count(house, name), count(house, name, LONG_AGO)
        fault(house)
        assert count(house, name) > before[0], fault.__name__
        assert count(house, name, LONG_AGO) > before[1], fault.__name__


def test_each_invariant_is_broken_by_a_test() -> None:
    assert {name for name, _ in FAULTS} == set(invariants.NAMES)


def test_a_ladder_climbed_acknowledged_and_closed_breaks_nothing(house: House) -> None:
    tell_of_a_danger(house)
    assert not found(house)
    house.later(minutes=15)
    house.tick()
    assert not found(house)
    answer(house, "acknowledge")
    answer(house, "resolve", outcome="other")
    house.tick()
    assert not found(house)
    assert not found(house, LONG_AGO)


def test_what_is_older_than_asked_for_is_not_read_and_no_more_is_told_than_asked_for(house: House) -> None:
    tell_of_a_danger(house)
    leave_unjudged(house)
    lose_a_refused_report(house)
    lose_a_refused_report(house)
    assert not found(house, datetime.fromisoformat("2100-01-01T00:00:00Z"))
    told = house.look(lambda session: list(invariants.broken(session, now=house.now, most=1)))
    assert sorted(breach.name for breach in told) == ["kept_untold", "unassessed"]
