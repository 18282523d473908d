"""/audit/lots: from the number on a label to the people, all asked at once, the lot held; the auditor only looks."""

import pytest

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.records import ExposureRow, LotHoldRow


@pytest.fixture
def used(told: House) -> ExposureRow:
    return next(row for row in told.rows(ExposureRow) if row.lot)


def test_a_lot_leads_to_the_people_and_to_their_contacts(auditor: Desk, told: House, used: ExposureRow) -> None:
    assert used.lot in auditor.get("/audit/lots").text
    typed = f" {used.lot.lower()} "
    shown = auditor.get("/audit/lots/trace", query_string={"lot": typed}).text
    assert f"/desk/patients/{told.patient.id}" in shown
    table = auditor.get("/audit/lots/trace.csv", query_string={"lot": typed})
    assert table.headers["Content-Disposition"].endswith('received.csv"')
    assert told.patient.reference in table.text
    assert "Ask them all" not in shown


def test_a_lead_asks_all_and_reads_what_came_of_it(lead: Desk, used: ExposureRow) -> None:
    shown = lead.post("/audit/lots/ask", lot=used.lot).text
    assert "asked for a check-in now" in shown


def test_a_held_lot_is_shown_as_held_and_let_free(lead: Desk, told: House, used: ExposureRow) -> None:
    meant = {"lot": used.lot, "role": used.role, "product": used.product}
    refused = lead.post("/audit/lots/hold", **meant, why=" ")
    assert refused.status_code == 422
    assert "say why" in refused.text
    assert lead.post("/audit/lots/hold", **meant, why="two infections").status_code == 303
    assert "two infections" in lead.get("/audit/lots").text
    (hold,) = told.rows(LotHoldRow)
    assert lead.post(f"/audit/lots/holds/{hold.id}/lift").status_code == 303
    assert "two infections" not in lead.get("/audit/lots").text


@pytest.mark.parametrize("typed", ["", "  ", "- -"])
def test_no_number_leads_back_to_the_list(lead: Desk, typed: str) -> None:
    assert lead.get("/audit/lots/trace", query_string={"lot": typed}).status_code == 303


def test_a_number_that_nobody_received_says_so(lead: Desk) -> None:
    assert "Nobody received this lot" in lead.get("/audit/lots/trace?lot=XYZ-1").text
