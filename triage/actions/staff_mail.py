"""A mail to somebody at the address that they sign in with: for them as a person, and not for whoever is on duty."""

from triage.actions.turn import Turn
from triage.records import NotificationRow, Session, StaffRow


def mail_staff(session: Session, person: StaffRow, about: str, turn: Turn) -> None:
    """Queue a notice; `about`: a word of the code, and after a space the id of what it is about."""
    row = NotificationRow(
        clinic_id=person.clinic_id,
        staff_id=person.id,
        kind="notice",
        about=about,
        channel="email",
        contact=person.email,
        not_before=turn.now,
        created_at=turn.now,
    )
    session.add(row)
