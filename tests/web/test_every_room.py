"""Every page for staff opens on both engines: for nobody else, and a look changes nothing."""

import pytest

from triage.records import AlertRow
from triage.web.audit import ADDRESSES as AUDIT
from triage.web.chair import ADDRESSES as CHAIR
from triage.web.desk import ADDRESSES as DESK
from triage.web.door import ADDRESSES as DOOR
from triage.web.office import ADDRESSES as OFFICE

from .conftest import House
from .desk.stories import tell
from .signing_in import Desk

CASES = "/audit/cases"  # asks of what
ASKED = (CASES, "/audit/serious/new")  # they say of what in their address
FREE = ("/", "/sign-in", "/sign-in/code", "/sign-in/clinic", "/first-run", "/password", "/go")
PAGES = [
    path
    for path, method, _ in (*DESK, *CHAIR, *OFFICE, *AUDIT, *DOOR)
    if method == "GET" and "<" not in path and path not in ASKED
]


@pytest.fixture
def lead(house: House) -> Desk:
    tell(house)
    return Desk(house.app.test_client(), house.wiring, house.staff[1])


def test_every_page_opens_and_changes_nothing(house: House, lead: Desk) -> None:
    patient, alert = house.patient.id, house.rows(AlertRow)[0].id
    paths = [*PAGES, f"/desk/patients/{patient}", f"/desk/patients/{patient}/course.svg", f"/desk/alerts/{alert}"]
    paths += [f"/desk/patients/{patient}/report", f"/chair/done/{patient}", "/desk?q=sam&level=urgent&days=28"]
    paths += [f"/desk/alerts/{alert}/{verb}" for verb in ("close", "reply", "watch", "not-reached", "assign")]
    before = house.counts()
    for path in paths:
        assert lead.get(path).status_code in (200, 303), path
    assert house.counts() == before


@pytest.mark.parametrize("path", sorted(set(PAGES) - set(FREE)))
def test_nobody_sees_a_page_without_signing_in(house: House, path: str) -> None:
    answer = house.client.get(path)
    assert answer.status_code in (302, 303), path
    assert answer.headers["Location"].startswith("/sign-in")
