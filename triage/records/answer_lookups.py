"""Reads with a name about answers at the desk: an alert's messages, what changed since it was seen, what is undone."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from triage.records.alert import AlertRow, NotificationRow
from triage.records.audit import AuditEventRow
from triage.records.desk import UndoRow
from triage.records.people import StaffRow

NEWEST = 50  # events looked back over; who saw the alert before that has a page of another day


def messages_of(session: Session, alert: AlertRow) -> Sequence[Any]:
    """Return id, kind, state, staff_id and created_at of an alert's messages as they are stored now."""
    names = [getattr(NotificationRow, name) for name in ("id", "kind", "state", "staff_id", "created_at")]
    theirs = select(*names).where(NotificationRow.clinic_id == alert.clinic_id, NotificationRow.alert_id == alert.id)
    return session.execute(theirs).all()


def moves_since(session: Session, alert: AlertRow, version: int) -> list[AuditEventRow]:
    """Return the events that changed an alert after a version of it, the oldest first."""
    theirs = select(AuditEventRow).where(
        AuditEventRow.clinic_id == alert.clinic_id,
        AuditEventRow.thing_id == str(alert.id),
        AuditEventRow.thing_kind == "alert",
    )
    newest = session.exec(theirs.order_by(col(AuditEventRow.at).desc(), col(AuditEventRow.id).desc()).limit(NEWEST))
    return [one for one in reversed(newest.all()) if ((one.after or {}).get("version") or 0) > version]


def undo_for_update(session: Session, clinic_id: uuid.UUID, undo_id: uuid.UUID) -> UndoRow | None:
    """Return how an alert stood before an answer, locked."""
    one = select(UndoRow).where(UndoRow.clinic_id == clinic_id, UndoRow.id == undo_id)
    return session.exec(one.with_for_update()).first()


def undo_of(session: Session, clinic_id: uuid.UUID, undo_id: uuid.UUID) -> UndoRow | None:
    """Return how an alert stood before an answer."""
    return session.get(UndoRow, (clinic_id, undo_id))


def staff_name(session: Session, clinic_id: uuid.UUID, staff_id: uuid.UUID | str | None) -> str | None:
    """Return what somebody at the clinic is called; None for nobody, and for what is no person's id."""
    try:
        key = uuid.UUID(str(staff_id))
    except ValueError:
        return None
    row = session.get(StaffRow, (clinic_id, key))
    return row.name if row is not None else None
