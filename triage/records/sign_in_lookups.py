"""Reads about signing in: sessions, devices, codes, links, failed tries."""

import uuid
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from triage.records.people import StaffRow
from triage.records.sign_in import StaffSessionRow


def session_by_hash(session: Session, token_hash: str) -> StaffSessionRow | None:
    """Return the session that a cookie's token belongs to, ended or not."""
    return session.exec(select(StaffSessionRow).where(col(StaffSessionRow.token_hash) == token_hash)).first()


def staff_by_email(session: Session, email: str) -> list[StaffRow]:
    """Return who has this address at any clinic and still works there, whatever the case of its letters."""
    found = select(StaffRow).where(func.lower(col(StaffRow.email)) == email.lower(), col(StaffRow.left_at).is_(None))
    return list(session.exec(found.order_by(col(StaffRow.id))))


def running_sessions(
    session: Session, clinic_id: uuid.UUID, staff_id: uuid.UUID, now: datetime
) -> list[StaffSessionRow]:
    """Return somebody's sessions that have not ended, the one begun last first."""
    theirs = select(StaffSessionRow).where(
        StaffSessionRow.clinic_id == clinic_id,
        StaffSessionRow.staff_id == staff_id,
        col(StaffSessionRow.ended_at).is_(None),
        col(StaffSessionRow.ends_at) > now,
    )
    return list(session.exec(theirs.order_by(col(StaffSessionRow.id).desc())))
