"""A lot from the label to the people: found however it is copied, all asked today, held, and watched every week."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from seeds.simulated import CONTAMINATED, simulated_clinic
from tests.houses import OPTIONS, House, Patient
from tests.outcomes.made_clinic import PROTOCOL
from triage import daily
from triage.actions.bottles import bottles_now, open_bottle
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.lot_watch import look_at_lots, note_look
from triage.actions.lots import Lot, ask_all, hold_lot, lift_hold, who_received
from triage.actions.sessions import actor_of
from triage.actions.terms import zone_of
from triage.actions.turn import ClockTurn, Turn
from triage.outcomes.figure import Question
from triage.records import ExpectationRow, LotLookRow, Session, lookups, lot_lookups

INK = {"role": "pigment", "product": "Dark Ash", "lot": "RB-06 24"}


def treat(house: House, patient: Patient, hours_ago: float, **used: str) -> None:
    at = (house.now - timedelta(hours=hours_ago)).isoformat()
    answer = house.post("/procedures", {"patient_id": patient.id, "at": at, "exposures": [{**INK, **used}]})
    assert answer.status_code == 201, answer.json


@pytest.fixture
def three(house: House) -> list[Patient]:
    """Three patients: two had the lot, written down in two ways; the third had another one."""
    people = [house.patient(hours_ago=None, reference=f"P-{number}", name=f"N{number}") for number in range(3)]
    for patient, lot in zip(people, ("RB-06 24", "rb0624", "RB0625"), strict=True):
        treat(house, patient, 100, lot=lot)
    return people


def as_lead(house: House, work: Callable[[Session, Turn], Any]) -> Any:
    (lead,) = house.look(lambda session: lookups.staff_of(session, house.clinic_id, ("lead",)))
    turn = Turn(actor_of(lead), house.now, house.wiring.terms)
    return house.wiring.do(lambda session: work(session, turn), house.clinic_id)


@pytest.mark.parametrize("typed", ["RB-06 24", "rb0624", "RB 0624", "rb_06.24", "R B-0-6-2-4"])
def test_a_lot_is_found_however_it_was_copied(house: House, three: list[Patient], typed: str) -> None:
    found = as_lead(house, lambda session, turn: who_received(session, Lot(typed), turn))
    assert {one.reference for one in found} == {"P-0", "P-1"}
    assert as_lead(house, lambda session, turn: who_received(session, Lot(typed, "needle"), turn)) == []
    assert len(as_lead(house, lambda session, turn: who_received(session, Lot(typed, None, "dark ash"), turn))) == 2


def test_everybody_who_received_it_is_asked_today_and_nobody_else(house: House, three: list[Patient]) -> None:
    came = as_lead(house, lambda session, turn: ask_all(session, Lot("RB0624"), turn))
    assert (came.people, came.asked, came.unasked) == (2, 2, {})
    again = as_lead(house, lambda session, turn: ask_all(session, Lot("RB0624"), turn))
    assert (again.asked, again.unasked) == (0, {"asked_already": 2})
    house.tick()
    sent = [mail for mail in house.mails() if "your check-in" in mail.subject]
    assert len(sent) == 2
    assert all(word not in mail.text.lower() + mail.subject.lower() for mail in sent for word in ("lot", "pigment"))


def test_who_agreed_to_no_messages_is_named_for_a_call(house: House) -> None:
    patient = house.patient(hours_ago=None, gets_mail=False)
    treat(house, patient, 50)
    came = as_lead(house, lambda session, turn: ask_all(session, Lot("RB0624"), turn))
    assert (came.people, came.asked) == (1, 0)
    assert list(came.unasked.values()) == [1]


def test_a_course_that_is_over_goes_on_with_the_question(house: House, three: list[Patient]) -> None:
    house.later(days=120)
    for _ in range(3):
        house.tick()
    assert as_lead(house, lambda session, turn: ask_all(session, Lot("RB0624"), turn)).asked == 2
    waiting = [row for row in _rows(house, ExpectationRow) if row.state == "waiting" and row.asked_at == house.now]
    assert len(waiting) == 2
    house.report(three[0], symptoms={"redness": 0})


def test_nobody_is_asked_for_a_lot_that_nobody_received(house: House, three: list[Patient]) -> None:
    with pytest.raises(NotFound):
        as_lead(house, lambda session, turn: ask_all(session, Lot("XX"), turn))


def test_a_held_lot_is_opened_by_nobody_until_it_is_free_again(house: House, three: list[Patient]) -> None:
    lot, bottle = Lot("RB-0624", "pigment", "Dark Ash"), {"role": "pigment", "product": "Dark Ash", "lot": "rb 0624"}
    zone = zone_of(house.look(lambda session: lookups.clinics(session)[0]))
    as_lead(house, lambda session, turn: open_bottle(session, bottle, turn, zone))
    hold = as_lead(house, lambda session, turn: hold_lot(session, lot, "two infections", turn))
    with pytest.raises(Conflict):
        as_lead(house, lambda session, turn: hold_lot(session, lot, "again", turn))
    with pytest.raises(Invalid) as refused:
        as_lead(house, lambda session, turn: open_bottle(session, bottle, turn, zone))
    assert [fault.said for fault in refused.value.faults] == ["this lot is held"]
    (shown,) = as_lead(house, lambda session, turn: bottles_now(session, turn, "Lee", zone))
    assert shown.is_held
    as_lead(house, lambda session, turn: lift_hold(session, hold.id, turn))
    as_lead(house, lambda session, turn: open_bottle(session, bottle, turn, zone))


@pytest.mark.parametrize(("lot", "why"), [(Lot("L1"), "x"), (Lot("L1", "pigment", "Ink"), " ")])
def test_a_hold_says_what_and_why(house: House, lot: Lot, why: str) -> None:
    with pytest.raises(Invalid):
        as_lead(house, lambda session, turn: hold_lot(session, lot, why, turn))


def test_the_api_gives_the_list_and_the_table_and_does_as_the_pages_do(house: House, three: list[Patient]) -> None:
    auditor, admin = house.keys["auditor"], house.keys["admin"]
    items = house.call("GET", "/lots/RB0624", key=auditor).json["items"]
    assert {one["reference"] for one in items} == {"P-0", "P-1"}
    table = house.client.get("/api/v1/lots/RB0624?format=csv", headers={"Authorization": f"Bearer {auditor}"}).text
    assert table.splitlines()[0].startswith("patient_id,reference,name,email")
    assert len(table.splitlines()) == 3
    assert house.call("POST", "/lots/RB0624/ask", {}, auditor).status_code == 403
    assert house.call("POST", "/lots/RB0624/ask", {}, admin).json["asked"] == 2
    held = house.call("POST", "/lots/RB0624/hold", {"role": "pigment", "product": "Dark Ash", "why": "x"}, admin)
    assert held.status_code == 201
    assert house.call("POST", f"/lot-holds/{held.json['id']}/lift", {}, admin).json["lifted_at"]
    assert house.call("GET", "/lots/RB0624?role=paint", key=auditor).status_code == 422


def test_another_clinics_patients_are_not_found(house: House, three: list[Patient]) -> None:
    other = house.open({**OPTIONS, "name": "South", "lead_email": "l@s.example", "practitioner_email": "p@s.example"})
    assert house.call("GET", "/lots/RB0624", key=other["keys"]["auditor"]).json["items"] == []


def test_what_stands_out_opens_one_alert_for_one_lot_and_is_looked_at_weekly(house: House) -> None:
    ill = simulated_clinic(8000, 1)
    found = look_at_lots(ill, Question(PROTOCOL, ill.as_of_us))
    clock = ClockTurn("lots", house.now, house.wiring.terms)

    def note(session: Session) -> int:
        return len(note_look(session, house.clinic_id, found, clock))

    assert [house.wiring.do(note), house.wiring.do(note)] == [1, 0]
    (alert,) = house.alerts()
    assert (alert["kind"], alert["urgency"]) == ("lot", "same_day")
    (row,) = house.look(lambda session: lot_lookups.signals(session, house.clinic_id, 9))
    assert (row.lot, str(row.alert_id)) == (CONTAMINATED, alert["id"])
    house.later(days=8)
    clock = ClockTurn("lots", house.now, house.wiring.terms)
    assert house.wiring.do(note) == 1
    assert len(house.alerts()) == 1, "the alert that is open is the same"


def test_a_clinic_in_which_nothing_stands_out_is_looked_at_once_a_week_too(house: House, three: list[Patient]) -> None:
    for _ in range(2):
        house.run(daily.lots)
    assert len(_rows(house, LotLookRow)) == 1
    house.later(days=7)
    house.run(daily.lots)
    assert len(_rows(house, LotLookRow)) == 2
    assert house.alerts() == []


def _rows(house: House, table: Any) -> list[Any]:
    return house.look(lambda session: list(session.exec(select(table))))
