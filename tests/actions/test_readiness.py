"""No message goes out to a patient before the clinic's emergency line and hours are set; then what waits goes out."""

from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House
from triage.actions.clinics import change_clinic
from triage.actions.errors import Invalid
from triage.actions.identify import operator
from triage.actions.turn import Turn
from triage.records import AuditEventRow, ClinicRow, ExpectationRow, Session
from triage.rules.opening import USUAL


def change(session: Session, house: House, **values: Any) -> ClinicRow:
    turn = Turn(operator(house.clinic_id, "tests"), house.now, house.wiring.terms)
    return change_clinic(session, values, turn)


@pytest.fixture
def new_clinic(house: House) -> House:
    """A clinic as the first-run page makes it: nobody has set anything yet."""
    with house.wiring.store.connect() as connection:
        connection.execute(ClinicRow.metadata.tables["clinic"].update().values(ready_at=None))
    return house


def test_the_first_message_waits_for_emergency_line_and_hours(new_clinic: House) -> None:
    house = new_clinic
    house.patient(email="ana@example.org")
    for _ in range(3):
        house.later(minutes=2)
        house.tick()
    assert house.mails("ana@example.org") == []
    house.do(partial(change, house=house, emergency_line="+44 20 7946 0000"))
    house.later(minutes=2)
    house.tick()
    assert house.mails("ana@example.org") == []
    house.do(partial(change, house=house, opening_hours=dict(USUAL)))
    house.later(minutes=2)
    house.tick()
    assert len(house.mails("ana@example.org")) == 1
    assert house.look(ready_events) == 1


def test_nobody_counts_as_asked_before_the_clinic_is_set_up(new_clinic: House) -> None:
    house = new_clinic
    house.patient(email="ana@example.org", hours_ago=1)
    house.later(hours=20)
    house.tick()
    assert all(row.asked_at is None for row in house.look(expectations))
    house.do(partial(change, house=house, emergency_line="112 0", opening_hours=dict(USUAL)))
    house.tick()
    assert any(row.asked_at is not None for row in house.look(expectations))


def test_an_emergency_line_is_replaced_and_never_taken_away(house: House) -> None:
    house.do(partial(change, house=house, emergency_line="+44 20 7946 0000"))
    with pytest.raises(Invalid):
        house.do(partial(change, house=house, emergency_line=None))


def test_staff_are_told_of_alerts_whatever_is_set(new_clinic: House) -> None:
    house = new_clinic
    house.report(house.patient(), signs=["fever"])
    house.tick()
    assert house.mails("pat@north.example")


def test_a_clinic_made_by_command_is_ready_from_the_start(house: House) -> None:
    house.patient(email="ana@example.org")
    house.tick()
    assert len(house.mails("ana@example.org")) == 1


@pytest.mark.parametrize("value", ["none", "12", "1234567890123456"])
def test_an_emergency_line_can_be_dialled(house: House, value: str) -> None:
    with pytest.raises(Invalid):
        house.do(partial(change, house=house, emergency_line=value))


@pytest.mark.parametrize("hour", [7, 21, -1])
def test_nobody_is_asked_at_night(house: House, hour: int) -> None:
    with pytest.raises(Invalid):
        house.do(partial(change, house=house, ask_hour=hour))


def ready_events(session: Session) -> int:
    return len(session.exec(select(AuditEventRow).where(AuditEventRow.did == "clinic_ready")).all())


def expectations(session: Session) -> list[ExpectationRow]:
    return list(session.exec(select(ExpectationRow)).all())
