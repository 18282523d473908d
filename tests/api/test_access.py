"""Who may do what, and that a clinic's walls hold."""

import re
import uuid
from functools import partial

import pytest

from tests.houses import OPTIONS, House
from triage.actions import audit
from triage.actions.identify import operator
from triage.actions.turn import Turn
from triage.records import AuditEventRow, CheckInRow, KeyRow, Session, lookups

PLACE = re.compile(r"<(?:[^:>]+:)?(\w+)>")
WRITERS = {"intake", "practitioner", "admin"}


def test_no_key_a_wrong_key_and_a_revoked_key_are_not_identified(house: House) -> None:
    def revoke(session: Session) -> None:
        turn = Turn(operator(house.clinic_id, "test"), house.now, house.wiring.terms)
        for key in lookups.keys_of_staff(session, house.clinic_id):
            if key.role == "auditor":
                key.revoked_at = house.now
                session.add(key)
        audit.record(session, turn, "key_revoked", ("key", "auditor"))

    house.do(revoke)

    for key in (None, "tak_wrong", "tap_wrong", "nonsense", house.keys["auditor"]):
        answer = house.call("GET", "/alerts", key=key)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.content_type == "application/problem+json"


def test_a_stranger_is_told_nothing_about_the_body(house: House) -> None:
    for path in ("/patients", "/procedures", "/check-ins", "/alerts/x/acknowledge"):
        assert house.call("POST", path, {"nonsense": 1}).status_code == 401


def test_each_role_does_its_own_work_only(house: House, subtests: pytest.Subtests) -> None:
    patient = house.patient()
    alert = house.report(patient, signs=["fever"])["alert"]["id"]
    now = house.now.isoformat()
    calls = {
        ("POST", "/patients"): ({"reference": "N"}, WRITERS),
        ("POST", "/procedures"): ({"patient_id": patient.id, "at": now}, WRITERS),
        ("POST", "/check-ins"): (
            {"patient_id": patient.id, "at": now, "note": "x"},
            WRITERS,
        ),
        ("GET", f"/patients/{patient.id}/timeline"): (None, {"practitioner", "admin"}),
        ("GET", f"/patients/{patient.id}/expectations"): (None, {"practitioner", "admin"}),
        ("GET", f"/patients/{patient.id}/link.svg"): (None, WRITERS),
        ("PATCH", f"/patients/{patient.id}"): ({"ask_hour": 9}, WRITERS),
        ("POST", f"/patients/{patient.id}/link"): ({}, WRITERS),
        ("GET", "/alerts"): (None, {"practitioner", "admin"}),
        ("POST", f"/alerts/{alert}/acknowledge"): ({"epoch": 1}, {"practitioner", "admin"}),
        ("POST", f"/alerts/{alert}/reply"): ({"text": "Come in at 15:00."}, {"practitioner", "admin"}),
        ("GET", "/clinic"): (None, {"practitioner", "admin", "auditor"}),
        ("GET", "/outcomes"): (None, {"admin", "auditor"}),
        ("PATCH", "/clinic"): ({"colour": "#0b5c63"}, {"admin"}),
    }
    for (method, path), (body, allowed) in calls.items():
        for role, key in house.keys.items():
            with subtests.test(path=path, role=role):
                sent = {**body, "reference": f"N-{role}"} if path == "/patients" and body else body
                status = house.call(method, path, sent, key).status_code
                assert (status < 400) == (role in allowed), status
                assert status in (200, 201, 403)


def test_a_link_alone_shows_no_earlier_course(house: House) -> None:
    """A mail that was passed on holds the link and, in the address that ends messages, whose it is."""
    ana = house.patient(birth_year=1984)
    house.report(ana, note="of the first course")

    def close(session: Session) -> None:
        episode = lookups.latest_episode(session, house.clinic_id, ana.uuid)
        assert episode is not None
        episode.closed_at = house.now
        session.add(episode)
        turn = Turn(operator(house.clinic_id, "test"), house.now, house.wiring.terms)
        audit.record(session, turn, "episode_closed", ("episode", episode.id))

    house.do(close)
    path = f"/patients/{ana.id}/timeline"
    shown = house.call("GET", path, key=ana.token).json
    assert (shown["items"], shown["procedures"], shown["replies"]) == ([], [], [])

    house.later(days=200)
    sitting = house.procedure(ana.id, 2)
    house.report(ana, note="of the second")
    shown = house.call("GET", path, key=ana.token).json
    assert [entry["check_in"]["note"] for entry in shown["items"]] == ["of the second"]
    assert [one["id"] for one in shown["procedures"]] == [sitting["id"]]
    whole = house.call("GET", path, key=house.keys["practitioner"]).json
    assert [entry["check_in"]["note"] for entry in whole["items"]] == ["of the first course", "of the second"]


