"""What programs of the clinic are told, signed, and that it says nothing of anybody's health."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from tests.hooked import FEVER, Hooked
from tests.houses import OPTIONS, House
from triage import clock
from triage.actions.effect import mark_in_effect
from triage.actions.webhook_events import EVENT_OF, EVENT_TYPES, TEST
from triage.records import (
    AuditEventRow,
    ProtocolRow,
    Session,
    WebhookEndpointRow,
    WebhookEventRow,
    lookups,
    webhook_queries,
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is said does not hang on the engine; test_webhook_outbox.py runs on both."""
    return sqlite_url


def test_a_report_is_told_signed_and_says_nothing_of_health(hooked: Hooked) -> None:
    house, patient = hooked.house, hooked.house.patient(name="Ana Diaz")
    secret = hooked.add()["secret"]
    answer = house.report(patient, note="my scalp burns", **FEVER)

    arrived = {one.json["type"]: one for one in hooked.send()}

    assert sorted(arrived) == ["alert.opened", "check_in.submitted"]
    link = f"http://triage.test/api/v1/patients/{patient.id}/timeline"
    (alert,) = house.alerts()
    of_patient = {"clinic_id": str(house.clinic_id), "patient_id": patient.id, "episode_id": alert["episode_id"]}
    told = {**of_patient, "check_in_id": answer["id"], "link": link}
    said = {"type": "check_in.submitted", "timestamp": house.now.isoformat(), "version": 1, "data": told}
    assert arrived["check_in.submitted"].json == said
    assert arrived["alert.opened"].json["data"] == {**told, "alert_id": alert["id"], "epoch": 1}
    for one in arrived.values():
        assert one.is_signed_with(secret)
        assert not one.is_signed_with("whsec_AAAA")
        assert not re.search("fever|urgent|ana|scalp", one.body.decode().lower())
    assert hooked.send() == []


def test_the_life_of_an_alert_is_told_step_by_step(hooked: Hooked) -> None:
    house = hooked.house
    hooked.add(events=["alert.opened", "alert.escalated", "alert.acknowledged", "alert.closed"])
    house.report(house.patient(), **FEVER)
    (alert,) = house.alerts()
    assert hooked.types() == ["alert.opened"]

    house.later(minutes=16)
    house.run(clock.escalate)
    assert hooked.types() == ["alert.escalated"]

    key = house.keys["practitioner"]
    house.post(f"/alerts/{alert['id']}/acknowledge", {"epoch": 1}, key)
    house.post(f"/alerts/{alert['id']}/resolve", {"epoch": 1, "outcome": "other"}, key)
    assert hooked.types() == ["alert.acknowledged", "alert.closed"]


def test_silence_and_the_end_of_an_episode_are_told(hooked: Hooked) -> None:
    house = hooked.house
    hooked.add(events=["episode.opened", "episode.closed", "check_in.missed"])
    house.patient(hours_ago=2)
    assert hooked.types() == ["episode.opened"]

    house.later(days=3)
    house.run(clock.silence)
    (missed,) = hooked.send()
    assert missed.json["type"] == "check_in.missed"
    assert {"patient_id", "episode_id", "expectation_id"} < set(missed.json["data"])

    house.patient(hours_ago=92 * 24)
    house.run(clock.upkeep)
    assert sorted(hooked.types()) == ["episode.closed", "episode.opened"]


def test_a_message_that_reaches_nobody_is_told(hooked: Hooked) -> None:
    hooked.add(events=["message.failed"])
    hooked.house.mailbox.refuse.add("pat@north.example")
    hooked.house.report(hooked.house.patient(gets_mail=False), **FEVER)
    hooked.house.run(clock.deliver)

    (told,) = hooked.send()
    assert told.json["type"] == "message.failed"
    assert {"alert_id", "notification_id", "link"} < set(told.json["data"])


def test_every_word_that_is_told_is_one_that_the_code_writes() -> None:
    """A word that is renamed in the code must be renamed in EVENT_OF too, or its event would stop in silence."""
    room = Path(clock.__file__).parent
    sources = [path for path in room.rglob("*.py") if path.name != "webhook_events.py"]
    written = "\n".join(path.read_text() for path in sources)
    assert [word for word in EVENT_OF if f'"{word}"' not in written] == []
    assert set(EVENT_TYPES) == {
        "check_in.submitted", "check_in.missed", "alert.opened", "alert.escalated", "alert.acknowledged",
        "alert.snoozed", "alert.closed", "episode.opened", "episode.closed", "message.failed", "protocol.activated",
        "alert.replied", TEST,
    }  # fmt: skip


