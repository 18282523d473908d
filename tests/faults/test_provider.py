"""Numbers 31 and 36 to 37, and a mail server that is away for ten minutes: what is due arrives, once, and in order."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.faults.scene import DANGER, LEAD, PAT, Ledger
from tests.houses import House
from triage import clock
from triage.channels import Message, Sent
from triage.channels.smtp import SmtpChannel
from triage.records import NotificationRow

URGENCIES: tuple[dict[str, Any], ...] = ({"symptoms": {"redness": 2}}, {"signs": ["fever"]}, DANGER)


class Postbox:
    """Another way out, which keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> Sent:
        self.messages.append(message)
        return Sent("kept")


def add_channel(house: House, name: str, channel: Postbox) -> None:
    wiring = house.wiring
    channels = {**wiring.channels, name: channel}
    house.wiring = type(wiring)(wiring.settings, wiring.store, wiring.terms, channels)
    house.wiring.moment = wiring.moment
    house.app.extensions["triage"] = house.wiring


def cycle(house: House) -> None:
    """One cycle of the clock, in which one bad piece does not hold up the others."""
    for loop in (clock.escalate, clock.deliver):
        clock.Pulse(loop, house.wiring, "w").cycle()


def write_channel(house: House, contact: str, channel: str) -> None:
    table = NotificationRow.__table__  # type: ignore[attr-defined]
    with house.wiring.store.connect() as connection:
        connection.execute(
            table.update().where(table.c.contact == contact, table.c.attempts == 0).values(channel=channel)
        )


def test_31_a_server_that_takes_a_mail_and_does_not_say_so_gets_it_again_under_the_same_name(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"smtp://127.0.0.1:{house.mailbox.smtp_port}"
    house.wiring.channels["email"] = SmtpChannel(url, house.wiring.settings.mail_from, timeout=0.2)
    keep, gone = house.mailbox.keep, threading.Event()

    def keep_slowly(mail: Any) -> None:
        keep(mail)
        gone.wait(5)

    monkeypatch.setattr(house.mailbox, "keep", keep_slowly)
    house.report(house.patient(gets_mail=False), **DANGER)
    house.run(clock.deliver)
    assert "no answer in time" in house.alerts()[0]["problem"]
    gone.set()
    house.later(seconds=10)
    house.run(clock.deliver)
    Ledger(house.mailbox).check({PAT: 1}, copies=1)
    assert house.alerts()[0]["problem"] is None


def test_37_a_message_that_cannot_be_sent_at_all_holds_nobody_up(house: House) -> None:
    """The most urgent one is spoiled; the others go out in the same cycle, and its own ladder goes on."""
    house.report(house.patient(gets_mail=False), **DANGER)
    write_channel(house, PAT, "pigeon")
    for said in URGENCIES[:2]:
        house.report(house.patient(gets_mail=False), **said)
    cycle(house)
    Ledger(house.mailbox).check({PAT: 2})
    house.later(minutes=5)
    cycle(house)
    Ledger(house.mailbox).check({PAT: 2, LEAD: 1})


def test_a_mail_server_away_for_ten_minutes_costs_nothing_but_time(house: House) -> None:
    """Everything due arrives once; of what is due at one moment the most urgent and longest waiting goes first."""
    postbox = Postbox()
    add_channel(house, "post", postbox)
    house.mailbox.stop()
    for minute in range(10):
        house.report(house.patient(gets_mail=False), **URGENCIES[minute % 3])
        if minute == 5:
            write_channel(house, PAT, "post")  # the newest alert is told in another way
        for _ in range(6):
            cycle(house)
            house.later(seconds=10)
        assert bool(postbox.messages) == (minute >= 5)  # which never waits
    assert house.mailbox.messages == []

    house.mailbox.start()
    house.wiring.moment += timedelta(minutes=2, seconds=31)  # the longest wait between two tries
    clock.Pulse(clock.deliver, house.wiring, "w").cycle()
    said = [mail.subject.split("(")[1].rstrip(")") for mail in house.mailbox.messages]
    ranks = [("emergency", "urgent", "routine").index(urgency) for urgency in said]
    assert ranks == sorted(ranks)
    rows = house.look(lambda session: session.exec(select(NotificationRow)).all())
    assert {row.state for row in rows} <= {"sent", "bundled"}
    assert Ledger(house.mailbox).copies() == 0
