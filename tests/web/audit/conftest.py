"""Who looks at the pages of the audit."""

import pytest

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.actions.staff import add_staff
from triage.records import StaffRow


@pytest.fixture
def lead(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[1])


@pytest.fixture
def auditor(house: House) -> Desk:
    """Somebody who may read all of it and change none."""
    values = {"name": "Olga", "email": "olga@elsewhere.example", "role": "auditor"}
    made = house.wiring.do(lambda session: add_staff(session, values, house.turn))
    found = house.wiring.look(lambda session: session.get(StaffRow, (house.clinic.id, made.id)))
    assert found is not None
    return Desk(house.app.test_client(), house.wiring, found)
