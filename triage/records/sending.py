"""Questions and named bulk statements of the outbox: what one contact has been sent, what goes in one message."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, not_, text, update
from sqlmodel import Session, col, select

from triage.records.alert import CLAIMABLE, GONE, DeliveryRow, NotificationRow
from triage.records.queries import NAMED

URGENT, EMERGENCY = 3, 4
MOST_IN_ONE = 50
WAITING = text(CLAIMABLE)


def told_first() -> ColumnElement[bool]:
    """What tells somebody of an alert at urgent or above for the first time: no limit holds it up."""
    return and_(_is_first(), col(NotificationRow.priority) >= URGENT)


def never_tried() -> ColumnElement[bool]:
    """What nobody has tried to send yet."""
    return col(NotificationRow.attempts) == 0


def last_deliveries(session: Session, row: NotificationRow, contact: str, count: int) -> list[datetime]:
    """When the latest messages went to a contact, the newest first. `contact`: as deliveries have it."""
    theirs = select(DeliveryRow.finished_at).where(
        text(GONE),
        DeliveryRow.clinic_id == row.clinic_id,
        DeliveryRow.channel == row.channel,
        DeliveryRow.contact == contact,
    )
    return list(session.exec(theirs.order_by(col(DeliveryRow.finished_at).desc()).limit(count)))


def on_their_way(session: Session, row: NotificationRow, now: datetime) -> int:
    """How many other messages to the contact of a notification are being sent now."""
    others = select(func.count()).where(
        WAITING,
        NotificationRow.clinic_id == row.clinic_id,
        col(NotificationRow.channel) == row.channel,
        NotificationRow.contact == row.contact,
        col(NotificationRow.state) == "leased",
        col(NotificationRow.lease_until) >= now,
        col(NotificationRow.id) != row.id,
    )
    return int(session.exec(others).one())


def has_sent(session: Session, channel: str, since: datetime, count: int) -> bool:
    """Whether so many messages of a channel, of every clinic, have gone since a moment."""
    gone = select(DeliveryRow.finished_at).where(
        text(GONE), DeliveryRow.channel == channel, col(DeliveryRow.finished_at) > since
    )
    nth = gone.order_by(col(DeliveryRow.finished_at).desc()).offset(count - 1).limit(1)
    return session.exec(nth).first() is not None


def take_turn(session: Session, row: NotificationRow) -> bool:
    """One worker at a time counts what a contact was sent; False where another does so now. Until the commit.

    It is tried and not waited for: a worker that stands still must hold up nobody.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    contact = f"{row.clinic_id} {row.channel} {row.contact}"
    return bool(session.exec(select(func.pg_try_advisory_xact_lock(func.hashtextextended(contact, 0)))).one())


def put_off(session: Session, row: NotificationRow, until: datetime) -> None:
    """Gives a claimed notification back untried, and lets all that waits for its contact wait with it, but for what
    tells of an urgent alert for the first time."""
    back = {"state": "pending", "lease_owner": None, "lease_until": None, "not_before": until}
    own = update(NotificationRow).where(*_same(row), col(NotificationRow.id) == row.id)
    session.exec(own.values(**back, attempts=col(NotificationRow.attempts) - 1), execution_options=NAMED)
    others = update(NotificationRow).where(
        WAITING, *_same(row), *_contact(row), col(NotificationRow.state) == "pending", not_(told_first())
    )
    late = others.where(col(NotificationRow.not_before) < until)
    session.exec(late.values(not_before=until), execution_options=NAMED)
    session.expire(row)


def waiting_beside(session: Session, row: NotificationRow, now: datetime) -> list[NotificationRow]:
    """What else is due about alerts to the contact of a notification, the most urgent first, locked.

    Without what tells of another emergency for the first time: that has a message of its own.
    """
    emergency = and_(
        _is_first(), col(NotificationRow.priority) >= EMERGENCY, col(NotificationRow.alert_id) != row.alert_id
    )
    beside = select(NotificationRow).where(
        WAITING,
        *_same(row),
        *_contact(row),
        col(NotificationRow.staff_id) == row.staff_id,
        col(NotificationRow.kind) == "alert",
        col(NotificationRow.state) == "pending",
        col(NotificationRow.not_before) <= now,
        col(NotificationRow.id) != row.id,
        not_(emergency),
    )
    order = (col(NotificationRow.priority).desc(), col(NotificationRow.created_at))
    return list(session.exec(beside.order_by(*order).limit(MOST_IN_ONE).with_for_update(skip_locked=True)))


def bundle(session: Session, row: NotificationRow, ids: Sequence[uuid.UUID]) -> None:
    """Lets the message of a notification tell of others too."""
    others = update(NotificationRow).where(
        *_same(row), col(NotificationRow.id).in_(ids), col(NotificationRow.state) == "pending"
    )
    session.exec(others.values(state="bundled", bundled_into=row.id), execution_options=NAMED)


def bundled_into(session: Session, row: NotificationRow) -> list[NotificationRow]:
    """What the message of a notification tells of too, the most urgent first."""
    inside = select(NotificationRow).where(
        text("state = 'bundled'"), *_same(row), col(NotificationRow.bundled_into) == row.id
    )
    return list(session.exec(inside.order_by(col(NotificationRow.priority).desc(), col(NotificationRow.created_at))))


def unbundle(session: Session, row: NotificationRow, ids: Sequence[uuid.UUID], values: dict[str, object]) -> None:
    """Takes notifications out of a message and writes what became of them."""
    inside = update(NotificationRow).where(
        text("state = 'bundled'"),
        *_same(row),
        col(NotificationRow.bundled_into) == row.id,
        col(NotificationRow.id).in_(ids),
    )
    session.exec(inside.values(**({"bundled_into": None} | values)), execution_options=NAMED)


def settle_told(session: Session, row: NotificationRow, ids: Sequence[uuid.UUID], now: datetime) -> None:
    """Writes that a message has told of these too, which counts as an attempt of each."""
    attempts = col(NotificationRow.attempts) + 1
    unbundle(session, row, ids, {"state": "sent", "sent_at": now, "last_error": None, "attempts": attempts})


def hurry(session: Session, channel: str, now: datetime) -> int:
    """Makes due what failed only since the whole channel did; returns how many."""
    held = update(NotificationRow).where(
        WAITING,
        col(NotificationRow.channel) == channel,
        col(NotificationRow.state) == "pending",
        col(NotificationRow.failed_by) == "channel",
        col(NotificationRow.not_before) > now,
    )
    return session.exec(held.values(not_before=now), execution_options=NAMED).rowcount


def _is_first() -> ColumnElement[bool]:
    row = NotificationRow
    return and_(col(row.kind) == "alert", col(row.cycle) == 0, col(row.repeat) == 0)


def _same(row: NotificationRow) -> tuple[ColumnElement[bool], ...]:
    return (col(NotificationRow.clinic_id) == row.clinic_id,)


def _contact(row: NotificationRow) -> tuple[ColumnElement[bool], ...]:
    return (col(NotificationRow.channel) == row.channel, col(NotificationRow.contact) == row.contact)
