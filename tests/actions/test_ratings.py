"""The healed result is rated by patient and practitioner, from day 28 on; a change keeps what was said before."""

from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House, Patient
from triage.records import AuditEventRow, RatingRow
from triage.records.outcome import ASPECTS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ALL = {"density": 4, "dot_size": 3, "colour": 5, "evenness": 4}


def healed(house: House, days: float = 29, **values: Any) -> Patient:
    return house.patient(hours_ago=24 * days, **values)


def rate(house: House, patient: Patient, by: str = "", **marks: Any) -> Any:
    """Rate as the patient, or with the key of a role."""
    if not by:
        return house.call("POST", "/ratings", marks, patient.token)
    return house.call("POST", "/ratings", {"patient_id": patient.id, **marks}, house.keys[by])


def rows(house: House) -> list[RatingRow]:
    return house.look(lambda session: list(session.exec(select(RatingRow).order_by(RatingRow.id))))


def test_patient_and_practitioner_each_rate(house: House) -> None:
    patient = healed(house)
    own, theirs = rate(house, patient, **ALL), rate(house, patient, "practitioner", density=2)

    assert (own.status_code, theirs.status_code) == (201, 201)
    assert {name: own.json[name] for name in ASPECTS} == ALL
    assert (own.json["rated_by"], own.json["staff_id"]) == ("patient", None)
    assert (theirs.json["rated_by"], theirs.json["density"], theirs.json["colour"]) == ("practitioner", 2, None)
    assert theirs.json["staff_id"] is not None


def test_what_was_left_open_is_added_and_a_change_keeps_the_former_rating(house: House) -> None:
    patient = healed(house)
    first = rate(house, patient, density=4).json["id"]
    assert rate(house, patient, colour=5).json["id"] == first
    again = rate(house, patient, density=2).json

    assert (again["density"], again["colour"]) == (2, 5)
    former, standing = rows(house)
    assert (str(former.id), former.density, former.replaced_at) == (first, 4, house.now)
    assert standing.replaced_at is None
    events = house.look(lambda session: list(session.exec(select(AuditEventRow))))
    assert [event.did for event in events].count("result_rated") == 3


def test_the_same_marks_again_change_nothing(house: House) -> None:
    patient = healed(house)
    assert rate(house, patient, **ALL).json == rate(house, patient, density=4).json
    assert len(rows(house)) == 1


def test_nothing_is_rated_before_day_28_nor_by_a_strangers_link(house: House) -> None:
    early, held = healed(house, days=27.9), healed(house)
    house.client.post(f"/c/{held.token}/who", data={"not": "me"})

    assert rate(house, early, density=4).status_code == 409
    assert rate(house, held, density=4).status_code == 409
    assert rows(house) == []


def test_a_later_session_is_another_result(house: House) -> None:
    patient = healed(house, days=40)
    rate(house, patient, **ALL)
    house.procedure(patient.id, 1)
    assert rate(house, patient, density=1).status_code == 409
    house.later(days=30)
    assert rate(house, patient, density=1).json["colour"] is None


@pytest.mark.parametrize("marks", [{}, {"density": 0}, {"density": 6}, {"density": 3.5}, {"density": True}, {"hue": 3}])
def test_what_is_no_mark_is_refused(house: House, marks: dict[str, Any]) -> None:
    assert rate(house, healed(house), **marks).status_code == 422
    assert rows(house) == []


def test_others_do_not_rate(house: House) -> None:
    patient, other = healed(house), healed(house)
    body = {"patient_id": patient.id, "density": 3}

    assert rate(house, patient, "auditor", density=3).status_code == 403
    assert rate(house, patient, "intake", density=3).status_code == 403
    assert house.call("POST", "/ratings", body, other.token).status_code == 404
    assert house.post("/ratings", {"density": 3}, house.keys["practitioner"]).status_code == 422


def test_the_message_of_the_day_says_that_there_is_more_without_a_word_of_health(house: House) -> None:
    house.patient(hours_ago=24 * 20 + 2, email="ana@patients.example")
    for _ in range(12):
        house.later(days=1)
        house.tick()
    texts = [str(mail.text) for mail in house.mails("ana@") if "check-in" in mail.subject]

    assert sum("four short questions more" in text for text in texts) == 1
    assert not any(word in text for text in texts for word in ("density", "scalp", "result"))


def test_the_skin_tone_is_noted_where_it_is_given(house: House) -> None:
    body = {"reference": "T-1", "skin_tone": 5}
    assert house.post("/patients", body).status_code == 201
    assert house.post("/patients", {"reference": "T-2", "skin_tone": 7}).status_code == 422
    assert house.post("/patients", {"reference": "T-3"}).status_code == 201
