"""A practitioner who is signed in at the chair, and forms as they are filled in there."""

import re
from typing import Any

import pytest

from tests.web.browsing import store
from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.records import PatientRow

__all__ = ["store"]  # a fixture: one engine is enough to look at pages


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[0])


@pytest.fixture
def lead(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[1])


def enrol(desk: Desk, **typed: Any) -> Any:
    """Send the form of the chair as it is filled in; `agree`: the language of the words that were ticked."""
    form = {"key": "k-1", "name": "Ana Sol", "contact": "ana@sol.example", "language": "en", "agree": "en", **typed}
    return desk.post("/chair", **{name: value for name, value in form.items() if value is not None})


def patient_named(house: House, name: str) -> PatientRow:
    (found,) = [row for row in house.rows(PatientRow) if row.name == name]
    return found


def open_one(desk: Desk, **typed: str) -> None:
    form = {"role": "pigment", "product": "Black 3", "lot": "L-77", "expiry": "2027-06-30", **typed}
    answer = desk.post("/chair/bottles", **form)
    assert answer.status_code == 303, answer.text


def bottle_ids(page: str) -> list[str]:
    return re.findall(r'name="bottle" value="([^"]+)"', page)


def code_on(page: str) -> str:
    (found,) = re.findall(r'class="letters" dir="ltr">(\w{4} \w{4})<', page)
    return found
