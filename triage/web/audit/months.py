"""/audit/months: the monthly reports as they were made, to take away as PDF."""

from datetime import date

from flask import Response
from flask.typing import ResponseReturnValue

from triage.actions.clinic_report import PDF, list_reports, take_report
from triage.web.rooms import Address
from triage.web.staff_page import LOG, StaffPage, for_staff

HERE = "/audit/months"


@for_staff(*LOG)
def show_months(page: StaffPage) -> ResponseReturnValue:
    """List the reports."""
    kept = page.read(list_reports)
    named = [(f"{date.fromisoformat(f'{one.month}-01'):%B %Y}", one) for one in kept]
    return page.show("audit_months.html", reports=named, here=HERE)


@for_staff(*LOG)
def show_report(page: StaffPage, month: str) -> ResponseReturnValue:
    """Give out one report as it was made."""
    row = page.read(lambda session, turn: take_report(session, month, turn))
    answer = Response(row.pdf, mimetype=PDF)
    answer.headers["Content-Disposition"] = f'attachment; filename="report-{row.month}.pdf"'
    return answer


ADDRESSES: list[Address] = [
    (HERE, "GET", show_months),
    (f"{HERE}/<month>.pdf", "GET", show_report),
]
