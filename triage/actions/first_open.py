"""Whom a link is for, as far as anybody may see who has it, and that it came to a human being."""

import re
from typing import NamedTuple

from triage.actions import audit
from triage.actions.turn import Turn
from triage.records import PatientRow, Session, reaching

_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SHOWN_OF_REFERENCE = 2  # characters


class Holder(NamedTuple):
    """What tells one client from another without a name; nothing of it is behind the second factor."""

    label: str  # initials, like S. S.; without a name the end of the clinic's reference, like …42
    has_name: bool  # the clinic has noted one
    is_held: bool  # whoever has the link says that it is not theirs
    is_new: bool  # nobody has done anything with the link yet
    by_guardian: bool  # a guardian agreed, and decides here too


def holder_of(session: Session, patient: PatientRow) -> Holder:
    """Return whom the link of a patient is for."""
    beside = reaching.sharing_contact(session, patient) if patient.name else []  # else there are no initials to share
    return Holder(
        label=label_of(patient, beside),
        has_name=bool(patient.name),
        is_held=patient.wrong_person_at is not None,
        is_new=patient.first_opened_at is None,
        by_guardian=patient.guardian is not None,
    )


def label_of(patient: PatientRow, beside: list[PatientRow]) -> str:
    """Return a patient's initials, with the end of their reference where somebody `beside` them has the same."""
    own, end = initials_of(patient.name or ""), f"…{patient.reference[-SHOWN_OF_REFERENCE:]}"
    if not own:
        return end
    return f"{own} {end}" if own in {initials_of(other.name or "") for other in beside} else own


def initials_of(name: str) -> str:
    """Return the initials of the first and the last word of a name, like S. S.; empty where it has no letter."""
    words = _WORDS.findall(name)
    ends = words if len(words) < 2 else (words[0], words[-1])
    return " ".join(f"{word[0].upper()}." for word in ends)


def note_first_opened(session: Session, patient: PatientRow, turn: Turn) -> bool:
    """Note the first thing that a human does with the link: from then on the contact is verified; False: it was."""
    if patient.first_opened_at is not None or patient.wrong_person_at is not None:
        return False
    patient.first_opened_at = turn.now
    session.add(patient)
    audit.record(session, turn, "link_first_opened", ("patient", patient.id))
    return True
