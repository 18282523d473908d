"""/office/contacts: added, verified, put in order, switched off; a test goes out now and says how it went."""

from datetime import timedelta

import pytest

from tests.web.conftest import House
from tests.web.office.conftest import Tray, events
from tests.web.signing_in import Desk
from triage.actions.contacts import add_contact
from triage.records import ContactRow, NotificationRow, Session

SECRET = "tgram://123456:SECRETTOKEN/42"


def contact(house: House, address: str) -> ContactRow:
    return next(row for row in house.rows(ContactRow) if row.address == address)


def path_of(row: ContactRow, verb: str = "") -> str:
    return f"/office/contacts/{row.staff_id}/{row.id}" + (f"/{verb}" if verb else "")


def test_a_new_contact_is_asked_to_verify_itself(lead: Desk, house: House) -> None:
    ada = house.staff[0]
    answer = lead.post(f"/office/contacts/{ada.id}", address="ada@home.example", urgency_from="urgent")
    assert answer.status_code == 303
    row = contact(house, "ada@home.example")
    assert (row.verified_at, row.urgency_from, row.position) == (None, 3, 1)
    assert [one.kind for one in house.rows(NotificationRow)] == ["contact_check"]
    shown = lead.get("/office/contacts").text
    assert "not verified yet" in shown
    assert "For urgent and emergency; place 1 in order." in shown


@pytest.mark.parametrize("address", ["", "ada at home", "ada@home.example\nBcc: x@y.example"])
def test_an_address_that_cannot_be_used_is_told_beside_its_field(lead: Desk, house: House, address: str) -> None:
    answer = lead.post(f"/office/contacts/{house.staff[0].id}", address=address, urgency_from="routine")
    assert answer.status_code == 422
    assert f'id="new-{house.staff[0].id}-address-fault"' in answer.text
    assert len(house.rows(ContactRow)) == 2


def test_an_apprise_url_is_never_shown_whole(lead: Desk, house: House) -> None:
    ada = house.staff[0]
    answer = lead.post(f"/office/contacts/{ada.id}", address=SECRET, urgency_from="routine")
    assert (answer.status_code, "no way out for Apprise" in answer.text) == (422, True)
    assert "SECRETTOKEN" not in answer.text

    def add(session: Session) -> None:
        terms = house.turn.terms._replace(channels=frozenset({"email", "apprise"}))
        values = {"channel": "apprise", "address": SECRET}
        add_contact(session, ada.id, values, house.turn._replace(terms=terms))

    house.wiring.do(add)
    for page in ("/office/contacts", "/office/log"):
        shown = lead.get(page).text
        assert "tgram://…" in shown
        assert "SECRETTOKEN" not in shown


def test_a_test_goes_out_now_and_its_end_is_shown(lead: Desk, house: House, tray: Tray) -> None:
    row = contact(house, "ada@north.example")
    assert lead.post(path_of(row, "test")).status_code == 303
    assert [message.to for message in tray.sent] == ["ada@north.example"]
    assert "✓ sent in 0.0 s. 250 taken" in lead.get("/office/contacts").text

    tray.refusal = "451 greylisted, try again"
    house.wiring.time += timedelta(minutes=5)
    lead.post(path_of(row, "test"))
    assert "✗ not sent in 0.0 s. 451 greylisted, try again" in lead.get("/office/contacts").text
    told = [event.after for event in events(house, "contact_tested")]
    assert [one["is_sent"] for one in told if one] == [True, False]


def test_a_contact_is_switched_off_and_on_again(lead: Desk, house: House) -> None:
    row = contact(house, "ada@north.example")
    assert lead.post(path_of(row, "off")).status_code == 303
    assert "Cannot be reached" in lead.get("/office/contacts").text
    last = contact(house, "leo@north.example")
    answer = lead.post(path_of(last, "off"))
    assert (answer.status_code, "This is the only way left" in answer.text) == (409, True)
    assert lead.post(path_of(row, "on")).status_code == 303
    assert contact(house, "ada@north.example").disabled_at is None
    assert [len(events(house, did)) for did in ("contact_disabled", "contact_enabled")] == [1, 1]


def test_order_and_urgency_change_with_before_and_after(lead: Desk, house: House) -> None:
    row = contact(house, "ada@north.example")
    assert lead.post(path_of(row), urgency_from="emergency", position="7").status_code == 303
    (event,) = events(house, "contact_changed")
    assert event.before == {"position": 0, "urgency_from": "routine"}
    assert (event.after or {})["urgency_from"] == "emergency"
    answer = lead.post(path_of(row), urgency_from="emergency", position="many")
    assert (answer.status_code, 'value="many"' in answer.text) == (422, True)


def test_nobody_tests_a_contact_of_another_person(lead: Desk, house: House, tray: Tray) -> None:
    row = contact(house, "ada@north.example")
    assert lead.post(f"/office/contacts/{house.staff[1].id}/{row.id}/test").status_code == 404
    assert tray.sent == []
