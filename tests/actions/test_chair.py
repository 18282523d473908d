"""The chair on both engines: of two at once one enrols, codes cross no wall, a search goes by sittings."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.houses import OPTIONS, House
from triage.actions import day_list
from triage.actions.chair import Client, Sitting, enrol_in_chair
from triage.actions.day_list import plan_list, take_line
from triage.actions.day_list_cells import COLUMNS, Known
from triage.actions.errors import Conflict, NotFound
from triage.actions.patient_search import search_patients
from triage.actions.remembered import Call
from triage.actions.sessions import actor_of
from triage.actions.short_codes import follow_code, make_code, slip_of
from triage.actions.table_reader import read_table
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.actions.typed import Contact
from triage.records import ClinicRow, PatientRow, ProcedureRow, Session, ShortCodeRow, lookups

ANA = Client("Ana Sol", Contact(email="ana@sol.example"), "en")


def turn_of(house: House, clinic_id: Any = None) -> Turn:
    there = clinic_id or house.clinic_id
    (pat,) = house.look(lambda session: lookups.staff_of(session, there, ("practitioner",)))
    return Turn(actor_of(pat), house.now, house.wiring.terms)


def enrol(house: House, key: str = "k", client: Client = ANA, ago: float = 0, turn: Turn | None = None) -> Any:
    by = turn or turn_of(house)
    sitting, call = Sitting(house.now - timedelta(hours=ago), "Pat"), Call(key, f"{client}{ago}")
    return house.wiring.do(
        lambda session: enrol_in_chair(session, client, sitting, "I agree", call, by), by.by.clinic_id
    )


def count(house: House, table: Any) -> int:
    return house.look(lambda session: lookups.count_of(session, table))


def at_once(*works: Any) -> list[Any]:
    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result() for one in [pool.submit(work) for work in works]]


def test_two_taps_at_the_same_moment_enrol_one_client(house: House) -> None:
    first, second = at_once(*[lambda: enrol(house)] * 2)
    assert first == second
    assert (count(house, PatientRow), count(house, ProcedureRow)) == (1, 1)


def test_a_form_with_other_details_under_the_same_key_is_refused(house: House) -> None:
    enrol(house)
    with pytest.raises(Conflict, match="nothing was changed now"):
        enrol(house, ago=1)


def test_a_list_that_is_taken_twice_at_once_makes_nothing_twice(house: House) -> None:
    text = "name,email,ended\n" + "".join(f"Client {n},c{n}@x.example,2026-03-01 10:00\n" for n in range(5))
    turn = turn_of(house)

    def take() -> None:
        def plan(session: Session) -> Any:
            clinic = session.get(ClinicRow, turn.by.clinic_id)
            assert clinic
            return plan_list(session, read_table(text, tuple(COLUMNS)), Known(zone_of(clinic), ["en"], {}, "Pat"), turn)

        for line in house.wiring.look(plan, turn.by.clinic_id):
            house.wiring.do(lambda session, one=line: take_line(session, one, {}, turn), turn.by.clinic_id)

    at_once(take, take)
    assert (count(house, PatientRow), count(house, ProcedureRow)) == (5, 5)


def test_a_client_whom_another_list_enrols_between_two_looks_is_that_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, first_look = turn_of(house), day_list._patient_of_line
    table = read_table("name,email,ended\nClient,c@x.example,2026-03-01 10:00\n", tuple(COLUMNS))
    zone = house.look(lambda session: zone_of(lookups.clinics(session)[0]))
    (line,) = house.look(lambda session: plan_list(session, table, Known(zone, ["en"], {}, "Pat"), turn))
    house.wiring.do(lambda session: take_line(session, line, {}, turn), house.clinic_id)

    def look_too_early(*looked: Any) -> PatientRow | None:
        monkeypatch.setattr(day_list, "_patient_of_line", first_look)
        return None

    monkeypatch.setattr(day_list, "_patient_of_line", look_too_early)
    taken = house.wiring.do(lambda session: take_line(session, line, {}, turn), house.clinic_id)
    assert taken.state == "exists"
    assert (count(house, PatientRow), count(house, ProcedureRow)) == (1, 1)


def test_a_code_leads_to_its_own_client_from_anywhere(house: House) -> None:
    turn, patient_id = turn_of(house), enrol(house)
    other = enrol(house, "k-2", Client("Bo", Contact(), "en"))
    house.wiring.do(lambda session: make_code(session, patient_id, turn), house.clinic_id)
    house.wiring.do(lambda session: make_code(session, other, turn), house.clinic_id)

    def code(session: Session) -> str:
        patient = session.get(PatientRow, (house.clinic_id, patient_id))
        slip = slip_of(session, patient, turn) if patient else None
        assert slip
        return slip.code

    typed = house.look(code)
    token = house.do(lambda session: follow_code(session, typed, "192.0.2.1", house.now, house.wiring.terms))
    assert house.client.get(f"/c/{token}").status_code == 200
    assert "A. S." in house.client.get(f"/c/{token}").text
    assert count(house, ShortCodeRow) == 2


def test_no_slip_is_made_for_another_clinics_client(house: House) -> None:
    patient_id = enrol(house)
    opened = house.open({**OPTIONS, "name": "South", "lead_email": "l@s.example", "practitioner_email": "p@s.example"})
    elsewhere = turn_of(house, uuid.UUID(opened["clinic"]["id"]))
    with pytest.raises(NotFound):
        house.wiring.do(lambda session: make_code(session, patient_id, elsewhere), elsewhere.by.clinic_id)
    found = house.wiring.look(lambda session: search_patients(session, "ana", "", elsewhere), elsewhere.by.clinic_id)
    assert found.items == []


@pytest.mark.parametrize("typed", ["", "sol", "0170 5551234"])
def test_a_search_puts_the_newest_sitting_first(house: House, typed: str) -> None:
    for number, ago in enumerate((5, 1, 3)):
        enrol(house, f"k-{number}", Client(f"Sol {ago}", Contact(phone="+49 170 5551234"), "en"), ago)
    turn = turn_of(house)
    found = house.wiring.look(lambda session: search_patients(session, typed, "", turn), house.clinic_id)
    assert [line.name for line in found.items] == ["Sol 1", "Sol 3", "Sol 5"]
