"""Whether patients of a clinic may be written to: once somebody has set the emergency line and the opening hours."""

from triage.actions import audit
from triage.actions.turn import Turn
from triage.records import ClinicRow, Session, log_lookups


def has_saved_hours(session: Session, clinic: ClinicRow) -> bool:
    """Tell whether somebody has looked at the opening hours and saved them."""
    saved = log_lookups.changes_of(session, clinic.id, str(clinic.id), "clinic_changed")
    return any("opening_hours" in (event.after or {}) for event in saved)


def note_ready(session: Session, clinic: ClinicRow, turn: Turn) -> bool:
    """Let messages to patients go out from now on where all is set for it; those that wait go out within a minute.

    Return whether that is news.
    """
    session.flush()
    if clinic.ready_at is not None or not clinic.emergency_line or not has_saved_hours(session, clinic):
        return False
    clinic.ready_at = turn.now
    session.add(clinic)
    audit.record(session, turn, "clinic_ready", ("clinic", clinic.id), after={"ready_at": turn.now})
    return True
