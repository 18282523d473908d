"""A retry of the same call is one check-in; the same key for another report is a mistake."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.houses import House
from triage.records import AlertRow, CheckInRow, lookups

DANGER = {"symptoms": {"redness": 3}, "signs": ["spreading_redness"]}


def test_the_same_key_gives_the_same_answer(house: House) -> None:
    patient = house.patient()

    first = house.report(patient, idempotency="k1", **DANGER)
    house.later(seconds=5)
    body = {"at": first["at"], **DANGER}
    again = house.call("POST", "/check-ins", body, patient.token, Idempotency_Key="k1")

    assert again.status_code == 201
    assert again.json == first
    assert house.look(lambda session: lookups.count_of(session, CheckInRow)) == 1


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(house: House) -> None:
    patient = house.patient()
    first = house.report(patient, idempotency="k1", **DANGER)

    body = {"at": first["at"], "symptoms": {"redness": 0}}
    again = house.call("POST", "/check-ins", body, patient.token, Idempotency_Key="k1")

    assert again.status_code == 422
    assert "Idempotency-Key" in again.json["title"]
    assert house.look(lambda session: lookups.count_of(session, CheckInRow)) == 1


def test_two_patients_may_use_the_same_key(house: House) -> None:
    first = house.report(house.patient(), idempotency="k1", **DANGER)
    second = house.report(house.patient(), idempotency="k1", **DANGER)
    assert first["id"] != second["id"]


def test_the_same_call_at_once_from_many_connections_is_one_check_in(house: House) -> None:
    patient = house.patient()
    body = {"at": house.now.isoformat(), **DANGER}
    headers = {"Authorization": f"Bearer {patient.token}", "Idempotency-Key": "k1"}

    def post(_: int) -> Any:
        return house.app.test_client().post("/api/v1/check-ins", json=body, headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(8)))

    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.text for answer in answers}) == 1
    assert house.look(lambda session: lookups.count_of(session, CheckInRow)) == 1
    assert house.look(lambda session: lookups.count_of(session, AlertRow)) == 1


def test_many_different_reports_at_once_open_one_alert(house: House) -> None:
    patient = house.patient()
    headers = {"Authorization": f"Bearer {patient.token}"}

    def post(number: int) -> Any:
        body = {"at": house.now.isoformat(), "note": f"report {number}", **DANGER}
        return house.app.test_client().post("/api/v1/check-ins", json=body, headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(8)))

    assert [answer.status_code for answer in answers] == [201] * 8
    assert house.look(lambda session: lookups.count_of(session, CheckInRow)) == 8
    assert len(house.alerts()) == 1


def test_a_key_of_any_length_serves_and_no_report_is_refused_for_it(house: House) -> None:
    patient = house.patient()
    body = {"at": house.now.isoformat(), **DANGER}
    answers = [house.call("POST", "/check-ins", body, patient.token, Idempotency_Key="x" * 500) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json["id"] == answers[1].json["id"]


def test_a_danger_under_a_used_key_is_kept(house: House) -> None:
    patient = house.patient()
    house.report(patient, idempotency="k1", symptoms={"redness": 1})

    body = {"at": house.now.isoformat(), **DANGER}
    answer = house.call("POST", "/check-ins", body, patient.token, Idempotency_Key="k1")

    assert answer.status_code == 422
    assert answer.json["kept"]
    assert house.alerts()[0]["patient_id"] == patient.id
