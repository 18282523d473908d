"""/office/absences and /office/rota: who is away, who is on call, in which order, with the faults beside the fields."""

from tests.web.conftest import House
from tests.web.office.conftest import events
from tests.web.signing_in import Desk
from triage.records import AbsenceRow, RotaOverrideRow, RotaRow

AWAY = {"starts_at": "2026-03-03T09:00", "ends_at": "2026-03-09T09:00", "deputy_id": "", "notice": ""}


def rota_of(house: House, first: str, second: str, **values: str) -> dict[str, str]:
    places = {f"place-{house.staff[0].id}": first, f"place-{house.staff[1].id}": second}
    return {**places, "starts_on": "2026-03-02", "hands_over": "09:00", "turn_days": "7", **values}


def test_an_absence_is_noted_in_the_clinics_time_and_taken_back(lead: Desk, house: House) -> None:
    ada, leo = (str(row.id) for row in house.staff)
    answer = lead.post("/office/absences", **{**AWAY, "staff_id": ada, "deputy_id": leo})
    assert answer.status_code == 303
    (row,) = house.rows(AbsenceRow)
    assert f"{row.starts_at:%H:%M}" == "08:00", "09:00 in Berlin"
    shown = lead.get("/office/absences").text
    assert "Tue 3 Mar 2026, 09:00 to Mon 9 Mar 2026, 09:00" in shown
    assert "Leo stands in" in shown
    assert lead.post(f"/office/absences/{row.id}/cancel").status_code == 303
    assert "Nobody." in lead.get("/office/absences").text
    (event,) = events(house, "absence_cancelled")
    assert (event.before or {})["deputy_id"] == leo


def test_faults_of_an_absence_stand_beside_their_fields(lead: Desk, house: House) -> None:
    answer = lead.post("/office/absences", **{**AWAY, "staff_id": "nobody", "starts_at": "soon", "notice": "until May"})
    assert answer.status_code == 422
    assert "Choose somebody who works here." in answer.text
    assert "Give a day and a time." in answer.text
    assert "until May</textarea>" in answer.text
    back = {**AWAY, "staff_id": str(house.staff[0].id), "ends_at": AWAY["starts_at"]}
    assert "This is not after the beginning." in lead.post("/office/absences", **back).text
    assert house.rows(AbsenceRow) == []


def test_who_is_alone_names_a_deputy_or_tells_patients(lead: Desk, house: House) -> None:
    ada, leo = (str(row.id) for row in house.staff)
    lead.post("/office/absences", **{**AWAY, "staff_id": ada})
    refused = lead.post("/office/absences", **{**AWAY, "staff_id": leo})
    assert (refused.status_code, "Nobody would be there to answer" in refused.text) == (422, True)
    told = lead.post("/office/absences", **{**AWAY, "staff_id": leo, "notice": "Dr Byron sees you."})
    assert told.status_code == 303
    assert "Patients are told: “Dr Byron sees you.”" in lead.get("/office/absences").text


def test_a_rota_is_looked_at_before_it_is_set(lead: Desk, house: House) -> None:
    tried = lead.post("/office/rota", do="look", **rota_of(house, "2", "1"))
    assert "The next turns would be" in tried.text
    assert house.rows(RotaRow) == []
    assert lead.post("/office/rota", do="set", **rota_of(house, "2", "1")).status_code == 303
    (row,) = house.rows(RotaRow)
    assert row.people == [str(house.staff[1].id), str(house.staff[0].id)]
    shown = lead.get("/office/rota").text
    assert "Leo, until Mon 9 Mar 2026, 09:00" in shown
    turns = shown.partition("The next turns")[2].partition("</table>")[0]
    assert turns.count("<tr><td>") == 8
    assert turns.index("Mon 9 Mar 2026, 09:00") < turns.index("Dr. Ada Berg") < turns.index("Mon 16 Mar 2026, 09:00")
    assert "On call</b><small>Leo, until Mon 9 Mar" in lead.get("/office").text


def test_a_rota_with_faults_changes_nothing(lead: Desk, house: House) -> None:
    answer = lead.post("/office/rota", do="set", **rota_of(house, "first", "", hands_over="9", turn_days="0"))
    assert answer.status_code == 422
    for said in ("1 comes first", "Give a time like 09:00", "from 1 to 366"):
        assert said in answer.text
    assert 'value="first"' in answer.text
    empty = lead.post("/office/rota", do="set", **rota_of(house, "", ""))
    assert "Give at least one person a place in turn." in empty.text
    assert house.rows(RotaRow) == []


def test_a_new_rota_is_logged_beside_the_one_before_it(lead: Desk, house: House) -> None:
    lead.post("/office/rota", do="set", **rota_of(house, "1", "2"))
    lead.post("/office/rota", do="set", **rota_of(house, "1", "", turn_days="14"))
    _, event = events(house, "rota_set")
    assert ((event.before or {})["turn_days"], (event.after or {})["turn_days"]) == (7, 14)
    assert lead.post("/office/rota/end").status_code == 303
    assert "No rota: everybody of a step is told" in lead.get("/office/rota").text


def test_somebody_else_is_on_call_for_a_while(lead: Desk, house: House) -> None:
    span = {"starts_at": "2026-03-02T12:00", "ends_at": "2026-03-02T20:00"}
    assert lead.post("/office/rota/instead", staff_id=str(house.staff[0].id), **span).status_code == 303
    assert "Dr. Ada Berg, until Mon 2 Mar 2026, 20:00" in lead.get("/office/rota").text
    (row,) = house.rows(RotaOverrideRow)
    assert lead.post(f"/office/rota/instead/{row.id}/cancel").status_code == 303
    refused = lead.post("/office/rota/instead", staff_id=str(house.staff[0].id), starts_at="", ends_at="")
    assert (refused.status_code, 'id="instead-starts_at-fault"' in refused.text) == (422, True)


def test_whose_turn_falls_into_an_absence_is_marked(lead: Desk, house: House) -> None:
    lead.post("/office/rota", do="set", **rota_of(house, "1", "2"))
    ada, leo = (str(row.id) for row in house.staff)
    lead.post("/office/absences", **{**AWAY, "starts_at": "2026-03-01T09:00", "staff_id": ada, "deputy_id": leo})
    assert "away then; Leo stands in" in lead.get("/office/rota").text
