"""Who is signed in: a browser's session begins with a proof, is found again by its cookie, and ends.

A session lasts a working day. It ends before that when its browser was not seen for four hours: a practitioner has
gloves on for as long as one sitting takes, and who must sign in between two clients looks at the desk less often. An
open worklist is seen all the time. What has weight is asked for again anyway, see `is_confirmed`.
"""

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions import audit
from triage.actions.errors import NotFound, NotIdentified
from triage.actions.identify import Actor
from triage.actions.tokens import hash_of, new_session_token
from triage.actions.turn import Turn
from triage.records import ClinicRow, Session, StaffRow, StaffSessionRow, TrustedDeviceRow, sign_in_lookups

SESSION_LASTS = timedelta(hours=12)  # a working day; our judgement
IDLE_LASTS = timedelta(hours=4)
SEEN_EVERY = timedelta(minutes=5)
CONFIRMED_FOR = timedelta(minutes=10)
TRUSTED_FOR = timedelta(days=30)
AGENT_LENGTH = 120


class Browser(NamedTuple):
    """From where somebody signs in: the browser as it names itself, its network address, and what it has kept of us.

    `known`: the mark of a browser that has signed in before; empty: it has none.
    """

    agent: str
    address: str
    known: str = ""


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
    return Actor("staff", str(staff.id), staff.clinic_id, staff.role, staff_id=staff.id, name=staff.name)


def open_session(
    session: Session, staff: StaffRow, browser: Browser, turn: Turn, device: TrustedDeviceRow | None = None
) -> str:
    """Note that somebody has signed in, and return the token for their cookie; only its hash is kept.

    `device`: the one that stood in for a code; None: a code was given, or none is asked for.
    """
    token = new_session_token()
    row = StaffSessionRow(
        clinic_id=staff.clinic_id,
        staff_id=staff.id,
        token_hash=hash_of(token),
        made_at=turn.now,
        seen_at=turn.now,
        confirmed_at=turn.now,
        ends_at=turn.now + SESSION_LASTS,
        device_id=device.id if device else None,
        agent=browser.agent[:AGENT_LENGTH],
        address=browser.address,
    )
    session.add(row)
    audit.record(session, turn, "signed_in", ("staff", staff.id), after={"session": row.id})
    return token


def session_behind(session: Session, token: str, now: datetime) -> SignedIn:
    """Return whose session a cookie is. Raises NotIdentified for one that has ended, and for who has left."""
    row = sign_in_lookups.session_by_hash(session, hash_of(token))
    if row is None or row.ended_at is not None or min(row.ends_at, row.seen_at + IDLE_LASTS) <= now:
        raise NotIdentified
    staff = session.get(StaffRow, (row.clinic_id, row.staff_id))
    clinic = session.get(ClinicRow, row.clinic_id)
    if staff is None or staff.left_at is not None or clinic is None:
        raise NotIdentified
    return SignedIn(row, staff, clinic)


def is_long_unseen(row: StaffSessionRow, now: datetime) -> bool:
    """Tell whether it is to be noted again that a session is in use."""
    return now - row.seen_at >= SEEN_EVERY


def note_seen(session: Session, key: tuple[uuid.UUID, uuid.UUID], now: datetime) -> None:
    """Note that a session is in use."""
    row = session.get(StaffSessionRow, key)
    if row is not None and row.ended_at is None:
        row.seen_at = max(row.seen_at, now)
        session.add(row)


def is_confirmed(row: StaffSessionRow, now: datetime) -> bool:
    """Tell whether somebody has proved lately enough who they are to change what has weight."""
    return now - row.confirmed_at < CONFIRMED_FOR


def live_sessions(session: Session, staff: StaffRow, now: datetime) -> list[StaffSessionRow]:
    """Return where somebody is signed in, the browser that was seen last first."""
    rows = sign_in_lookups.sessions_of(session, staff, now)
    return [row for row in rows if row.seen_at + IDLE_LASTS > now]


def end_session(session: Session, row: StaffSessionRow, why: str, turn: Turn) -> None:
    """End a session: its cookie opens nothing any more. `why`: signed_out, revoked, password_changed, left."""
    row.ended_at, row.ended_why = turn.now, why
    session.add(row)
    audit.record(session, turn, "signed_out", ("staff", row.staff_id), after={"session": row.id, "why": why})


def end_one(session: Session, session_id: uuid.UUID, turn: Turn) -> None:
    """End one of one's own sessions. Raises NotFound."""
    row = session.get(StaffSessionRow, (turn.by.clinic_id, session_id))
    if row is None or row.staff_id != turn.by.staff_id or row.ended_at is not None:
        raise NotFound("You are not signed in there any more.")
    end_session(session, row, "revoked", turn)


def end_sessions(session: Session, staff_id: uuid.UUID, why: str, turn: Turn, *, but: uuid.UUID | None = None) -> int:
    """End somebody's sessions (`but`: this one stays) and return how many. Raises NotAllowed for another one's unless
    a lead does it, NotFound."""
    if staff_id != turn.by.staff_id:
        turn.by.require("lead")
    staff = session.get(StaffRow, (turn.by.clinic_id, staff_id))
    if staff is None:
        raise NotFound("There is nobody with this id at this clinic.")
    rows = [row for row in sign_in_lookups.sessions_of(session, staff, turn.now) if row.id != but]
    for row in rows:
        end_session(session, row, why, turn)
    return len(rows)
