"""Webhooks in the database: who is to be told, what is due, and the statements that go past the audit guard."""

import uuid
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, func, insert, or_, text, update
from sqlmodel import Session, col, select

from triage.records.people import ContactRow
from triage.records.queries import NAMED, Key
from triage.records.webhook import (
    DEAD,
    SENDABLE,
    WebhookAttemptRow,
    WebhookDeliveryRow,
    WebhookEndpointRow,
    WebhookEventRow,
)

# Words, not parameters: with a parameter neither engine can tell that a partial index serves the query.
UNSETTLED, DEAD_LETTER = text(SENDABLE), text(DEAD)
MOST_IN_FLIGHT, MOST_WHILE_FAILING = 2, 1  # posts to one endpoint at a time, so that none keeps every worker
CLINIC: BindParameter[uuid.UUID] = bindparam("clinic_id")
STANDING = col(WebhookEndpointRow.removed_at).is_(None)
ENABLED = and_(STANDING, col(WebhookEndpointRow.disabled_at).is_(None))
# Every audited change that can be told asks this, so it is built once.
SUBSCRIPTIONS = select(WebhookEndpointRow.id, WebhookEndpointRow.events, WebhookEndpointRow.disabled_at).where(
    col(WebhookEndpointRow.clinic_id) == CLINIC, STANDING
)


class Subscription(NamedTuple):
    """What an endpoint wants to be told; `events` None: all."""

    endpoint_id: uuid.UUID
    events: list[str] | None
    is_enabled: bool


class Lease(NamedTuple):
    """What fences a delivery: who holds it, in which attempt."""

    worker: str
    attempt: int


class Span(NamedTuple):
    """Events of an endpoint from a moment on, up to another; `only_failed`: those that are dead letters."""

    since: datetime
    until: datetime
    only_failed: bool


def subscriptions(session: Session, clinic_id: uuid.UUID) -> list[Subscription]:
    """The clinic's endpoints, those that are switched off too."""
    found = session.execute(SUBSCRIPTIONS, {"clinic_id": clinic_id})
    return [Subscription(endpoint_id, events, disabled_at is None) for endpoint_id, events, disabled_at in found]


def endpoints_with_work(session: Session, *, failing: bool, now: datetime, limit: int) -> list[Key]:
    """The keys of endpoints that something is due for and that may be told more, the longest untried first.

    `failing`: those whose last answers were failures; else the others.
    """
    since = col(WebhookEndpointRow.failing_since)
    kind = since.is_not(None) if failing else since.is_(None)
    tried = col(WebhookEndpointRow.last_tried_at)
    theirs = (*of_endpoint(col(WebhookEndpointRow.clinic_id), col(WebhookEndpointRow.id)), UNSETTLED)
    # The first of those in order, not whether there is any: for that PostgreSQL may read the table from its start.
    waiting = (*theirs, col(WebhookDeliveryRow.state) == "pending")
    due_at = select(WebhookDeliveryRow.not_before).where(*waiting).order_by(col(WebhookDeliveryRow.not_before)).limit(1)
    abandoned = select(func.count()).where(*theirs, is_abandoned(now)).scalar_subquery()
    work = or_(due_at.scalar_subquery() <= now, abandoned > 0)
    busy = select(func.count()).where(*theirs, is_in_flight(now)).scalar_subquery()
    found = select(WebhookEndpointRow.clinic_id, WebhookEndpointRow.id).where(
        ENABLED, kind, work, busy < _share(failing)
    )
    order = (tried.asc().nulls_first(), col(WebhookEndpointRow.id))
    return [(clinic_id, found_id) for clinic_id, found_id in session.exec(found.order_by(*order).limit(limit))]


def claim_delivery(
    session: Session, endpoint: Key, *, worker: str, now: datetime, lease_until: datetime
) -> WebhookDeliveryRow | None:
    """The endpoint's longest-due delivery, leased to `worker`; None when none is due, or another was first."""
    failing = col(WebhookEndpointRow.failing_since).is_not(None)
    free = select(WebhookEndpointRow.id, failing).where(is_endpoint(*endpoint), ENABLED)
    to = session.exec(free.with_for_update(skip_locked=True, key_share=True)).first()
    theirs = (*of_endpoint(*endpoint), UNSETTLED)
    busy = select(func.count()).where(*theirs, is_in_flight(now))
    if to is None or session.exec(busy).one() >= _share(bool(to[1])):
        return None
    # One after the other: either is a short walk along the index, both in one would sort whatever waits.
    for due in (is_abandoned(now), is_due(now)):
        first = select(WebhookDeliveryRow.id).where(*theirs, due).order_by(col(WebhookDeliveryRow.not_before))
        found = session.exec(first.limit(1).with_for_update(skip_locked=True)).first()
        if found is not None:
            break
    else:
        return None
    claim = update(WebhookDeliveryRow).where(is_delivery(endpoint[0], found), due)
    lease = {"state": "leased", "lease_owner": worker, "lease_until": lease_until}
    claim = claim.values(**lease, attempts=col(WebhookDeliveryRow.attempts) + 1)
    if session.exec(claim, execution_options=NAMED).rowcount != 1:
        return None
    _set_endpoint(session, endpoint, last_tried_at=now)
    return session.get(WebhookDeliveryRow, (endpoint[0], found), populate_existing=True)


