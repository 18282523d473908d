"""Questions with a name: what is due, and the few statements that change rows past the audit guard."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, text, true, update
from sqlmodel import Session, col, select

from triage.records.alert import CLAIMABLE, AlertRow, NotificationRow
from triage.records.audit import AuditEventRow
from triage.records.check_in import TO_ASK, TO_REMIND, ExpectationRow
from triage.records.procedure import EpisodeRow
from triage.records.store import lift_limits

# Words, not parameters: with a parameter neither engine can tell that a partial index serves the query.
WAITING = text("state = 'waiting'")
PROMISED = text("promise = 'running'")
Key = tuple[uuid.UUID, uuid.UUID]  # a row of a clinic: the clinic, the row
NAMED = {"named_bulk": True, "synchronize_session": False}


def take_long(session: Session) -> None:
    """Lets this transaction run as long as it needs."""
    if session.connection().dialect.name == "postgresql":
        lift_limits(session.connection())


def claim_notification(
    session: Session,
    *,
    channel: str,
    worker: str,
    now: datetime,
    lease_until: datetime,
    only: ColumnElement[bool] | None = None,
) -> NotificationRow | None:
    """The most urgent notification of a channel that is due, leased to `worker`; None when none is due or another was
    first. Of the same urgency what is told for the first time goes before repeats, and then the oldest.

    `only`: which may be taken at all; None: any.
    """
    due = and_(col(NotificationRow.channel) == channel, is_claimable(now), true() if only is None else only)
    order = (col(NotificationRow.cycle), col(NotificationRow.repeat), col(NotificationRow.created_at))
    first = (
        select(NotificationRow.clinic_id, NotificationRow.id)
        .where(due)
        .order_by(col(NotificationRow.priority).desc(), *order)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    key = session.exec(first).first()
    if key is None:
        return None
    lease = {"state": "leased", "lease_owner": worker, "lease_until": lease_until}
    # The whole condition once more: whoever comes second finds it false.
    claim = update(NotificationRow).where(is_notification(*key), due)
    claim = claim.values(**lease, attempts=col(NotificationRow.attempts) + 1)
    if session.exec(claim, execution_options=NAMED).rowcount != 1:
        return None
    return session.get(NotificationRow, tuple(key), populate_existing=True)


def settle_notification(
    session: Session,
    *,
    clinic_id: uuid.UUID,
    notification_id: uuid.UUID,
    worker: str,
    attempt: int,
    values: dict[str, Any],
) -> bool:
    """Writes how the attempt ended and gives the lease back; False, and nothing written, when it was lost."""
    settle = update(NotificationRow).where(
        is_notification(clinic_id, notification_id),
        col(NotificationRow.state) == "leased",
        col(NotificationRow.lease_owner) == worker,
        col(NotificationRow.attempts) == attempt,
    )
    given_back = {"lease_owner": None, "lease_until": None}
    return session.exec(settle.values(**(given_back | values)), execution_options=NAMED).rowcount == 1


def cancel_notifications(session: Session, *, clinic_id: uuid.UUID, alert_id: uuid.UUID, up_to_epoch: int) -> int:
    """Cancels what nobody has begun to send and returns how many; what is leased is left to its worker."""
    cancel = update(NotificationRow).where(
        col(NotificationRow.clinic_id) == clinic_id,
        col(NotificationRow.alert_id) == alert_id,
        col(NotificationRow.epoch) <= up_to_epoch,
        col(NotificationRow.state) == "pending",
    )
    return session.exec(cancel.values(state="cancelled"), execution_options=NAMED).rowcount


def queue_again(session: Session, *, clinic_id: uuid.UUID, ids: list[uuid.UUID]) -> int:
    """Lets notifications that were cancelled go out after all and returns how many; an answer was taken back."""
    again = update(NotificationRow).where(
        col(NotificationRow.clinic_id) == clinic_id,
        col(NotificationRow.id).in_(ids),
        col(NotificationRow.state) == "cancelled",
    )
    return session.exec(again.values(state="pending"), execution_options=NAMED).rowcount


def hold_back(
    session: Session, *, clinic_id: uuid.UUID, alert_id: uuid.UUID, made_at: datetime, until: datetime
) -> int:
    """Keeps what an answer has just queued for the others back until it can be taken back no more; how many."""
    hold = update(NotificationRow).where(
        col(NotificationRow.clinic_id) == clinic_id,
        col(NotificationRow.alert_id) == alert_id,
        col(NotificationRow.kind).in_(("taken", "closed")),
        col(NotificationRow.created_at) == made_at,
        col(NotificationRow.state) == "pending",
    )
    return session.exec(hold.values(not_before=until), execution_options=NAMED).rowcount


def move_running_episodes(
    session: Session, *, clinic_id: uuid.UUID, digest: str, keep: list[str]
) -> list[tuple[uuid.UUID, str]]:
    """Moves open episodes to a version, but for those under it or under one of `keep`; returns each and its former one.

    Each needs an audit event of its own: add_events.
    """
    kept = [digest, *keep]
    theirs = (col(EpisodeRow.clinic_id) == clinic_id, text("closed_at IS NULL"))
    held = (*theirs, col(EpisodeRow.protocol_digest).is_not(None), col(EpisodeRow.protocol_digest).not_in(kept))
    found = session.exec(select(EpisodeRow.id, EpisodeRow.protocol_digest).where(*held).with_for_update()).all()
    session.exec(update(EpisodeRow).where(*held).values(protocol_digest=digest), execution_options=NAMED)
    return [(episode_id, former or "") for episode_id, former in found]


def add_events(session: Session, events: list[AuditEventRow]) -> None:
    """Writes the audit events of a bulk statement, which goes past the flush, in one go."""
    if events:
        session.execute(insert(AuditEventRow), [event.model_dump() for event in events], execution_options=NAMED)


def due_alerts(session: Session, *, now: datetime, limit: int) -> list[Key]:
    """The keys of alerts whose timer has run out, the longest overdue first."""
    timer = col(AlertRow.next_action_at)
    due = select(AlertRow.clinic_id, AlertRow.id).where(timer <= now).order_by(timer).limit(limit)
    return [(clinic_id, alert_id) for clinic_id, alert_id in session.exec(due)]


def broken_promises(session: Session, *, now: datetime, limit: int) -> list[Key]:
    """The keys of alerts whose patient was promised an answer by now and has none, the longest overdue first."""
    promised_at = col(AlertRow.promised_at)
    due = select(AlertRow.clinic_id, AlertRow.id).where(PROMISED, promised_at <= now)
    return [(clinic_id, alert_id) for clinic_id, alert_id in session.exec(due.order_by(promised_at).limit(limit))]


def overdue_expectations(session: Session, *, now: datetime, limit: int) -> list[Key]:
    """The keys of check-ins that should have come by now and did not, the longest overdue first."""
    alert_at = col(ExpectationRow.alert_at)
    due = select(ExpectationRow.clinic_id, ExpectationRow.id).where(WAITING, alert_at <= now)
    return [(clinic_id, found) for clinic_id, found in session.exec(due.order_by(alert_at).limit(limit))]


def expectations_to_ask(session: Session, *, now: datetime, limit: int) -> list[Key]:
    """The keys of check-ins that are due and that nobody has been asked for, the longest due first."""
    due_at = col(ExpectationRow.due_at)
    due = select(ExpectationRow.clinic_id, ExpectationRow.id).where(text(TO_ASK), due_at <= now)
    return [(clinic_id, found) for clinic_id, found in session.exec(due.order_by(due_at).limit(limit))]


def reminders_due(session: Session, *, now: datetime, limit: int) -> list[Key]:
    """The keys of check-ins that were asked for, have not come and are to be reminded of, the longest due first."""
    remind_at = col(ExpectationRow.remind_at)
    due = select(ExpectationRow.clinic_id, ExpectationRow.id).where(text(TO_REMIND), remind_at <= now)
    return [(clinic_id, found) for clinic_id, found in session.exec(due.order_by(remind_at).limit(limit))]


def silences_to_raise(session: Session, *, now: datetime, limit: int) -> list[Key]:
    """The keys of missed check-ins whose silence has lasted so long that somebody must call, the longest first."""
    raise_at = col(ExpectationRow.raise_at)
    due = select(ExpectationRow.clinic_id, ExpectationRow.id).where(raise_at <= now)
    return [(clinic_id, found) for clinic_id, found in session.exec(due.order_by(raise_at).limit(limit))]


def unsealed_events(session: Session, *, clinic_id: uuid.UUID, limit: int) -> list[AuditEventRow]:
    """Audit events that are not in the clinic's chain yet, in the order in which they enter it."""
    unsealed = select(AuditEventRow).where(col(AuditEventRow.clinic_id) == clinic_id, col(AuditEventRow.seq).is_(None))
    order = (col(AuditEventRow.at), col(AuditEventRow.id))
    return list(session.exec(unsealed.order_by(*order).limit(limit)))


