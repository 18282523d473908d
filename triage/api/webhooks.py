"""Webhooks over HTTP: a lead or an admin says which programs of the clinic are told, and sees what became of it."""

from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.errors import Invalid
from triage.actions.turn import Turn
from triage.actions.webhook_events import EVENT_TYPES
from triage.actions.webhook_views import deliveries_shown, show_webhook, webhook_shown, webhooks_shown
from triage.actions.webhooks import (
    ROLE,
    add_webhook,
    change_webhook,
    remove_webhook,
    resend_one,
    resend_span,
    rotate_secret,
    test_webhook,
)
from triage.api.asking import begin_turn, check_call, cursor, identifier, page_size, wiring
from triage.api.fields import Moment, words
from triage.records import Session
from triage.records.webhook_queries import Span
from triage.rules import Fault

BODILESS = ("webhooks.post_rotate", "webhooks.post_test")
STATES = ("pending", "leased", "sent", "failed", "cancelled")

blueprint = Blueprint("webhooks", __name__, description="Programs of the clinic that are told what happens")


@blueprint.before_request
def check_caller() -> None:
    """Refuse whoever is no lead before anything is read; then what check_call refuses, where there is a body."""
    begin_turn().by.require(ROLE)
    if request.endpoint not in BODILESS:
        check_call()


class WebhookSchema(Schema):
    """Where to post, and what."""

    url = fields.String(required=True, metadata={"description": "https, and no address of a private network"})
    events = words(EVENT_TYPES, allow_none=True, metadata={"description": "null or left out: all"})


class WebhookChangeSchema(Schema):
    """What can be changed of a webhook."""

    url = fields.String()
    events = words(EVENT_TYPES, allow_none=True)
    enabled = fields.Boolean(
        truthy={True}, falsy={False}, metadata={"description": "true: what has waited is sent now"}
    )


class WebhookShownSchema(Schema):
    """A webhook, and how it fares."""

    id = fields.UUID()
    url = fields.String()
    events = fields.List(fields.String(), allow_none=True)
    secret = fields.String(metadata={"description": "shown once, when it is made; posts are signed with it"})
    made_at = fields.DateTime()
    disabled_at = fields.DateTime(allow_none=True)
    disabled_why = fields.String(allow_none=True, metadata={"description": "by_hand, failing (for 5 days), gone (410)"})
    failing_since = fields.DateTime(allow_none=True)
    last_tried_at = fields.DateTime(allow_none=True)
    last_ok_at = fields.DateTime(allow_none=True)
    waiting = fields.Integer(metadata={"description": "deliveries that are yet to be sent"})
    failed = fields.Integer(metadata={"description": "dead letters: given up after three days"})


class WebhookPageSchema(Schema):
    """The clinic's webhooks."""

    items = fields.List(fields.Nested(WebhookShownSchema))
    next = fields.String(allow_none=True)


class AttemptSchema(Schema):
    """One attempt to post."""

    attempt = fields.Integer()
    started_at = fields.DateTime()
    finished_at = fields.DateTime()
    result = fields.String()
    status = fields.Integer(allow_none=True, metadata={"description": "HTTP; null: there was no answer"})
    detail = fields.String(allow_none=True)


class WebhookDeliverySchema(Schema):
    """One event for one webhook."""

    id = fields.UUID()
    event_id = fields.UUID(metadata={"description": "the webhook-id header is msg_ and this"})
    type = fields.String(validate=validate.OneOf(EVENT_TYPES))
    state = fields.String(validate=validate.OneOf(STATES), metadata={"description": "failed: a dead letter"})
    attempts = fields.Integer()
    not_before = fields.DateTime()
    last_status = fields.Integer(allow_none=True)
    last_error = fields.String(allow_none=True)
    made_at = fields.DateTime()
    sent_at = fields.DateTime(allow_none=True)
    log = fields.List(fields.Nested(AttemptSchema))


class WebhookDeliveryPageSchema(Schema):
    """A page of deliveries."""

    items = fields.List(fields.Nested(WebhookDeliverySchema))
    next = fields.String(allow_none=True)


class ResendSchema(Schema):
    """Either one delivery, or a span of time."""

    delivery_id = fields.UUID()
    since = Moment()
    until = Moment(metadata={"description": "left out: up to now"})
    only_failed = fields.Boolean(
        truthy={True},
        falsy={False},
        metadata={"description": "dead letters only; else also what was sent, and what happened while it was off"},
    )


class ResentSchema(Schema):
    """How many deliveries are sent again."""

    count = fields.Integer()


class TestedSchema(Schema):
    """The delivery of the test, to be looked up among the deliveries."""

    delivery_id = fields.UUID()
    event_id = fields.UUID()


@blueprint.get("/webhooks")
@blueprint.doc(summary="List the clinic's webhooks")
@blueprint.response(200, WebhookPageSchema)
def get_webhooks() -> dict[str, Any]:
    """Return the clinic's webhooks."""
    turn = begin_turn()
    return wiring().look(lambda session: webhooks_shown(session, turn), turn.by.clinic_id)


