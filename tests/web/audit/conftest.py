"""Who looks at the pages of the audit."""

import pytest

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.actions.clinics import Person, add_staff
from triage.records import lookups


@pytest.fixture
def lead(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[1])


@pytest.fixture
def auditor(house: House) -> Desk:
    """Somebody who may read all of it and change none."""
    olga = Person("Olga", "olga@elsewhere.example", "auditor")
    house.wiring.do(lambda session: add_staff(session, olga, house.turn))
    (found,) = house.wiring.look(lambda session: lookups.staff_of(session, house.clinic.id, ("auditor",)))
    return Desk(house.app.test_client(), house.wiring, found)
