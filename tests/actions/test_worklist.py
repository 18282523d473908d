"""An alert as the desk shows it: whose, why, who has it, what its clock does next."""

import uuid
from datetime import timedelta
from functools import partial

from sqlmodel import select

from tests.houses import House
from triage.actions.alerts import raise_alert
from triage.actions.sessions import actor_of
from triage.actions.turn import Turn
from triage.actions.worklist import Item, item_of
from triage.records import AlertRow, Session, StaffRow
from triage.rules import Urgency


def turn_of(house: House, email: str = "pat@north.example") -> Turn:
    staff = house.look(lambda session: session.exec(select(StaffRow).where(StaffRow.email == email)).one())
    return Turn(actor_of(staff), house.now, house.wiring.terms)


def item(house: House, alert_id: str, turn: Turn | None = None) -> Item:
    asked = turn or turn_of(house)

    def show(session: Session) -> Item:
        row = session.get(AlertRow, (house.clinic_id, uuid.UUID(alert_id)))
        assert row is not None
        return item_of(session, row, asked)

    return house.look(show)


def test_an_item_says_whose_it_is_why_and_who_is_told_next(house: House) -> None:
    patient = house.patient(hours_ago=130, name="Ana Ito", reference="P-7", language="es")
    house.report(patient, symptoms={"redness": 1}, at=house.now - timedelta(days=1))
    alert = house.report(patient, symptoms={"redness": 3})["alert"]
    shown = item(house, alert["id"])
    assert (shown.name, shown.reference, shown.language, shown.sitting, shown.day) == ("Ana Ito", "P-7", "es", 1, 5)
    assert shown.reason == "Redness severe on day 5; worse than before; usual by then: at most mild"
    assert shown.trend == (1, 3)
    assert (shown.state, shown.urgency, shown.kind, shown.is_own) == ("open", alert["urgency"], "report", False)
    assert shown.told_next
    assert shown.since == house.now
    assert not shown.is_overdue


def test_whoever_looks_sees_what_is_their_own_and_others_see_whose_it_is(house: House) -> None:
    patient = house.patient()
    alert = house.report(patient, signs=["fever"])["alert"]
    house.call("POST", f"/alerts/{alert['id']}/acknowledge", {"epoch": 1}, house.keys["practitioner"])
    mine = item(house, alert["id"])
    theirs = item(house, alert["id"], turn_of(house, "lead@north.example"))
    assert (mine.state, mine.owner_name, mine.is_own) == ("acked", "Pat", True)
    assert (theirs.owner_name, theirs.is_own) == ("Pat", False)


def test_what_was_promised_to_a_patient_and_did_not_come_is_overdue(house: House) -> None:
    alert = house.report(house.patient(), signs=["fever"])["alert"]
    house.later(days=1)
    house.tick()
    shown = item(house, alert["id"])
    assert shown.is_overdue
    assert shown.due_at is not None
    assert shown.due_at < house.now


def test_an_alert_about_nobody_has_no_patient(house: House) -> None:
    house.do(partial(open_service_alert, house=house))
    shown = item(house, str(house.alerts()[0]["id"]))
    assert (shown.patient_id, shown.name, shown.trend, shown.day) == (None, None, (), None)
    assert shown.reason


def open_service_alert(session: Session, house: House) -> None:
    raise_alert(session, "service", Urgency.same_day, turn_of(house), of="tests")
