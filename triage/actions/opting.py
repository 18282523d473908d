"""A patient ends the messages and starts them again: by the link in each of them, or by a text message."""

import uuid
from datetime import datetime
from typing import NamedTuple

from triage.actions.errors import NotFound
from triage.actions.first_open import label_of
from triage.actions.identify import PATIENT_ROLE, Actor
from triage.actions.preferences import resume_messages, stop_messages
from triage.actions.stop_links import read_stop_token
from triage.actions.terms import Terms
from triage.actions.turn import Turn
from triage.records import PatientRow, Session, reaching

ALL = "all"


class Client(NamedTuple):
    """One of several who are reached at the same address."""

    id: str
    label: str
    are_stopped: bool


class Wishes(NamedTuple):
    """Whose messages they are, and whether they are stopped; `clients`: all who share the contact, empty for one."""

    patient: Actor
    are_stopped: bool
    clients: tuple[Client, ...] = ()


def patient_actor(patient: PatientRow) -> Actor:
    """Return a patient as who does something."""
    return Actor("patient", str(patient.id), patient.clinic_id, PATIENT_ROLE, patient_id=patient.id)


def see_wishes(session: Session, token: str, terms: Terms) -> Wishes:
    """Return what a stop link shows now. Raises NotFound for a link that we did not make."""
    patient = _behind(session, token, terms)
    return _shown(patient, together_with(session, patient))


def wish_by_link(session: Session, token: str, *, who: str, stops: bool, now: datetime, terms: Terms) -> Wishes:
    """End the messages of the link's patient, or start them again; twice is as once. Raises NotFound.

    `who`: empty for that patient, the id of another client of the same contact, or all of them. Whom the link has no
    business with is not found.
    """
    patient = _behind(session, token, terms)
    together = together_with(session, patient)
    meant = [one for one in together if who in (ALL, str(one.id))] if who else [patient]
    if not meant:
        raise NotFound("There is no such client of this contact.")
    for one in meant:
        turn = Turn(patient_actor(one), now, terms)
        if stops:
            stop_messages(session, one, "by the link in a message", turn)
        else:
            resume_messages(session, one, turn)
    return _shown(patient, together)


def together_with(session: Session, patient: PatientRow) -> list[PatientRow]:
    """Return a patient and whoever else is reached at the same contact, first come first.

    Where the contact is said to be somebody else's, nobody else is told of.
    """
    if patient.wrong_person_at is not None:
        return [patient]
    return sorted([patient, *reaching.sharing_contact(session, patient)], key=lambda row: row.id)


def _shown(patient: PatientRow, together: list[PatientRow]) -> Wishes:
    clients = [
        Client(str(one.id), label_of(one, [other for other in together if other is not one]), bool(one.opted_out_at))
        for one in together
    ]
    several = tuple(clients) if len(clients) > 1 else ()
    return Wishes(patient_actor(patient), patient.opted_out_at is not None, several)


def _behind(session: Session, token: str, terms: Terms) -> PatientRow:
    found: tuple[uuid.UUID, uuid.UUID] | None = read_stop_token(terms, token)
    patient = session.get(PatientRow, found) if found else None
    if patient is None:
        raise NotFound("There is no such link.")
    return patient
