"""Contacts: verified before use by a link that acts once, shown without their secrets, switched off visibly."""

import uuid
from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlmodel import select

from tests.actions.outboxes import deliver, notifications, raise_alerts
from tests.houses import House
from triage.records import AuditEventRow, ContactRow, StaffRow, lookups

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECOND = {"channel": "email", "address": "pat@home.example"}
PUSH = {"channel": "apprise", "address": "tgram://123456789:sesame/987654321"}


def person(house: House, role: str = "practitioner") -> StaffRow:
    found: StaffRow = house.look(lambda session: lookups.staff_of(session, house.clinic_id, (role,))[0])
    return found


def path_of(house: House, *more: str) -> str:
    return "/".join(("/staff", str(person(house).id), "contacts", *more))


def add(house: House, body: dict[str, Any] = SECOND, key: str = "practitioner") -> Any:
    answer = house.post(path_of(house), body, house.keys[key])
    assert answer.status_code == 201, answer.json
    return answer.json


def listed(house: House) -> list[dict[str, Any]]:
    return list(house.call("GET", path_of(house), key=house.keys["practitioner"]).json["items"])


def link_in(mail: Any) -> str:
    text = message_from_bytes(mail.content, policy=policy.default).get_content()
    return "/v/" + text.split("/v/")[1].split()[0]


def point_at(house: House, contact_id: str) -> None:
    """Have every alert told of by this contact."""
    with house.wiring.store.connect() as connection:
        table = ContactRow.metadata.tables["notification"]
        told = table.update().where(table.c.kind == "alert")
        connection.execute(told.values(contact_id=uuid.UUID(contact_id)))


def test_a_new_contact_is_verified_by_the_link_that_is_sent_there(house: House) -> None:
    assert add(house)["verified_at"] is None
    deliver(house)
    (mail,) = house.mails("pat@home")
    assert mail.subject == "North Clinic: may alerts be sent here?"
    link = link_in(mail)
    for method in ("GET", "HEAD", "OPTIONS"):
        assert house.client.open(link, method=method).status_code == 200
    assert [row["verified_at"] is None for row in listed(house)] == [False, True]

    assert "Alerts for Pat are sent to" in house.client.post(link).text
    assert all(row["verified_at"] for row in listed(house))
    assert house.client.post(link).status_code == 409


def test_a_link_works_for_a_day(house: House) -> None:
    add(house)
    deliver(house)
    link = link_in(house.mails("pat@home")[0])
    house.later(hours=24)

    assert "run out" in house.client.get(link).text
    assert house.client.post(link).status_code == 409
    assert house.client.post("/v/tav_unknown").status_code == 404


def test_a_new_link_ends_the_one_before(house: House) -> None:
    contact = add(house)
    deliver(house)
    assert house.post(path_of(house, contact["id"], "verify"), {}, house.keys["practitioner"]).status_code == 409
    house.later(minutes=2)
    assert house.post(path_of(house, contact["id"], "verify"), {}, house.keys["practitioner"]).status_code == 200
    deliver(house)
    first, second = map(link_in, house.mails("pat@home"))

    assert house.client.post(first).status_code == 409
    assert house.client.post(second).status_code == 200


def test_an_unverified_contact_gets_no_alert(house: House) -> None:
    contact = add(house)
    deliver(house)
    raise_alerts(house, 1)
    point_at(house, contact["id"])
    deliver(house)

    assert len(house.mails("pat@home")) == 1
    assert notifications(house, kind="alert")[0].last_error == "this contact is not verified"


def test_a_verified_contact_gets_its_alerts(house: House) -> None:
    contact = add(house)
    deliver(house)
    house.client.post(link_in(house.mails("pat@home")[0]))
    raise_alerts(house, 1)
    point_at(house, contact["id"])
    deliver(house)

    assert "an alert waits" in house.mails("pat@home")[-1].subject


