"""A mail server that goes and comes back, contacts that refuse, limits, and many messages to one person."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.actions.outboxes import FEVER, change, deliver, notifications, raise_alerts
from tests.houses import House
from triage import clock
from triage.channels import Failed, Message, Sent
from triage.records import DeliveryRow, NotificationRow, lookups
from triage.rules import Urgency
from triage.sending import SENDERS, Sender, senders

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what no engine does by its own way


class Broken:
    """A channel that fails in a way of the test's choosing, and notes whom it was to reach."""

    def __init__(self, *failures: Failed) -> None:
        self.failures = list(failures)
        self.tried: list[str] = []

    def send(self, message: Message) -> Sent | Failed:
        self.tried.append(message.to)
        return self.failures.pop(0) if self.failures else Sent("taken")


def links_in(mails: list) -> list[str]:
    return [link.split()[0] for mail in mails for link in mail.text.split("/a/")[1:]]


def test_when_the_mail_server_is_back_all_arrives_once_and_the_oldest_urgent_first(house: House) -> None:
    house.mailbox.stop()
    calm = raise_alerts(house, 4, Urgency.same_day)
    urgent = raise_alerts(house, 25)
    worst = raise_alerts(house, 1, Urgency.emergency)
    for _ in range(20):
        house.run(clock.deliver)
        house.later(seconds=30)
    assert house.look(lambda session: lookups.count_of(session, DeliveryRow)) < 30  # not one attempt for each
    assert house.mails() == []

    # Nobody escalated meanwhile: each alert waits for one person, and no limit joins or parts the messages.
    change(house, channel="email", kind="alert")
    house.mailbox.start()
    house.later(seconds=20)
    for _ in range(20):
        house.run(clock.deliver)
        house.later(seconds=61)

    told = links_in(house.mails("pat@"))
    assert len(told) == len(set(told)) == 30
    rows = {str(row.alert_id): row for row in notifications(house)}
    assert {row.state for row in rows.values()} == {"sent"}
    first = [rows[alert].sent_at for alert in (*worst, *urgent, *calm)]
    assert first == sorted(first)


@on_sqlite
def test_a_dead_mail_server_does_not_hold_up_the_other_channels(house: House) -> None:
    push = Broken()
    house.wiring.channels["apprise"] = push
    raise_alerts(house, 2)
    house.mailbox.stop()
    deliver(house)
    change(house, channel="apprise", not_before=house.now)
    deliver(house)

    assert len(push.tried) == 2


@on_sqlite
def test_a_server_that_is_back_is_found_by_knocking(house: House) -> None:
    house.mailbox.stop()
    raise_alerts(house, 1)
    deliver(house)
    assert notifications(house)[0].failed_by == "channel"
    assert notifications(house)[0].not_before > house.now

    house.mailbox.start()
    house.later(seconds=2)
    deliver(house)
    assert len(house.mails("pat@")) == 1
    assert notifications(house)[0].failed_by is None


def test_what_went_through_hurries_what_another_process_put_back(house: House) -> None:
    raise_alerts(house, 2)
    later = house.now + timedelta(minutes=2)
    change(house, failed_by="channel", last_error="nobody is listening", not_before=later)
    one, _ = notifications(house)
    house.wiring.moment = later
    house.do(lambda session: setattr(session.merge(one), "not_before", later - timedelta(minutes=1)))
    house.wiring.moment = later - timedelta(minutes=1)
    deliver(house)

    assert len(house.mails("pat@")) == 2


@on_sqlite
def test_an_address_that_hangs_does_not_hold_up_the_rest(house: House) -> None:
    """A time-out in the middle of one conversation says nothing against the server."""
    hanging = Broken(Failed(permanent=False, reason="no answer in time"))
    house.wiring.channels["email"] = hanging
    raise_alerts(house, 2)
    deliver(house)

    assert len(hanging.tried) == 2
    assert [row.state for row in notifications(house)] == ["pending", "sent"]


@on_sqlite
def test_one_sender_takes_only_what_was_never_tried(house: House) -> None:
    channel = Broken()
    house.wiring.channels["email"] = channel
    raise_alerts(house, 2)
    first, _ = notifications(house)
    house.do(lambda session: setattr(session.merge(first), "attempts", 3))
    for piece in next(senders(house.wiring))(house.wiring, "w"):
        piece()

    assert [row.state for row in notifications(house)] == ["pending", "sent"]


@on_sqlite
def test_who_asks_to_be_left_alone_is(house: House) -> None:
    house.wiring.channels["email"] = Broken(Failed(permanent=False, reason="too many", retry_after=60.0))
    raise_alerts(house, 1)
    deliver(house)

    assert notifications(house)[0].not_before >= house.now + timedelta(seconds=59)


@on_sqlite
def test_a_failure_that_may_pass_is_never_given_up(house: House) -> None:
    house.wiring.channels["email"] = Broken(*[Failed(permanent=False, reason="later")] * 30)
    raise_alerts(house, 1)
    for _ in range(20):
        deliver(house)
        house.later(minutes=3)

    row = notifications(house)[0]
    assert row.state == "pending"
    assert row.attempts == 20


