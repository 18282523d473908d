"""Serious events, records and holds over HTTP, by role, on both engines."""

import pytest

from tests.houses import OPTIONS, House

EVENT = {
    "seriousness": ["infection"],
    "country": "DE",
    "reaction": {"term": "pus", "onset": "2026-03-01", "outcome": "recovering"},
    "products": [{"counted": "suspect", "role": "pigment", "name": "Graphite 03", "lot": "L-1"}],
    "reporter": {"name": "Pat"},
}


def test_an_event_is_entered_told_followed_up_and_closed(house: House) -> None:
    patient, keys = house.patient(), house.keys
    body = {**EVENT, "patient_id": patient.id, "became_aware_at": house.now.isoformat(), "country": "US"}
    made = house.post("/serious-events", body, keys["practitioner"])
    assert made.status_code == 201, made.json
    assert (made.json["number"], made.json["missing"]) == ("2026-001", [])
    assert [duty["due"] for duty in made.json["duties"]] == ["2026-03-23", None]
    path = f"/serious-events/{made.json['id']}"
    sent = house.post(f"{path}/sent", {"duty": "us_responsible_person", "sent_to": "Acme"}, keys["admin"])
    assert sent.json["duties"][0]["sent_at"]
    house.later(days=3)
    news = {**EVENT, "became_aware_at": house.now.isoformat(), "country": "US"}
    again = house.post(f"{path}/follow-ups", news, keys["practitioner"])
    assert (again.json["version"], again.json["duties"][0]["due"]) == (2, "2026-03-26")
    second = house.post("/serious-events", {**body, "country": "DE"}, keys["practitioner"])
    assert (second.json["number"], second.json["duties"]) == ("2026-002", [])  # an infection alone is none in the EU
    assert house.post(f"{path}/close", {}, keys["admin"]).json["closed_at"]
    listed = house.call("GET", "/serious-events", key=keys["auditor"]).json["items"]
    assert [one["number"] for one in listed] == ["2026-002", "2026-001"]
    pack = house.call("GET", f"{path}/pack", key=keys["auditor"]).json
    assert pack["event"]["version"] == 2
    assert house.call("GET", f"{path}/pack.pdf", key=keys["auditor"]).data.startswith(b"%PDF")


def test_each_role_does_its_own_work_on_records_only(house: House, subtests: pytest.Subtests) -> None:
    patient = house.patient()
    entered = {**EVENT, "patient_id": patient.id, "became_aware_at": house.now.isoformat()}
    event = house.post("/serious-events", entered, house.keys["practitioner"]).json["id"]
    readers = {"auditor", "admin"}
    calls = (
        ("GET", "/serious-events", None, {"practitioner", *readers}),
        ("POST", "/serious-events", entered, {"practitioner", "admin"}),
        ("POST", f"/serious-events/{event}/sent", {"duty": "us_medwatch", "sent_to": "FDA"}, {"admin"}),
        ("GET", f"/serious-events/{event}/pack", None, {"practitioner", *readers}),
        ("GET", f"/patients/{patient.id}/record", None, readers),
        ("GET", f"/patients/{patient.id}/hold", None, readers),
        ("POST", f"/patients/{patient.id}/hold", {"why": "a claim"}, {"admin"}),
        ("POST", f"/patients/{patient.id}/hold/lift", {}, {"admin"}),
    )
    for method, path, body, allowed in calls:
        for role, key in house.keys.items():
            with subtests.test(path=path, role=role):
                status = house.call(method, path, body, key).status_code
                assert (status < 400) == (role in allowed), status
        assert house.call(method, path, body, patient.token).status_code == 403


def test_another_clinics_events_and_records_are_not_there(house: House) -> None:
    patient = house.patient()
    entered = {**EVENT, "patient_id": patient.id, "became_aware_at": house.now.isoformat()}
    event = house.post("/serious-events", entered, house.keys["practitioner"]).json["id"]
    other = house.open({**OPTIONS, "name": "South Clinic"})["keys"]["admin"]
    for path in (f"/serious-events/{event}", f"/serious-events/{event}/pack", f"/patients/{patient.id}/record"):
        assert house.call("GET", path, key=other).status_code == 404
    assert house.post("/serious-events", entered, other).status_code == 404
    assert house.call("GET", "/serious-events", key=other).json["items"] == []


def test_what_is_not_known_is_refused_by_name(house: House) -> None:
    body = {**EVENT, "patient_id": house.patient().id, "became_aware_at": "2027-01-01T00:00:00Z"}
    answer = house.post("/serious-events", body, house.keys["practitioner"])
    assert (answer.status_code, answer.json["errors"][0]["path"]) == (422, "became_aware_at")
    answer = house.post("/serious-events", {**body, "seriousness": ["ugly"]}, house.keys["practitioner"])
    assert answer.status_code == 422