def settle_delivery(session: Session, delivery: Key, lease: Lease, values: dict[str, Any]) -> bool:
    """Writes how the attempt ended and gives the lease back; False, and nothing written, when it was lost."""
    settle = update(WebhookDeliveryRow).where(
        is_delivery(*delivery),
        col(WebhookDeliveryRow.state) == "leased",
        col(WebhookDeliveryRow.lease_owner) == lease.worker,
        col(WebhookDeliveryRow.attempts) == lease.attempt,
    )
    given_back = {"lease_owner": None, "lease_until": None}
    return session.exec(settle.values(**(given_back | values)), execution_options=NAMED).rowcount == 1


def note_answer(session: Session, endpoint: Key, *, now: datetime, is_ok: bool) -> None:
    """Writes how the endpoint fares: a success ends a failing, the first failure begins one."""
    if is_ok:
        _set_endpoint(session, endpoint, last_ok_at=now, failing_since=None)
    else:
        _set_endpoint(session, endpoint, failing_since=func.coalesce(col(WebhookEndpointRow.failing_since), now))


def cancel_deliveries(session: Session, endpoint: Key) -> int:
    """Cancels what nobody has begun to send and returns how many."""
    waiting = (*of_endpoint(*endpoint), col(WebhookDeliveryRow.state) == "pending")
    cancel = update(WebhookDeliveryRow).where(*waiting).values(state="cancelled")
    return session.exec(cancel, execution_options=NAMED).rowcount


def send_again(session: Session, endpoint: Key, delivery_id: uuid.UUID, *, now: datetime) -> bool:
    """Makes one delivery due now, with all its tries; False where it is being sent, or is not there."""
    settled = (is_delivery(endpoint[0], delivery_id), col(WebhookDeliveryRow.endpoint_id) == endpoint[1])
    again = update(WebhookDeliveryRow).where(*settled, col(WebhookDeliveryRow.state) != "leased")
    again = again.values(state="pending", not_before=now, tries=0)
    return session.exec(again, execution_options=NAMED).rowcount == 1


def send_span_again(session: Session, endpoint: Key, span: Span, *, now: datetime) -> int:
    """Makes the settled deliveries of a span due now, with all their tries; returns how many."""
    events = select(WebhookEventRow.id).where(*_in_span(endpoint[0], span))
    states = ("failed",) if span.only_failed else ("sent", "failed", "cancelled")
    settled = (*of_endpoint(*endpoint), col(WebhookDeliveryRow.event_id).in_(events))
    again = update(WebhookDeliveryRow).where(*settled, col(WebhookDeliveryRow.state).in_(states))
    again = again.values(state="pending", not_before=now, tries=0)
    return session.exec(again, execution_options=NAMED).rowcount


def events_unsent(session: Session, endpoint: Key, span: Span, types: list[str], limit: int) -> list[uuid.UUID]:
    """The events of a span, of these types, that the endpoint has no delivery of: it was switched off then."""
    told = exists().where(*of_endpoint(*endpoint), col(WebhookDeliveryRow.event_id) == col(WebhookEventRow.id))
    wanted = (*_in_span(endpoint[0], span), col(WebhookEventRow.type).in_(types), ~told)
    return list(session.exec(select(WebhookEventRow.id).where(*wanted).order_by(col(WebhookEventRow.id)).limit(limit)))


def add_deliveries(session: Session, rows: list[WebhookDeliveryRow]) -> None:
    """Writes many deliveries in one go."""
    if rows:
        session.execute(insert(WebhookDeliveryRow), [row.model_dump() for row in rows], execution_options=NAMED)


def endpoint_for_update(session: Session, clinic_id: uuid.UUID, endpoint_id: uuid.UUID) -> WebhookEndpointRow | None:
    """An endpoint as it stands now, locked; removed ones too. New deliveries to it need not wait."""
    one = select(WebhookEndpointRow).where(is_endpoint(clinic_id, endpoint_id))
    fresh = {"populate_existing": True}
    return session.exec(one.with_for_update(key_share=True), execution_options=fresh).first()


