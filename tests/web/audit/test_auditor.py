"""An auditor reads everything of the audit and changes nothing of anything: every page and every form is tried."""

import re
import uuid

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.records import AlertRow, ExposureRow
from triage.web.audit import ADDRESSES as AUDIT
from triage.web.chair import ADDRESSES as CHAIR
from triage.web.desk import ADDRESSES as DESK
from triage.web.office import ADDRESSES as OFFICE

PLACE = re.compile(r"<(?:\w+(?:\(([^)]*)\))?:)?(\w+)>")


def there(house: House, path: str) -> str:
    """Return an address with things that exist in its places."""
    known = {"patient_id": house.patient.id, "alert_id": house.rows(AlertRow)[0].id}
    known["exposure_id"] = next((row.id for row in house.rows(ExposureRow)), uuid.uuid4())

    def fill(place: re.Match[str]) -> str:
        return place[1].split(",")[0] if place[1] else str(known.get(place[2], uuid.uuid4()))

    return PLACE.sub(fill, path)


def test_an_auditor_opens_every_page_of_the_audit(house: House, auditor: Desk) -> None:
    for path, method, _ in AUDIT:
        if method == "GET" and "<" not in path and not path.endswith("/new"):  # a form of what an auditor may not do
            asked = "?of=late" if path == "/audit/cases" else ""
            assert auditor.get(path + asked).status_code in (200, 303), path


def test_an_auditor_changes_nothing_by_any_form(house: House, auditor: Desk) -> None:
    before = house.counts()
    for path, method, _ in (*AUDIT, *DESK, *CHAIR, *OFFICE):
        if method == "POST" and path != "/go":
            assert auditor.post(there(house, path)).status_code in (303, 403, 404, 413, 422), path
            assert house.counts() == before, path
