"""STOP and START, time away, and the patient's own hour."""

from functools import partial

from sqlmodel import select

from tests.houses import House, Patient
from triage.actions.identify import Actor
from triage.actions.preferences import resume_messages, stop_messages
from triage.actions.turn import Turn
from triage.records import ExpectationRow, PatientRow, Session


def turn_of(house: House, patient: Patient) -> Turn:
    by = Actor("patient", patient.id, house.clinic_id, "patient", patient_id=patient.uuid)
    return Turn(by, house.now, house.wiring.terms)


def stop(house: House, patient: Patient) -> bool:
    def work(session: Session) -> bool:
        row = session.get(PatientRow, (house.clinic_id, patient.uuid))
        return stop_messages(session, row, "mail link", turn_of(house, patient))

    return bool(house.do(work))


def resume(house: House, patient: Patient) -> bool:
    def work(session: Session) -> bool:
        row = session.get(PatientRow, (house.clinic_id, patient.uuid))
        return resume_messages(session, row, turn_of(house, patient))

    return bool(house.do(work))


def ledger(house: House, patient: Patient) -> list[ExpectationRow]:
    rows = select(ExpectationRow).where(ExpectationRow.patient_id == patient.uuid).order_by(ExpectationRow.id)
    return list(house.look(partial(lambda session: session.exec(rows).all())))


def test_after_stop_no_message_goes_out_and_the_ledger_says_opted_out(house: House) -> None:
    patient = house.patient(hours_ago=2, email="ana@patients.example")
    house.tick()
    assert stop(house, patient)
    assert not stop(house, patient)

    house.later(hours=9)
    house.tick()

    assert [mail.subject for mail in house.mails("ana@")] == ["North Clinic: your link"]
    assert ledger(house, patient)[0].state == "opted_out"


def test_who_stopped_the_messages_still_reports(house: House) -> None:
    patient = house.patient(hours_ago=121)
    stop(house, patient)
    assert house.report(patient, signs=["spreading_redness"])["alert"]["state"] == "open"


def test_after_start_the_next_request_goes_out_again(house: House) -> None:
    patient = house.patient(hours_ago=2, email="ana@patients.example")
    house.tick()
    stop(house, patient)
    assert resume(house, patient)
    assert not resume(house, patient)

    house.later(hours=9)
    house.tick()

    assert [mail.subject for mail in house.mails("ana@")][1:] == ["North Clinic: your check-in"]
