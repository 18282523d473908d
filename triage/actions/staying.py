"""Where the patient is now: many travel for a procedure, and in an emergency the number of that country counts."""

from triage.actions import audit
from triage.actions.errors import Invalid
from triage.actions.first_open import note_first_opened
from triage.actions.turn import Turn
from triage.records import PatientRow, Session
from triage.rules import Fault
from triage.words.countries import is_country


def note_place(session: Session, patient: PatientRow, country: str, turn: Turn) -> None:
    """Note the country where a patient is now, by its ISO code. Raises Invalid for a word that is none."""
    if not is_country(country):
        raise Invalid([Fault("country", f"{country[:20]!r} is not known", "give two capital letters, like DE")])
    note_first_opened(session, patient, turn)
    if patient.staying_in == country:
        return
    before = {"staying_in": patient.staying_in}
    patient.staying_in = country
    session.add(patient)
    audit.record(session, turn, "place_noted", ("patient", patient.id), before=before, after={"staying_in": country})
