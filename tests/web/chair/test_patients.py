"""The list of patients: by name, reference, mail and telephone, newest sitting first, in pages."""

import re
from datetime import timedelta

import pytest

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.actions.enrol import enrol_patient
from triage.actions.patient_search import FEW, PAGE
from triage.actions.procedures import add_procedure


def add(house: House, count: int, **values: str) -> None:
    def many(session: object) -> None:
        for number in range(count):
            known = {"reference": f"N-{number:04}", "name": f"Núria Nº{number}", **values}
            patient, _ = enrol_patient(session, known, house.turn)
            session.flush()
            at = house.turn.now - timedelta(hours=number + 1)
            add_procedure(session, {"patient_id": patient.id, "at": at}, house.turn)

    house.wiring.do(many)


def names(desk: Desk, path: str) -> list[str]:
    return re.findall(r'<a href="/desk/patients/[0-9a-f-]{36}"><b>([^<]+)</b>', desk.get(path).text)


@pytest.mark.parametrize(
    "typed", ["sam", "SECRET", "secret sam", "p-1", "5678", "0170 1234", "+49 (170) 12345678", "sam@x.ex"]
)
def test_a_patient_is_found_by_what_is_known_of_them(build: object, typed: str) -> None:
    house = build(phone="+49 170 12345678", email="sam@x.example")  # type: ignore[operator]
    add(house, 3)
    desk = Desk(house.app.test_client(), house.wiring, house.staff[0])
    page = desk.get("/desk/patients", query_string={"q": typed}).text
    assert re.findall(r"<b>([^<]+)</b>", page) == ["Sam Secret"]


def test_accents_and_case_do_not_matter(desk: Desk, house: House) -> None:
    add(house, 1)
    assert names(desk, "/desk/patients?q=nuria") == names(desk, "/desk/patients?q=N%C3%9ARIA") == ["Núria Nº0"]


@pytest.mark.parametrize("typed", ["%", "_", "nobody"])
def test_signs_of_the_database_are_looked_for_as_they_are(desk: Desk, typed: str) -> None:
    assert names(desk, f"/desk/patients?q={typed.replace('%', '%25')}") == []


@pytest.mark.parametrize("count", [PAGE + 5, FEW + 10])
@pytest.mark.parametrize("typed", ["", "n"])
def test_pages_follow_each_other_newest_sitting_first(desk: Desk, house: House, count: int, typed: str) -> None:
    add(house, count)
    seen, path = [], f"/desk/patients?q={typed}"
    while path:
        page = desk.get(path).text
        seen += re.findall(r'<a href="/desk/patients/[0-9a-f-]{36}"><b>Núria Nº(\d+)</b>', page)
        onward = re.search(r'href="(/desk/patients\?[^"]*after=[^"]+)"', page)
        path = onward[1].replace("&amp;", "&") if onward else ""
    assert seen == [str(number) for number in range(count)]


def test_what_is_no_place_begins_at_the_first_page(desk: Desk) -> None:
    assert names(desk, "/desk/patients?after=2026-03-04T10:00:00_x") == ["Sam Secret"]
    assert names(desk, "/desk/patients?after=99999&q=sam") == ["Sam Secret"]