@blueprint.post("/webhooks")
@blueprint.doc(summary="Add a webhook; its secret is in the answer and shown this once")
@blueprint.arguments(
    WebhookSchema(), example={"url": "https://example.org/hooks", "events": ["alert.opened", "alert.closed"]}
)
@blueprint.response(201, WebhookShownSchema)
def post_webhook(values: dict[str, Any]) -> dict[str, Any]:
    """Add a webhook."""
    turn = begin_turn()

    def add(session: Session) -> dict[str, Any]:
        row = add_webhook(session, values["url"], values.get("events"), turn)
        return show_webhook(session, row, turn, with_secret=True)

    return wiring().do(add, turn.by.clinic_id)


@blueprint.get("/webhooks/<webhook_id>")
@blueprint.doc(summary="A webhook, and how it fares")
@blueprint.response(200, WebhookShownSchema)
def get_webhook(webhook_id: str) -> dict[str, Any]:
    """Return one webhook."""
    turn, which = begin_turn(), identifier(webhook_id, "webhook")
    return wiring().look(lambda session: webhook_shown(session, which, turn), turn.by.clinic_id)


@blueprint.patch("/webhooks/<webhook_id>")
@blueprint.doc(summary="Change a webhook, or switch it off and on")
@blueprint.arguments(WebhookChangeSchema(), example={"enabled": True})
@blueprint.response(200, WebhookShownSchema)
def patch_webhook(values: dict[str, Any], webhook_id: str) -> dict[str, Any]:
    """Change a webhook."""
    turn, which = begin_turn(), identifier(webhook_id, "webhook")

    def change(session: Session) -> dict[str, Any]:
        return show_webhook(session, change_webhook(session, which, values, turn), turn)

    return wiring().do(change, turn.by.clinic_id)


@blueprint.delete("/webhooks/<webhook_id>")
@blueprint.doc(summary="Remove a webhook; what waits for it is not sent any more")
@blueprint.response(204)
def delete_webhook(webhook_id: str) -> None:
    """Remove a webhook."""
    turn, which = begin_turn(), identifier(webhook_id, "webhook")
    wiring().do(lambda session: remove_webhook(session, which, turn), turn.by.clinic_id)


@blueprint.post("/webhooks/<webhook_id>/rotate")
@blueprint.doc(summary="Make a new secret, shown this once; for a day the old one signs too")
@blueprint.response(200, WebhookShownSchema)
def post_rotate(webhook_id: str) -> dict[str, Any]:
    """Rotate a webhook's secret."""
    turn, which = begin_turn(), identifier(webhook_id, "webhook")

    def rotate(session: Session) -> dict[str, Any]:
        return show_webhook(session, rotate_secret(session, which, turn), turn, with_secret=True)

    return wiring().do(rotate, turn.by.clinic_id)


@blueprint.post("/webhooks/<webhook_id>/test")
@blueprint.doc(summary="Send an event of type webhook.test")
@blueprint.response(202, TestedSchema)
def post_test(webhook_id: str) -> dict[str, Any]:
    """Send a test."""
    turn, which = begin_turn(), identifier(webhook_id, "webhook")
    row = wiring().do(lambda session: test_webhook(session, which, turn), turn.by.clinic_id)
    return {"delivery_id": row.id, "event_id": row.event_id}


@blueprint.get("/webhooks/<webhook_id>/deliveries")
@blueprint.doc(
    summary="What became of each event, the newest first; state=failed: the dead letters",
    parameters=[{"in": "query", "name": "state", "schema": {"type": "string", "enum": list(STATES)}}],
)
@blueprint.response(200, WebhookDeliveryPageSchema)
def get_deliveries(webhook_id: str) -> dict[str, Any]:
    """Return a page of a webhook's deliveries."""
    turn, which = begin_turn(), identifier(webhook_id, "webhook")
    state, after, size = _state(), cursor(), page_size()
    return wiring().look(
        lambda session: deliveries_shown(session, which, (state, after, size), turn), turn.by.clinic_id
    )


@blueprint.post("/webhooks/<webhook_id>/resend")
@blueprint.doc(summary="Send one delivery again, or all of a span of time, under the same webhook-id")
@blueprint.arguments(ResendSchema(), example={"since": "2026-11-20T00:00:00Z", "only_failed": True})
@blueprint.response(202, ResentSchema)
def post_resend(values: dict[str, Any], webhook_id: str) -> dict[str, Any]:
    """Send again."""
    turn, which = begin_turn(), identifier(webhook_id, "webhook")
    span = _span(values, turn)

    def resend(session: Session) -> dict[str, Any]:
        if span is None:
            return {"count": resend_one(session, which, values["delivery_id"], turn)}
        return {"count": resend_span(session, which, span, turn)}

    return wiring().do(resend, turn.by.clinic_id)


def _span(values: dict[str, Any], turn: Turn) -> Span | None:
    """Return the span of a resend; None: it is about one delivery. Raises Invalid where it is neither, or both."""
    if ("delivery_id" in values) == ("since" in values) or ("delivery_id" in values and len(values) > 1):
        raise Invalid([Fault("", "is neither one delivery nor a span", "give delivery_id, or since and perhaps until")])
    if "delivery_id" in values:
        return None
    return Span(values["since"], values.get("until", turn.now), values.get("only_failed", False))


def _state() -> str | None:
    stated = request.args.get("state")
    if stated is not None and stated not in STATES:
        raise Invalid([Fault("state", f"{stated[:20]!r} is not known", "use one of: " + ", ".join(STATES))])
    return stated
