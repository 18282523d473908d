"""The emergency line, the languages and the hour of asking, set by a lead, and what patients then see."""

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.records import ClinicRow, ExpectationRow

from .conftest import events

LINE = "+49 30 7654321"


def test_the_emergency_line_is_what_patients_call_while_nobody_is_there(lead: Desk, house: House) -> None:
    closed = {"mon-0-from": "08:00", "mon-0-to": "08:30", "time_zone": "Europe/Berlin", "phone": "+49 30 1234567"}
    assert lead.post("/office/hours", **closed).status_code == 303
    answer = lead.post("/office/emergency", emergency_line=LINE, phone="+49 30 1234567", out_of_hours="")
    assert answer.status_code == 303
    assert LINE in lead.get("/office/emergency").text
    page = house.client.get(house.page).text
    assert "tel:+49307654321" in page
    assert "What cannot wait for us: call" in page
    assert "tel:+49301234567" not in page
    assert events(house, "clinic_changed")[-1].after["emergency_line"] == LINE


def test_while_the_clinic_is_open_its_own_number_is_shown(lead: Desk, house: House) -> None:
    lead.post("/office/hours", time_zone="Europe/Berlin", phone="+49 30 1234567")
    lead.post("/office/emergency", emergency_line=LINE, phone="+49 30 1234567", out_of_hours="")
    page = house.client.get(house.page).text
    assert "tel:+49301234567" in page
    assert "tel:+49307654321" not in page


def test_a_line_that_cannot_be_dialled_is_said_beside_its_field(lead: Desk, house: House) -> None:
    answer = lead.post("/office/emergency", emergency_line="ask Ada", phone="", out_of_hours="")
    assert answer.status_code == 422
    assert "This is no telephone number" in answer.text
    assert 'value="ask Ada"' in answer.text
    assert house.rows(ClinicRow)[0].emergency_line is None


def test_patients_are_offered_the_chosen_languages_and_keep_their_own(lead: Desk, house: House) -> None:
    assert lead.post("/office/languages", languages=["es", "ar"]).status_code == 303
    settings = house.client.get(f"{house.page}/settings").text
    assert all(f'value="{code}"' in settings for code in ("en", "es", "ar"))
    assert "English" not in lead.get("/chair").text
    assert lead.post("/office/languages").status_code == 422
    assert lead.post("/office/languages", languages=["en", "es", "ar"]).status_code == 303
    assert house.rows(ClinicRow)[0].languages is None


def test_the_clinics_hour_is_asked_unless_a_patient_wishes_another(lead: Desk, house: House) -> None:
    assert "The first two weeks" in lead.get("/office/schedule").text
    assert lead.post("/office/schedule", ask_hour="10").status_code == 303
    house.send(severity__redness="0")
    (waiting,) = [row for row in house.rows(ExpectationRow) if row.state == "waiting"]
    assert waiting.due_at.hour == 9  # Berlin is an hour ahead
    assert lead.post("/office/schedule", ask_hour="3").status_code == 422
