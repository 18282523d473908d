"""A patient ends the messages and starts them again: by the link in each of them, or by a text message."""

import uuid
from datetime import datetime
from typing import NamedTuple

from triage.actions.errors import NotFound
from triage.actions.identify import PATIENT_ROLE, Actor
from triage.actions.preferences import resume_messages, stop_messages
from triage.actions.stop_links import read_stop_token
from triage.actions.terms import Terms
from triage.actions.turn import Turn
from triage.records import PatientRow, Session


class Wishes(NamedTuple):
    """Whose messages they are, and whether they are stopped."""

    patient: Actor
    are_stopped: bool


def patient_actor(patient: PatientRow) -> Actor:
    """Return a patient as who does something."""
    return Actor("patient", str(patient.id), patient.clinic_id, PATIENT_ROLE, patient_id=patient.id)


def see_wishes(session: Session, token: str, terms: Terms) -> Wishes:
    """Return what a stop link shows now. Raises NotFound for a link that we did not make."""
    patient = _behind(session, token, terms)
    return Wishes(patient_actor(patient), patient.opted_out_at is not None)


def wish_by_link(session: Session, token: str, *, stops: bool, now: datetime, terms: Terms) -> Wishes:
    """End the messages of the link's patient, or start them again; twice is as once. Raises NotFound."""
    patient = _behind(session, token, terms)
    turn = Turn(patient_actor(patient), now, terms)
    if stops:
        stop_messages(session, patient, "by the link in a message", turn)
    else:
        resume_messages(session, patient, turn)
    return Wishes(turn.by, patient.opted_out_at is not None)


def _behind(session: Session, token: str, terms: Terms) -> PatientRow:
    found: tuple[uuid.UUID, uuid.UUID] | None = read_stop_token(terms, token)
    patient = session.get(PatientRow, found) if found else None
    if patient is None:
        raise NotFound("There is no such link.")
    return patient