def endpoints(session: Session, clinic_id: uuid.UUID) -> list[WebhookEndpointRow]:
    """The clinic's endpoints, oldest first."""
    theirs = select(WebhookEndpointRow).where(WebhookEndpointRow.clinic_id == clinic_id, STANDING)
    return list(session.exec(theirs.order_by(col(WebhookEndpointRow.id))))


def counts(session: Session, clinic_id: uuid.UUID, endpoint_id: uuid.UUID) -> tuple[int, int]:
    """How many deliveries of an endpoint wait, and how many are dead letters."""
    theirs = of_endpoint(clinic_id, endpoint_id)
    waiting = select(func.count()).where(*theirs, UNSETTLED)
    dead = select(func.count()).where(*theirs, DEAD_LETTER)
    return int(session.exec(waiting).one()), int(session.exec(dead).one())


def deliveries_page(
    session: Session, endpoint: Key, state: str | None, after: uuid.UUID | None, limit: int
) -> list[tuple[WebhookDeliveryRow, WebhookEventRow]]:
    """Deliveries and their events, the newest event first, those before the event `after` (None: from the newest)."""
    event_id = col(WebhookDeliveryRow.event_id)
    page = select(WebhookDeliveryRow, WebhookEventRow).where(*of_endpoint(*endpoint))
    page = page.where(
        col(WebhookEventRow.clinic_id) == col(WebhookDeliveryRow.clinic_id), col(WebhookEventRow.id) == event_id
    )
    if state is not None:
        page = page.where(DEAD_LETTER if state == "failed" else WebhookDeliveryRow.state == state)
    page = page.where(event_id < after) if after else page
    return [(delivery, event) for delivery, event in session.exec(page.order_by(event_id.desc()).limit(limit))]


def attempts_of(session: Session, clinic_id: uuid.UUID, delivery_ids: list[uuid.UUID]) -> list[WebhookAttemptRow]:
    """The attempts at some deliveries, in the order made."""
    made = select(WebhookAttemptRow).where(
        WebhookAttemptRow.clinic_id == clinic_id, col(WebhookAttemptRow.delivery_id).in_(delivery_ids)
    )
    return list(session.exec(made.order_by(col(WebhookAttemptRow.id))))


def mail_contact(session: Session, clinic_id: uuid.UUID, staff_id: uuid.UUID) -> ContactRow | None:
    """The first mail address of a member of staff that may be used; None where there is none."""
    theirs = select(ContactRow).where(
        ContactRow.clinic_id == clinic_id,
        ContactRow.staff_id == staff_id,
        ContactRow.channel == "email",
        col(ContactRow.verified_at).is_not(None),
        col(ContactRow.disabled_at).is_(None),
    )
    return session.exec(theirs.order_by(col(ContactRow.position), col(ContactRow.id)).limit(1)).first()


def is_endpoint(clinic_id: uuid.UUID, endpoint_id: uuid.UUID) -> ColumnElement[bool]:
    return and_(col(WebhookEndpointRow.clinic_id) == clinic_id, col(WebhookEndpointRow.id) == endpoint_id)


def is_delivery(clinic_id: uuid.UUID, delivery_id: uuid.UUID) -> ColumnElement[bool]:
    return and_(col(WebhookDeliveryRow.clinic_id) == clinic_id, col(WebhookDeliveryRow.id) == delivery_id)


def of_endpoint(clinic_id: Any, endpoint_id: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(WebhookDeliveryRow.clinic_id) == clinic_id, col(WebhookDeliveryRow.endpoint_id) == endpoint_id


def is_due(now: datetime) -> ColumnElement[bool]:
    return and_(col(WebhookDeliveryRow.state) == "pending", col(WebhookDeliveryRow.not_before) <= now)


def is_abandoned(now: datetime) -> ColumnElement[bool]:
    """Begun by a worker whose lease has run out."""
    return and_(col(WebhookDeliveryRow.state) == "leased", col(WebhookDeliveryRow.lease_until) < now)


def is_in_flight(now: datetime) -> ColumnElement[bool]:
    return and_(col(WebhookDeliveryRow.state) == "leased", col(WebhookDeliveryRow.lease_until) >= now)


def _share(is_failing: bool) -> int:
    return MOST_WHILE_FAILING if is_failing else MOST_IN_FLIGHT


def _in_span(clinic_id: uuid.UUID, span: Span) -> tuple[ColumnElement[bool], ...]:
    at = col(WebhookEventRow.at)
    return col(WebhookEventRow.clinic_id) == clinic_id, at >= span.since, at < span.until


def _set_endpoint(session: Session, endpoint: Key, **values: Any) -> None:
    """Writes how an endpoint fares, which is no change that anybody made."""
    session.exec(update(WebhookEndpointRow).where(is_endpoint(*endpoint)).values(**values), execution_options=NAMED)
