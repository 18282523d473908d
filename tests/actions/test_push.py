"""Alerts by push and check-ins by text message, through Apprise to a real receiver."""

from collections.abc import Iterator

import pytest

from tests.actions.outboxes import deliver, notifications, raise_alerts
from tests.actions.test_contacts import path_of
from tests.houses import House
from tests.receivers import Receiver, open_receiver
from triage import clock
from triage.channels.apprise import AppriseChannel, SmsChannel

pytest.importorskip("apprise")
pytestmark = [
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # the library has a stand-in for Python 3.13
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with open_receiver() as opened:
        yield opened


@pytest.fixture
def push(house: House, receiver: Receiver) -> House:
    """The house with every way out switched on."""
    sms = receiver.push_url.replace("/hook", "/sms/{to}")
    house.wiring.channels["apprise"] = AppriseChannel(private_targets=True)
    house.wiring.channels["sms"] = SmsChannel(sms, private_targets=True)
    channels = frozenset(house.wiring.channels)
    house.wiring.terms = house.wiring.terms._replace(channels=channels, allow_private_targets=True)
    return house


def add_push(house: House, receiver: Receiver) -> None:
    """Let the practitioner have alerts by push too."""
    body = {"channel": "apprise", "address": receiver.push_url}
    answer = house.post(path_of(house), body, house.keys["practitioner"])
    assert answer.status_code == 201, answer.json
    deliver(house)
    check = receiver.arrived[-1].json["message"]
    assert check.startswith("North Clinic: may alerts be sent here? Say yes within 24 hours: http://triage.test/v/")
    assert house.client.post("/v/" + check.split("/v/")[1]).status_code == 200


def enrol_by_phone(house: House) -> None:
    """Enrol a patient who has a telephone and no mail address."""
    consent = {"text": "Yes.", "version": "1", "at": house.now.isoformat(), "by": "the patient"}
    body = {"reference": "P-SMS", "phone": "+49 170 1234567", "birth_year": 1980, "consent": consent}
    house.procedure(house.post("/patients", body).json["id"], hours_ago=2)


def test_an_alert_by_push_is_one_short_line_with_its_link(push: House, receiver: Receiver) -> None:
    add_push(push, receiver)
    raise_alerts(push, 1)
    deliver(push)

    said = receiver.arrived[-1].json["message"]
    assert said.startswith("North Clinic: an alert waits for your answer (urgent). http://triage.test/a/")
    assert "\n" not in said
    assert push.client.post("/a/" + said.split("/a/")[1]).status_code == 200
    assert push.alerts("acked")


def test_many_alerts_by_push_are_one_list(push: House, receiver: Receiver) -> None:
    add_push(push, receiver)
    raise_alerts(push, 5)
    deliver(push)

    lines = receiver.arrived[-1].json["message"].splitlines()
    assert lines[0] == "North Clinic: 5 alerts wait for your answer (urgent)."
    assert len(lines) == 6


def test_a_service_that_is_down_holds_up_no_mail_and_is_told_without_its_secret(
    push: House, receiver: Receiver
) -> None:
    add_push(push, receiver)
    receiver.answer = (503, {})
    raise_alerts(push, 1)
    deliver(push)

    assert len(push.mails("pat@north")) == 1
    (failed,) = (row for row in notifications(push, kind="alert") if row.state == "pending")
    assert failed.last_error == "json://… the service answered 503"
    assert "sesame" not in str(push.alerts())


def test_who_has_a_telephone_only_is_asked_by_text_message(push: House, receiver: Receiver) -> None:
    enrol_by_phone(push)
    deliver(push)
    assert receiver.arrived[-1].path == "/sms/+491701234567"
    assert receiver.arrived[-1].json["message"].startswith("North Clinic: this is your own link.")

    push.wiring.moment = push.now.replace(hour=18)
    push.run(clock.silence)
    deliver(push)
    assert "how are you today" in receiver.arrived[-1].json["message"]
    assert receiver.arrived[-1].json["message"].endswith("Reply STOP to end messages.")


def test_without_a_text_message_service_nothing_waits_for_one(house: House) -> None:
    enrol_by_phone(house)
    house.wiring.moment = house.now.replace(hour=18)
    house.tick()

    assert notifications(house) == []
