"""Webhook endpoints and their deliveries as they are shown. A secret is shown once, when it is made."""

import uuid
from collections import defaultdict
from typing import Any

from triage.actions.turn import Turn
from triage.actions.webhook_secrets import current_secret
from triage.actions.webhooks import ROLE, webhook_of
from triage.records import Session, WebhookEndpointRow, webhook_queries

SHOWN = "id url events made_at disabled_at disabled_why failing_since last_tried_at last_ok_at".split()
OF_DELIVERY = "id event_id state attempts not_before last_status last_error made_at sent_at".split()
OF_ATTEMPT = "attempt started_at finished_at result status detail".split()


def webhooks_shown(session: Session, turn: Turn) -> dict[str, Any]:
    """Return the clinic's endpoints; there are few, so they are one page."""
    turn.by.require(ROLE)
    rows = webhook_queries.endpoints(session, turn.by.clinic_id)
    return {"items": [_shown(session, row) for row in rows], "next": None}


def webhook_shown(session: Session, endpoint_id: uuid.UUID, turn: Turn) -> dict[str, Any]:
    """Return one endpoint. Raises NotFound."""
    return _shown(session, webhook_of(session, endpoint_id, turn))


def show_webhook(session: Session, row: WebhookEndpointRow, turn: Turn, *, with_secret: bool = False) -> dict[str, Any]:
    """Return an endpoint that has just been written, with its current secret where that was just made."""
    secret = {"secret": current_secret(row, turn.terms)} if with_secret else {}
    return _shown(session, row) | secret


def deliveries_shown(
    session: Session, endpoint_id: uuid.UUID, asked: tuple[str | None, uuid.UUID | None, int], turn: Turn
) -> dict[str, Any]:
    """Return a page of an endpoint's deliveries, the newest event first, and the cursor of the next page.

    `asked`: the state (None: any), the cursor (None: the first page), and how many.
    """
    row = webhook_of(session, endpoint_id, turn)
    state, after, size = asked
    found = webhook_queries.deliveries_page(session, (row.clinic_id, row.id), state, after, size + 1)
    page = found[:size]
    made = defaultdict(list)
    for attempt in webhook_queries.attempts_of(session, row.clinic_id, [delivery.id for delivery, _ in page]):
        made[attempt.delivery_id].append({name: getattr(attempt, name) for name in OF_ATTEMPT})
    items = [
        {name: getattr(delivery, name) for name in OF_DELIVERY} | {"type": event.type, "log": made[delivery.id]}
        for delivery, event in page
    ]
    return {"items": items, "next": str(page[-1][0].event_id) if len(found) > size else None}


def _shown(session: Session, row: WebhookEndpointRow) -> dict[str, Any]:
    waiting, failed = webhook_queries.counts(session, row.clinic_id, row.id)
    return {name: getattr(row, name) for name in SHOWN} | {"waiting": waiting, "failed": failed}
