"""Erasure and the whole record on both engines, with all that a patient can have."""

import json
from functools import partial

import pytest
from sqlmodel import select

from tests.houses import House, Patient
from tests.photos.made import save, scene
from tests.photos.sending import Reporter, agree, send
from triage.actions.chain import walk_chain
from triage.actions.erasure import erase_patient
from triage.actions.errors import Conflict
from triage.actions.identify import operator
from triage.actions.legal_holds import place_hold
from triage.actions.patient_record import record_of
from triage.actions.turn import Turn
from triage.records import CheckInRow, PatientRow, PhotoRow, Session, chain, invariants
from triage.records.base import Row

WORDS = ("Zelda", "zelda@", "secret corner", "Come in at 15", "her aunt")


def by_operator(house: House) -> Turn:
    return Turn(operator(house.clinic_id, "test"), house.now, house.wiring.terms)


def full_course(house: House) -> Patient:
    """Let a patient report a danger and send a photo, and let the clinic reply, note and close."""
    patient = house.patient(name="Zelda Quill", email="zelda@home.example", birth_year=1984)
    house.tick()
    report = house.report(patient, "k-1", signs=["pus"], note="pus in the secret corner")
    alert, key = report["alert"], house.keys["practitioner"]
    agree(house, patient)
    assert send(house, Reporter(patient, report["id"]), save(scene(60, 40), "JPEG")).status_code == 200
    house.tick()
    path = f"/alerts/{alert['id']}"
    assert house.post(f"{path}/acknowledge", {"epoch": 1}, key).status_code == 200
    assert house.post(f"{path}/note", {"epoch": 1, "note": "called her aunt"}, key).status_code == 200
    assert house.post(f"{path}/reply", {"text": "Come in at 15:00."}, key).status_code in (200, 201)
    closing = {"epoch": 1, "outcome": "suspected_infection", "seriousness": ["antibiotic"], "note": "her aunt knows"}
    assert house.post(f"{path}/resolve", closing, key).status_code == 200
    return patient


def everything(house: House) -> str:
    """Return all that the database holds, as text."""
    with house.wiring.store.connect() as connection:
        rows = [row for table in Row.metadata.sorted_tables for row in connection.execute(table.select())]
    return "\n".join(map(repr, rows))


def test_an_erasure_takes_every_word_and_leaves_chain_and_invariants_whole(house: House) -> None:
    patient = full_course(house)
    assert all(word in everything(house) for word in WORDS)
    erased = house.do(lambda session: erase_patient(session, patient.uuid, by_operator(house)))
    assert len(erased.digests) == 1
    left = everything(house)
    assert [word for word in WORDS if word in left] == []
    house.tick()
    assert house.look(lambda session: walk_chain(chain.sealed_events(session), {}).faults) == []
    assert house.look(lambda session: [str(one) for one in invariants.broken(session, now=house.now)]) == []
    assert house.call("GET", f"/patients/{patient.id}/timeline", key=patient.token).status_code == 401
    kept = house.look(lambda session: session.get_one(CheckInRow, _report_key(session, house)).content)
    assert (kept["signs"], "note" in kept) == (["pus"], False)


def test_the_record_has_all_of_it_and_says_what_an_erasure_left(house: House) -> None:
    patient = full_course(house)
    turn = by_operator(house)
    whole = house.do(partial(record_of, patient_id=patient.uuid, turn=turn)).values
    text = json.dumps(whole)
    assert all(word in text for word in WORDS)
    assert {row["result"] for row in whole["deliveries"]} == {"sent"}
    assert len(whole["photos"][0]["digest"]) == 64
    house.do(lambda session: erase_patient(session, patient.uuid, turn))
    after = house.do(partial(record_of, patient_id=patient.uuid, turn=turn)).values
    assert not any(word in json.dumps(after) for word in WORDS)
    assert after["patient"]["kept_because"][0]["what"] == "course without a name"
    assert [event["did"] for event in after["log"]].count("patient_erased") == 1


def test_a_hold_keeps_the_photos_that_the_patient_would_erase(house: House) -> None:
    patient = full_course(house)
    house.do(lambda session: place_hold(session, patient.uuid, "a claim", by_operator(house)))
    house.client.post(f"/c/{patient.token}/mine", data={"factor": "1984"})
    photo = house.look(lambda session: _photo(session))
    answer = house.client.post(f"/c/{patient.token}/photos/{photo.id}/erase")
    assert answer.status_code == 303
    assert house.look(lambda session: _photo(session)).erased_at is None
    assert house.wiring.shelf.read(photo.digest) is not None
    with pytest.raises(Conflict):
        house.do(lambda session: erase_patient(session, patient.uuid, by_operator(house)))
    assert house.look(lambda session: session.get_one(PatientRow, (house.clinic_id, patient.uuid))).name


def _photo(session: Session) -> PhotoRow:
    return session.exec(select(PhotoRow)).one()


def _report_key(session: Session, house: House) -> tuple[object, object]:
    return house.clinic_id, session.exec(select(CheckInRow)).one().id
