"""Programs of the clinic are told once when all is well, twice at worst, and what is given up is seen."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.hooked import FEVER, Hooked
from triage.actions.upkeep import close_finished
from triage.actions.webhook_outbox import claim_post, settle_post
from triage.channels import Sent
from triage.channels.webhook import Posted
from triage.records import (
    AuditEventRow,
    NotificationRow,
    Session,
    WebhookDeliveryRow,
    WebhookEndpointRow,
    WebhookEventRow,
    lookups,
)
from triage.records.webhook_queries import endpoints_with_work
from triage.rules.redelivery import WAITS

LEASE = timedelta(seconds=30)


def test_an_event_comes_and_goes_with_its_change(hooked: Hooked) -> None:
    hooked.add(events=["episode.closed"])
    hooked.house.patient(hours_ago=92 * 24)

    def close_and_fail(session: Session) -> None:
        assert close_finished(session, clock=hooked.turn()) == 1
        session.flush()
        assert lookups.count_of(session, WebhookEventRow) == 1
        raise RuntimeError("the process came to grief")

    with pytest.raises(RuntimeError, match="grief"):
        hooked.house.do(close_and_fail)
    assert hooked.rows(WebhookEventRow) == []
    hooked.house.do(partial(close_finished, clock=hooked.turn()))
    assert hooked.types() == ["episode.closed"]


def test_a_program_that_is_down_for_days_gets_it_when_it_is_back(hooked: Hooked) -> None:
    webhook = hooked.add(events=["alert.opened"])
    hooked.receiver.answer = (500, {})
    hooked.house.report(hooked.house.patient(), **FEVER)
    waited = timedelta()
    for wait in WAITS[:-1]:
        assert len(hooked.send()) == 1
        hooked.house.wiring.moment += wait * 0.99
        assert hooked.send() == []
        hooked.house.wiring.moment += wait * 0.27  # up to a quarter more
        waited += wait
    hooked.receiver.answer = (200, {})

    (arrived,) = hooked.send()

    assert waited > timedelta(days=2)
    assert len({one.headers["webhook-id"] for one in hooked.receiver.arrived}) == 1
    assert len({one.body for one in hooked.receiver.arrived}) == 1
    assert arrived.headers["webhook-timestamp"] == str(int(hooked.house.now.timestamp()))
    (delivery,) = hooked.deliveries(webhook, "sent")
    assert [one["status"] for one in delivery["log"]] == [500] * (len(WAITS) - 1) + [200]
    shown = hooked.call("GET", f"/webhooks/{webhook['id']}").json
    assert (shown["failing_since"], shown["disabled_at"], shown["waiting"], shown["failed"]) == (None, None, 0, 0)


def exhaust(hooked: Hooked) -> None:
    """Let every try of what is due go by."""
    for wait in (*WAITS, timedelta()):
        hooked.send()
        hooked.house.wiring.moment += wait * 1.26


def test_what_is_given_up_is_a_dead_letter_that_can_be_sent_again(hooked: Hooked) -> None:
    webhook = hooked.add(events=["alert.opened"])
    hooked.receiver.answer = (503, {})
    hooked.house.report(hooked.house.patient(), **FEVER)
    exhaust(hooked)

    assert len(hooked.receiver.arrived) == len(WAITS) + 1
    (dead,) = hooked.deliveries(webhook, "failed")
    assert (dead["type"], dead["last_status"]) == ("alert.opened", 503)
    assert hooked.call("GET", f"/webhooks/{webhook['id']}").json["failed"] == 1

    hooked.receiver.answer = (200, {})
    again = hooked.call("POST", f"/webhooks/{webhook['id']}/resend", {"delivery_id": dead["id"]})
    assert (again.status_code, again.json) == (202, {"count": 1})
    (arrived,) = hooked.send()
    assert arrived.headers["webhook-id"] == f"msg_{dead['event_id']}"
    assert hooked.deliveries(webhook, "failed") == []


def test_who_asks_for_time_gets_it(hooked: Hooked) -> None:
    webhook = hooked.add(events=["alert.opened"])
    hooked.receiver.answers = [(429, {"Retry-After": "3600"})]
    hooked.house.report(hooked.house.patient(), **FEVER)
    hooked.send()

    hooked.house.later(seconds=3599)
    assert hooked.send() == []
    hooked.house.later(seconds=1)
    assert len(hooked.send()) == 1
    assert hooked.deliveries(webhook)[0]["state"] == "sent"


def claim(hooked: Hooked, webhook: dict[str, Any], worker: str) -> Any:
    (row,) = [row for row in hooked.rows(WebhookEndpointRow) if str(row.id) == webhook["id"]]
    key = (row.clinic_id, row.id)
    return hooked.house.do(partial(claim_post, endpoint=key, worker=worker, clock=hooked.turn(), lease=LEASE))


def test_a_kill_between_send_and_settle_sends_it_again_under_the_same_id(hooked: Hooked) -> None:
    webhook = hooked.add(events=["alert.opened"])
    hooked.house.report(hooked.house.patient(), **FEVER)
    killed = claim(hooked, webhook, "killed")
    assert isinstance(hooked.house.wiring.webhooks.send(killed.post).result, Sent)

    assert hooked.send() == []
    hooked.house.later(seconds=31)
    (again,) = hooked.send()

    assert again.headers["webhook-id"] == killed.post.id
    assert again.body == hooked.receiver.arrived[0].body
    assert hooked.deliveries(webhook)[0]["state"] == "sent"


def test_a_worker_that_comes_back_late_changes_nothing(hooked: Hooked) -> None:
    webhook = hooked.add(events=["alert.opened"])
    hooked.house.report(hooked.house.patient(), **FEVER)
    frozen = claim(hooked, webhook, "frozen")
    hooked.house.later(seconds=31)
    hooked.receiver.answers = [(500, {})]
    hooked.send()

    late = Posted(Sent("late"), 200)
    hooked.house.do(partial(settle_post, errand=frozen, posted=late, clock=hooked.turn(), chance=0.0))

    (delivery,) = hooked.deliveries(webhook)
    assert (delivery["state"], delivery["last_status"]) == ("pending", 500)
    assert [one["result"] for one in delivery["log"]] == ["failed_for_now", "lease_lost"]


def test_one_endpoint_has_two_posts_in_flight_and_does_not_hold_up_another(hooked: Hooked) -> None:
    slow = hooked.add(events=["alert.opened"])
    for _ in range(4):
        hooked.house.report(hooked.house.patient(), **FEVER)
    assert [claim(hooked, slow, f"w{number}") is None for number in range(3)] == [False, False, True]

    other = hooked.add(events=["check_in.submitted"])
    hooked.house.report(hooked.house.patient(), symptoms={"redness": 1})
    assert hooked.types() == ["check_in.submitted"]
    assert hooked.deliveries(other)[0]["state"] == "sent"


def test_workers_take_turns_among_endpoints(hooked: Hooked) -> None:
    first, second = hooked.add(events=["alert.opened"]), hooked.add(events=["alert.opened"])
    for _ in range(3):
        hooked.house.report(hooked.house.patient(), **FEVER)
    order = []
    for _ in range(4):
        hooked.house.later(seconds=1)
        (key, *_) = hooked.house.look(partial(endpoints_with_work, failing=False, now=hooked.house.now, limit=4))
        order.append(str(key[1]))
        errand = claim(hooked, {"id": str(key[1])}, "w")
        posted = Posted(Sent(""), 200)
        hooked.house.do(partial(settle_post, errand=errand, posted=posted, clock=hooked.turn(), chance=0.0))
    assert order in ([first["id"], second["id"]] * 2, [second["id"], first["id"]] * 2)


def notices(hooked: Hooked) -> list[tuple[str, str]]:
    return [(row.about, row.contact) for row in hooked.rows(NotificationRow) if row.kind == "notice"]


def test_an_endpoint_that_has_failed_for_five_days_is_switched_off_with_a_notice(hooked: Hooked) -> None:
    webhook = hooked.add(events=["alert.opened"])
    hooked.receiver.answer = (500, {})
    for _ in range(3):
        hooked.house.report(hooked.house.patient(), **FEVER)
        for _ in range(4):
            hooked.send()
            hooked.house.later(hours=13)
    hooked.send()

    shown = hooked.call("GET", f"/webhooks/{webhook['id']}").json
    assert shown["disabled_why"] == "failing"
    assert notices(hooked) == [("webhook_disabled", "lead@north.example")]
    (told,) = [row for row in hooked.rows(AuditEventRow) if row.did == "webhook_disabled"]
    assert (told.actor_kind, told.thing_id) == ("service", webhook["id"])

    hooked.house.later(days=1)
    hooked.house.report(hooked.house.patient(), **FEVER)
    assert hooked.send() == []

    hooked.receiver.answer = (200, {})
    waiting = shown["waiting"]
    assert hooked.call("PATCH", f"/webhooks/{webhook['id']}", {"enabled": True}).status_code == 200
    assert len(hooked.send()) == waiting > 0
    assert notices(hooked) == [("webhook_disabled", "lead@north.example")]


def test_one_failure_after_a_long_rest_does_not_switch_it_off(hooked: Hooked) -> None:
    webhook = hooked.add(events=["alert.opened"])
    hooked.receiver.answer = (500, {})
    hooked.house.report(hooked.house.patient(), **FEVER)
    exhaust(hooked)
    hooked.house.later(days=20)
    hooked.house.report(hooked.house.patient(), **FEVER)
    hooked.send()

    assert hooked.call("GET", f"/webhooks/{webhook['id']}").json["disabled_at"] is None


def test_an_endpoint_that_says_it_is_gone_is_switched_off_at_once(hooked: Hooked) -> None:
    webhook = hooked.add(events=["alert.opened"])
    hooked.receiver.answer = (410, {})
    hooked.house.report(hooked.house.patient(), **FEVER)
    hooked.send()

    assert hooked.call("GET", f"/webhooks/{webhook['id']}").json["disabled_why"] == "gone"
    assert hooked.deliveries(webhook, "failed")[0]["last_status"] == 410
    assert len(notices(hooked)) == 1


def test_a_span_is_sent_again_with_what_happened_while_it_was_off(hooked: Hooked) -> None:
    house = hooked.house
    webhook = hooked.add(events=["alert.opened"])
    path = f"/webhooks/{webhook['id']}"
    house.report(house.patient(), **FEVER)
    hooked.send()
    house.later(hours=1)
    began = house.now
    house.report(house.patient(), **FEVER)
    hooked.send()
    hooked.call("PATCH", path, {"enabled": False})
    house.report(house.patient(), **FEVER)
    house.later(seconds=1)
    assert hooked.call("POST", path + "/resend", {"since": began.isoformat()}).status_code == 409
    hooked.call("PATCH", path, {"enabled": True})
    assert hooked.send() == []

    failed = hooked.call("POST", path + "/resend", {"since": began.isoformat(), "only_failed": True})
    assert failed.json == {"count": 0}
    answer = hooked.call("POST", path + "/resend", {"since": began.isoformat()})

    assert answer.json == {"count": 2}
    assert {one.json["timestamp"] for one in hooked.send()} == {began.isoformat()}
    ids = [one.headers["webhook-id"] for one in hooked.receiver.arrived]
    assert sorted(ids.count(one) for one in set(ids)) == [1, 1, 2]


def test_a_webhook_that_was_removed_is_told_nothing_more(hooked: Hooked) -> None:
    webhook = hooked.add()
    hooked.house.report(hooked.house.patient(), **FEVER)
    in_flight = claim(hooked, webhook, "w")
    assert hooked.call("DELETE", f"/webhooks/{webhook['id']}").status_code == 204

    failed = hooked.house.wiring.webhooks.send(in_flight.post._replace(url="http://127.0.0.1:1/"))
    hooked.house.do(partial(settle_post, errand=in_flight, posted=failed, clock=hooked.turn(), chance=0.0))
    hooked.house.later(days=1)

    assert hooked.send() == []
    assert {row.state for row in hooked.rows(WebhookDeliveryRow)} == {"cancelled"}
    assert hooked.call("GET", "/webhooks").json["items"] == []
    assert hooked.call("GET", f"/webhooks/{webhook['id']}").status_code == 404