@on_sqlite
def test_a_contact_that_refuses_is_switched_off_and_the_lead_is_told(house: House) -> None:
    house.mailbox.refuse.add("pat@north.example")
    house.report(house.patient(gets_mail=False), **FEVER)
    house.tick()
    house.tick()

    told = [mail.subject for mail in house.mails("lead@")]
    assert "North Clinic: a contact is switched off" in told
    assert any("an alert waits" in subject for subject in told)
    before = len(house.mails("lead@"))
    house.report(house.patient(gets_mail=False), **FEVER)
    house.tick()
    assert [alert["step"] for alert in house.alerts()] == [1, 1], "who cannot be reached is not waited for"
    assert len(house.mails("lead@")) == before + 1


@on_sqlite
def test_the_last_way_to_reach_anybody_stays_on(house: House) -> None:
    house.mailbox.refuse |= {"pat@north.example", "lead@north.example"}
    house.report(house.patient(gets_mail=False), **FEVER)
    for _ in range(3):
        house.tick()
    assert "the only way left" in house.alerts()[0]["problem"]

    house.mailbox.refuse.clear()
    for _ in range(2):  # the practitioner's step, then the lead's
        house.later(hours=1)
        house.tick()
    assert any("an alert waits" in mail.subject for mail in house.mails("lead@"))


@on_sqlite
def test_who_has_left_is_not_written_to_and_the_next_is_told(house: House) -> None:
    house.report(house.patient(gets_mail=False), **FEVER)
    pat = house.look(lambda session: lookups.staff_of(session, house.clinic_id, ("practitioner",))[0])
    with house.wiring.store.connect() as connection:
        table = type(pat).metadata.tables["staff"]
        connection.execute(table.update().where(table.c.email == "pat@north.example").values(left_at=house.now))
    house.tick()
    house.tick()

    assert house.mails("pat@") == []
    assert len(house.mails("lead@")) == 1


def test_one_person_gets_so_many_a_minute_and_the_rest_later(house: House) -> None:
    raise_alerts(house, 9, Urgency.same_day)
    change(house, not_before=house.now + timedelta(days=1))
    for row in notifications(house):  # one after the other, so that nothing is bundled
        house.do(lambda session, row=row: setattr(session.merge(row), "not_before", house.now))
        deliver(house)
    assert len(house.mails("pat@")) == 6

    house.later(seconds=61)
    deliver(house)
    told = links_in(house.mails("pat@"))
    assert len(told) == len(set(told)) == 9


def test_no_limit_holds_up_the_first_message_of_an_urgent_alert(house: House) -> None:
    house.wiring.most_per_minute["email"] = 2
    for _ in range(9):
        raise_alerts(house, 1)
        deliver(house)

    assert len(links_in(house.mails("pat@"))) == 9


def test_a_channel_sends_so_many_a_minute(house: House) -> None:
    house.wiring.most_per_minute["email"] = 2
    for number in range(4):
        house.patient(hours_ago=None, email=f"p{number}@patients.example")
    deliver(house)
    assert len(house.mails("patients.example")) == 2

    house.later(seconds=61)
    deliver(house)
    assert len(house.mails("patients.example")) == 4


def test_many_alerts_for_one_person_go_out_as_one_message(house: House) -> None:
    alerts = raise_alerts(house, 5)
    deliver(house)

    (mail,) = house.mails("pat@")
    assert mail.subject == "North Clinic: 5 alerts wait for your answer (urgent)"
    links = links_in([mail])
    assert len(set(links)) == 5
    assert {row.state for row in notifications(house)} == {"sent"}
    assert house.look(lambda session: lookups.count_of(session, DeliveryRow)) == 5
    house.client.post(f"/a/{links[2]}")
    assert [alert["id"] for alert in house.alerts("acked")] == [alerts[2]]


@on_sqlite
def test_three_alerts_go_out_as_three(house: House) -> None:
    raise_alerts(house, 3)
    deliver(house)

    assert len(house.mails("pat@")) == 3


@on_sqlite
def test_an_emergency_has_a_message_of_its_own_and_the_others_ride_along(house: House) -> None:
    raise_alerts(house, 4)
    raise_alerts(house, 2, Urgency.emergency)
    deliver(house)

    subjects = [mail.subject for mail in house.mails("pat@")]
    assert subjects == [
        "North Clinic: 5 alerts wait for your answer (emergency)",
        "North Clinic: an alert waits for your answer (emergency)",
    ]


def test_what_was_answered_while_the_message_was_on_its_way_is_left_out(house: House) -> None:
    raise_alerts(house, 5)
    for piece in clock.deliver(house.wiring, "w"):
        alert = house.alerts()[0]  # the newest: it rides along
        house.post(f"/alerts/{alert['id']}/acknowledge", {"epoch": 1}, house.keys["practitioner"])
        piece()
        break
    deliver(house)

    assert house.mails("pat@")[0].subject == "North Clinic: 4 alerts wait for your answer (urgent)"
    assert sorted(row.state for row in notifications(house)) == ["cancelled"] + ["sent"] * 4