def test_a_patient_sees_and_does_only_their_own(house: House) -> None:
    ana, bo = house.patient(), house.patient()
    house.report(ana, symptoms={"redness": 1})

    own = house.call("GET", f"/patients/{ana.id}/timeline", key=ana.token)
    assert own.status_code == 200
    assert [entry["assessment"]["urgency"] for entry in own.json["items"]] == ["self_care"]
    assert house.call("GET", f"/patients/{bo.id}/timeline", key=ana.token).status_code == 404
    assert house.call("GET", "/alerts", key=ana.token).status_code == 403
    assert house.call("POST", "/patients", {"reference": "x"}, ana.token).status_code == 403


def test_another_clinics_things_are_not_there(house: House) -> None:
    other = house.open({**OPTIONS, "name": "South Clinic"})["keys"]
    patient = house.patient()
    alert = house.report(patient, signs=["fever"])["alert"]["id"]
    procedure = house.procedure(patient.id, 1)["id"]
    now = house.now.isoformat()

    for method, path, body in (
        ("GET", f"/patients/{patient.id}/timeline", None),
        ("GET", f"/patients/{patient.id}/expectations", None),
        ("GET", f"/patients/{patient.id}/link.svg", None),
        ("PATCH", f"/patients/{patient.id}", {"messages": "stopped"}),
        ("POST", "/procedures", {"patient_id": patient.id, "at": now}),
        ("PATCH", f"/procedures/{procedure}", {"practitioner": "x"}),
        ("POST", "/check-ins", {"patient_id": patient.id, "at": now, "symptoms": {"redness": 1}}),
        ("POST", f"/alerts/{alert}/acknowledge", {"epoch": 1}),
        ("POST", f"/alerts/{alert}/resolve", {"epoch": 1, "outcome": "other"}),
    ):
        assert house.call(method, path, body, other["practitioner"]).status_code == 404, path
    assert house.call("GET", "/alerts", key=other["practitioner"]).json["items"] == []


def test_keys_and_tokens_are_not_stored(house: House) -> None:
    patient = house.patient()
    keys = house.look(partial(lookups.keys_of_staff, clinic_id=house.clinic_id))
    assert len(keys) == 4
    for row in keys:
        assert isinstance(row, KeyRow)
        assert all(secret not in row.token_hash for secret in house.keys.values())
    held = house.look(lambda session: lookups.patient_token(session, house.clinic_id, patient.uuid))
    assert held.token_hash != patient.token


def test_what_is_no_id_names_nothing(house: House) -> None:
    assert house.call("GET", "/patients/7/timeline", key=house.keys["practitioner"]).status_code == 404
    assert house.call("POST", "/alerts/x/acknowledge", {"epoch": 1}, house.keys["practitioner"]).status_code == 404
    assert house.call("GET", "/nothing", key=house.keys["practitioner"]).content_type == "application/problem+json"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_auditors_key_changes_nothing_by_any_call(house: House) -> None:
    patient = house.patient()
    known = {"patient_id": patient.id, "alert_id": house.report(patient, signs=["fever"])["alert"]["id"]}

    def rows() -> list[int]:
        return house.look(lambda session: [lookups.count_of(session, table) for table in (AuditEventRow, CheckInRow)])

    before, tried = rows(), 0
    for rule in house.app.url_map.iter_rules():
        for method in sorted({"POST", "PATCH", "PUT", "DELETE"} & (rule.methods or set())):
            if rule.rule.startswith("/api/v1/"):
                tried += 1
                path = PLACE.sub(lambda place: known.get(place[1], str(uuid.uuid4())), rule.rule)
                answer = house.call(method, path.removeprefix("/api/v1"), {}, house.keys["auditor"])
                assert answer.status_code in (403, 404, 415, 422), (method, path, answer.status_code)
                assert rows() == before, path
    assert tried >= 40
