"""Who answers, over HTTP: the escalation policy and its dry run, the rota, and absences."""

import uuid
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.escalation import make_policy, policies_shown, show_policy, try_policy
from triage.actions.rota import (
    absences_shown,
    add_absence,
    add_override,
    cancel_absence,
    cancel_override,
    on_call_shown,
    set_rota,
)
from triage.api.asking import begin_turn, check_call, identifier, wiring
from triage.api.fields import Moment, Text
from triage.rules import Urgency

ALERTING = [urgency.name for urgency in Urgency if urgency]
MOST_CALLS = 200

blueprint = Blueprint("cover", __name__, description="Who answers, when, and in which order")
blueprint.before_request(check_call)


class PolicyDocumentSchema(Schema):
    """The ladder. What is left out is as in the policy that the service comes with; docs/alerts.md has every key."""

    document = fields.Raw(required=True, metadata={"type": "object"})


class PolicySchema(Schema):
    """One version of the policy."""

    id = fields.UUID(allow_none=True)
    version = fields.Integer(metadata={"description": "0: the one that the service comes with"})
    made_at = fields.DateTime(allow_none=True)
    made_by = fields.String()
    digest = fields.String(allow_none=True)
    document = fields.Raw(metadata={"type": "object"})


class PolicyPageSchema(Schema):
    """Every version, the latest first."""

    items = fields.List(fields.Nested(PolicySchema))
    next = fields.String(allow_none=True)


class DryRunQuestionSchema(Schema):
    """What to play."""

    urgency = fields.String(required=True, validate=validate.OneOf(ALERTING))
    at = Moment(required=True)
    document = fields.Raw(metadata={"type": "object", "description": "a policy to try; left out: the clinic's"})
    steps = fields.Integer(strict=True, validate=validate.Range(1, MOST_CALLS), load_default=0)


class ToldSchema(Schema):
    """One message to one person."""

    staff_id = fields.UUID()
    name = fields.String()
    stands_for = fields.String(data_key="as", attribute="as")
    channel = fields.String()
    contact_id = fields.UUID()
    address = fields.String()


class CallSchema(Schema):
    """One step of the ladder as it would happen."""

    at = fields.DateTime()
    delivered_at = fields.DateTime(metadata={"description": "later than at in quiet hours"})
    step = fields.Integer()
    cycle = fields.Integer()
    repeat = fields.Integer()
    is_fallback = fields.Boolean()
    told = fields.List(fields.Nested(ToldSchema))


class DryRunSchema(Schema):
    """Who would be told, by which way, when; and what would go wrong."""

    urgency = fields.String()
    at = fields.DateTime()
    promised_at = fields.DateTime(metadata={"description": "by when the patient is told to hear from a human"})
    calls = fields.List(fields.Nested(CallSchema))
    warnings = fields.List(fields.String())


class RotaSchema(Schema):
    """People on call in turns."""

    people = fields.List(fields.UUID(), required=True)
    starts_on = fields.Date(required=True)
    hands_over = fields.String(required=True, metadata={"description": "HH:MM by the clinic's clocks"})
    turn_days = fields.Integer(strict=True, load_default=7, validate=validate.Range(1, 366))


class OverrideSchema(Schema):
    """Somebody who is on call instead."""

    id = fields.UUID(dump_only=True)
    staff_id = fields.UUID(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)


class PersonSchema(Schema):
    """Who it is."""

    staff_id = fields.UUID()
    name = fields.String()


class OnCallSchema(Schema):
    """Who is on call now, and why."""

    on_call = fields.Nested(PersonSchema, allow_none=True)
    rota = fields.Nested(RotaSchema, allow_none=True)
    overrides = fields.List(fields.Nested(OverrideSchema))


