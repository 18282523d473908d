"""Webhooks go out as mail does: claim (a transaction), post (none open), settle (a transaction).

A crash between claim and settle leaves a lease that runs out, and the event is posted again under the same webhook-id.
"""

import json
import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions import audit
from triage.actions.turn import ClockTurn
from triage.actions.webhook_secrets import signing_secrets
from triage.channels import Sent
from triage.channels.webhook import Post, Posted
from triage.records import (
    NotificationRow,
    Session,
    StaffRow,
    WebhookAttemptRow,
    WebhookEndpointRow,
    WebhookEventRow,
    lookups,
    new_id,
    webhook_queries,
)
from triage.records.webhook_queries import Lease
from triage.rules import Urgency
from triage.rules.redelivery import is_broken, post_again_at

Key = tuple[uuid.UUID, uuid.UUID]
ABOUT_DISABLED = "webhook_disabled"
TOLD = ("lead",)


class PostErrand(NamedTuple):
    """A claimed delivery, with what is to be posted."""

    clinic_id: uuid.UUID
    endpoint_id: uuid.UUID
    delivery_id: uuid.UUID
    lease: Lease
    tries: int
    post: Post


def claim_post(session: Session, endpoint: Key, worker: str, clock: ClockTurn, lease: timedelta) -> PostErrand | None:
    """Claim what an endpoint should be told next; None where nothing is due any more, or others have it."""
    until = clock.now + lease
    row = webhook_queries.claim_delivery(session, endpoint, worker=worker, now=clock.now, lease_until=until)
    if row is None:
        return None
    to = session.get(WebhookEndpointRow, (row.clinic_id, row.endpoint_id), populate_existing=True)
    event = session.get(WebhookEventRow, (row.clinic_id, row.event_id))
    if to is None or event is None:
        raise LookupError("the keys of a delivery see to its endpoint and event")
    # Sorted, since a database may give the names of a JSON object in another order.
    body = json.dumps(event.payload, sort_keys=True, separators=(",", ":")).encode()
    post = Post(to.url, f"msg_{event.id}", clock.now, body, signing_secrets(to, clock.terms, clock.now))
    return PostErrand(*endpoint, row.id, Lease(worker, row.attempts), row.tries, post)


def settle_post(session: Session, errand: PostErrand, posted: Posted, clock: ClockTurn, chance: float) -> None:
    """Write how a post ended. Where the lease was lost meanwhile, only the attempt is kept."""
    key = (errand.clinic_id, errand.endpoint_id)
    to = webhook_queries.endpoint_for_update(session, *key)
    if to is None:
        raise LookupError("an endpoint keeps its row, also when it is removed")
    values = _settled_values(errand, posted, to, clock.now, chance)
    kept = webhook_queries.settle_delivery(session, (errand.clinic_id, errand.delivery_id), errand.lease, values)
    session.add(_attempt(errand, posted, clock.now, kept=kept))
    if not kept:
        return
    is_ok = isinstance(posted.result, Sent)
    webhook_queries.note_answer(session, key, now=clock.now, is_ok=is_ok)
    if not is_ok:
        _give_up(session, errand, posted, to, clock)


def _settled_values(
    errand: PostErrand, posted: Posted, to: WebhookEndpointRow, now: datetime, chance: float
) -> dict[str, object]:
    result = posted.result
    if isinstance(result, Sent):
        return {"state": "sent", "sent_at": now, "last_status": posted.status, "last_error": None}
    tries = errand.tries + 1
    failed = {"tries": tries, "last_status": posted.status, "last_error": result.reason}
    if to.removed_at is not None:
        return {"state": "cancelled", **failed}
    asked = None if result.retry_after is None else timedelta(seconds=result.retry_after)
    again_at = None if result.permanent else post_again_at(tries, now, chance, asked)
    if again_at is None:
        return {"state": "failed", **failed}
    return {"state": "pending", "not_before": again_at, **failed}


def _attempt(errand: PostErrand, posted: Posted, now: datetime, *, kept: bool) -> WebhookAttemptRow:
    result, detail = "sent", None
    if not isinstance(posted.result, Sent):
        result, detail = "failed_for_good" if posted.result.permanent else "failed_for_now", posted.result.reason
    return WebhookAttemptRow(
        clinic_id=errand.clinic_id,
        id=new_id(),
        delivery_id=errand.delivery_id,
        attempt=errand.lease.attempt,
        started_at=errand.post.at,
        finished_at=now,
        result=result if kept else "lease_lost",
        status=posted.status,
        detail=detail,
    )


def _give_up(session: Session, errand: PostErrand, posted: Posted, to: WebhookEndpointRow, clock: ClockTurn) -> None:
    """Switch an endpoint off that is gone or has failed for days, and tell the leads. What waits for it is kept."""
    is_gone = not isinstance(posted.result, Sent) and posted.result.permanent
    if to.disabled_at is not None or to.removed_at is not None:
        return
    if not is_gone and not is_broken(to.failing_since, errand.tries + 1, clock.now):
        return
    to.disabled_at, to.disabled_why = clock.now, "gone" if is_gone else "failing"
    session.add(to)
    after = {"why": to.disabled_why, "failing_since": to.failing_since or clock.now}
    audit.record(session, clock.at(errand.clinic_id), "webhook_disabled", ("webhook", to.id), after=after)
    for person in lookups.staff_of(session, errand.clinic_id, TOLD):
        session.add(_notice(session, person, clock.now))


def _notice(session: Session, person: StaffRow, now: datetime) -> NotificationRow:
    contact = webhook_queries.mail_contact(session, person.clinic_id, person.id)
    return NotificationRow(
        clinic_id=person.clinic_id,
        staff_id=person.id,
        contact_id=contact.id if contact else None,
        kind="notice",
        about=ABOUT_DISABLED,
        channel="email",
        contact=contact.address if contact else person.email,
        priority=Urgency.same_day,
        not_before=now,
        created_at=now,
    )
