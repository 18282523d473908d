"""Somebody new at a clinic gets a link by mail, with which they set their password."""

from triage.actions.errors import Conflict
from triage.actions.staff_links import make_link, note_link_made
from triage.actions.turn import Turn
from triage.records import Session, StaffLinkRow, StaffRow


def invite(session: Session, staff: StaffRow, turn: Turn) -> StaffLinkRow:
    """Send somebody the link that sets their first password, again where it was lost; it works for 7 days, once.

    Raises NotAllowed unless a lead does it, Conflict for who has a password already, or has left.
    """
    turn.by.require("lead")
    if staff.left_at is not None or staff.password_hash is not None:
        raise Conflict("They have left." if staff.left_at else "They have set their password already.")
    row = make_link(session, staff, "invitation", turn)
    note_link_made(session, row, "invited", turn)
    return row
