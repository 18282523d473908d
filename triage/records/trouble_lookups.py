"""Reads that every page for staff can afford: whether messages go out, and the log is sealed."""

import uuid
from datetime import datetime

from sqlalchemy import and_, exists, func, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from triage.records.alert import CLAIMABLE, GONE, DeliveryRow, NotificationRow
from triage.records.audit import AuditEventRow

MOST_COUNTED = 100


def shut_channels(session: Session, clinic_id: uuid.UUID) -> list[str]:
    """Return the ways out that were shut as a whole when a message was tried that still waits."""
    waits = select(NotificationRow.channel).where(NotificationRow.clinic_id == clinic_id, text(CLAIMABLE))
    shut = waits.where(NotificationRow.failed_by == "channel").distinct()
    return sorted(session.exec(shut))


def undelivered_since(session: Session, clinic_id: uuid.UUID, since: datetime) -> int:
    """Return how many messages failed for good that were made since a moment, to contacts that nothing reached later.

    At most 100 are counted.
    """
    failed = aliased(NotificationRow)
    reached = exists().where(
        col(DeliveryRow.clinic_id) == failed.clinic_id,
        col(DeliveryRow.channel) == failed.channel,
        col(DeliveryRow.contact) == failed.contact,
        col(DeliveryRow.finished_at) > failed.created_at,
        text(GONE),
        col(DeliveryRow.result) == "sent",
    )
    lost = select(failed.id).where(failed.clinic_id == clinic_id, text("state = 'failed'"), failed.created_at >= since)
    some = lost.where(~reached).limit(MOST_COUNTED).subquery()
    return int(session.exec(select(func.count()).select_from(some)).one())


def has_unsealed(session: Session, clinic_id: uuid.UUID, before: datetime) -> bool:
    """Tell whether audit events from before a moment are in no chain yet."""
    waits = and_(col(AuditEventRow.clinic_id) == clinic_id, text("seq IS NULL"), col(AuditEventRow.at) < before)
    return session.exec(select(AuditEventRow.id).where(waits).limit(1)).first() is not None