class AbsenceSchema(Schema):
    """Somebody who is away. Where nobody would be left, there must be a deputy or a notice."""

    id = fields.UUID(dump_only=True)
    staff_id = fields.UUID(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    deputy_id = fields.UUID(allow_none=True)
    notice = Text(most=500, metadata={"description": "what patients are shown: who looks when, where to go instead"})


class AbsencePageSchema(Schema):
    """Absences that are not over."""

    items = fields.List(fields.Nested(AbsenceSchema))
    next = fields.String(allow_none=True)


@blueprint.get("/escalation-policy")
@blueprint.doc(summary="The policy that new alerts climb by")
@blueprint.response(200, PolicySchema)
def get_policy() -> dict[str, Any]:
    """Return the policy as a whole document."""
    turn = begin_turn()
    return wiring().look(lambda session: show_policy(session, turn), turn.by.clinic_id)


@blueprint.get("/escalation-policies")
@blueprint.doc(summary="Every version of the policy")
@blueprint.response(200, PolicyPageSchema)
def get_policies() -> dict[str, Any]:
    """Return every version, the latest first."""
    turn = begin_turn()
    return {"items": wiring().look(lambda session: policies_shown(session, turn), turn.by.clinic_id), "next": None}


@blueprint.put("/escalation-policy")
@blueprint.doc(summary="Make a new version: new alerts climb by it, those that run keep theirs")
@blueprint.arguments(PolicyDocumentSchema(), example={"document": {"steps": [{"targets": ["on_call"]}]}})
@blueprint.response(200, PolicySchema)
def put_policy(values: dict[str, Any]) -> dict[str, Any]:
    """Store a policy."""
    turn = begin_turn()
    return wiring().do(lambda session: make_policy(session, values["document"], turn), turn.by.clinic_id)


@blueprint.post("/escalation-policy/dry-run")
@blueprint.doc(summary="Who would be told, by which way, when; nobody is told")
@blueprint.arguments(DryRunQuestionSchema(), example={"urgency": "urgent", "at": "2026-11-28T03:00:00+01:00"})
@blueprint.response(200, DryRunSchema)
def post_dry_run(values: dict[str, Any]) -> dict[str, Any]:
    """Play an alert that nobody answers."""
    turn = begin_turn()
    urgency, document = Urgency[values["urgency"]], values.get("document")
    return wiring().look(
        lambda session: try_policy(session, urgency, values["at"], turn, document, values["steps"]), turn.by.clinic_id
    )


@blueprint.get("/on-call")
@blueprint.doc(summary="Who is on call now, the rota and its exceptions")
@blueprint.response(200, OnCallSchema)
def get_on_call() -> dict[str, Any]:
    """Return who is on call."""
    turn = begin_turn()
    return wiring().look(lambda session: on_call_shown(session, turn), turn.by.clinic_id)


@blueprint.put("/on-call/rota")
@blueprint.doc(summary="Replace the rota")
@blueprint.arguments(
    RotaSchema(),
    example={"people": ["018f0000-0000-7000-8000-000000000000"], "starts_on": "2026-03-02", "hands_over": "09:00"},
)
@blueprint.response(200, RotaSchema)
def put_rota(values: dict[str, Any]) -> Any:
    """Set who is on call in turns."""
    turn = begin_turn()
    return wiring().do(lambda session: set_rota(session, values, turn), turn.by.clinic_id)


@blueprint.post("/on-call/overrides")
@blueprint.doc(summary="Put somebody on call for a span, whatever the rota says")
@blueprint.arguments(OverrideSchema())
@blueprint.response(201, OverrideSchema)
def post_override(values: dict[str, Any]) -> Any:
    """Add an exception from the rota."""
    turn = begin_turn()
    return wiring().do(lambda session: add_override(session, values, turn), turn.by.clinic_id)


@blueprint.delete("/on-call/overrides/<override_id>")
@blueprint.doc(summary="Take an exception from the rota back")
@blueprint.response(204)
def delete_override(override_id: str) -> None:
    """Cancel an exception."""
    turn, which = begin_turn(), identifier(override_id, "entry")
    wiring().do(lambda session: cancel_override(session, which, turn), turn.by.clinic_id)


@blueprint.get("/absences")
@blueprint.doc(summary="Who is away, and who stands in")
@blueprint.response(200, AbsencePageSchema)
def get_absences() -> dict[str, Any]:
    """Return the absences that are not over."""
    turn = begin_turn()
    return {"items": wiring().look(lambda session: absences_shown(session, turn), turn.by.clinic_id), "next": None}


@blueprint.post("/absences")
@blueprint.doc(summary="Note that somebody is away")
@blueprint.arguments(AbsenceSchema())
@blueprint.response(201, AbsenceSchema)
def post_absence(values: dict[str, Any]) -> Any:
    """Add an absence."""
    turn = begin_turn()
    return wiring().do(lambda session: add_absence(session, values, turn), turn.by.clinic_id)


@blueprint.delete("/absences/<absence_id>")
@blueprint.doc(summary="Take an absence back")
@blueprint.response(204)
def delete_absence(absence_id: str) -> None:
    """Cancel an absence."""
    turn = begin_turn()
    which: uuid.UUID = identifier(absence_id, "entry")
    wiring().do(lambda session: cancel_absence(session, which, turn), turn.by.clinic_id)
