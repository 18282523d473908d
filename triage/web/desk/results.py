"""How the result of a course looks, on the case: what the patient said, and one tap each for the practitioner."""

import uuid

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.ratings import rate_result
from triage.records.outcome import ASPECTS
from triage.web.rooms import Address
from triage.web.staff_page import CHAIR, StaffPage, for_staff

ASPECT_NAMES = {"density": "Density", "dot_size": "Dot size", "colour": "Colour", "evenness": "Evenness"}
MARK_NAMES = {5: "Very good", 4: "Good", 3: "Okay", 2: "Fair", 1: "Poor"}


@for_staff(*CHAIR)
def take_rating(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the mark that was tapped, and go back to it."""
    marks = {name: int(request.form[name]) for name in ASPECTS if request.form.get(name, "").isdecimal()}
    page.do(lambda session, turn: rate_result(session, patient_id, marks, turn))
    return redirect(f"/desk/patients/{patient_id}#result", 303)


ADDRESSES: list[Address] = [("/desk/patients/<uuid:patient_id>/rating", "POST", take_rating)]