def test_a_message_that_fails_frees_what_it_told_of(house: House) -> None:
    house.wiring.channels["email"] = Broken(Failed(permanent=False, reason="later"))
    raise_alerts(house, 5)
    pieces = clock.deliver(house.wiring, "w")
    next(pieces)()
    states = sorted(row.state for row in notifications(house))
    assert states == ["pending"] * 5
    assert all("could not be delivered" in alert["problem"] for alert in house.alerts())

    house.later(seconds=7)
    deliver(house)
    assert {row.state for row in notifications(house)} == {"sent"}
    assert [alert["problem"] for alert in house.alerts()] == [None] * 5


def test_a_worker_that_dies_with_a_bundle_loses_nothing(house: House) -> None:
    raise_alerts(house, 5)
    next(clock.deliver(house.wiring, "dead"))
    assert sorted(row.state for row in notifications(house)) == ["bundled"] * 4 + ["leased"]

    house.later(seconds=40)
    deliver(house)
    assert len(links_in(house.mails("pat@"))) == 5
    assert {row.state for row in notifications(house)} == {"sent"}


class Hanging:
    """A channel that holds every sender until the test lets go."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.held = threading.Semaphore(0)

    def send(self, message: Message) -> Sent | Failed:
        self.held.release()
        self.goes_on.wait(20)
        return Sent("at last")


def test_what_rode_along_with_a_message_that_a_limit_holds_up_is_free_again(house: House) -> None:
    """Its worker died, the limit came, and then somebody answered that one alert: the others are still told of."""
    calm = raise_alerts(house, 5, Urgency.same_day)
    next(clock.deliver(house.wiring, "dead"))
    house.later(seconds=40)
    (leader,) = notifications(house, state="leased")
    gone = {"clinic_id": house.clinic_id, "notification_id": leader.id, "attempt": 1, "result": "sent"}
    place = {"channel": "email", "contact": "pat@north.example", "started_at": house.now, "finished_at": house.now}
    house.do(lambda session: session.add_all(DeliveryRow(**gone, **place) for _ in range(6)))
    deliver(house)
    assert house.mails("pat@") == []
    assert {row.state for row in notifications(house)} == {"pending"}

    house.post(f"/alerts/{leader.alert_id}/acknowledge", {"epoch": 1}, house.keys["practitioner"])
    house.later(minutes=2)
    deliver(house)
    assert len(links_in(house.mails("pat@"))) == len(calm) - 1


@on_sqlite
def test_a_channel_that_hangs_holds_up_neither_the_others_nor_the_ladder(house: House) -> None:
    """The real scheduler with all its threads: every sender of one channel hangs, and mail arrives all the same."""
    hanging = Hanging()
    house.wiring.channels |= {"apprise": hanging, "sms": hanging}
    raise_alerts(house, 12)
    rows = notifications(house)
    for number, row in enumerate(rows):
        channel = "apprise" if number % 2 else "sms"
        house.do(lambda session, row=row, channel=channel: _put(session.merge(row), channel, str(row.id)))
    scheduler = clock.make_scheduler(house.wiring, "w")
    scheduler.start(paused=True)
    for job in scheduler.get_jobs():  # the scheduler wakes by the machine's clock, not by the test's
        job.modify(next_run_time=datetime.now(UTC))
    scheduler.resume()
    try:
        assert all(hanging.held.acquire(timeout=20) for _ in range(2 * SENDERS))
        raise_alerts(house, 1, Urgency.emergency)
        assert house.mailbox.wait_for(1, timeout=20)
        house.later(minutes=6)  # nobody has answered the emergency: the ladder goes on
        assert house.mailbox.wait_for(2, timeout=20)
    finally:
        hanging.goes_on.set()
        scheduler.shutdown(wait=True)
    assert [mail.to for mail in house.mails("north.example")][:2] == ["pat@north.example", "lead@north.example"]


def _put(row: NotificationRow, channel: str, contact: str) -> None:
    row.channel, row.contact = channel, contact


@on_sqlite
def test_a_message_that_breaks_its_sender_holds_up_nobody(house: House) -> None:
    class Breaking(Broken):
        def send(self, message: Message) -> Sent | Failed:
            self.tried.append(message.to)
            if len(self.tried) % 2:
                raise RuntimeError("a message that nobody can send")
            return Sent("taken")

    house.wiring.channels["email"] = Breaking()
    raise_alerts(house, 2)
    clock.Pulse(Sender("email"), house.wiring, "w").cycle()
    assert [row.state for row in notifications(house)] == ["leased", "sent"]

    house.later(seconds=40)
    house.wiring.channels["email"] = Broken()
    deliver(house)
    assert [row.state for row in notifications(house)] == ["sent", "sent"]
