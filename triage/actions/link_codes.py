"""A patient's link as a code to scan in the chair. It is a secret: who had it shown is written down."""

import uuid
from datetime import timedelta
from typing import NamedTuple

from triage.actions import audit
from triage.actions.enrol import check_in_link, link_token, patient_of
from triage.actions.errors import NotFound
from triage.actions.turn import Turn
from triage.paper.qr import qr_svg
from triage.records import PatientRow, PatientTokenRow, Session, chair_lookups, lookups

SHOWN_FOR = timedelta(hours=12)  # judgement: the working day of whoever asked; then it is asked for, and noted, again


class LinkSeen(NamedTuple):
    """A patient's link for somebody who has asked for it."""

    patient: PatientRow
    address: str
    qr: str  # SVG


def show_link_code(session: Session, patient_id: uuid.UUID, turn: Turn) -> str:
    """Return a patient's link as a QR code in SVG. Raises NotFound for a patient without a link that works."""
    turn.by.require("intake", "practitioner", "lead")
    patient = patient_of(session, patient_id, by=turn.by)
    held = note_link_shown(session, patient, turn)
    return qr_svg(check_in_link(turn.terms, link_token(turn.terms, held)))


def note_link_shown(session: Session, patient: PatientRow, turn: Turn) -> PatientTokenRow:
    """Note that somebody has a patient's link shown to them. Raises NotFound for a patient without one that works."""
    held = lookups.patient_token(session, patient.clinic_id, patient.id)
    if held is None:
        raise NotFound("This patient has no link that works.")
    audit.record(session, turn, "link_shown", ("patient", patient.id), after={"generation": held.generation})
    return held


def see_link(session: Session, patient: PatientRow, turn: Turn) -> LinkSeen | None:
    """Return a patient's link where this person had it shown today; None where they must ask for it first."""
    turn.by.require("practitioner", "lead")
    held = lookups.patient_token(session, patient.clinic_id, patient.id)
    if held is None or not chair_lookups.was_shown_to(session, patient, turn.by.id, turn.now - SHOWN_FOR):
        return None
    address = check_in_link(turn.terms, link_token(turn.terms, held))
    return LinkSeen(patient, address, qr_svg(address, has_size=False))
