"""Desk devices that are trusted: for 30 days they are asked for the password alone."""

import uuid

from triage.actions import audit
from triage.actions.errors import NotFound
from triage.actions.sessions import AGENT_LENGTH, TRUSTED_FOR
from triage.actions.tokens import hash_of, new_device_token
from triage.actions.turn import Turn
from triage.records import Session, StaffRow, TrustedDeviceRow, sign_in_lookups


def trust_device(session: Session, staff: StaffRow, agent: str, turn: Turn) -> str:
    """Ask this browser for no code for 30 days, and return the token for its cookie; only its hash is kept."""
    token = new_device_token()
    row = TrustedDeviceRow(
        clinic_id=staff.clinic_id,
        staff_id=staff.id,
        token_hash=hash_of(token),
        made_at=turn.now,
        ends_at=turn.now + TRUSTED_FOR,
        agent=agent[:AGENT_LENGTH],
    )
    session.add(row)
    audit.record(session, turn, "device_trusted", ("staff", staff.id), after={"device": row.id})
    return token


def trusted_device(session: Session, staff: StaffRow, tokens: list[str], turn: Turn) -> TrustedDeviceRow | None:
    """Return which of the devices that a browser says it is stands in for this person's code; None: none does."""
    for token in tokens:
        row = sign_in_lookups.device_by_hash(session, hash_of(token))
        is_theirs = row is not None and (row.clinic_id, row.staff_id) == (staff.clinic_id, staff.id)
        if row is not None and is_theirs and row.ended_at is None and turn.now < row.ends_at:
            return row
    return None


def live_devices(session: Session, staff: StaffRow, turn: Turn) -> list[TrustedDeviceRow]:
    """Return the devices that are asked for no code of somebody, the latest first."""
    return [row for row in sign_in_lookups.devices_of(session, staff) if turn.now < row.ends_at]


def end_device(session: Session, device_id: uuid.UUID, turn: Turn) -> None:
    """Ask a device of one's own for codes again. Raises NotFound."""
    row = session.get(TrustedDeviceRow, (turn.by.clinic_id, device_id))
    if row is None or row.staff_id != turn.by.staff_id or row.ended_at is not None:
        raise NotFound("This device is not trusted any more.")
    row.ended_at = turn.now
    session.add(row)
    audit.record(session, turn, "device_forgotten", ("staff", row.staff_id), after={"device": row.id})


def end_devices(session: Session, staff: StaffRow, turn: Turn) -> None:
    """Ask all of somebody's devices for codes again; whoever calls this says in the log why."""
    for row in sign_in_lookups.devices_of(session, staff):
        row.ended_at = turn.now
        session.add(row)
