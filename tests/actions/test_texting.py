"""Text messages that come in: STOP, START and HELP are done; whatever else comes is judged and reaches a human."""

from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House, Patient
from triage.actions.texting import open_sms_inbound
from triage.records import CheckInRow, KeptReportRow, PatientRow, Session

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PHONE = "+49 170 1234567"


@pytest.fixture
def address(house: House) -> str:
    return open_one(house)


def open_one(house: House) -> str:
    made = partial(open_sms_inbound, clinic_id=house.clinic_id, name="ops", now=house.now, terms=house.wiring.terms)
    return str(house.do(made)).removeprefix("http://triage.test")


def text(house: House, address: str, body: str, sender: str = "+491701234567", **more: str) -> Any:
    answer = house.client.post(address, data={"From": sender, "Body": body, **more})
    assert answer.status_code == 200, answer.text
    return answer


def is_stopped(house: House, patient: Patient) -> bool:
    row = house.look(lambda session: session.get(PatientRow, (house.clinic_id, patient.uuid)))
    return row.opted_out_at is not None


def kept(house: House) -> list[KeptReportRow]:
    return list(house.look(lambda session: session.exec(select(KeptReportRow)).all()))


def check_ins(house: House) -> list[CheckInRow]:
    return list(house.look(lambda session: session.exec(select(CheckInRow)).all()))


@pytest.mark.parametrize(
    "word", ["STOP", "stop", " Stop. ", "Stop all!", "UNSUBSCRIBE", "Arrêt", "baja", "ALTO", "توقف"]
)
def test_stop_ends_the_messages_to_that_number(house: House, address: str, word: str) -> None:
    mother, daughter = house.patient(phone=PHONE), house.patient(phone="0170 123 45 67")
    other = house.patient(phone="+49 170 7654321")
    text(house, address, word)

    assert [is_stopped(house, patient) for patient in (mother, daughter, other)] == [True, True, False]
    assert check_ins(house) == []


def test_one_clients_stop_is_confirmed_by_the_provider_alone(house: House, address: str) -> None:
    house.patient(phone=PHONE)
    assert text(house, address, "STOP").text == ""


def test_where_several_were_stopped_the_answer_says_how_to_start_each(house: House, address: str) -> None:
    sam, ana = house.patient(phone=PHONE, name="Sam Secret"), house.patient(phone=PHONE, name="Ana Bo")
    answer = text(house, address, "STOP").text
    assert "S. S., A. B." in answer
    assert "START SS, START AB" in answer
    text(house, address, "Start S. S.")
    assert [is_stopped(house, one) for one in (sam, ana)] == [False, True]
    text(house, address, "START")
    assert [is_stopped(house, one) for one in (sam, ana)] == [False, False]


def test_two_with_the_same_initials_are_told_apart(house: House, address: str) -> None:
    sam = house.patient(phone=PHONE, name="Sam Secret", reference="A-17")
    sue = house.patient(phone=PHONE, name="Sue Secret", reference="A-42")
    assert "START SS17, START SS42" in text(house, address, "STOP").text
    text(house, address, "START SS42")
    assert [is_stopped(house, one) for one in (sam, sue)] == [True, False]


def test_start_resumes_them(house: House, address: str) -> None:
    patient = house.patient(phone=PHONE)
    text(house, address, "STOP")
    assert "you get messages" in text(house, address, "Start").text
    assert not is_stopped(house, patient)


def test_start_without_a_stop_is_no_report_and_yes_may_be_one(house: House, address: str) -> None:
    house.patient(phone=PHONE)
    text(house, address, "START")
    assert check_ins(house) == []
    text(house, address, "Yes")
    assert [row.content["note"] for row in check_ins(house)] == ["Yes"]


def test_help_says_whom_to_call(house: House, address: str) -> None:
    answer = text(house, address, "help", sender="+15550000000").text
    assert "STOP" in answer
    assert "emergency" in answer


