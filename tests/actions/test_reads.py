"""Looks at patients' things are in the log: whose, at what, once a look; and trouble keeps nobody from looking."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from tests.houses import House, Patient
from triage.actions.identify import Actor
from triage.actions.reads import MOST, Looks
from triage.actions.turn import Turn
from triage.records import AuditEventRow
from triage.records.audit import READ


@pytest.fixture
def ana(house: House) -> Patient:
    patient = house.patient(hours_ago=24)
    house.report(patient, symptoms={"redness": 1})
    return patient


def looks(house: House) -> list[AuditEventRow]:
    found = select(AuditEventRow).where(AuditEventRow.did == READ).order_by(col(AuditEventRow.id))
    return house.look(lambda session: list(session.exec(found)))


def see(house: House, path: str, key: str) -> None:
    assert house.call("GET", path, key=key).status_code == 200


def turn_of(house: House, who: str = "somebody", kind: str = "staff") -> Turn:
    return Turn(Actor(kind, who, house.clinic_id, "lead"), house.now, house.wiring.terms)


def test_a_look_through_the_api_is_noted_with_who_and_what(house: House, ana: Patient) -> None:
    see(house, f"/patients/{ana.id}/timeline", house.keys["practitioner"])
    see(house, "/alerts", house.keys["practitioner"])
    first, second = looks(house)
    assert (first.actor_kind, first.thing_kind, first.thing_id) == ("staff", "patient", ana.id)
    assert (second.thing_kind, second.thing_id) == ("list", "/api/v1/alerts")
    assert "redness" not in str(first.model_dump()) + str(second.model_dump())


def test_patients_look_at_what_is_their_own(house: House, ana: Patient) -> None:
    see(house, f"/patients/{ana.id}/timeline", ana.token)
    assert looks(house) == []


def test_what_was_refused_was_not_seen(house: House, ana: Patient) -> None:
    assert house.call("GET", f"/patients/{uuid.uuid4()}/timeline", key=house.keys["practitioner"]).status_code == 404
    assert house.call("GET", f"/patients/{ana.id}/timeline", key=house.keys["auditor"]).status_code == 403
    assert looks(house) == []


def test_somebody_who_goes_on_looking_is_noted_once_a_quarter_of_an_hour(house: House, ana: Patient) -> None:
    for minutes in (0, 5, 9, 2):
        house.later(minutes=minutes)
        see(house, f"/patients/{ana.id}/timeline", house.keys["practitioner"])
    assert len(looks(house)) == 2


def test_each_person_and_each_thing_counts_for_itself(house: House) -> None:
    noted = Looks()
    asked = [("ann", "1"), ("ann", "2"), ("bob", "1"), ("ann", "1")]
    assert [noted.is_new(("patient", thing), turn_of(house, who)) for who, thing in asked] == [True, True, True, False]


def test_what_is_remembered_of_looks_stays_small(house: House) -> None:
    noted = Looks()
    for number in range(MOST + 10):
        noted.is_new(("patient", str(number)), turn_of(house))
    assert len(noted._noted) == MOST
    assert noted.is_new(("patient", "0"), turn_of(house))
    assert not noted.is_new(("patient", str(MOST)), turn_of(house))


def test_a_clock_that_is_put_back_hides_no_look(house: House) -> None:
    noted, turn = Looks(), turn_of(house)
    assert noted.is_new(("patient", "1"), turn)
    assert noted.is_new(("patient", "1"), turn._replace(now=turn.now - timedelta(days=1)))


def test_a_log_that_cannot_be_written_keeps_nobody_from_looking(
    house: House, ana: Patient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("no room", None, Exception())

    monkeypatch.setattr(house.wiring, "do", fail)
    see(house, f"/patients/{ana.id}/timeline", house.keys["practitioner"])
    assert "a look was not noted" in caplog.text
    assert ana.id not in caplog.text
