"""Alerts over HTTP: listed, acknowledged, resolved by a practitioner's key."""

from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.alert_views import alerts_shown, show_alert
from triage.actions.alerts import acknowledge_alert, resolve_alert
from triage.actions.errors import Invalid
from triage.actions.health import is_clock_late
from triage.api.asking import begin_turn, check_call, cursor, identifier, page_size, wiring
from triage.api.fields import Text
from triage.records import Session
from triage.rules import Fault
from triage.rules.alerts import OUTCOMES, USEFUL

STATES = ("open", "acked", "snoozed", "resolved")

blueprint = Blueprint("alerts", __name__, description="What waits for a practitioner's answer")
blueprint.before_request(check_call)


class EpochSchema(Schema):
    """Which standing of the alert was seen: stale ones are answered 409 with the current state."""

    epoch = fields.Integer(required=True, strict=True, validate=validate.Range(1))


class ResolveSchema(EpochSchema):
    """How the alert ended."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    note = Text(most=2000)
    useful = fields.String(validate=validate.OneOf(USEFUL))


class AlertSchema(Schema):
    """An alert: how it stands, and what its one timer will do next."""

    id = fields.UUID()
    kind = fields.String()
    state = fields.String()
    condition = fields.String(metadata={"description": "cleared: the reason has gone, a human must still look"})
    urgency = fields.String()
    epoch = fields.Integer()
    version = fields.Integer()
    step = fields.Integer()
    cycle = fields.Integer()
    next_action = fields.String(allow_none=True)
    next_action_at = fields.DateTime(allow_none=True)
    told_next = fields.List(fields.String(), metadata={"description": "roles that the timer tells if nobody answers"})
    patient_id = fields.UUID(allow_none=True)
    episode_id = fields.UUID(allow_none=True)
    check_in_id = fields.UUID(allow_none=True)
    reason = fields.String(allow_none=True, metadata={"description": "the most urgent finding in a sentence"})
    kept_report_id = fields.UUID(allow_none=True, metadata={"description": "the refused report that it is about"})
    owner_id = fields.UUID(allow_none=True)
    opened_at = fields.DateTime()
    acked_at = fields.DateTime(allow_none=True)
    exhausted_at = fields.DateTime(allow_none=True)
    resolved_at = fields.DateTime(allow_none=True)
    outcome = fields.String(allow_none=True)
    useful = fields.String(allow_none=True)
    told_count = fields.Integer()
    problem = fields.String(allow_none=True, metadata={"description": "why somebody could not be told"})


class AlertPageSchema(Schema):
    """A page of alerts."""

    items = fields.List(fields.Nested(AlertSchema))
    next = fields.String(allow_none=True)
    clock = fields.String(metadata={"description": "ok, or late: the clock does not turn, so alerts do not go out"})


@blueprint.get("/alerts")
@blueprint.doc(
    summary="List alerts, newest first",
    parameters=[{"in": "query", "name": "state", "schema": {"type": "string", "enum": list(STATES)}}],
)
@blueprint.response(200, AlertPageSchema)
def get_alerts() -> dict[str, Any]:
    """Return a page of the clinic's alerts."""
    turn = begin_turn()
    turn.by.require("practitioner", "lead")
    states, after, size = _states(), cursor(), page_size()

    def look(session: Session) -> dict[str, Any]:
        clock = "late" if is_clock_late(session, now=turn.now) else "ok"
        return {**alerts_shown(session, states, after, size, turn), "clock": clock}

    return wiring().look(look, turn.by.clinic_id)


@blueprint.post("/alerts/<alert_id>/acknowledge")
@blueprint.doc(summary="Say that you have it: the ladder stops")
@blueprint.arguments(EpochSchema(), example={"epoch": 1})
@blueprint.response(200, AlertSchema)
def post_acknowledge(values: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Acknowledge an alert as the key's member of staff."""
    turn, which = begin_turn(), identifier(alert_id, "alert")

    def acknowledge(session: Session) -> dict[str, Any]:
        return show_alert(session, acknowledge_alert(session, which, values["epoch"], turn), turn)

    return wiring().do(acknowledge, turn.by.clinic_id)


@blueprint.post("/alerts/<alert_id>/resolve")
@blueprint.doc(summary="Close it with what it turned out to be")
@blueprint.arguments(ResolveSchema(), example={"epoch": 1, "outcome": "expected_healing", "useful": "useful"})
@blueprint.response(200, AlertSchema)
def post_resolve(values: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Close an alert; the hold on later reports ends with it."""
    turn, which = begin_turn(), identifier(alert_id, "alert")

    def resolve(session: Session) -> dict[str, Any]:
        return show_alert(session, resolve_alert(session, which, values, turn), turn)

    return wiring().do(resolve, turn.by.clinic_id)


def _states() -> tuple[str, ...]:
    stated = tuple(state for part in request.args.getlist("state") for state in part.split(","))
    for state in stated:
        if state not in STATES:
            raise Invalid([Fault("state", f"{state[:20]!r} is not known", "use one of: " + ", ".join(STATES))])
    return stated
