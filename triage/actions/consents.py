"""What a patient, or the guardian of a minor, agrees to by the link, and takes back there; the words are kept whole."""

import hashlib
from datetime import datetime

from triage.actions import audit
from triage.actions.enrol import add_consent
from triage.actions.preferences import plan_anew, resume_messages, stop_messages
from triage.actions.turn import Turn
from triage.records import ConsentRow, PatientRow, Session, lookups, phone_lookups

MARK = 12  # letters of the digest of the words agreed to, which is their version


def agree(session: Session, patient: PatientRow, purpose: str, text: str, turn: Turn) -> bool:
    """Keep a patient's yes to a purpose in the words that were shown; False where the same words stand already.

    A yes to messages starts them again where they were stopped.
    """
    version = version_of(text)
    standing = lookups.standing_consent(session, patient.clinic_id, patient.id, purpose)
    is_new = standing is None or standing.version != version
    if is_new:
        said = {"purpose": purpose, "text": text, "version": version, "at": turn.now, "by": giver_of(patient)}
        add_consent(session, patient, said, turn)
    if purpose == "messages" and not resume_messages(session, patient, turn) and is_new:
        session.flush()
        plan_anew(session, patient, turn.now)
    return is_new


def take_back(session: Session, patient: PatientRow, purpose: str, turn: Turn) -> bool:
    """Withdraw every consent to a purpose that stands; False where none did. Without one for messages these stop."""
    if purpose == "messages":
        stop_messages(session, patient, "by the switch on their page", turn)
    theirs = [row for row in _standing(session, patient) if row.purpose == purpose]
    for row in theirs:
        row.withdrawn_at = turn.now
        session.add(row)
        after = {"purpose": purpose, "version": row.version}
        audit.record(session, turn, "consent_withdrawn", ("patient", patient.id), after=after)
    return bool(theirs)


def standing_consents(session: Session, patient: PatientRow) -> dict[str, datetime]:
    """Return what a patient agrees to now, with when they last said so."""
    return {row.purpose: row.at for row in _standing(session, patient)}


def version_of(text: str) -> str:
    """Return what tells two wordings apart: words of a page have no other number."""
    return hashlib.sha256(text.encode()).hexdigest()[:MARK]


def giver_of(patient: PatientRow) -> str:
    """Return who decides by the link: the recorded guardian where there is one."""
    return f"the guardian, {patient.guardian}" if patient.guardian else "the patient"


def _standing(session: Session, patient: PatientRow) -> list[ConsentRow]:
    return [row for row in phone_lookups.consents_of(session, patient) if row.withdrawn_at is None]
