"""Patients come in: who they are, what they agreed to, and the link that they report by."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.identify import Actor
from triage.actions.terms import Terms
from triage.actions.tokens import PATIENT_MARK, derive, hash_of
from triage.actions.turn import Turn
from triage.records import ConsentRow, NotificationRow, PatientRow, PatientTokenRow, Session, lookups
from triage.rules import Fault

OF_AGE = 18


class Enrolled(NamedTuple):
    """A new patient, and the token that only this moment shows."""

    patient: PatientRow
    token: str


def enrol_patient(session: Session, values: Mapping[str, Any], turn: Turn) -> Enrolled:
    """Enrol a patient (`values` as `POST /patients` takes them) and queue the mail with the first link.

    Without consent no message is ever sent; under 18 only with a guardian. Raises Conflict for a reference that the
    clinic has already, Invalid for a minor without a guardian.
    """
    turn.by.require("intake", "practitioner", "lead")
    details = dict(values)
    consents = [*filter(None, [details.pop("consent", None)]), *details.pop("consents", ())]
    agrees = any(consent.get("purpose", "messages") == "messages" for consent in consents)
    _check_age(details, turn.now)
    if lookups.patient_by_reference(session, turn.by.clinic_id, details["reference"]):
        raise Conflict("This clinic has a patient with this reference already.")
    patient = PatientRow(clinic_id=turn.by.clinic_id, created_at=turn.now, **details)
    session.add(patient)
    told = {"reference": patient.reference, "consent": agrees}
    audit.record(session, turn, "patient_enrolled", ("patient", patient.id), after=told)
    for consent in consents:
        add_consent(session, patient, consent, turn)
    token = add_token(session, patient, turn)
    way = way_to(patient, turn.terms)
    if agrees and way:
        queue_link(session, patient, way, turn.now)
    return Enrolled(patient, token)


def patient_of(session: Session, patient_id: uuid.UUID, *, by: Actor) -> PatientRow:
    """Return a patient of the actor's clinic. Raises NotFound for another clinic's, and for another patient."""
    by.require_patient(patient_id)
    patient = session.get(PatientRow, (by.clinic_id, patient_id))
    if patient is None:
        raise NotFound("There is no such patient in this clinic.")
    return patient


def check_in_link(terms: Terms, token: str) -> str:
    """Return the address that the patient opens to check in."""
    return f"{terms.base_url}/c/{token}"


def link_token(terms: Terms, token: PatientTokenRow) -> str:
    """Return the secret of a patient's token, derived again."""
    return derive(terms.secret, PATIENT_MARK, token.clinic_id, token.patient_id, token.generation)


def agrees_to_messages(session: Session, patient: PatientRow) -> bool:
    """Tell whether the patient agreed to messages, has not opted out since, and is who the contact belongs to."""
    return (
        patient.opted_out_at is None
        and patient.wrong_person_at is None
        and (lookups.standing_consent(session, patient.clinic_id, patient.id) is not None)
    )


def way_to(patient: PatientRow, terms: Terms | None = None) -> tuple[str, str] | None:
    """Return channel and address of a patient's messages: mail, else text message where these are set up; else None."""
    if patient.email:
        return "email", patient.email
    if patient.phone and terms is not None and "sms" in terms.channels:
        return "sms", patient.phone
    return None


def _check_age(details: Mapping[str, Any], now: datetime) -> None:
    """A birth year leaves one year open: whoever may still be under age counts as under age."""
    year = details.get("birth_year")
    if year is not None and now.year - year <= OF_AGE and not details.get("guardian"):
        expected = "give guardian, the name of who agreed for the patient"
        raise Invalid([Fault("guardian", "missing for a patient who may be under 18", expected)])


def add_consent(session: Session, patient: PatientRow, consent: Mapping[str, Any], turn: Turn) -> None:
    """Keep a consent as it was given: purpose (messages where it says none), text, version, at, by."""
    row = ConsentRow(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        text=consent["text"],
        version=consent["version"],
        at=consent["at"],
        given_by=consent["by"],
        purpose=consent.get("purpose", "messages"),
    )
    session.add(row)
    after = {"purpose": row.purpose, "version": row.version, "at": row.at}
    audit.record(session, turn, "consent_given", ("patient", patient.id), after=after)


def add_token(session: Session, patient: PatientRow, turn: Turn, generation: int = 1) -> str:
    """Make a patient's link and return its secret, which only its hash is kept of."""
    row = PatientTokenRow(
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        generation=generation,
        token_hash="",
        created_at=turn.now,
    )
    token = link_token(turn.terms, row)
    row.token_hash = hash_of(token)
    session.add(row)
    return token


def queue_link(session: Session, patient: PatientRow, way: tuple[str, str], now: datetime) -> None:
    """Queue the message with a patient's link."""
    session.add(
        NotificationRow(
            clinic_id=patient.clinic_id,
            patient_id=patient.id,
            kind="check_in_link",
            channel=way[0],
            contact=way[1],
            not_before=now,
            created_at=now,
        )
    )
