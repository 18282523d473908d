"""Webhook endpoints: added, changed, switched off and on, removed; their secrets rotated; what was sent, sent again."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from triage.actions import audit
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.turn import Turn
from triage.actions.webhook_events import EVENT_TYPES, TEST, add_event, delivery_of, forget_subscriptions
from triage.actions.webhook_secrets import first_secret, rotated
from triage.channels.webhook_url import read_target
from triage.records import Session, WebhookDeliveryRow, WebhookEndpointRow, new_id, webhook_queries
from triage.records.webhook_queries import Span
from triage.rules import Fault

MOST_ENDPOINTS = 20
MOST_AGAIN = 10_000  # deliveries that one call may add
ROLE = "lead"


def add_webhook(session: Session, url: str, events: Sequence[str] | None, turn: Turn) -> WebhookEndpointRow:
    """Add an endpoint; `events` None: it is told of everything.

    Raises Invalid for a URL that must not be called and for unknown events, Conflict where there are too many.
    """
    turn.by.require(ROLE)
    _check(url, events, turn)
    if len(webhook_queries.endpoints(session, turn.by.clinic_id)) >= MOST_ENDPOINTS:
        raise Conflict(f"There are {MOST_ENDPOINTS} webhooks already; remove one first.")
    row = WebhookEndpointRow(
        clinic_id=turn.by.clinic_id,
        id=new_id(),
        url=url,
        events=_listed(events),
        secrets=first_secret(turn.now),
        made_at=turn.now,
        made_by=turn.by.id,
    )
    return _write(session, row, turn, "webhook_added", after=_standing_of(row))


def change_webhook(
    session: Session, endpoint_id: uuid.UUID, values: Mapping[str, Any], turn: Turn
) -> WebhookEndpointRow:
    """Change an endpoint (`values`: url?, events?, enabled?). Switched on again, it gets what has waited.

    Raises Invalid as add_webhook does, NotFound.
    """
    row = _locked(session, endpoint_id, turn)
    _check(values.get("url"), values.get("events"), turn)
    before = _standing_of(row)
    row.url = values.get("url", row.url)
    row.events = _listed(values["events"]) if "events" in values else row.events
    if values.get("enabled") is True:
        row.disabled_at = row.disabled_why = row.failing_since = None
    elif values.get("enabled") is False and row.disabled_at is None:
        row.disabled_at, row.disabled_why = turn.now, "by_hand"
    return _write(session, row, turn, "webhook_changed", before=before, after=_standing_of(row))


def remove_webhook(session: Session, endpoint_id: uuid.UUID, turn: Turn) -> None:
    """Remove an endpoint: nothing more is sent to it; what was sent stays on record."""
    row = _locked(session, endpoint_id, turn)
    row.removed_at = turn.now
    cancelled = webhook_queries.cancel_deliveries(session, (row.clinic_id, row.id))
    _write(session, row, turn, "webhook_removed", before=_standing_of(row), after={"cancelled": cancelled})


def rotate_secret(session: Session, endpoint_id: uuid.UUID, turn: Turn) -> WebhookEndpointRow:
    """Give an endpoint a new secret; the one before signs too for a day. Raises Conflict when done too often."""
    row = _locked(session, endpoint_id, turn)
    row.secrets = rotated(row.secrets, turn.now)
    return _write(session, row, turn, "webhook_secret_rotated", after={"number": row.secrets[-1]["number"]})


def test_webhook(session: Session, endpoint_id: uuid.UUID, turn: Turn) -> WebhookDeliveryRow:
    """Send an event of type webhook.test to an endpoint, whatever it wants to be told."""
    row = _switched_on(_locked(session, endpoint_id, turn))
    event = add_event(session, turn, TEST, {"clinic_id": str(row.clinic_id), "webhook_id": str(row.id)})
    made = delivery_of(event.id, row.id, turn)
    session.add(made)
    audit.record(session, turn, "webhook_tested", ("webhook", row.id), after={"delivery_id": made.id})
    session.flush()
    return made


def resend_one(session: Session, endpoint_id: uuid.UUID, delivery_id: uuid.UUID, turn: Turn) -> int:
    """Send one delivery again, under the same webhook-id, whatever became of it; return 1.

    Raises NotFound, Conflict where it is being sent just now or the endpoint is switched off.
    """
    row = _switched_on(_locked(session, endpoint_id, turn))
    known = session.get(WebhookDeliveryRow, (row.clinic_id, delivery_id))
    if known is None or known.endpoint_id != row.id:
        raise NotFound("There is no such delivery of this webhook.")
    if not webhook_queries.send_again(session, (row.clinic_id, row.id), delivery_id, now=turn.now):
        raise Conflict("It is being sent just now.")
    audit.record(session, turn, "webhook_resent", ("webhook", row.id), after={"delivery_id": delivery_id})
    return 1


def resend_span(session: Session, endpoint_id: uuid.UUID, span: Span, turn: Turn) -> int:
    """Send again what happened in a span of time, each under its own webhook-id; return how many.

    Unless only dead letters are wanted, that is also what was sent, and what happened while it was switched off.
    Raises Invalid for an empty span and for one of too many events, Conflict where the endpoint is switched off.
    """
    if span.since >= span.until:
        raise Invalid([Fault("since", "is not before until", "give a span of time")])
    row = _switched_on(_locked(session, endpoint_id, turn))
    key = (row.clinic_id, row.id)
    count = webhook_queries.send_span_again(session, key, span, now=turn.now)
    if not span.only_failed:
        count += _add_missing(session, row, span, turn)
    after = {"since": span.since, "until": span.until, "only_failed": span.only_failed, "count": count}
    audit.record(session, turn, "webhook_resent", ("webhook", row.id), after=after)
    return count


def webhook_of(session: Session, endpoint_id: uuid.UUID, turn: Turn) -> WebhookEndpointRow:
    """Return an endpoint of the actor's clinic. Raises NotFound, also for one that was removed."""
    turn.by.require(ROLE)
    return _standing(session.get(WebhookEndpointRow, (turn.by.clinic_id, endpoint_id)))


