"""A client is enrolled in the chair: who they are, today's sitting with its lots, and their yes, in one go."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions.appointments import add_appointment
from triage.actions.bottles import exposures_of
from triage.actions.consents import agree, version_of
from triage.actions.enrol import enrol_patient, patient_of
from triage.actions.errors import Conflict, KeyReused
from triage.actions.link_codes import note_link_shown
from triage.actions.new_link import change_contact
from triage.actions.procedures import add_procedure
from triage.actions.remembered import Call, answered_before, remember
from triage.actions.terms import zone_of
from triage.actions.tokens import new_number
from triage.actions.turn import Turn
from triage.actions.typed import Contact
from triage.records import ClinicRow, PatientRow, Session, lookups

SENT_ALREADY = "This form was sent already, with other details. Look at the client's page; nothing was changed now."


class Client(NamedTuple):
    """Who sits in the chair; `same_as`: a patient of the clinic already, so that only the sitting is new."""

    name: str | None
    contact: Contact
    language: str
    same_as: uuid.UUID | None = None
    birth_year: int | None = None
    guardian: str | None = None
    risk_factors: Sequence[str] = ()
    country: str | None = None
    skin_tone: int | None = None  # Fitzpatrick's type, 1 to 6


class Sitting(NamedTuple):
    """What was done today; `next_at`: the next appointment, None where none is made."""

    ended_at: datetime
    practitioner: str
    areas: Sequence[str] = ()
    bottles: Sequence[uuid.UUID] = ()
    next_at: datetime | None = None


def enrol_in_chair(
    session: Session, client: Client, sitting: Sitting, consent: str | None, call: Call, turn: Turn
) -> uuid.UUID:
    """Enrol a client with their sitting, or add it to who is here already, and return the patient's id.

    `consent`: the words that the client agreed to, None without a yes: then no message is ever sent. The same call
    again does nothing more. Raises Conflict where the same form was sent with other details, Invalid for a bottle
    that is not open any more and for a minor without a guardian.
    """
    turn.by.require("practitioner", "lead")
    try:
        known = answered_before(session, call, turn.by)
    except KeyReused as error:
        raise Conflict(SENT_ALREADY) from error
    if known is not None:
        return uuid.UUID(known["patient_id"])
    clinic = session.get(ClinicRow, turn.by.clinic_id)
    assert clinic is not None
    patient = _patient_for(session, client, consent, turn)
    session.flush()
    used = exposures_of(session, sitting.bottles, turn, zone_of(clinic))
    done = {"at": sitting.ended_at, "practitioner": sitting.practitioner, "areas": list(sitting.areas)}
    add_procedure(session, {"patient_id": patient.id, **done, "exposures": used}, turn)
    if sitting.next_at is not None:
        session.flush()
        add_appointment(session, patient.id, sitting.next_at, turn)
    session.flush()
    note_link_shown(session, patient, turn)
    remember(session, call, {"patient_id": str(patient.id)}, 303, turn)
    return patient.id


def consent_given(text: str, by: str, at: datetime) -> dict[str, Any]:
    """Return a yes to messages as enrolment takes it, in the words that were shown."""
    return {"purpose": "messages", "text": text, "version": version_of(text), "at": at, "by": by}


def new_reference(session: Session, name: str | None, clinic_id: uuid.UUID) -> str:
    """Return a reference that the clinic has not given yet: the initials of a name, or C, and a number."""
    words = [word for word in (name or "").split() if word[0].isalpha()]
    head = "".join(word[0].upper() for word in (words[:1] + words[1:][-1:])) or "C"
    while True:
        reference = f"{head}-{new_number()}"
        if lookups.patient_by_reference(session, clinic_id, reference) is None:
            return reference


def details_of(client: Client) -> Mapping[str, Any]:
    """Return what enrolment keeps of a client; what is not known is left out."""
    known = {
        "name": client.name,
        "email": client.contact.email,
        "phone": client.contact.phone,
        "birth_year": client.birth_year,
        "guardian": client.guardian,
        "country": client.country,
        "skin_tone": client.skin_tone,
    }
    given = {name: value for name, value in known.items() if value is not None}
    return {**given, "language": client.language, "risk_factors": list(client.risk_factors)}


def _patient_for(session: Session, client: Client, consent: str | None, turn: Turn) -> PatientRow:
    if client.same_as is not None:
        patient = patient_of(session, client.same_as, by=turn.by)
        contact = {name: value for name, value in client.contact._asdict().items() if value}
        if contact and not (patient.email or patient.phone):
            change_contact(session, patient, contact, turn)
        if consent is not None:
            agree(session, patient, "messages", consent, turn)
        return patient
    by = f"the guardian, {client.guardian}" if client.guardian else "the patient"
    consents = [consent_given(consent, by, turn.now)] if consent is not None else []
    reference = new_reference(session, client.name, turn.by.clinic_id)
    return enrol_patient(session, {"reference": reference, **details_of(client), "consents": consents}, turn).patient