@pytest.mark.parametrize(
    "said", ["Stop the bleeding how?", "please make it stop", "I cannot stop scratching", "end of day"]
)
def test_stop_within_a_sentence_stops_nothing(house: House, address: str, said: str) -> None:
    patient = house.patient(phone=PHONE)
    text(house, address, said)

    assert not is_stopped(house, patient)
    assert [row.content["note"] for row in check_ins(house)] == [said]


def test_a_danger_in_a_text_message_raises_an_alert(house: House, address: str) -> None:
    house.patient(phone=PHONE)
    answer = text(house, address, "there is pus coming out and I have a fever", MessageSid="SM1")

    assert "a person reads this" in answer.text
    assert [alert["urgency"] for alert in house.alerts()] == ["urgent"]


def test_the_same_message_handed_in_twice_counts_once(house: House, address: str) -> None:
    house.patient(phone=PHONE)
    for _ in range(2):
        text(house, address, "it itches a little", MessageSid="SM1")

    assert len(check_ins(house)) == 1


def test_an_unknown_number_is_kept_and_shares_one_alert(house: House, address: str) -> None:
    for number in range(3):
        text(house, address, "hello?", sender=f"+1555000000{number}")

    assert len(kept(house)) == 3
    (alert,) = house.alerts()
    assert (alert["kind"], alert["urgency"]) == ("service", "routine")


def test_a_danger_of_two_patients_of_one_number_is_an_alert_of_its_own(house: House, address: str) -> None:
    house.patient(phone=PHONE)
    house.patient(phone=PHONE)
    text(house, address, "she has pus and fever")

    (row,) = kept(house)
    assert row.signs
    assert house.alerts()[0]["urgency"] == "urgent"
    assert row.alert_id is not None


def test_json_is_read_as_a_form_is(house: House, address: str) -> None:
    patient = house.patient(phone=PHONE)
    assert house.client.post(address, json={"From": PHONE, "Body": "STOP"}).status_code == 200
    assert is_stopped(house, patient)


def test_an_address_that_was_never_made_or_was_replaced_is_not_there(house: House, address: str) -> None:
    patient = house.patient(phone=PHONE)
    newer = open_one(house)
    for wrong in (address, "/in/sms/tas_unknown", newer[:-1]):
        assert house.client.post(wrong, data={"From": PHONE, "Body": "STOP"}).status_code == 404
    assert house.client.get(newer).status_code == 405
    assert not is_stopped(house, patient)

    text(house, newer, "STOP")
    assert is_stopped(house, patient)


@pytest.mark.parametrize("sent", [{}, {"Body": "STOP"}, {"From": ""}])
def test_what_has_no_sender_is_refused(house: House, address: str, sent: dict[str, str]) -> None:
    assert house.client.post(address, data=sent).status_code == 400
    assert house.client.post(address, json=[1]).status_code == 400


def test_another_clinics_patients_are_out_of_reach(house: House, address: str) -> None:
    opened = house.open({"name": "South Clinic", "lead_email": "lead@south.example"})
    body = {"reference": "S-1", "phone": PHONE}
    other = house.post("/patients", body, opened["keys"]["intake"]).json["id"]
    text(house, address, "STOP")

    def theirs(session: Session) -> PatientRow:
        return session.exec(select(PatientRow).where(PatientRow.reference == "S-1")).one()

    assert str(house.look(theirs).id) == other
    assert house.look(theirs).opted_out_at is None


def test_a_text_is_answered_in_the_language_of_whoever_sent_it(house: House, address: str) -> None:
    house.patient(phone=PHONE, language="ar")
    assert "العيادة" in text(house, address, "hola?").text
    assert "مساعدة" not in text(house, address, "HELP").text
    assert "العيادة" in text(house, address, "HELP").text
    stranger = text(house, address, "Ayuda", sender="+15550000000").text
    assert stranger.startswith("North Clinic: Llame a la clinica.")
    assert "emergencias" in stranger


def test_a_number_of_two_languages_is_answered_in_english(house: House, address: str) -> None:
    house.patient(phone=PHONE, language="ar")
    house.patient(phone=PHONE, language="es")
    text(house, address, "STOP")
    assert "you get messages" in text(house, address, "START").text