def _locked(session: Session, endpoint_id: uuid.UUID, turn: Turn) -> WebhookEndpointRow:
    turn.by.require(ROLE)
    return _standing(webhook_queries.endpoint_for_update(session, turn.by.clinic_id, endpoint_id))


def _standing(row: WebhookEndpointRow | None) -> WebhookEndpointRow:
    if row is None or row.removed_at is not None:
        raise NotFound("There is no such webhook in this clinic.")
    return row


def _add_missing(session: Session, row: WebhookEndpointRow, span: Span, turn: Turn) -> int:
    types = list(row.events or EVENT_TYPES)
    told = [one for one in types if one != TEST]
    missing = webhook_queries.events_unsent(session, (row.clinic_id, row.id), span, told, MOST_AGAIN + 1)
    if len(missing) > MOST_AGAIN:
        raise Invalid([Fault("until", f"more than {MOST_AGAIN} events", "give a shorter span, one after the other")])
    webhook_queries.add_deliveries(session, [delivery_of(event_id, row.id, turn) for event_id in missing])
    return len(missing)


def _switched_on(row: WebhookEndpointRow) -> WebhookEndpointRow:
    if row.disabled_at is not None:
        raise Conflict("The webhook is switched off; switch it on first.")
    return row


def _check(url: str | None, events: Sequence[str] | None, turn: Turn) -> None:
    """Raise Invalid with all faults; None is not looked at."""
    faults = []
    try:
        if url is not None:
            read_target(url, allow_private=turn.terms.allow_private_targets)
    except ValueError as error:
        faults.append(Fault("url", "cannot be called", str(error)))
    if events is not None and not events:
        faults.append(Fault("events", "is empty", "name events, or leave it out for all"))
    for place, kind in enumerate(events or ()):
        if kind not in EVENT_TYPES:
            faults.append(Fault(f"events.{place}", f"{kind!r} is not known", "use one of: " + ", ".join(EVENT_TYPES)))
    if faults:
        raise Invalid(faults)


def _standing_of(row: WebhookEndpointRow) -> dict[str, Any]:
    """Return an endpoint as the audit log keeps it: a path may be a secret, so its hash tells it from others."""
    target = read_target(row.url, allow_private=True)
    digest = hashlib.sha256(row.url.encode()).hexdigest()[:12]
    return {"to": str(target), "url_sha256": digest, "events": row.events, "disabled_why": row.disabled_why}


def _listed(events: Sequence[str] | None) -> list[str] | None:
    return None if events is None else list(dict.fromkeys(events))


def _write(
    session: Session,
    row: WebhookEndpointRow,
    turn: Turn,
    did: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> WebhookEndpointRow:
    """Write a change of an endpoint and its audit event."""
    session.add(row)
    audit.record(session, turn, did, ("webhook", row.id), before=before, after=after)
    session.flush()
    forget_subscriptions(session)
    return row
