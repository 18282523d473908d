"""The second factor: what opens it, how often it may be tried, and that a seal opens one link for half an hour."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.houses import House, Patient
from triage.records import PatientTokenRow, lookups


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine is enough here."""
    return sqlite_url


@pytest.fixture
def patient(house: House) -> Patient:
    return house.patient(birth_year=1984, phone="+49 170 1234 567", name="Sam Secret")


def answer(house: House, patient: Patient, factor: str) -> Any:
    return house.client.post(f"/c/{patient.token}/mine", data={"factor": factor})


def held(house: House, patient: Patient) -> PatientTokenRow:
    found = house.look(partial(lookups.patient_token, clinic_id=house.clinic_id, patient_id=patient.uuid))
    assert found is not None
    return found


def service_alerts(house: House) -> list[str]:
    return [one["about"] for one in house.alerts() if one["kind"] == "service"]


@pytest.mark.parametrize("factor", ["1984", "567", " 19 84 ", "١٩٨٤", "567\n"])
def test_year_of_birth_or_end_of_telephone_opens_it(house: House, patient: Patient, factor: str) -> None:
    assert "Sam Secret" not in house.client.get(f"/c/{patient.token}/mine").text
    opened = answer(house, patient, factor)

    assert (opened.status_code, opened.location) == (303, f"/c/{patient.token}/mine")
    assert "Sam Secret" in house.client.get(f"/c/{patient.token}/mine").text


@pytest.mark.parametrize("factor", ["1985", "84", "4567", "19845", "67"])
def test_nothing_else_does(house: House, patient: Patient, factor: str) -> None:
    assert answer(house, patient, factor).status_code == 422
    assert "Sam Secret" not in house.client.get(f"/c/{patient.token}/mine").text
    assert held(house, patient).tries == 1


@pytest.mark.parametrize("factor", ["", "abc", "   "])
def test_what_has_no_digit_is_no_try(house: House, patient: Patient, factor: str) -> None:
    assert answer(house, patient, factor).status_code == 422
    assert held(house, patient).tries == 0


def test_five_wrong_in_a_row_wait_an_hour_and_reports_go_on(house: House, patient: Patient) -> None:
    for _ in range(5):
        house.later(minutes=2)
        answer(house, patient, "1")
    refused = answer(house, patient, "1984")
    assert refused.status_code == 429
    assert "60 minutes" in refused.text
    assert house.client.get(f"/c/{patient.token}").status_code == 200
    house.report(patient, symptoms={"redness": 1})
    house.later(minutes=59)
    assert answer(house, patient, "1984").status_code == 429
    house.later(minutes=1)

    assert answer(house, patient, "1984").status_code == 303
    assert held(house, patient).tries == 0


def test_no_hour_has_more_than_five_tries_and_ten_are_told(house: House, patient: Patient) -> None:
    looked_at: list[datetime] = []
    for _ in range(30):
        before = held(house, patient).tries
        answer(house, patient, "1")
        looked_at += [house.now] if held(house, patient).tries != before else []
        house.later(minutes=11)

    for at in looked_at:
        assert sum(1 for other in looked_at if timedelta() <= other - at < timedelta(hours=1)) <= 5
    assert len(looked_at) == 10
    assert service_alerts(house) == ["second_factor"]
    house.later(hours=24)
    assert answer(house, patient, "1984").status_code == 303


def test_a_wrong_try_is_forgotten_after_a_day(house: House, patient: Patient) -> None:
    for _ in range(4):
        answer(house, patient, "1")
    house.later(hours=25)
    answer(house, patient, "1")

    assert held(house, patient).tries == 1


def test_who_guesses_slowly_is_told_of_too(house: House, patient: Patient) -> None:
    for _ in range(2):
        for number in range(9):
            house.later(hours=1 if number == 5 else 0)
            answer(house, patient, "1")
        house.later(hours=25)

    assert service_alerts(house) == ["second_factor"]


def test_the_seal_opens_its_own_link_for_half_an_hour(house: House, patient: Patient) -> None:
    other = house.patient(birth_year=1984, name="Olga Other")
    cookie = answer(house, patient, "1984").headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Strict", f"Path=/c/{patient.token}", "Max-Age=1800"):
        assert part in cookie
    assert "Secure" not in cookie
    value = cookie.partition("=")[2].partition(";")[0]

    stranger = house.app.test_client()
    stranger.set_cookie("unlocked", value, path=f"/c/{other.token}")
    assert "Olga Other" not in stranger.get(f"/c/{other.token}/mine").text
    longer = f"{int(value.partition('.')[0]) + 3600}.{value.partition('.')[2]}"
    for forged in (longer, value[:-1], "", ".", "9" * 400, "١.x"):
        stranger.set_cookie("unlocked", forged, path=f"/c/{patient.token}")
        assert "Sam Secret" not in stranger.get(f"/c/{patient.token}/mine").text
    house.later(minutes=29)
    assert "Sam Secret" in house.client.get(f"/c/{patient.token}/mine").text
    house.later(minutes=1)
    assert "Sam Secret" not in house.client.get(f"/c/{patient.token}/mine").text


def test_over_https_the_seal_goes_over_https_only(house: House, patient: Patient) -> None:
    house.wiring.terms = house.wiring.terms._replace(base_url="https://aftercare.example")
    assert "Secure" in answer(house, patient, "1984").headers["Set-Cookie"]


def test_a_new_link_is_locked(house: House, patient: Patient) -> None:
    answer(house, patient, "1984")
    renewed = house.post(f"/patients/{patient.id}/link", {}).json["check_in_token"]
    assert "Sam Secret" not in house.client.get(f"/c/{renewed}/mine").text


def test_without_a_factor_the_page_says_to_ask_the_clinic(house: House) -> None:
    patient = house.post("/patients", {"reference": "bare", "name": "Sam Secret"}).json["check_in_token"]
    page = house.client.get(f"/c/{patient}/mine").text

    assert "ask the clinic" in page
    assert "Sam Secret" not in page
    assert house.client.post(f"/c/{patient}/mine", data={"factor": "000"}).status_code == 422
