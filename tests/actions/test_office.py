"""What the office reads and changes, on both engines: the log, the state of the set-up, contacts, who works there."""

from functools import partial

import pytest

from tests.houses import House
from triage.actions.clinics import Person, let_go
from triage.actions.contact_use import change_contact, contacts_used, switch_off, switch_on, trial_message
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.identify import Actor
from triage.actions.log import chain_of, log_page
from triage.actions.rota import end_rota
from triage.actions.set_up import set_up_of
from triage.actions.staff import change_staff, staff_shown, take_on
from triage.actions.turn import Turn
from triage.records import Session, StaffRow, new_id
from triage.records.log_lookups import Wanted

PERSON = Person("Robin", "robin@north.example", "practitioner")


def turn_of(house: House, role: str = "lead") -> Turn:
    """Return the turn of the clinic's lead."""
    lead = next(row for row in house.look(partial(everybody, house=house)) if row.role == "lead")
    return Turn(Actor("staff", str(lead.id), house.clinic_id, role, staff_id=lead.id), house.now, house.wiring.terms)


def everybody(session: Session, house: House) -> list[StaffRow]:
    by = Actor("operator", "tests", house.clinic_id, "admin")
    return staff_shown(session, Turn(by, house.now, house.wiring.terms))


def test_the_log_has_the_office_apart_from_patients_and_the_latest_first(house: House) -> None:
    turn = turn_of(house)
    house.patient()
    house.do(lambda session: take_on(session, PERSON, turn))
    rows = house.look(lambda session: log_page(session, Wanted(), 50, turn))
    assert {row.thing_kind for row in rows} == {"clinic", "staff", "key", "protocol"}
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    others = house.look(lambda session: log_page(session, Wanted(beyond_office=True), 50, turn))
    assert "patient_enrolled" in {row.did for row in others}
    mine = house.look(lambda session: log_page(session, Wanted(actor_id=turn.by.id), 50, turn))
    assert [row.did for row in mine] == ["staff_added"]


def test_the_chain_tells_what_waits_and_what_is_sealed(house: House) -> None:
    turn = turn_of(house)
    before = house.look(lambda session: chain_of(session, turn))
    assert (before.sealed, before.checked, before.waiting > 5, before.waiting_since) == (0, 0, True, house.now)
    house.tick()
    after = house.look(lambda session: chain_of(session, turn))
    assert (after.sealed, after.waiting, after.faults) == (before.waiting, 0, [])
    assert after.sealed_until == house.now


def test_the_set_up_is_read_whole(house: House) -> None:
    turn = turn_of(house)
    found = house.look(lambda session: set_up_of(session, turn))
    assert (len(found.staff), found.reachable, found.has_hours, found.keys) == (2, ["Pat", "Lee"], True, 4)
    assert found.protocol is not None
    with pytest.raises(NotFound):
        house.do(lambda session: end_rota(session, turn))


def test_a_contact_that_is_off_is_told_nothing_and_is_tried_all_the_same(house: House) -> None:
    turn = turn_of(house)
    row = house.do(lambda session: take_on(session, PERSON, turn))
    (shown,) = house.look(lambda session: contacts_used(session, row.id, turn))
    key = row.id, shown["id"]
    house.do(lambda session: switch_off(session, *key, turn))
    house.do(lambda session: switch_off(session, *key, turn))  # twice is once
    assert "Robin" not in house.look(lambda session: set_up_of(session, turn)).reachable
    channel, message = house.look(lambda session: trial_message(session, *key, turn))
    assert (channel, message.to) == ("email", "robin@north.example")
    house.do(lambda session: switch_on(session, *key, turn))
    assert "Robin" in house.look(lambda session: set_up_of(session, turn)).reachable
    with pytest.raises(Invalid):
        house.do(lambda session: change_contact(session, *key, {"position": 100, "urgency_from": "self_care"}, turn))
    with pytest.raises(NotFound):
        house.look(lambda session: trial_message(session, row.id, new_id(), turn))


def test_nobody_without_a_lead_and_nobody_named_twice(house: House) -> None:
    turn = turn_of(house)
    lead = turn.by.staff_id
    assert lead is not None
    for work in (
        lambda session: let_go(session, lead, turn),
        lambda session: change_staff(session, lead, {"role": "practitioner"}, turn),
        lambda session: take_on(session, PERSON._replace(email="LEAD@north.example"), turn),
    ):
        with pytest.raises(Conflict):
            house.do(work)
    with pytest.raises(Invalid):
        house.do(lambda session: take_on(session, Person("", "nowhere", "boss"), turn))


def test_who_is_in_the_rota_keeps_a_role_that_is_told(house: House) -> None:
    turn = turn_of(house)
    pat = house.look(partial(everybody, house=house))[0]
    rota = {"people": [str(pat.id)], "starts_on": "2026-03-02", "hands_over": "09:00"}
    assert house.call("PUT", "/on-call/rota", rota, house.keys["admin"]).status_code == 200
    with pytest.raises(Conflict):
        house.do(lambda session: change_staff(session, pat.id, {"role": "auditor"}, turn))
