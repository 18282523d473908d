"""The words of each kind of message, as they read when they go out, and when they are not wanted any more."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlmodel import select

from tests.actions.outboxes import deliver, notifications, raise_alerts
from tests.houses import House
from triage.records import ClinicRow, NotificationRow, Session, StaffRow, lookups
from triage.rules import COMMON

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def staff(house: House, role: str) -> StaffRow:
    found: StaffRow = house.look(lambda session: lookups.staff_of(session, house.clinic_id, (role,))[0])
    return found


def queue(house: House, kind: str, **values: Any) -> None:
    """Queue a message as whoever asks for it does."""
    whom = {"channel": "email", "contact": "lead@north.example"}
    row = NotificationRow(
        clinic_id=house.clinic_id, kind=kind, not_before=house.now, created_at=house.now, **(whom | values)
    )
    house.do(lambda session: session.add(row))


def queue_about(house: House, kind: str, alert_id: Any, epoch: int = 1) -> None:
    queue(house, kind, alert_id=alert_id, epoch=epoch, staff_id=staff(house, "lead").id)


def acknowledge(house: House, alert: str) -> None:
    answer = house.post(f"/alerts/{alert}/acknowledge", {"epoch": 1}, house.keys["practitioner"])
    assert answer.status_code == 200


def row_id(house: House) -> Any:
    return notifications(house, kind="alert")[0].alert_id


def read(mail: Any) -> EmailMessage:
    return message_from_bytes(mail.content, policy=policy.default)


def test_who_was_told_hears_that_somebody_has_it(house: House) -> None:
    (alert,) = raise_alerts(house, 1)
    acknowledge(house, alert)
    queue_about(house, "taken", row_id(house))
    deliver(house)

    (mail,) = house.mails("lead@")
    assert mail.subject == "North Clinic: Pat has it"
    assert "nothing that you need to do" in read(mail).get_content()


@pytest.mark.parametrize(("kind", "done"), [("taken", False), ("closed", False), ("closed", True), ("alert", True)])
def test_a_message_that_is_not_true_any_more_is_not_sent(house: House, kind: str, done: bool) -> None:
    (alert,) = raise_alerts(house, 1)
    if done:
        acknowledge(house, alert)
    queue_about(house, kind, row_id(house))
    deliver(house)

    assert house.mails("lead@") == []


def test_somebody_has_it_is_not_told_of_an_alert_that_opened_again(house: House) -> None:
    (alert,) = raise_alerts(house, 1)
    acknowledge(house, alert)
    queue_about(house, "taken", row_id(house))
    house.later(days=1)  # nobody closed it in time
    house.tick()
    house.tick()

    assert not any("has it" in mail.subject for mail in house.mails("lead@"))


def test_who_was_told_hears_that_it_is_closed(house: House) -> None:
    (alert,) = raise_alerts(house, 1)
    house.post(f"/alerts/{alert}/resolve", {"epoch": 1, "outcome": "irritation"}, house.keys["practitioner"])
    queue_about(house, "closed", row_id(house))
    deliver(house)

    assert [mail.subject for mail in house.mails("lead@")] == ["North Clinic: the alert is closed"]


def test_all_mails_about_one_alert_hang_in_one_thread(house: House) -> None:
    alert, other = raise_alerts(house, 2)
    deliver(house)
    acknowledge(house, alert)
    queue_about(house, "taken", row_id(house))
    deliver(house)

    heads = [read(mail) for mail in house.mails("north.example")]
    threads = [head["References"] for head in heads]
    assert threads == [head["In-Reply-To"] for head in heads]
    assert threads == [f"<alert-{alert}@triage.test>", f"<alert-{other}@triage.test>", f"<alert-{alert}@triage.test>"]
    assert len({head["Message-ID"] for head in heads}) == 3
    assert not any(head["List-Unsubscribe"] for head in heads)


def test_a_patient_whom_nobody_has_answered_is_told_whom_to_call(house: House) -> None:
    patient = house.patient(email="ana@patients.example")
    give_phone(house, "+44 20 7946 0000", "Outside our hours call 111.")
    house.report(patient, signs=["fever"])
    alert = row_id(house)
    queue(house, "unanswered", patient_id=patient.uuid, alert_id=alert, contact="ana@patients.example")
    deliver(house)

    mail = house.mails("ana@")[-1]
    assert mail.subject == "North Clinic: nobody has answered yet"
    text = read(mail).get_content()
    for said in ("+44 20 7946 0000", "urgent care", "emergency", "Outside our hours call 111.", "/c/"):
        assert said in text


def test_who_has_been_answered_meanwhile_is_not_frightened(house: House) -> None:
    patient = house.patient(email="ana@patients.example")
    answer = house.report(patient, signs=["fever"])
    alert = row_id(house)
    acknowledge(house, answer["alert"]["id"])
    queue(house, "unanswered", patient_id=patient.uuid, alert_id=alert, contact="ana@patients.example")
    deliver(house)

    assert not any("nobody has answered" in mail.subject for mail in house.mails("ana@"))


def give_phone(house: House, phone: str, out_of_hours: str) -> None:
    with house.wiring.store.connect() as connection:
        table = ClinicRow.metadata.tables["clinic"]
        connection.execute(table.update().values(phone=phone, out_of_hours=out_of_hours))


def test_a_message_goes_to_the_address_that_the_patient_has_now(house: House) -> None:
    patient = house.patient(hours_ago=None, email="old@patients.example")
    with house.wiring.store.connect() as connection:
        table = ClinicRow.metadata.tables["patient"]
        connection.execute(table.update().where(table.c.id == patient.uuid).values(email="new@patients.example"))
    deliver(house)

    assert [mail.to for mail in house.mails("patients.example")] == ["new@patients.example"]


@pytest.mark.parametrize("about", ["webhook_disabled", "contact_disabled", "on_call_gap", "something_new"])
def test_a_notice_says_what_it_is_about(house: House, about: str) -> None:
    queue(house, "notice", about=about, staff_id=staff(house, "lead").id)
    deliver(house)

    (mail,) = house.mails("lead@")
    assert mail.subject.startswith("North Clinic: ")
    assert len(read(mail).get_content()) > len(mail.subject)


def test_no_message_holds_a_detail_of_health(house: House) -> None:
    """Every kind, from reports that name much; the words that a report may name are in none of them."""
    said = {"signs": ["pus", "fever"], "symptoms": {"redness": 4, "swelling": 3}, "note": "my scalp burns"}
    patient = house.patient(email="ana@patients.example", name="Ana Secret", hours_ago=60)
    house.report(patient, **said)
    raise_alerts(house, 4)
    alert = row_id(house)
    for kind in ("check_in_link", "check_in_reminder", "check_in_request", "unanswered"):
        queue(house, kind, patient_id=patient.uuid, contact="ana@patients.example", expectation_id=waiting(house))
    written = {"text": "Your scalp burns: wash the pus off, the wound needs air."}
    assert house.post(f"/alerts/{alert}/reply", written, house.keys["practitioner"]).status_code == 200
    deliver(house)
    queue_about(house, "alert", alert)
    queue(house, "notice", about="contact_disabled", staff_id=staff(house, "lead").id)
    house.post(f"/alerts/{alert}/resolve", {"epoch": 1, "outcome": "suspected_infection"}, house.keys["practitioner"])
    queue_about(house, "closed", alert)
    house.later(minutes=2)
    deliver(house)

    named = [*COMMON.symptoms, *COMMON.signs, "secret", "scalp", "burns", "pus", "infection", "wound"]
    assert len(house.mailbox.messages) >= 8
    assert any("an answer for you" in mail.subject for mail in house.mailbox.messages)
    for mail in house.mailbox.messages:
        text = f"{mail.subject} {read(mail).get_content()} {sorted(read(mail).items())}".lower()
        text = " ".join(word for word in text.split() if "/" not in word)  # links are drawn from secrets
        assert [word for word in named if word.replace("_", " ") in text] == [], mail.subject


def waiting(house: House) -> Any:
    def find(session: Session) -> Any:
        table = ClinicRow.metadata.tables["expectation"]
        return session.execute(select(table.c.id).where(table.c.state == "waiting")).scalars().first()

    return house.look(find)
