"""A patient's contact changes, or their link: the clinic's answer to "not me", or to a telephone that was lost."""

import uuid
from collections.abc import Mapping

from triage.actions import audit
from triage.actions.enrol import Enrolled, add_token, agrees_to_messages, patient_of, queue_link, way_to
from triage.actions.mistaken import end_not_me
from triage.actions.preferences import plan_anew
from triage.actions.turn import Turn
from triage.records import PatientRow, Session, lookups


def give_new_link(session: Session, patient_id: uuid.UUID, turn: Turn) -> Enrolled:
    """Give a patient another link, which is mailed where messages may be sent; the former one works no more.

    Raises NotFound for another clinic's patient.
    """
    turn.by.require("intake", "practitioner", "lead")
    return renew_link(session, patient_of(session, patient_id, by=turn.by), turn)


def renew_link(session: Session, patient: PatientRow, turn: Turn) -> Enrolled:
    """As give_new_link, for a patient who was found already."""
    end_not_me(session, patient, turn)
    former = lookups.patient_token(session, patient.clinic_id, patient.id)
    if former is not None:
        former.revoked_at = turn.now
        session.add(former)
    patient.first_opened_at = None
    session.add(patient)
    token = add_token(session, patient, turn, generation=former.generation + 1 if former else 1)
    audit.record(session, turn, "link_renewed", ("patient", patient.id))
    session.flush()
    plan_anew(session, patient, turn.now)
    way = way_to(patient, turn.terms)
    if way and agrees_to_messages(session, patient):
        queue_link(session, patient, way, turn.now)
    return Enrolled(patient, token)


def change_contact(session: Session, patient: PatientRow, values: Mapping[str, str | None], turn: Turn) -> None:
    """Change where a patient is reached (`values`: email, phone; None takes it away); it is yet to be verified.

    Where whoever had the former contact said "not me", the link is another one too.
    """
    changed = sorted(name for name, value in values.items() if getattr(patient, name) != value)
    for name in changed:
        setattr(patient, name, values[name])
    if not changed:
        return
    audit.record(session, turn, "patient_contact_changed", ("patient", patient.id), after={"changed": changed})
    session.add(patient)
    if patient.wrong_person_at is not None:
        renew_link(session, patient, turn)
        return
    patient.first_opened_at = None
    session.flush()
    plan_anew(session, patient, turn.now)
