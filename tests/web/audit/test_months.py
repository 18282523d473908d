"""/audit/months: the reports as they were made, for who audits, and no other clinic's."""

import hashlib
from functools import partial
from uuid import uuid4

from tests.web.audit.test_figures import role
from tests.web.conftest import House
from tests.web.desk.test_case import text_of
from tests.web.signing_in import Desk
from triage.actions.clinic_report import Made, keep_report

PAGES = b"%PDF-1.7 as it was made"


def keep(house: House, month: str) -> str:
    """Keep a report of a month and return its digest."""
    made = Made(month, PAGES, hashlib.sha256(PAGES).hexdigest())
    assert house.wiring.do(partial(keep_report, made=made, turn=house.turn), house.clinic.id)
    return made.digest


def test_reports_are_listed_with_their_digest_the_latest_first(told: House, lead: Desk) -> None:
    assert "None is made yet." in text_of(lead.get("/audit/months"))
    digest = keep(told, "2026-01")
    keep(told, "2026-02")
    page = lead.get("/audit/months")
    said = text_of(page)
    assert said.index("February 2026") < said.index("January 2026")
    assert digest in said
    assert "today 18:04" in said


def test_a_report_is_given_out_as_it_was_made(told: House, lead: Desk) -> None:
    keep(told, "2026-02")
    answer = lead.get("/audit/months/2026-02.pdf")
    assert (answer.data, answer.mimetype) == (PAGES, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report-2026-02.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert role(told, "auditor").get("/audit/months/2026-02.pdf").data == PAGES
    for month in ("2026-01", "never", str(uuid4())):
        assert lead.get(f"/audit/months/{month}.pdf").status_code == 404
    assert role(told, "practitioner").get("/audit/months/2026-02.pdf").status_code == 403
