"""Posts due are shared out among workers: each to one, and no endpoint gets more than its share at a time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from sqlalchemy import event, text
from sqlmodel import select

from triage.records import WebhookDeliveryRow, WebhookEndpointRow, WebhookEventRow, new_id, webhook_queries
from triage.records.webhook_queries import MOST_IN_FLIGHT, Lease, claim_delivery, endpoints_with_work, settle_delivery

LEASE = timedelta(seconds=30)
ENOUGH = 200


def endpoint(house: Any, **changes: Any) -> WebhookEndpointRow:
    legal = {"url": "https://x.example", "secrets": [], "made_at": house.now, "made_by": "x"}
    return WebhookEndpointRow(clinic_id=house.clinic_id, id=new_id(), **(legal | changes))


def deliveries(house: Any, to: WebhookEndpointRow, count: int, **changes: Any) -> list[Any]:
    events = [
        WebhookEventRow(clinic_id=house.clinic_id, id=new_id(), type="t", at=house.now, payload={})
        for _ in range(count)
    ]
    legal = {"not_before": house.now, "made_at": house.now, "endpoint_id": to.id}
    rows = [
        WebhookDeliveryRow(clinic_id=house.clinic_id, id=new_id(), event_id=one.id, **(legal | changes))
        for one in events
    ]
    return [*events, *rows]


def add(store, house, *rows):
    with store.write() as session:
        session.add_all([*rows, house.event()])


def work(store, now, worker):
    """Claim whatever there is, and settle it; return what was claimed."""
    done = []
    for _ in range(ENOUGH):
        with store.read() as session:
            keys = endpoints_with_work(session, failing=False, now=now, limit=4)
        if not keys:
            return done
        for key in keys:
            with store.write() as session:
                row = claim_delivery(session, key, worker=worker, now=now, lease_until=now + LEASE)
            if row is not None:
                done.append(row.id)
                with store.write() as session:
                    sent = {"state": "sent", "sent_at": now}
                    lease = Lease(worker, row.attempts)
                    assert settle_delivery(session, (row.clinic_id, row.id), lease, sent)
    raise AssertionError("there was always more to do")


def test_workers_never_get_the_same_post(store, house, now):
    both = [endpoint(house), endpoint(house)]
    rows = [row for to in both for row in deliveries(house, to, 10)]
    add(store, house, *both, *rows)
    with ThreadPoolExecutor(4) as pool:
        claimed = [pool.submit(work, store, now, f"w{number}") for number in range(4)]
        got = [one for batch in claimed for one in batch.result()]
    assert sorted(got + work(store, now, "last")) == sorted(row.id for row in rows if hasattr(row, "state"))


def test_workers_at_once_keep_to_the_share_of_an_endpoint(store, house, now):
    to = endpoint(house)
    add(store, house, to, *deliveries(house, to, 8))

    def claim(number):
        with store.write() as session:
            key = (to.clinic_id, to.id)
            return claim_delivery(session, key, worker=f"w{number}", now=now, lease_until=now + LEASE)

    with ThreadPoolExecutor(8) as pool:
        claimed = [row for row in pool.map(claim, range(8)) if row is not None]
    assert len(claimed) <= MOST_IN_FLIGHT
    while len(claimed) < MOST_IN_FLIGHT:
        claimed.append(claim("later"))
    assert claim("too many") is None
    assert Counter(row.attempts for row in claimed) == {1: MOST_IN_FLIGHT}


def test_who_is_switched_off_or_removed_or_not_due_has_no_work(store, house, now):
    off = endpoint(house, disabled_at=now, disabled_why="by_hand")
    gone, early = endpoint(house, removed_at=now), endpoint(house)
    later = now + timedelta(seconds=1)
    add(store, house, off, gone, early, *deliveries(house, off, 1), *deliveries(house, gone, 1))
    add(store, house, *deliveries(house, early, 1, not_before=later))
    with store.read() as session:
        assert endpoints_with_work(session, failing=False, now=now, limit=9) == []
        assert endpoints_with_work(session, failing=False, now=later, limit=9) == [(early.clinic_id, early.id)]
    with store.write() as session:
        for one in (off, gone, early):
            key = (one.clinic_id, one.id)
            assert claim_delivery(session, key, worker="w", now=now, lease_until=later) is None


def test_an_endpoint_that_fails_has_one_post_at_a_time_and_is_found_apart(store, house, now):
    to = endpoint(house, failing_since=now)
    add(store, house, to, *deliveries(house, to, 2))
    key = (to.clinic_id, to.id)
    with store.read() as session:
        found = [endpoints_with_work(session, failing=failing, now=now, limit=9) for failing in (False, True)]
    assert found == [[], [key]]
    claimed = []
    for worker in ("a", "b"):
        with store.write() as session:
            claimed.append(claim_delivery(session, key, worker=worker, now=now, lease_until=now + LEASE))
    assert [row is None for row in claimed] == [False, True]
    with store.read() as session:
        assert endpoints_with_work(session, failing=True, now=now, limit=9) == []


def test_finding_work_walks_the_index_of_the_claim(store, house, now):
    """Whatever waits for its time, and whatever was sent, is not looked at: the claim is flat in both."""
    to = endpoint(house)
    add(store, house, to)
    with store.write() as session:
        waiting = deliveries(house, to, 2000, not_before=now + timedelta(hours=1))
        session.add_all([*waiting, *deliveries(house, to, 2000, state="sent", sent_at=now), house.event()])
    with store.connect() as connection:
        connection.execute(text("ANALYZE"))
    asked: list[tuple[str, Any]] = []
    with store.read() as session:
        seen = session.get_bind()

        def note(_connection, _cursor, statement, parameters, _context, _many):
            asked.append((statement, parameters))

        event.listen(seen, "before_cursor_execute", note)
        try:
            webhook_queries.endpoints_with_work(session, failing=False, now=now, limit=4)
        finally:
            event.remove(seen, "before_cursor_execute", note)
        statement, parameters = asked[-1]
        explain = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN (COSTS OFF) "
        plan = str(session.connection().exec_driver_sql(explain + statement, parameters).all())
    assert "ix_webhook_delivery_claim" in plan
    assert "Seq Scan on webhook_delivery" not in plan
    assert "SCAN webhook_delivery" not in plan


def test_the_same_worker_is_fenced_by_the_attempt(store, house, now):
    to = endpoint(house)
    add(store, house, to, *deliveries(house, to, 1))
    held = []
    for moment in (now, now + 2 * LEASE):
        with store.write() as session:
            until = moment + LEASE
            key = (to.clinic_id, to.id)
            held.append(claim_delivery(session, key, worker="w", now=moment, lease_until=until).attempts)
    with store.read() as session:
        (row,) = session.exec(select(WebhookDeliveryRow))
    sent = {"state": "sent", "sent_at": now}
    with store.write() as session:
        settled = [settle_delivery(session, (row.clinic_id, row.id), Lease("w", one), sent) for one in held]
    assert (held, settled) == ([1, 2], [False, True])
