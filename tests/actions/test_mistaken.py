"""Not me, wrong date: a human hears of it, no danger is lost, and nothing that was said before calms anybody."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House, Patient
from triage import clock
from triage.actions.last_known import LastKnown, last_known
from triage.actions.protocols import tables_of
from triage.records import (
    AlertRow,
    CheckInRow,
    EpisodeRow,
    ExpectationRow,
    NotificationRow,
    PatientRow,
    ProcedureRow,
    Session,
    histories,
)

on_one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WELL = {"redness": 0, "swelling": 0, "pain": 0}


def rows(house: House, table: Any, patient: Patient) -> list[Any]:
    found = select(table).where(table.patient_id == patient.uuid).order_by(table.id)
    return list(house.look(partial(lambda session: session.exec(found).all())))


def row_of(house: House, patient: Patient) -> PatientRow:
    return house.look(lambda session: session.get(PatientRow, (house.clinic_id, patient.uuid)))


def say(house: House, patient: Patient, what: str) -> Any:
    answer = house.client.post(f"/c/{patient.token}/who", data={"not": what})
    assert answer.status_code == 200, answer.text
    return answer


def staff_report(house: House, patient: Patient, at: datetime | None = None, **said: Any) -> Any:
    body = {"patient_id": patient.id, "at": (at or house.now).isoformat(), **said}
    answer = house.post("/check-ins", body)
    assert answer.status_code == 201, answer.json
    return answer.json


def new_link(house: House, patient: Patient) -> Patient:
    answer = house.post(f"/patients/{patient.id}/link", {})
    assert answer.status_code == 201, answer.json
    return Patient(patient.id, answer.json["check_in_token"])


def known(house: House, patient: Patient) -> LastKnown:
    def look(session: Session) -> LastKnown:
        row = session.get(PatientRow, (house.clinic_id, patient.uuid))
        episode = session.exec(select(EpisodeRow).where(EpisodeRow.patient_id == patient.uuid)).one()
        tables = tables_of(session, house.clinic_id, house.now, episode)
        return last_known(session, row, episode, tables, house.now)

    return house.look(look)


def waits_for_answer(house: House, patient: Patient) -> list[str]:
    return [row.state for row in rows(house, ExpectationRow, patient)]


def test_not_me_stops_the_messages_and_tells_a_human_today(house: House) -> None:
    patient = house.patient(hours_ago=2, email="ana@patients.example")
    say(house, patient, "me")
    house.later(hours=9)
    house.tick()

    assert house.mails("ana@") == []
    (alert,) = [one for one in house.alerts() if one["kind"] == "service"]
    assert (alert["about"], alert["urgency"], alert["patient_id"]) == ("wrong_person", "same_day", patient.id)
    assert "not this patient" in alert["reason"]


def test_not_me_that_was_closed_and_not_mended_is_told_again(house: House) -> None:
    patient = house.patient(hours_ago=2, email="ana@patients.example")
    say(house, patient, "me")
    (alert,) = house.alerts()
    closing = {"epoch": alert["epoch"], "outcome": "other"}
    answer = house.call("POST", f"/alerts/{alert['id']}/resolve", closing, house.keys["practitioner"])
    assert answer.status_code == 200, answer.json
    for _ in range(12):
        house.later(hours=8)
        house.run(clock.silence)
    (again,) = house.alerts()
    assert (again["about"], again["urgency"], again["patient_id"]) == ("wrong_person", "same_day", patient.id)

    new_link(house, patient)
    assert [one["condition"] for one in house.alerts()] == ["cleared"]


@on_one_engine
def test_not_me_twice_is_as_once(house: House) -> None:
    patient = house.patient()
    say(house, patient, "me")
    said_at = row_of(house, patient).wrong_person_at
    house.later(hours=1)
    say(house, patient, "me")

    assert row_of(house, patient).wrong_person_at == said_at
    assert len(house.alerts()) == 1


@on_one_engine
def test_what_was_queued_before_is_not_sent(house: House) -> None:
    patient = house.patient(hours_ago=2, email="ana@patients.example")
    assert [row.state for row in rows(house, NotificationRow, patient)] == ["pending"]
    say(house, patient, "me")
    house.tick()

    assert [row.state for row in rows(house, NotificationRow, patient)] == ["cancelled"]


def test_a_report_in_doubt_keeps_its_alert_and_its_hold(house: House) -> None:
    patient = house.patient()
    house.report(patient, signs=["fever"])
    say(house, patient, "me")

    (alert,) = [one for one in house.alerts() if one["kind"] == "report"]
    assert alert["urgency"] == "urgent"
    (row,) = rows(house, CheckInRow, patient)
    assert row.disputed_at == house.now
    house.later(hours=1)
    assert staff_report(house, patient, symptoms=WELL)["assessment"]["urgency"] == "same_day"  # held


def test_what_a_doubtful_report_answered_is_open_again(house: House) -> None:
    patient = house.patient(hours_ago=2)
    house.tick()
    house.later(hours=9)
    house.tick()  # asked
    house.later(hours=1)
    house.report(patient, symptoms=WELL)
    answered = rows(house, ExpectationRow, patient)[0]
    assert answered.state == "answered"
    say(house, patient, "me")

    first, *later = rows(house, ExpectationRow, patient)
    assert (first.state, first.answered_at, first.answered_by, first.opened_at) == ("missed", None, None, None)
    assert [row.state for row in later] == ["waiting"]


@on_one_engine
def test_a_silence_that_a_doubtful_report_had_ended_is_told_again(house: House) -> None:
    patient = house.patient(hours_ago=2)
    for _ in range(14):  # asked, reminded, missed on the first days
        house.later(hours=3)
        house.tick()
    (silence,) = [one for one in house.alerts() if one["kind"] == "silence"]
    assert silence["condition"] == "active"
    house.report(patient, symptoms=WELL)
    (silence,) = [one for one in house.alerts() if one["kind"] == "silence"]
    assert silence["condition"] == "cleared"
    say(house, patient, "me")

    (silence,) = [one for one in house.alerts() if one["kind"] == "silence"]
    assert (silence["condition"], silence["urgency"]) == ("active", "same_day")


@on_one_engine
def test_a_report_on_a_held_link_is_kept_and_judged_and_answers_nothing(house: House) -> None:
    patient = house.patient(hours_ago=2)
    house.later(hours=9)
    house.tick()
    say(house, patient, "me")
    before = waits_for_answer(house, patient)
    answer = house.report(patient, signs=["fever"])

    assert answer["alert"]["urgency"] == "urgent"
    assert waits_for_answer(house, patient) == before
    (row,) = rows(house, CheckInRow, patient)
    assert row.disputed_at == house.now


@on_one_engine
def test_what_was_open_stays_open_whatever_a_doubtful_report_says(house: House) -> None:
    patient = house.patient()
    staff_report(house, patient, house.now - timedelta(hours=30), symptoms={"swelling": 2})
    house.report(patient, symptoms={"swelling": 0})
    assert not known(house, patient).is_open
    say(house, patient, "me")

    assert known(house, patient).is_open


@on_one_engine
def test_what_only_a_doubtful_report_named_is_open_too(house: House) -> None:
    patient = house.patient()
    staff_report(house, patient, house.now - timedelta(hours=30), symptoms=WELL)
    house.report(patient, symptoms={"swelling": 3})
    say(house, patient, "me")
    assert known(house, patient).is_open
    assert known(house, patient).is_beyond

    house.later(hours=1)
    house.report(patient, symptoms=WELL)  # by a link that is held
    assert known(house, patient).is_open


@on_one_engine
def test_where_only_doubtful_reports_are_calm_nothing_is_known(house: House) -> None:
    patient = house.patient()
    house.report(patient, symptoms=WELL)
    assert known(house, patient).reported is not None
    say(house, patient, "me")

    assert known(house, patient).reported is None


def test_the_patients_own_later_report_is_judged_again_and_only_raised(house: House) -> None:
    """2 after 2 is usual on day 4; beside the 0 that the clinic itself had noted it is a relapse."""
    patient = house.patient(hours_ago=97)
    staff_report(house, patient, house.now - timedelta(hours=48), symptoms={"redness": 0})
    house.report(patient, at=house.now - timedelta(hours=24), symptoms={"redness": 2})
    before = staff_report(house, patient, symptoms={"redness": 2})
    assert before["assessment"]["urgency"] == "self_care"
    say(house, patient, "me")

    timeline = house.call("GET", f"/patients/{patient.id}/timeline", key=house.keys["practitioner"]).json
    after = next(item for item in timeline["items"] if item["id"] == before["id"])
    assert after["assessment"]["urgency"] == "same_day"
    assert [one["check_in_id"] for one in house.alerts() if one["kind"] == "report"] == [before["id"]]


@on_one_engine
def test_by_the_api_too_a_held_link_shows_nothing(house: House) -> None:
    patient = house.patient()
    house.report(patient, symptoms=WELL)
    say(house, patient, "me")
    assert house.call("GET", f"/patients/{patient.id}/timeline", key=patient.token).status_code == 403
    shown = house.call("GET", f"/patients/{patient.id}/timeline", key=house.keys["practitioner"]).json

    assert shown["items"][0]["disputed_at"] == house.now.isoformat()


@on_one_engine
def test_a_replay_compares_with_no_report_in_doubt(house: House) -> None:
    patient = house.patient()
    house.report(patient, symptoms=WELL)
    span = histories.Span(None, None, house.now)
    page = histories.Page(house.clinic_id, patient.uuid, patient.uuid)
    assert house.look(lambda session: len(list(histories.reports_on(session, page, span)))) == 1
    say(house, patient, "me")

    assert house.look(lambda session: len(list(histories.reports_on(session, page, span)))) == 0
    assert house.look(lambda session: histories.count_reports(session, house.clinic_id, span)) == 0


def test_a_new_link_ends_it(house: House) -> None:
    patient = house.patient(hours_ago=2, email="ana@patients.example")
    house.tick()
    house.report(patient, symptoms=WELL)
    say(house, patient, "me")
    renewed = new_link(house, patient)
    house.tick()

    assert house.client.get(f"/c/{patient.token}").status_code == 404
    assert house.client.get(f"/c/{renewed.token}").status_code == 200
    assert renewed.token in house.mails("ana@")[-1].text
    row = row_of(house, patient)
    assert (row.wrong_person_at, row.first_opened_at) == (None, None)
    assert [row.disputed_at is None for row in rows(house, CheckInRow, patient)] == [False]
    (alert,) = [one for one in house.alerts() if one["kind"] == "service"]
    assert alert["condition"] == "cleared"
    house.report(renewed, symptoms=WELL)
    assert [row.disputed_at is None for row in rows(house, CheckInRow, patient)] == [False, True]


@on_one_engine
def test_a_new_contact_ends_it_and_the_former_link_works_no_more(house: House) -> None:
    patient = house.patient(hours_ago=2, email="ana@patients.example")
    house.tick()
    say(house, patient, "me")
    answer = house.call("PATCH", f"/patients/{patient.id}", {"email": "right@patients.example"}, house.keys["intake"])
    house.tick()

    assert answer.json["wrong_person_at"] is None
    assert house.client.get(f"/c/{patient.token}").status_code == 404
    assert [mail.subject for mail in house.mails("right@")] == ["North Clinic: your link"]
    assert len(house.mails("ana@")) == 1


@on_one_engine
def test_another_address_is_used_at_once_and_one_taken_away_no_more(house: House) -> None:
    patient = house.patient(hours_ago=2, email="ana@patients.example")
    house.call("PATCH", f"/patients/{patient.id}", {"email": None}, house.keys["intake"])
    house.tick()
    assert house.mails("ana@") == []
    house.call("PATCH", f"/patients/{patient.id}", {"email": "bea@patients.example"}, house.keys["intake"])
    house.later(hours=9)
    house.tick()

    assert house.mails("ana@") == []
    assert len(house.mails("bea@")) == 1


@pytest.mark.parametrize("hours_ago", [20, 400])
@on_one_engine
def test_a_wrong_date_tells_a_human(house: House, hours_ago: float) -> None:
    """A date that was noted within the first days may be of the first days, whatever it says."""
    patient = house.patient(hours_ago=hours_ago)
    say(house, patient, "date")

    (alert,) = house.alerts()
    assert (alert["kind"], alert["about"], alert["urgency"]) == ("service", "wrong_date", "same_day")


def test_a_wrong_date_later_is_routine_until_the_clinic_corrects_or_confirms_it(house: House) -> None:
    patient = house.patient(hours_ago=20)
    house.later(days=5)
    house.report(patient, symptoms=WELL)
    say(house, patient, "date")

    assert [one["urgency"] for one in house.alerts() if one["about"] == "wrong_date"] == ["routine"]
    assert known(house, patient).reported is None
    (procedure,) = rows(house, ProcedureRow, patient)
    assert procedure.disputed_at == house.now
    answer = house.call("PATCH", f"/procedures/{procedure.id}", {"at": procedure.at.isoformat()}, house.keys["intake"])

    assert answer.status_code == 200
    assert rows(house, ProcedureRow, patient)[0].disputed_at is None
    assert known(house, patient).reported is not None
    found = house.look(lambda session: session.exec(select(AlertRow).where(AlertRow.about == "wrong_date")).one())
    assert found.condition == "cleared"


@on_one_engine
def test_who_never_opened_the_link_still_reaches_a_human(house: House) -> None:
    patient = house.patient(hours_ago=2, email="ana@patients.example")
    for _ in range(20):
        house.later(hours=3)
        house.tick()

    assert row_of(house, patient).first_opened_at is None
    assert "never_opened" in [one["about"] for one in house.alerts()]
    sent = [mail.subject.partition(": ")[2] for mail in house.mails("ana@")]
    assert sent == ["your link", "your check-in", "your check-in is still open"]  # and no more until somebody opens one


@on_one_engine
def test_the_first_thing_that_a_human_does_verifies_the_contact(house: House) -> None:
    by_script, by_report, by_start = house.patient(), house.patient(), house.patient()
    for patient in (by_script, by_report, by_start):
        house.client.get(f"/c/{patient.token}")
        assert row_of(house, patient).first_opened_at is None
    house.client.post(f"/c/{by_script.token}/opened")
    house.report(by_report, symptoms=WELL)
    house.client.post(f"/c/{by_start.token}/start")

    for patient in (by_script, by_report, by_start):
        assert row_of(house, patient).first_opened_at == house.now


@on_one_engine
def test_what_the_clinic_notes_verifies_nothing(house: House) -> None:
    patient = house.patient()
    staff_report(house, patient, symptoms=WELL)
    assert row_of(house, patient).first_opened_at is None
