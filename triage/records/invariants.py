"""What must always be true of the rows, as queries: each yields the rows that break it, in words."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from triage.records.alert import AlertRow, DeliveryRow, NotificationRow
from triage.records.audit import AuditEventRow
from triage.records.check_in import AssessmentRow, CheckInRow, ExpectationRow
from triage.records.procedure import EpisodeRow
from triage.records.protocol import ProtocolRow

OVERDUE = timedelta(minutes=5)


def broken(session: Session, *, now: datetime) -> Iterator[str]:
    """Yield every violation in words; nothing when all is well."""
    for check in (*OF_ALERTS, _unassessed, _unexpected, _unsealed, *OF_PROTOCOLS):
        yield from check(session, now)


def _timers(session: Session, now: datetime) -> Iterator[str]:
    untimed = select(AlertRow.id).where(AlertRow.state != "resolved", col(AlertRow.next_action_at).is_(None))
    yield from (f"alert {found} is not resolved and has no timer" for found in session.exec(untimed))


def _overdue(session: Session, now: datetime) -> Iterator[str]:
    overdue = select(AlertRow.id).where(col(AlertRow.next_action_at) < now - OVERDUE)
    yield from (
        f"alert {found}: its timer ran out over 5 minutes ago and no clock took it" for found in session.exec(overdue)
    )


def _abandoned(session: Session, now: datetime) -> Iterator[str]:
    held = select(NotificationRow.id).where(
        NotificationRow.state == "leased", col(NotificationRow.lease_until) < now - OVERDUE
    )
    yield from (f"notification {found}: its lease ran out over 5 minutes ago" for found in session.exec(held))


def _unassessed(session: Session, now: datetime) -> Iterator[str]:
    judged = select(AssessmentRow.check_in_id).where(col(AssessmentRow.replaced_at).is_(None))
    forgotten = select(CheckInRow.id).where(col(CheckInRow.id).not_in(judged))
    yield from (f"check-in {found} has no standing assessment" for found in session.exec(forgotten))


def _sent_without_attempt(session: Session, now: datetime) -> Iterator[str]:
    tried = select(DeliveryRow.notification_id).where(DeliveryRow.result == "sent")
    unproved = select(NotificationRow.id).where(NotificationRow.state == "sent", col(NotificationRow.id).not_in(tried))
    yield from (f"notification {found} counts as sent without an attempt" for found in session.exec(unproved))


def _unexpected(session: Session, now: datetime) -> Iterator[str]:
    """A closed episode must not wait for a check-in."""
    waiting = select(ExpectationRow.episode_id).where(ExpectationRow.state == "waiting")
    closed = select(EpisodeRow.id).where(col(EpisodeRow.closed_at).is_not(None), col(EpisodeRow.id).in_(waiting))
    yield from (f"episode {found} is closed and still waits for a check-in" for found in session.exec(closed))


def _unsealed(session: Session, now: datetime) -> Iterator[str]:
    late = select(AuditEventRow.id).where(col(AuditEventRow.seq).is_(None), col(AuditEventRow.at) < now - OVERDUE)
    yield from (f"audit event {found} is over 5 minutes old and not sealed" for found in session.exec(late.limit(20)))


def _unnoted(session: Session, now: datetime) -> Iterator[str]:
    due = select(ProtocolRow.digest).where(
        ProtocolRow.state == "published",
        col(ProtocolRow.took_effect_at).is_(None),
        col(ProtocolRow.effective_from) < now - OVERDUE,
    )
    said = "took effect over 5 minutes ago and no clock noted it"
    yield from (f"protocol {found[:12]} {said}" for found in session.exec(due))


def _unapproved(session: Session, now: datetime) -> Iterator[str]:
    """What is published was published by somebody, and the log says by whom."""
    told = select(AuditEventRow.thing_id).where(AuditEventRow.did == "protocol_published")
    known = set(session.exec(told))
    published = select(ProtocolRow.id, ProtocolRow.digest).where(ProtocolRow.state == "published")
    yield from (
        f"protocol {digest[:12]} is published and no audit event says by whom"
        for found, digest in session.exec(published)
        if str(found) not in known
    )


def _unbound(session: Session, now: datetime) -> Iterator[str]:
    digest = col(EpisodeRow.protocol_digest)
    running = select(EpisodeRow.clinic_id, digest, func.count()).where(
        col(EpisodeRow.closed_at).is_(None), digest.is_not(None)
    )
    known = set(session.exec(select(ProtocolRow.clinic_id, ProtocolRow.digest)))
    for clinic_id, found, count in session.exec(running.group_by(col(EpisodeRow.clinic_id), digest)):
        if (clinic_id, found) not in known:
            yield f"clinic {clinic_id}: {count} episodes run under protocol {str(found)[:12]}, which it does not have"


OF_ALERTS = (_timers, _overdue, _abandoned, _sent_without_attempt)
OF_PROTOCOLS = (_unnoted, _unapproved, _unbound)


def sealed_events(session: Session) -> Iterator[AuditEventRow]:
    """Yield every sealed audit event, clinic by clinic, in the order of its chain."""
    sealed = select(AuditEventRow).where(col(AuditEventRow.seq).is_not(None))
    yield from session.exec(sealed.order_by(col(AuditEventRow.clinic_id), col(AuditEventRow.seq)))