def last_sealed(session: Session, *, clinic_id: uuid.UUID) -> AuditEventRow | None:
    """The end of the clinic's chain; None while nothing is sealed."""
    seq = col(AuditEventRow.seq)
    sealed = select(AuditEventRow).where(col(AuditEventRow.clinic_id) == clinic_id, seq.is_not(None))
    return session.exec(sealed.order_by(seq.desc()).limit(1)).first()


def clinics_with_unsealed(session: Session) -> list[uuid.UUID]:
    """Clinics that have audit events to seal."""
    return list(session.exec(select(AuditEventRow.clinic_id).where(col(AuditEventRow.seq).is_(None)).distinct()))


def is_notification(clinic_id: uuid.UUID, notification_id: uuid.UUID) -> ColumnElement[bool]:
    return and_(col(NotificationRow.clinic_id) == clinic_id, col(NotificationRow.id) == notification_id)


def is_claimable(now: datetime) -> ColumnElement[bool]:
    """Never begun and due, or begun by a worker whose lease has run out."""
    state = col(NotificationRow.state)
    pending = and_(state == "pending", col(NotificationRow.not_before) <= now)
    abandoned = and_(state == "leased", col(NotificationRow.lease_until) < now)
    return and_(text(CLAIMABLE), or_(pending, abandoned))
