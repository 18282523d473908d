"""A case with everything that a page may have to show: a course that goes wrong, told by the patient's own link."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.web.conftest import House
from triage.actions.identify import Actor
from triage.actions.intake import Report, receive_check_in
from triage.actions.procedures import add_procedure
from triage.actions.turn import Turn
from triage.records import PatientRow, Session

LOT = "24-117"


def say(house: House, days_ago: float, amends: Any = None, device: Any = None, **said: Any) -> dict[str, Any]:
    """Report as the patient, some days before the house's now; return the answer."""
    at = house.wiring.time - timedelta(days=days_ago)
    patient_id, clinic_id = house.patient.id, house.clinic.id
    by = Actor("patient", str(patient_id), clinic_id, "patient", patient_id=patient_id)
    body = {"at": at.isoformat(), **said}

    def work(session: Session) -> dict[str, Any]:
        patient = session.get_one(PatientRow, (clinic_id, patient_id))
        report = Report(body, json.dumps(body), amends=amends, device=device or {})
        return receive_check_in(session, report, patient, Turn(by, at, house.wiring.terms))

    return house.wiring.do(work, clinic_id)


def treat_before(house: House, days_ago: float) -> None:
    """Add an earlier sitting, with a pigment of a lot that can be looked for."""
    used = [
        {"role": "pigment", "product": "Graphite 3", "maker": "Inkwell", "lot": LOT, "expiry": date(2027, 1, 31)},
        {"role": "ointment", "product": "Balm"},
    ]
    at = house.wiring.time - timedelta(days=days_ago)
    values = {"patient_id": house.patient.id, "at": at, "areas": ["top"], "practitioner": "Ada", "exposures": used}
    house.wiring.do(lambda session: add_procedure(session, values, house.turn), house.clinic.id)


def tell(house: House) -> None:
    """Two sittings; the first heals as it should, after the second redness grows and there is fever."""
    treat_before(house, 31)
    say(house, 30, symptoms={"redness": 3, "swelling": 2, "pain": 1})
    say(house, 27, symptoms={"redness": 1, "swelling": 1, "scabbing": 2, "pain": 0})
    say(house, 17, symptoms={"redness": 0, "swelling": 0, "scabbing": 0})
    say(house, 2.3, symptoms={"redness": 2, "swelling": 1, "pain": 1})
    first = say(house, 1.2, symptoms={"redness": 1}, course={"redness": "better"})
    say(house, 1.2, amends=UUID(first["id"]), symptoms={"redness": 4}, course={"redness": "worse"})
    say(
        house,
        0.1,
        symptoms={"redness": 4, "swelling": 3, "pain": 3},
        course={"redness": "worse"},
        where={"redness": ["outside"]},
        signs=["fever"],
        note="It is hot, and the red part grows.\nPlease call.",
        wants_call=True,
        device={"urgency": "urgent"},
    )
