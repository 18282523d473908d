"""Links by which staff set their password: invited (7 days), or because it was forgotten (one hour). Used once.

The token is derived (docs/decisions/0005): whoever reads the tables or a backup cannot open one.
"""

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions import audit
from triage.actions.devices import end_devices
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.passwords import faults_of, store_password
from triage.actions.sessions import actor_of, end_sessions
from triage.actions.staff_mail import mail_staff
from triage.actions.terms import Terms
from triage.actions.tokens import STAFF_LINK_MARK, derive, hash_of
from triage.actions.turn import ClockTurn, Turn
from triage.records import ClinicRow, Session, StaffLinkRow, StaffRow, new_id, sign_in_lookups
from triage.rules import Fault

LASTS = {"invitation": timedelta(days=7), "password_reset": timedelta(hours=1)}
PATHS = {"invitation": "invitation", "password_reset": "password"}
DIFFERENT = Fault("again", "it is not the same as above", "type the same password twice")


class LinkSeen(NamedTuple):
    """What the page behind a link shows; rows that belong to no transaction any more."""

    link: StaffLinkRow
    staff: StaffRow
    clinic: ClinicRow
    is_open: bool  # it can still set a password


def make_link(session: Session, staff: StaffRow, kind: str, turn: Turn) -> StaffLinkRow:
    """Make a link and queue the mail that carries it; links of the same kind before it lead nowhere any more."""
    for former in sign_in_lookups.links_of(session, staff):
        if former.kind == kind:
            former.ends_at = min(former.ends_at, turn.now)
            session.add(former)
    key = new_id()
    row = StaffLinkRow(
        clinic_id=staff.clinic_id,
        id=key,
        staff_id=staff.id,
        kind=kind,
        token_hash=hash_of(_token(turn.terms, staff.clinic_id, key)),
        made_at=turn.now,
        ends_at=turn.now + LASTS[kind],
    )
    session.add(row)
    mail_staff(session, staff, f"{row.kind} {row.id}", turn)
    return row


def link_address(terms: Terms, kind: str, clinic_id: uuid.UUID, link_id: object) -> str:
    """Return the address that a link's mail carries."""
    return f"{terms.base_url}/{PATHS[kind]}/{_token(terms, clinic_id, link_id)}"


def see_link(session: Session, token: str, kind: str, now: datetime) -> LinkSeen:
    """Return whose link this is. Raises NotFound for one that never was, or of somebody who has left."""
    link = sign_in_lookups.link_by_hash(session, hash_of(token))
    staff = session.get(StaffRow, (link.clinic_id, link.staff_id)) if link else None
    clinic = session.get(ClinicRow, link.clinic_id) if link else None
    if link is None or link.kind != kind or staff is None or staff.left_at is not None or clinic is None:
        raise NotFound("There is no such link.")
    return LinkSeen(link, staff, clinic, link.used_at is None and now < link.ends_at)


def use_link(session: Session, seen: LinkSeen, hashed: str, clock: ClockTurn) -> None:
    """Set the password (hashed already) of whose link it is; whoever was signed in as them is so no more.

    Raises Conflict where the link can act no more.
    """
    staff = sign_in_lookups.staff_for_update(session, seen.link.clinic_id, seen.link.staff_id)
    link = session.get(StaffLinkRow, (seen.link.clinic_id, seen.link.id), populate_existing=True)
    if staff is None or link is None or link.used_at is not None or clock.now >= link.ends_at:
        raise Conflict("This link cannot act any more.")
    turn = Turn(actor_of(staff), clock.now, clock.terms)
    link.used_at = clock.now
    session.add(link)
    store_password(session, staff, hashed, link.kind, turn)
    end_sessions(session, staff.id, "password_changed", turn)
    end_devices(session, staff, turn)


def check_new(typed: str, again: str, staff: StaffRow) -> None:
    """Raise Invalid for a new password that is guessed easily, or that was not typed alike twice."""
    faults = faults_of(typed, staff.name, staff.email)
    if faults:
        raise Invalid(faults)
    if typed != again:
        raise Invalid([DIFFERENT])


def note_link_made(session: Session, row: StaffLinkRow, did: str, turn: Turn) -> None:
    """Write to the log that a link was made; never which."""
    audit.record(session, turn, did, ("staff", row.staff_id), after={"link": row.id, "ends_at": row.ends_at})


def _token(terms: Terms, clinic_id: uuid.UUID, link_id: object) -> str:
    return derive(terms.secret, STAFF_LINK_MARK, clinic_id, link_id)
