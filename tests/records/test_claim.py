"""Each due notification goes to one worker, and only the holder of its lease writes how it ended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from triage.records import NotificationRow, Store
from triage.records.queries import cancel_notifications, claim_notification, settle_notification

LEASE = timedelta(seconds=60)


def add(store, house, *rows):
    with store.write() as session:
        session.add_all([*rows, house.event()])


def claim(store, now, worker="w"):
    with store.write() as session:
        return claim_notification(session, channel="mail", worker=worker, now=now, lease_until=now + LEASE)


def settle(store, row, worker, **values):
    named = {"clinic_id": row.clinic_id, "notification_id": row.id, "worker": worker, "attempt": row.attempts}
    with store.write() as session:
        return settle_notification(session, **named, values=values)


def claim_all(store, now, worker):
    return [row.id for row in iter(lambda: claim(store, now, worker), None)]


def test_workers_never_get_the_same_notification(store, house, now):
    rows = [house.notification(contact=f"{number}@x.org") for number in range(40)]
    ids = sorted(row.id for row in rows)
    add(store, house, *rows)
    with ThreadPoolExecutor(4) as pool:
        claimed = [pool.submit(claim_all, store, now, f"w{number}") for number in range(4)]
        got = [one for batch in claimed for one in batch.result()]
    assert sorted(got + claim_all(store, now, "last")) == ids


def test_processes_with_stores_of_their_own_never_get_the_same(store, house, database_url, now):
    rows = [house.notification(contact=f"{number}@x.org") for number in range(20)]
    ids = sorted(row.id for row in rows)
    add(store, house, *rows)
    other = Store(database_url)
    with ThreadPoolExecutor(2) as pool:
        claimed = [pool.submit(claim_all, one, now, f"w{number}") for number, one in enumerate((store, other))]
        got = [one for batch in claimed for one in batch.result()]
    other.close()
    assert sorted(got + claim_all(store, now, "last")) == ids


def test_the_most_urgent_comes_first_and_then_the_longest_waiting(store, house, now):
    earlier = now - timedelta(hours=1)
    add(store, house, house.notification(contact="late", priority=1))
    add(store, house, house.notification(contact="early", priority=1, created_at=earlier))
    add(store, house, house.notification(contact="urgent", priority=4))
    assert [claim(store, now).contact for _ in range(3)] == ["urgent", "early", "late"]


def test_nothing_is_claimed_before_its_time(store, house, now):
    add(store, house, house.notification(not_before=now + timedelta(seconds=1)))
    assert claim(store, now) is None
    assert claim(store, now + timedelta(seconds=1)).attempts == 1


def test_a_claimed_notification_carries_its_lease(store, house, now):
    add(store, house, house.notification())
    row = claim(store, now, "w1")
    assert (row.state, row.lease_owner, row.lease_until, row.attempts) == ("leased", "w1", now + LEASE, 1)


def test_an_expired_lease_is_claimed_again(store, house, now):
    add(store, house, house.notification())
    claim(store, now, "w1")
    assert claim(store, now + LEASE, "w2") is None
    row = claim(store, now + LEASE + timedelta(microseconds=1), "w2")
    assert (row.lease_owner, row.attempts) == ("w2", 2)


def test_whoever_lost_the_lease_writes_nothing(store, house, now):
    add(store, house, house.notification())
    lost = claim(store, now, "w1")
    held = claim(store, now + 2 * LEASE, "w2")
    assert not settle(store, lost, "w1", state="sent", sent_at=now)
    assert settle(store, held, "w2", state="sent", sent_at=now)
    assert not settle(store, held, "w2", state="failed")


def test_the_same_worker_is_fenced_by_the_attempt(store, house, now):
    add(store, house, house.notification())
    first = claim(store, now, "w")
    second = claim(store, now + 2 * LEASE, "w")
    assert not settle(store, first, "w", state="sent", sent_at=now)
    assert settle(store, second, "w", state="pending", not_before=now + timedelta(hours=1))
    assert claim(store, now + timedelta(minutes=59)) is None


@pytest.mark.parametrize("epoch", [1, 2])
def test_cancelling_leaves_leased_and_later_ones_alone(store, house, now, epoch):
    alert = house.alert()
    told = {"alert_id": alert.id, "kind": "alert", "epoch": epoch}
    leased = {"state": "leased", "lease_owner": "w", "lease_until": now}
    add(store, house, alert, house.notification(**told), house.notification(**told, contact="b", **leased))
    with store.write() as session:
        named = {"clinic_id": house.clinic_id, "alert_id": alert.id}
        assert cancel_notifications(session, **named, up_to_epoch=1) == (1 if epoch == 1 else 0)
    with store.read() as session:
        states = sorted(session.exec(select(NotificationRow.state)))
    assert states == (["cancelled", "leased"] if epoch == 1 else ["leased", "pending"])
