"""/desk/patients: everybody whom the clinic looks after, found by name, reference, mail or telephone."""

from typing import Any
from urllib.parse import urlencode

from flask import request
from flask.typing import ResponseReturnValue

from triage.actions.patient_search import search_patients
from triage.web.chair.words import clock_at
from triage.web.staff_page import CHAIR, DESK, StaffPage, for_staff

LONGEST_QUESTION = 100


@for_staff(*DESK)
def show_patients(page: StaffPage) -> ResponseReturnValue:
    """Show a page of patients, those with the newest sitting first."""
    typed, after = request.args.get("q", "")[:LONGEST_QUESTION], request.args.get("after", "")
    found = page.read(lambda session, turn: search_patients(session, typed, after, turn))
    onward = urlencode({"q": typed, "after": found.after}) if found.after else ""
    shown: dict[str, Any] = {"found": found, "typed": typed, "onward": onward, "is_first": not after}
    return page.show("chair_patients.html", **shown, said_on=lambda at: clock_at(page, at), may_enrol=page.may(*CHAIR))
