"""/office/staff: added and invited, renamed, given another role, signed out, let go; a clinic keeps a lead."""

import pytest

from tests.web.conftest import House
from tests.web.office.conftest import events
from tests.web.signing_in import Desk
from triage.actions.clinics import add_key
from triage.records import ContactRow, KeyRow, StaffRow, StaffSessionRow
from triage.web.office import staff


def person(house: House, name: str) -> StaffRow:
    return next(row for row in house.rows(StaffRow) if row.name == name)


def test_somebody_is_added_invited_and_logged(lead: Desk, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    invited: list[str] = []
    monkeypatch.setattr(staff, "invite", lambda session, row, turn: invited.append(row.email))
    answer = lead.post("/office/staff", name="Pat", email="pat@north.example", role="practitioner")
    assert answer.headers["Location"] == "/office/staff?done=added"
    assert invited == ["pat@north.example"]
    assert person(house, "Pat").role == "practitioner"
    (event,) = [one for one in events(house, "staff_added") if one.thing_id == str(person(house, "Pat").id)]
    assert event.after == {"name": "Pat", "role": "practitioner", "email": "pat@north.example"}


def test_faults_stand_beside_their_field_with_what_was_typed(lead: Desk, house: House) -> None:
    answer = lead.post("/office/staff", name="", email="pat at north", role="practitioner")
    assert answer.status_code == 422
    assert "Give their name" in answer.text
    assert 'value="pat at north"' in answer.text
    answer = lead.post("/office/staff", name="Pat", email="pat at north", role="practitioner")
    assert "This is no mail address" in answer.text
    assert 'aria-describedby="newemail-fault"' in answer.text
    answer = lead.post("/office/staff", name="Other", email="ADA@north.example", role="lead")
    assert (answer.status_code, "has this address already" in answer.text) == (409, True)
    assert len(house.rows(StaffRow)) == 2


def test_name_and_role_change_with_before_and_after(lead: Desk, house: House) -> None:
    ada = house.staff[0]
    assert lead.post(f"/office/staff/{ada.id}", name="Dr. Ada Lovelace", role="lead").status_code == 303
    assert person(house, "Dr. Ada Lovelace").role == "lead"
    (event,) = events(house, "staff_changed")
    assert (event.before, event.after) == (
        {"name": "Dr. Ada Berg", "role": "practitioner"},
        {"name": "Dr. Ada Lovelace", "role": "lead"},
    )
    assert "Dr. Ada Lovelace" in lead.get("/office/log").text


def test_who_is_no_lead_any_more_has_no_leads_key(lead: Desk, house: House) -> None:
    ada, leo = house.staff
    lead.post(f"/office/staff/{ada.id}", name=ada.name, role="lead")
    house.wiring.do(lambda session: add_key(session, "admin", leo.id, house.turn))
    assert lead.post(f"/office/staff/{leo.id}", name="Leo", role="practitioner").status_code == 303
    assert all(key.revoked_at is not None for key in house.rows(KeyRow))
    assert lead.get("/office/staff").status_code == 403


def test_the_last_lead_can_neither_leave_nor_change_their_role(lead: Desk, house: House) -> None:
    leo = house.staff[1]
    answer = lead.post(f"/office/staff/{leo.id}", name="Leo", role="auditor")
    assert (answer.status_code, "make somebody else a lead first" in answer.text) == (409, True)
    answer = lead.post(f"/office/staff/{leo.id}/leave")
    assert (answer.status_code, "make somebody else a lead first" in answer.text) == (409, True)
    assert person(house, "Leo").left_at is None


def test_who_has_left_is_gone_and_can_come_back(lead: Desk, house: House) -> None:
    ada = house.staff[0]
    assert lead.post(f"/office/staff/{ada.id}/leave").status_code == 303
    assert person(house, ada.name).left_at is not None
    assert lead.get(f"/office/staff/{ada.id}").status_code == 404
    again = lead.post("/office/staff", name="Ada", email="ada@north.example", role="auditor")
    assert again.status_code == 303
    row = person(house, "Ada")
    assert (row.id, row.left_at, row.role) == (ada.id, None, "auditor")
    assert len([one for one in house.rows(ContactRow) if one.staff_id == ada.id]) == 1


def test_sessions_of_somebody_end(lead: Desk, house: House) -> None:
    ada = house.staff[0]
    theirs = Desk(house.app.test_client(), house.wiring, ada)
    assert "In 1 browser." in lead.get(f"/office/staff/{ada.id}").text
    assert lead.post(f"/office/staff/{ada.id}/sign-out").status_code == 303
    (ended,) = [row for row in house.rows(StaffSessionRow) if row.staff_id == ada.id]
    assert ended.ended_why == "revoked"
    assert theirs.get("/office/staff").headers["Location"].startswith("/sign-in")
