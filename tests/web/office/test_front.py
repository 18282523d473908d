"""/office: what is missing before the first message, what is set in each room, and who may come in."""

import pytest

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.actions.set_up import set_up_of
from triage.records import ClinicRow
from triage.web.office import ADDRESSES
from triage.web.office.front import needs_of

PAGES = [path for path, method, _ in ADDRESSES if method == "GET" and "<" not in path]


def test_the_checklist_says_what_is_missing_and_where_it_is_set(lead: Desk, house: House) -> None:
    shown = lead.get("/office").text
    assert "3 of 4 are done" in shown
    assert "No number is set for patients in danger" in shown
    with house.wiring.store.connect() as connection:
        table = ClinicRow.metadata.tables["clinic"]
        connection.execute(table.update().values(emergency_line="112"))
    shown = lead.get("/office").text
    assert "Everything is there" in shown
    assert "told to call 112" in shown


def test_a_new_clinic_has_to_look_at_its_hours_once(lead: Desk, house: House) -> None:
    with house.wiring.store.connect() as connection:
        table = ClinicRow.metadata.tables["clinic"]
        connection.execute(table.update().values(ready_at=None))
    assert "Nobody has looked at them yet" in lead.get("/office").text
    assert (
        lead.post("/office/hours", **{"mon-0-from": "09:00", "mon-0-to": "17:00", "time_zone": "UTC"}).status_code
        == 303
    )
    assert "Mon 09:00 to 17:00" in lead.get("/office").text


def test_the_checklist_knows_who_can_be_reached(lead: Desk, house: House) -> None:
    found = house.wiring.look(lambda session: set_up_of(session, house.turn))
    names = {need.name: need.is_met for need in needs_of(found)}
    assert names["Somebody who can be reached"]
    alone = found._replace(staffing=found.staffing._replace(people=()), protocol=None)
    names = {need.name: need.is_met for need in needs_of(alone)}
    assert (names["Somebody who can be reached"], names["Protocol approved"]) == (False, False)


@pytest.mark.parametrize("path", PAGES)
def test_only_leads_see_the_office(house: House, lead: Desk, path: str) -> None:
    assert lead.get(path).status_code == 200
    practitioner = Desk(house.app.test_client(), house.wiring, house.staff[0])
    assert practitioner.get(path).status_code == 403
    assert house.client.get(path).headers["Location"].startswith("/sign-in?next=")


def test_no_card_leads_to_a_room_that_is_not_there(lead: Desk) -> None:
    shown = lead.get("/office").text
    paths = {part.partition('"')[0] for part in shown.split('href="')[1:]}
    for path in sorted(path for path in paths if path.startswith("/office")):
        assert lead.get(path).status_code == 200, path
