"""/office/hours: the week in spans, public holidays of a region, days besides, and what patients read."""

from tests.web.conftest import House
from tests.web.office.conftest import events
from tests.web.signing_in import Desk
from triage.records import ClinicRow

HOURS = {
    "mon-0-from": "09:00",
    "mon-0-to": "12:00",
    "mon-1-from": "14:00",
    "mon-1-to": "18:30",
    "time_zone": "Europe/Berlin",
    "phone": "+49 30 765",
    "out_of_hours": "At night call 116 117.",
}


def clinic(house: House) -> ClinicRow:
    (row,) = house.rows(ClinicRow)
    return row


def test_the_week_and_the_holidays_are_saved(lead: Desk, house: House) -> None:
    answer = lead.post(
        "/office/hours", **HOURS, country="DE", subdivision="BY", closed=["2026-12-27", ""], open=["", "2026-05-01"]
    )
    assert answer.headers["Location"] == "/office/hours?done=saved"
    row = clinic(house)
    assert row.opening_hours == {"mon": [["09:00", "12:00"], ["14:00", "18:30"]]}
    assert row.holidays == {"country": "DE", "subdivision": "BY", "closed": ["2026-12-27"], "open": ["2026-05-01"]}
    assert (row.phone, row.out_of_hours) == ("+49 30 765", "At night call 116 117.")
    shown = lead.get("/office/hours").text
    assert "Thu 4 Jun 2026 <small>Corpus Christi" in shown, "a holiday of Bavaria, and not of Berlin"
    assert 'value="14:00"' in shown
    (event,) = events(house, "clinic_changed")
    assert (event.before or {})["opening_hours"]["tue"] == [["09:00", "18:00"]]
    log = lead.get("/office/log").text
    assert "hours on Mon" in log
    assert "09:00 to 12:00, 14:00 to 18:30" in log


def test_faults_of_the_hours_stand_beside_their_fields(lead: Desk, house: House) -> None:
    wrong = {**HOURS, "mon-0-to": "08:00", "mon-1-to": "", "time_zone": "Berlin", "phone": "1" * 41}
    answer = lead.post("/office/hours", **wrong, closed=["someday"])
    assert answer.status_code == 422
    for said in (
        "Monday: the end is not after the beginning",
        "Monday: give both times",
        "This time zone is not known",
        "at most 40 signs",
        "One of these is no day.",
    ):
        assert said in answer.text
    assert 'value="Berlin"' in answer.text
    assert clinic(house).time_zone == "Europe/Berlin"
    assert events(house, "clinic_changed") == []


def test_a_region_of_the_country_before_is_dropped(lead: Desk, house: House) -> None:
    lead.post("/office/hours", **HOURS, country="ES", subdivision="BY")
    assert clinic(house).holidays == {"country": "ES"}
    lead.post("/office/hours", **HOURS, country="", subdivision="")
    assert clinic(house).holidays is None


def test_no_hours_at_all_are_said_to_be_day_and_night(lead: Desk) -> None:
    lead.post("/office/hours", time_zone="Europe/Berlin")
    assert "you count as open day and night" in lead.get("/office/hours").text