def test_a_secret_address_is_never_shown(house: House) -> None:
    house.wiring.terms = house.wiring.terms._replace(channels=frozenset({"email", "apprise"}))
    assert add(house, PUSH)["address"] == "tgram://…"
    assert "sesame" not in str(listed(house))
    assert "sesame" not in str([row.contact for row in notifications(house)])
    events = house.look(lambda session: [event.after for event in session.exec(select(AuditEventRow))])
    assert "sesame" not in str(events)


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "email", "address": "not an address"},
        {"channel": "apprise", "address": "tgram://token/chat"},  # not switched on
        {"channel": "sms", "address": "+49170"},
        {"channel": "email", "address": "a@b.example", "urgency_from": "self_care"},
        {"channel": "email", "address": "a@b.example", "position": -1},
        {"channel": "email", "address": "a@b.example", "verified_at": "2026-01-01T00:00:00Z"},
    ],
)
def test_what_cannot_be_used_is_refused(house: House, body: dict[str, Any]) -> None:
    assert house.post(path_of(house), body, house.keys["admin"]).status_code == 422


def test_file_and_private_addresses_are_refused_when_apprise_is_on(house: House) -> None:
    house.wiring.terms = house.wiring.terms._replace(channels=frozenset({"email", "apprise"}))
    for address in ("file:///tmp/x", "jsons://127.0.0.1/x", "json://example.org/x"):
        answer = house.post(path_of(house), {"channel": "apprise", "address": address}, house.keys["admin"])
        assert answer.status_code == 422, address


def test_the_same_contact_twice_is_a_conflict(house: House) -> None:
    add(house)
    assert house.post(path_of(house), SECOND, house.keys["practitioner"]).status_code == 409


def test_only_the_person_and_the_leads_see_and_change_contacts(house: House) -> None:
    lead = f"/staff/{person(house, 'lead').id}/contacts"
    for role, status in (("admin", 200), ("practitioner", 403), ("intake", 403)):
        assert house.call("GET", lead, key=house.keys[role]).status_code == status
        wanted = 201 if status == 200 else status
        assert house.post(lead, SECOND, house.keys[role]).status_code == wanted
    other = house.open({"name": "South", "lead_email": "lead@south.example"})["keys"]["admin"]
    assert house.call("GET", path_of(house), key=other).status_code == 404


def test_a_removed_contact_is_gone_and_its_address_forgotten(house: House) -> None:
    contact = add(house)
    deliver(house)
    link = link_in(house.mails("pat@home")[0])
    gone = house.call("DELETE", path_of(house, contact["id"]), key=house.keys["practitioner"])
    assert gone.status_code == 204
    assert [row["address"] for row in listed(house)] == ["pat@north.example"]
    assert house.client.post(link).status_code == 404
    assert house.call("DELETE", path_of(house, contact["id"]), key=house.keys["practitioner"]).status_code == 404
    addresses = house.look(lambda session: [row.address for row in session.exec(select(ContactRow))])
    assert "pat@home.example" not in addresses
    assert add(house)["verified_at"] is None  # and may come again


def test_the_last_way_to_reach_anybody_cannot_be_removed(house: House) -> None:
    key = house.keys["admin"]
    lead = person(house, "lead")
    (own,) = house.call("GET", f"/staff/{lead.id}/contacts", key=key).json["items"]
    assert house.call("DELETE", f"/staff/{lead.id}/contacts/{own['id']}", key=key).status_code == 204
    (last,) = listed(house)
    assert house.call("DELETE", path_of(house, last["id"]), key=key).status_code == 409


def test_a_contact_that_was_switched_off_is_on_again_once_verified(house: House) -> None:
    house.mailbox.refuse.add("pat@north.example")
    raise_alerts(house, 1)
    house.tick()
    (off,) = listed(house)
    assert "recipient refused" in off["disabled_why"]

    house.mailbox.refuse.clear()
    house.post(path_of(house, off["id"], "verify"), {}, house.keys["admin"])
    deliver(house)
    house.client.post(link_in(house.mails("pat@north")[0]))
    assert listed(house)[0]["disabled_at"] is None
