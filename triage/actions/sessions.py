"""Who is signed in: a browser's session begins with a proof, is found again by its cookie, and ends."""

from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions import audit
from triage.actions.errors import NotIdentified
from triage.actions.identify import Actor
from triage.actions.tokens import hash_of, new_session_token
from triage.actions.turn import Turn
from triage.records import ClinicRow, Session, StaffRow, StaffSessionRow, sign_in_lookups

SESSION_LASTS = timedelta(hours=12)  # a working day; our judgement
AGENT_LENGTH = 120


class Browser(NamedTuple):
    """From where somebody signs in: the browser as it names itself, and its network address."""

    agent: str
    address: str


class SignedIn(NamedTuple):
    """Whose session it is."""

    row: StaffSessionRow
    staff: StaffRow
    clinic: ClinicRow

    @property
    def actor(self) -> Actor:
        """Return on whose behalf the session acts."""
        return actor_of(self.staff)


def actor_of(staff: StaffRow) -> Actor:
    """Return a member of staff as who does something."""
    return Actor("staff", str(staff.id), staff.clinic_id, staff.role, staff_id=staff.id)


def open_session(session: Session, staff: StaffRow, browser: Browser, turn: Turn) -> str:
    """Note that somebody has signed in, and return the token for their cookie; only its hash is kept."""
    token = new_session_token()
    row = StaffSessionRow(
        clinic_id=staff.clinic_id,
        staff_id=staff.id,
        token_hash=hash_of(token),
        made_at=turn.now,
        seen_at=turn.now,
        confirmed_at=turn.now,
        ends_at=turn.now + SESSION_LASTS,
        agent=browser.agent[:AGENT_LENGTH],
        address=browser.address,
    )
    session.add(row)
    audit.record(session, turn, "signed_in", ("staff", staff.id), after={"session": row.id})
    return token


def session_behind(session: Session, token: str, now: datetime) -> SignedIn:
    """Return whose session a cookie is. Raises NotIdentified for one that has ended, and for who has left."""
    row = sign_in_lookups.session_by_hash(session, hash_of(token))
    if row is None or row.ended_at is not None or row.ends_at <= now:
        raise NotIdentified
    staff = session.get(StaffRow, (row.clinic_id, row.staff_id))
    clinic = session.get(ClinicRow, row.clinic_id)
    if staff is None or staff.left_at is not None or clinic is None:
        raise NotIdentified
    return SignedIn(row, staff, clinic)


def end_session(session: Session, row: StaffSessionRow, why: str, turn: Turn) -> None:
    """End a session: its cookie opens nothing any more. `why`: signed_out, revoked, password_changed."""
    row.ended_at, row.ended_why = turn.now, why
    session.add(row)
    audit.record(session, turn, "signed_out", ("staff", row.staff_id), after={"session": row.id, "why": why})
