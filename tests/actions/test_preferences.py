"""STOP and START, time away, and the patient's own hour."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House, Patient
from triage import clock
from triage.actions.identify import Actor
from triage.actions.preferences import resume_messages, stop_messages
from triage.actions.turn import Turn
from triage.records import ExpectationRow, PatientRow, Session

on_one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


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


@on_one_engine
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


BEYOND = {"symptoms": {"redness": 3}, "course": {"redness": "worse"}}


@pytest.fixture
def ana(house: House) -> Patient:
    """Whose needling ended two hours ago, on a Monday at eight in the morning."""
    return house.patient(hours_ago=2, email="ana@patients.example")


def wish(house: House, patient: Patient, status: int = 200, **values: Any) -> dict[str, Any]:
    answer = house.call("PATCH", f"/patients/{patient.id}", values, house.keys["intake"])
    assert answer.status_code == status, answer.json
    return dict(answer.json)


def shown(house: House, patient: Patient, query: str = "") -> dict[str, Any]:
    return dict(house.call("GET", f"/patients/{patient.id}/expectations{query}", key=house.keys["practitioner"]).json)


def go_to(house: House, text: str) -> None:
    """Move the clock to a moment of March 2026, and let it ask, remind, notice and send."""
    house.wiring.moment = datetime.fromisoformat(f"2026-03-{text}:00+00:00")
    house.run(clock.silence)
    house.run(clock.deliver)


def silences(house: House) -> list[str]:
    return [alert["urgency"] for alert in house.alerts() if alert["kind"] == "silence"]


def test_who_opted_out_is_not_missing(house: House, ana: Patient) -> None:
    assert wish(house, ana, messages="stopped")["messages"] == "stopped"
    for day in range(2, 8):
        go_to(house, f"0{day}T18:00")
    assert silences(house) == []
    assert {row["state"] for row in shown(house, ana)["items"]} == {"opted_out", "waiting"}


@on_one_engine
def test_who_opted_out_while_something_is_beyond_normal_is_one_call(house: House) -> None:
    patient = house.patient(hours_ago=121)
    house.report(patient, **BEYOND)
    wish(house, patient, messages="stopped")
    for day in range(2, 8):
        go_to(house, f"0{day}T18:00")
    assert silences(house) == ["same_day"]
    assert [row["silence"] for row in shown(house, patient)["items"] if row["silence"]] == ["opted_out"]


@on_one_engine
def test_what_stays_open_is_not_expected_every_day_for_ever(house: House) -> None:
    patient = house.patient(hours_ago=121)
    house.report(patient, **BEYOND)
    wish(house, patient, messages="stopped")
    for day in range(2, 17):
        go_to(house, f"{day:02}T18:00")
    days = [row["due_at"][8:10] for row in shown(house, patient)["items"]]
    assert days == ["02", "02", "04", "07", "11", "18"]  # day 5 twice, then the schedule's 7, 10, 14 and 21


def test_who_is_away_is_neither_asked_nor_missing_and_is_asked_after_the_return(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    house.later(hours=1)
    wish(house, ana, excused_until="2026-03-07T12:00:00Z", excused_why="holiday")
    for day in range(3, 7):
        go_to(house, f"0{day}T18:00")
    assert silences(house) == []
    assert len(house.mails("ana@")) == 2
    excused, following = shown(house, ana)["items"]
    assert (excused["state"], excused["excused_why"]) == ("excused", "holiday")
    assert following["due_at"] == "2026-03-07T18:00:00+00:00"

    house.report(ana, symptoms={"redness": 1})
    go_to(house, "07T18:00")
    assert len(house.mails("ana@")) == 3


@on_one_engine
def test_a_silence_of_who_is_away_does_not_become_a_call(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    house.client.post(f"/c/{ana.token}/opened")
    go_to(house, "03T14:00")
    go_to(house, "03T18:00")
    wish(house, ana, excused_until="2026-03-07T12:00:00Z", excused_why="holiday")
    go_to(house, "04T18:00")
    assert silences(house) == ["routine"]


@on_one_engine
def test_who_comes_back_sooner_is_asked_sooner(house: House, ana: Patient) -> None:
    wish(house, ana, excused_until="2026-03-20T12:00:00Z", excused_why="holiday")
    go_to(house, "04T12:00")
    assert wish(house, ana, excused_until=None)["excused_why"] is None
    assert shown(house, ana)["items"][-1]["due_at"] == "2026-03-04T18:00:00+00:00"


def test_a_new_hour_and_a_new_time_zone_move_what_nobody_was_asked_for(house: House, ana: Patient) -> None:
    wish(house, ana, ask_hour=12)
    assert shown(house, ana)["items"][0]["due_at"] == "2026-03-02T12:00:00+00:00"
    wish(house, ana, time_zone="America/New_York", language="es")
    assert shown(house, ana)["items"][0]["due_at"] == "2026-03-02T17:00:00+00:00"
    go_to(house, "02T17:00")
    wish(house, ana, ask_hour=9)
    assert shown(house, ana)["items"][0]["due_at"] == "2026-03-02T17:00:00+00:00"  # asked already


@on_one_engine
def test_an_hour_that_has_passed_today_is_tomorrow(house: House, ana: Patient) -> None:
    wish(house, ana, ask_hour=9)
    assert shown(house, ana)["items"][0]["due_at"] == "2026-03-03T09:00:00+00:00"


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"ask_hour": 21}, "ask_hour"),
        ({"ask_hour": 7}, "ask_hour"),
        ({"excused_until": "2026-03-07T12:00:00Z"}, "excused_why"),
        ({"excused_until": "2026-03-01T12:00:00Z", "excused_why": "x"}, "excused_until"),
        ({"excused_until": "2026-09-01T12:00:00Z", "excused_why": "x"}, "excused_until"),
        ({"messages": "never"}, "messages"),
        ({"time_zone": "Mars"}, "time_zone"),
        ({"name": "x"}, "name"),
    ],
)
@on_one_engine
def test_what_cannot_be_is_refused_by_name(house: House, ana: Patient, values: dict[str, Any], path: str) -> None:
    assert path in str(wish(house, ana, 422, **values))


@on_one_engine
def test_the_ledger_comes_in_pages(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    house.report(ana, symptoms={"redness": 0})
    first = shown(house, ana, "?limit=1")
    assert [row["state"] for row in first["items"]] == ["answered"]
    second = shown(house, ana, f"?limit=1&cursor={first['next']}")
    assert [row["state"] for row in second["items"]] == ["waiting"]
    assert second["next"] is None