def test_without_webhooks_nothing_is_written_and_one_question_asked(house: House) -> None:
    asked: list[str] = []
    patient = house.patient()
    ask = webhook_queries.subscriptions

    def count(session: Session, clinic_id: Any) -> Any:
        asked.append(str(clinic_id))
        return ask(session, clinic_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhook_queries, "subscriptions", count)
        house.report(patient, **FEVER)

    assert asked == [str(house.clinic_id)]
    assert house.look(lambda session: lookups.count_of(session, WebhookEventRow)) == 0


def test_while_a_secret_is_rotated_both_sign_for_a_day(hooked: Hooked) -> None:
    webhook = hooked.add(events=["alert.opened"])
    rotated = hooked.call("POST", f"/webhooks/{webhook['id']}/rotate")
    old, new = webhook["secret"], rotated.json["secret"]
    assert old != new

    hooked.house.report(hooked.house.patient(), **FEVER)
    (during,) = hooked.send()
    hooked.house.later(hours=24)
    hooked.house.report(hooked.house.patient(), **FEVER)
    (after,) = hooked.send()

    assert (during.is_signed_with(old), during.is_signed_with(new)) == (True, True)
    assert (after.is_signed_with(old), after.is_signed_with(new)) == (False, True)


def test_a_secret_that_is_rotated_too_often_in_a_day_is_refused(hooked: Hooked) -> None:
    path = f"/webhooks/{hooked.add()['id']}/rotate"
    assert [hooked.call("POST", path).status_code for _ in range(5)] == [200] * 4 + [409]
    hooked.house.later(hours=25)
    assert hooked.call("POST", path).status_code == 200


def test_no_table_holds_a_secret_and_the_log_no_path(hooked: Hooked) -> None:
    secret = hooked.add()["secret"]
    (row,) = hooked.rows(WebhookEndpointRow)
    assert secret.removeprefix("whsec_") not in str(row)
    assert "secret" not in hooked.call("GET", "/webhooks").json["items"][0]
    (told,) = [event for event in hooked.rows(AuditEventRow) if event.did == "webhook_added"]
    assert told.after["to"] == f"127.0.0.1:{hooked.receiver.port}"
    assert "hooks" not in str(told.after)


def test_a_clinic_is_told_of_its_own_patients_only(hooked: Hooked) -> None:
    house = hooked.house
    hooked.add()
    hooked.send()
    south = house.open({**OPTIONS, "name": "South Clinic"})["keys"]
    patient = house.post("/patients", {"reference": "S-1"}, south["intake"]).json
    house.post("/procedures", {"patient_id": patient["id"], "at": house.now.isoformat()}, south["intake"])
    assert house.call("POST", "/check-ins", {"at": house.now.isoformat(), **FEVER}, patient["check_in_token"])

    assert [one for one in hooked.send() if one.json["data"]["clinic_id"] != str(house.clinic_id)] == []
    assert {row.clinic_id for row in hooked.rows(WebhookEventRow)} <= {house.clinic_id}


def test_another_protocol_in_effect_is_told_by_its_digest(hooked: Hooked) -> None:
    hooked.add(events=["protocol.activated"])

    def take_effect(session: Session) -> str:
        (row,) = session.exec(select(ProtocolRow))
        mark_in_effect(session, row, hooked.turn().at(hooked.house.clinic_id))
        return row.digest

    digest = hooked.house.do(take_effect)

    (told,) = hooked.send()
    assert (told.json["type"], told.json["data"]["digest"]) == ("protocol.activated", digest)
    assert set(told.json["data"]) == {"clinic_id", "protocol_id", "digest"}


def test_a_test_is_sent_to_one_whatever_it_wants_to_be_told(hooked: Hooked) -> None:
    webhook = hooked.add(events=["alert.opened"])
    hooked.add(events=[TEST])
    assert hooked.call("POST", f"/webhooks/{webhook['id']}/test").status_code == 202

    (told,) = hooked.send()
    assert told.is_signed_with(webhook["secret"])
    assert told.json["data"] == {"clinic_id": str(hooked.house.clinic_id), "webhook_id": webhook["id"]}


def test_what_nobody_wants_is_not_written(hooked: Hooked) -> None:
    hooked.add(events=["alert.closed"])
    hooked.house.report(hooked.house.patient(), **FEVER)
    assert hooked.rows(WebhookEventRow) == []
