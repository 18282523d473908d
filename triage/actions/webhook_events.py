"""What programs of the clinic are told: some words of the audit log are events, and each endpoint gets its delivery.

Written in the transaction of the change itself. The payload is thin: ids and a link, nothing about anybody's health.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC
from types import MappingProxyType
from typing import Any

from triage.actions.turn import Turn
from triage.records import (
    AlertRow,
    AuditEventRow,
    CheckInRow,
    EpisodeRow,
    ExpectationRow,
    ProtocolRow,
    ReplyRow,
    Session,
    WebhookDeliveryRow,
    WebhookEventRow,
    new_id,
    webhook_queries,
)
from triage.records.webhook_queries import Subscription

FORM = 1  # of the payload; rises when a name in it changes its meaning
TEST = "webhook.test"
# The word of the audit log -> the type of event. People are told anew of an alert for several reasons.
EVENT_OF: Mapping[str, str] = MappingProxyType(
    {
        "check_in_received": "check_in.submitted",
        "check_in_missed": "check_in.missed",
        "alert_opened": "alert.opened",
        "alert_escalated": "alert.escalated",
        "alert_raised": "alert.escalated",
        "alert_escalated_by_hand": "alert.escalated",
        "ack_expired": "alert.escalated",
        "snooze_ended": "alert.escalated",
        "alert_released": "alert.escalated",
        "policy_applied_again": "alert.escalated",
        "alert_back_to_open": "alert.escalated",
        "alert_back_to_acked": "alert.acknowledged",
        "alert_back_to_snoozed": "alert.snoozed",
        "alert_acknowledged": "alert.acknowledged",
        "alert_snoozed": "alert.snoozed",
        "reply_written": "alert.replied",
        "alert_resolved": "alert.closed",
        "alert_resolved_by_policy": "alert.closed",
        "episode_opened": "episode.opened",
        "episode_opened_again": "episode.opened",
        "episode_closed": "episode.closed",
        "failed_for_good": "message.failed",
        "protocol_in_effect": "protocol.activated",
    }
)
EVENT_TYPES = (*dict.fromkeys(EVENT_OF.values()), TEST)
# What a payload may say of the thing; only names of ids, and what orders the events of one alert.
IDS = ("patient_id", "episode_id", "check_in_id", "alert_id", "notification_id", "digest", "epoch")
TABLE_OF: Mapping[str, type[Any]] = MappingProxyType(
    {
        "alert": AlertRow,
        "check_in": CheckInRow,
        "episode": EpisodeRow,
        "expectation": ExpectationRow,
        "protocol": ProtocolRow,
        "reply": ReplyRow,
    }
)


def emit_change(session: Session, event: AuditEventRow, turn: Turn) -> None:
    """Emit what an audit event tells, where it is something that programs are told; else do nothing."""
    kind = EVENT_OF.get(event.did)
    if kind is not None and _wanting(session, event.clinic_id, kind):
        emit(session, turn, kind, _data(session, event, turn))


def emit(session: Session, turn: Turn, kind: str, data: Mapping[str, Any]) -> None:
    """Write an event and one delivery for each endpoint that is switched on and wants it.

    Nothing is written where no endpoint wants it. One that is switched off can be sent it later (resend).
    """
    wanting = _wanting(session, turn.by.clinic_id, kind)
    if wanting:
        event = add_event(session, turn, kind, data)
        session.add_all(delivery_of(event.id, one.endpoint_id, turn) for one in wanting if one.is_enabled)


def add_event(session: Session, turn: Turn, kind: str, data: Mapping[str, Any]) -> WebhookEventRow:
    """Write an event; who is to be told of it is up to the caller."""
    said = {"type": kind, "timestamp": turn.now.astimezone(UTC).isoformat(), "version": FORM, "data": dict(data)}
    event = WebhookEventRow(clinic_id=turn.by.clinic_id, id=new_id(), type=kind, at=turn.now, payload=said)
    session.add(event)
    return event


def delivery_of(event_id: uuid.UUID, endpoint_id: uuid.UUID, turn: Turn) -> WebhookDeliveryRow:
    """Return a delivery of an event that is due now and yet to be written."""
    return WebhookDeliveryRow(
        clinic_id=turn.by.clinic_id,
        id=new_id(),
        endpoint_id=endpoint_id,
        event_id=event_id,
        not_before=turn.now,
        made_at=turn.now,
    )


def forget_subscriptions(session: Session) -> None:
    """Let the next event of this transaction ask again who wants it."""
    session.info.pop("webhook_subscriptions", None)


def _wanting(session: Session, clinic_id: uuid.UUID, kind: str) -> list[Subscription]:
    """Return the clinic's endpoints that want such events, those that are switched off too.

    The database is asked once a transaction: a check-in may tell of several things.
    """
    known: dict[uuid.UUID, list[Subscription]] = session.info.setdefault("webhook_subscriptions", {})
    if clinic_id not in known:
        with session.no_autoflush:  # in the middle of a change, whose rows may not be whole yet
            known[clinic_id] = webhook_queries.subscriptions(session, clinic_id)
    return [one for one in known[clinic_id] if one.events is None or kind in one.events]


def _data(session: Session, event: AuditEventRow, turn: Turn) -> dict[str, Any]:
    """Return the ids of the thing and of whom it is about, and where to read how it stands now."""
    table = TABLE_OF.get(event.thing_kind)
    with session.no_autoflush:
        row = session.get(table, (event.clinic_id, uuid.UUID(event.thing_id))) if table else None
    known = {name: getattr(row, name, None) for name in IDS} | (event.after or {})
    data = {name: _plain(known[name]) for name in IDS if known.get(name) is not None}
    data |= {"clinic_id": str(event.clinic_id), f"{event.thing_kind}_id": event.thing_id}
    return data | _link(data, turn.terms.base_url)


def _link(data: Mapping[str, Any], base_url: str) -> dict[str, str]:
    """Return what to call to see more; nothing where no call shows it."""
    if "patient_id" in data:
        return {"link": f"{base_url}/api/v1/patients/{data['patient_id']}/timeline"}
    return {"link": f"{base_url}/api/v1/alerts"} if "alert_id" in data else {}


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)
