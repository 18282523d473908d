"""Keys for programs: listed without their secrets, and revoked."""

import uuid
from datetime import datetime
from typing import NamedTuple

from triage.actions import audit
from triage.actions.clinics import add_key
from triage.actions.errors import Invalid, NotFound
from triage.actions.turn import Turn
from triage.records import KeyRow, Session, StaffRow, lookups
from triage.rules import Fault

ROLES = ("intake", "practitioner", "lead", "auditor", "admin")
LEADS = frozenset({"practitioner", "lead", "auditor", "admin"})
# What the keys of somebody may be: never more than they may do themselves.
MAY = {"practitioner": frozenset({"practitioner"}), "auditor": frozenset({"auditor"}), "lead": LEADS, "admin": LEADS}


class Key(NamedTuple):
    """A key as it is listed; `whose` None: it is nobody's (intake)."""

    id: uuid.UUID
    role: str
    prefix: str
    whose: str | None
    made_at: datetime
    revoked_at: datetime | None


def keys_listed(session: Session, turn: Turn) -> list[Key]:
    """Return the clinic's keys, those in use first, the newest first."""
    turn.by.require("lead")
    rows = sorted(lookups.keys_of_staff(session, turn.by.clinic_id), key=lambda row: row.created_at, reverse=True)
    return sorted((_listed(session, row) for row in rows), key=lambda key: key.revoked_at is not None)


def make_key(session: Session, role: str, staff_id: uuid.UUID | None, turn: Turn) -> str:
    """Return a new key, to be shown once. All but intake belong to somebody who works here. Raises Invalid."""
    turn.by.require("lead")
    if role not in ROLES:
        raise Invalid([Fault("role", "is not known", "use one of: " + ", ".join(ROLES))])
    if role == "intake":
        return add_key(session, role, None, turn)
    person = session.get(StaffRow, (turn.by.clinic_id, staff_id)) if staff_id else None
    if person is None or person.left_at is not None:
        raise Invalid([Fault("staff_id", "is nobody who works here", "choose whose key it is: it acts in their name")])
    if role not in MAY[person.role]:
        raise Invalid([Fault("role", "is more than they may do themselves", "choose their own role, or less")])
    return add_key(session, role, person.id, turn)


def revoke_key(session: Session, key_id: uuid.UUID, turn: Turn) -> None:
    """End a key: it opens nothing any more. Raises NotFound, also for one that has ended."""
    turn.by.require("lead")
    row = session.get(KeyRow, (turn.by.clinic_id, key_id))
    if row is None or row.revoked_at is not None:
        raise NotFound("There is no such key that still works.")
    row.revoked_at = turn.now
    session.add(row)
    before = {"role": row.role, "prefix": row.prefix, "staff_id": row.staff_id}
    audit.record(session, turn, "key_revoked", ("key", row.id), before=before)


def end_keys_beyond(session: Session, person: StaffRow, turn: Turn) -> None:
    """End the keys of somebody that may do more than they now may; the change of their role has the audit event."""
    for key in lookups.keys_of_staff(session, turn.by.clinic_id):
        if key.staff_id == person.id and key.revoked_at is None and key.role not in MAY[person.role]:
            key.revoked_at = turn.now
            session.add(key)


def _listed(session: Session, row: KeyRow) -> Key:
    person = session.get(StaffRow, (row.clinic_id, row.staff_id)) if row.staff_id else None
    return Key(row.id, row.role, row.prefix, person.name if person else None, row.created_at, row.revoked_at)
