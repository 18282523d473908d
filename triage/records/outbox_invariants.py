"""What must always be true of the outbox: what is due goes out, and what counts as sent was tried."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import and_, exists, func, or_, text
from sqlmodel import Session, col, select

from triage.records.alert import CLAIMABLE, AlertRow, DeliveryRow, NotificationRow
from triage.records.breach import Breach, Check, Scope, breaches

# An answer bears the time at which it was asked for; until it is written, it may wait for locks and a busy machine.
ANSWER_TAKES = timedelta(seconds=30)
NAMES = "notification_overdue lease_overdue told_after_answer sent_untried sent_undone".split()


def waiting(session: Session, scope: Scope) -> Iterator[Breach]:
    """Nothing that is due waits for more than 5 minutes without a worker who holds it."""
    state = col(NotificationRow.state)
    due = and_(state == "pending", col(NotificationRow.not_before) < scope.overdue)
    held = and_(state == "leased", col(NotificationRow.lease_until) < scope.overdue)
    late = select(NotificationRow.id, state).where(text(CLAIMABLE), or_(due, held))
    for found, stands in session.exec(late):
        if stands == "pending":
            yield Breach("notification_overdue", f"notification {found} was due over 5 minutes ago and nobody sent it")
        else:
            yield Breach("lease_overdue", f"notification {found}: its lease ran out over 5 minutes ago")


def answered(session: Session, scope: Scope) -> Iterator[Breach]:
    """Once somebody has answered, nothing of that epoch is waiting to be sent, and no sending of it begins.

    Whoever is asked to take it over is told afterwards: that message is younger than the answer.
    """
    of_alert = and_(
        col(NotificationRow.clinic_id) == col(AlertRow.clinic_id), col(NotificationRow.alert_id) == col(AlertRow.id)
    )
    told = and_(
        of_alert,
        col(NotificationRow.kind) == "alert",
        col(NotificationRow.epoch) <= col(AlertRow.epoch),
        col(AlertRow.state) != "open",
        func.coalesce(col(NotificationRow.created_at) <= col(AlertRow.acked_at), True),
    )
    untried = and_(col(NotificationRow.state) == "pending", col(NotificationRow.attempts) == 0)
    unsent = select(NotificationRow.id).join(AlertRow, told).where(text(f"notification.{CLAIMABLE}"), untried)
    words = "notification {} waits to be sent though somebody has answered its alert"
    yield from breaches("told_after_answer", words, iter(session.exec(unsent)))
    of_notification = and_(
        col(DeliveryRow.clinic_id) == col(NotificationRow.clinic_id),
        col(DeliveryRow.notification_id) == col(NotificationRow.id),
    )
    sent = (
        select(NotificationRow.id, DeliveryRow.started_at, AlertRow.acked_at, AlertRow.resolved_at)
        .join(DeliveryRow, of_notification)
        .join(AlertRow, and_(told, col(NotificationRow.epoch) == col(AlertRow.epoch)))
        .where(scope.holds(DeliveryRow), DeliveryRow.result == "sent")
    )
    for found, started, acked, resolved in session.exec(sent):
        if (over := acked or resolved) is not None and started > over + ANSWER_TAKES:
            yield Breach("told_after_answer", f"notification {found} was sent after somebody had answered its alert")


def sent(session: Session, scope: Scope) -> Iterator[Breach]:
    """What counts as sent has an attempt that says so; what an attempt has sent is never sent again."""
    tried = exists().where(
        col(DeliveryRow.clinic_id) == col(NotificationRow.clinic_id),
        col(DeliveryRow.notification_id) == col(NotificationRow.id),
        col(DeliveryRow.result) == "sent",
    )
    unproved = select(NotificationRow.id).where(scope.holds(NotificationRow), NotificationRow.state == "sent", ~tried)
    words = "notification {} counts as sent without an attempt that says so"
    yield from breaches("sent_untried", words, iter(session.exec(unproved)))
    of_notification = and_(
        col(DeliveryRow.clinic_id) == col(NotificationRow.clinic_id),
        col(DeliveryRow.notification_id) == col(NotificationRow.id),
    )
    again = or_(
        and_(col(DeliveryRow.result) == "sent", col(NotificationRow.state).in_(("pending", "leased", "cancelled"))),
        col(DeliveryRow.attempt) > col(NotificationRow.attempts),
    )
    undone = select(NotificationRow.id).join(DeliveryRow, of_notification).where(scope.holds(DeliveryRow), again)
    words = "notification {} has gone back behind what its attempts say"
    yield from breaches("sent_undone", words, iter(session.exec(undone.distinct())))


CHECKS: tuple[Check, ...] = (waiting, answered, sent)
