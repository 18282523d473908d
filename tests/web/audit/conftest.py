"""The audit of a clinic with a practitioner, a lead and an auditor, each signed in."""

from typing import Any, NamedTuple

import pytest

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.actions.clinics import Person
from triage.actions.identify import operator
from triage.actions.staff import take_on
from triage.actions.turn import Turn
from triage.records import AlertRow, StaffRow, Store


class People(NamedTuple):
    """Somebody of each role."""

    practitioner: Desk
    lead: Desk
    auditor: Desk


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """One engine is enough for pages; tests/actions asks both."""
    return sqlite_store


@pytest.fixture
def people(house: House) -> People:
    aud = house.wiring.do(lambda session: auditor(session, house))
    return People(*(Desk(house.app.test_client(), house.wiring, row) for row in (*house.staff[:2], aud)))


def auditor(session: Any, house: House) -> StaffRow:
    by = Turn(operator(house.clinic.id, "tests"), house.wiring.time, house.wiring.terms)
    return take_on(session, Person("Aud", "aud@north.example", "auditor"), by)


@pytest.fixture
def alert(house: House, people: People) -> AlertRow:
    """An alert of a patient with pus, closed by the practitioner: antibiotics were given."""
    house.send(sign="pus", note="It hurts near Uncle Ed, says Sam Secret")
    row = house.rows(AlertRow)[0]
    closing = {"outcome": "suspected_infection", "seriousness": "antibiotic", "note": "sent to her doctor"}
    people.practitioner.post(f"/desk/alerts/{row.id}/close", epoch=str(row.epoch), version=str(row.version), **closing)
    (row,) = house.rows(AlertRow)
    assert (row.state, row.seriousness) == ("resolved", ["antibiotic"])
    return row
