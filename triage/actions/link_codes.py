"""A patient's link as a code to scan in the chair. It is a secret: who had it shown is written down."""

import uuid

from triage.actions import audit
from triage.actions.enrol import check_in_link, link_token, patient_of
from triage.actions.errors import NotFound
from triage.actions.turn import Turn
from triage.paper.qr import qr_svg
from triage.records import Session, lookups


def show_link_code(session: Session, patient_id: uuid.UUID, turn: Turn) -> str:
    """Return a patient's link as a QR code in SVG. Raises NotFound for a patient without a link that works."""
    turn.by.require("intake", "practitioner", "lead")
    patient = patient_of(session, patient_id, by=turn.by)
    held = lookups.patient_token(session, patient.clinic_id, patient.id)
    if held is None:
        raise NotFound("This patient has no link that works.")
    audit.record(session, turn, "link_shown", ("patient", patient.id), after={"generation": held.generation})
    return qr_svg(check_in_link(turn.terms, link_token(turn.terms, held)))
