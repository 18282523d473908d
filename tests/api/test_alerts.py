"""Alerts over HTTP: seen, taken, closed; whoever acts on an old view is told so."""

from tests.houses import House

FEVER = {"signs": ["fever"]}


def test_an_open_alert_says_why_and_who_is_told_next(house: House) -> None:
    patient = house.patient()
    house.report(patient, **FEVER)

    (alert,) = house.alerts()

    assert alert["patient_id"] == patient.id
    assert alert["urgency"] == "urgent"
    assert "Fever" in alert["reason"]
    assert alert["told_next"] == ["Lee"]
    assert alert["next_action"] == "step"
    assert alert["next_action_at"] > house.now.isoformat()


def test_acknowledging_twice_is_no_harm(house: House) -> None:
    house.report(house.patient(), **FEVER)
    (alert,) = house.alerts()
    path, key = f"/alerts/{alert['id']}/acknowledge", house.keys["practitioner"]

    first = house.post(path, {"epoch": 1}, key)
    second = house.post(path, {"epoch": 1}, key)
    third = house.post(path, {"epoch": 1}, house.keys["admin"])

    assert [answer.status_code for answer in (first, second, third)] == [200, 200, 200]
    assert first.json["state"] == "acked"
    assert third.json["owner_id"] == first.json["owner_id"]


def test_an_alert_that_got_worse_since_is_not_acknowledged_unseen(house: House) -> None:
    patient = house.patient()
    house.report(patient, symptoms={"redness": 2})
    (alert,) = house.alerts()
    house.later(minutes=5)
    house.report(patient, signs=["breathing_trouble"])

    answer = house.post(f"/alerts/{alert['id']}/acknowledge", {"epoch": 1}, house.keys["practitioner"])

    assert answer.status_code == 409
    assert answer.json["current"]["epoch"] == 2
    assert answer.json["current"]["urgency"] == "emergency"
    assert house.alerts()[0]["state"] == "open"


def test_a_closed_alert_stays_closed_and_a_new_report_opens_another(house: House) -> None:
    patient = house.patient()
    house.report(patient, **FEVER)
    (alert,) = house.alerts()
    key = house.keys["practitioner"]
    closing = {"epoch": 1, "outcome": "expected_healing", "useful": "not_needed", "note": "measured again: 36.8"}

    assert house.post(f"/alerts/{alert['id']}/resolve", closing, key).json["state"] == "resolved"
    assert house.post(f"/alerts/{alert['id']}/acknowledge", {"epoch": 1}, key).status_code == 409
    assert house.post(f"/alerts/{alert['id']}/resolve", closing, key).status_code == 409

    house.later(hours=1)
    house.report(patient, **FEVER)
    assert [found["id"] for found in house.alerts()] != [alert["id"]]
    assert len(house.alerts()) == 1


def test_closing_takes_a_known_outcome(house: House) -> None:
    house.report(house.patient(), **FEVER)
    (alert,) = house.alerts()

    answer = house.post(f"/alerts/{alert['id']}/resolve", {"epoch": 1, "outcome": "fine"}, house.keys["practitioner"])

    assert answer.status_code == 422
    assert [fault["path"] for fault in answer.json["errors"]] == ["outcome"]


def test_the_list_is_paged_and_filtered(house: House) -> None:
    for _ in range(5):
        house.report(house.patient(), **FEVER)
    key = house.keys["practitioner"]

    first = house.call("GET", "/alerts?state=open&limit=2", key=key).json
    second = house.call("GET", f"/alerts?state=open&limit=2&cursor={first['next']}", key=key).json
    third = house.call("GET", f"/alerts?state=open&limit=2&cursor={second['next']}", key=key).json

    ids = [alert["id"] for page in (first, second, third) for alert in page["items"]]
    assert len(set(ids)) == 5
    assert third["next"] is None
    assert house.call("GET", "/alerts?state=acked", key=key).json == {"items": [], "next": None, "clock": "late"}
    for bad in ("state=closed", "limit=0", "limit=x", "cursor=x"):
        assert house.call("GET", f"/alerts?{bad}", key=key).status_code == 422
