"""Alerts over HTTP: listed, and answered by a practitioner's key."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.alert_views import alerts_shown, show_alert
from triage.actions.answers import (
    acknowledge_alert,
    apply_policy_again,
    assign_alert,
    escalate_alert,
    note_alert,
    release_alert,
    resolve_alert,
    snooze_alert,
)
from triage.actions.errors import Invalid
from triage.actions.health import is_clock_late
from triage.actions.replies import MESSAGE, PAGE_ONLY, UNREACHED, reply_to_patient
from triage.actions.turn import Turn
from triage.api.asking import (
    KEY_HEADER,
    begin_turn,
    check_call,
    cursor,
    idempotency_key,
    identifier,
    page_size,
    wiring,
)
from triage.api.fields import Text
from triage.records import AlertRow, Session
from triage.rules import Fault
from triage.rules.alerts import OUTCOMES, SERIOUSNESS, USEFUL

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
    seriousness = fields.List(
        fields.String(validate=validate.OneOf(SERIOUSNESS)),
        metadata={"description": "what came of it; empty: nothing of these. Not with expected_healing"},
    )


class SnoozeSchema(EpochSchema):
    """Until when nobody needs to be told, and why."""

    until = fields.AwareDateTime(required=True)
    reason = Text(required=True, most=500)


class EscalateSchema(EpochSchema):
    """`step`: the one that was seen; where the alert has moved on since, nothing happens."""

    step = fields.Integer(strict=True, validate=validate.Range(0))


class AssignSchema(EpochSchema):
    """Who is asked to take it."""

    staff_id = fields.UUID(required=True)


class NoteSchema(EpochSchema):
    """What was done."""

    note = Text(required=True, most=2000)


class ReplySchema(Schema):
    """What to write to the patient, and optionally which standing of the alert was seen."""

    text = Text(required=True, most=2000)
    epoch = fields.Integer(strict=True, validate=validate.Range(1))


class AlertSchema(Schema):
    """An alert: how it stands, and what its one timer will do next."""

    id = fields.UUID()
    kind = fields.String()
    about = fields.String(allow_none=True, metadata={"description": "what kind of silence or trouble, as a word"})
    state = fields.String()
    condition = fields.String(metadata={"description": "cleared: the reason has gone, a human must still look"})
    urgency = fields.String()
    epoch = fields.Integer(metadata={"description": "rises whenever people are told anew"})
    version = fields.Integer()
    step = fields.Integer(metadata={"description": "from 0; one beyond the policy's last is its fallback"})
    cycle = fields.Integer()
    repeat = fields.Integer()
    next_action = fields.String(allow_none=True, metadata={"description": "step, ack_timeout or snooze_end"})
    next_action_at = fields.DateTime(allow_none=True)
    told_next = fields.List(fields.String(), metadata={"description": "whom the timer tells if nobody answers"})
    patient_id = fields.UUID(allow_none=True)
    episode_id = fields.UUID(allow_none=True)
    check_in_id = fields.UUID(allow_none=True)
    reason = fields.String(allow_none=True, metadata={"description": "the most urgent finding in a sentence"})
    kept_report_id = fields.UUID(allow_none=True, metadata={"description": "the refused report that it is about"})
    owner_id = fields.UUID(allow_none=True)
    assigned_to_id = fields.UUID(allow_none=True, metadata={"description": "asked to take it, and has not said yes"})
    opened_at = fields.DateTime()
    acked_at = fields.DateTime(allow_none=True)
    snooze_until = fields.DateTime(allow_none=True)
    exhausted_at = fields.DateTime(allow_none=True, metadata={"description": "since when every step has been told"})
    resolved_at = fields.DateTime(allow_none=True)
    outcome = fields.String(allow_none=True)
    useful = fields.String(allow_none=True)
    seriousness = fields.List(
        fields.String(), allow_none=True, metadata={"description": "what came of it; null: it was not asked"}
    )
    told_count = fields.Integer()
    problem = fields.String(allow_none=True, metadata={"description": "why somebody could not be told"})
    promised_at = fields.DateTime(allow_none=True, metadata={"description": "by when the patient was promised to hear"})
    promise = fields.String(allow_none=True, metadata={"description": "running, kept, or broken: the patient knows"})
    policy_id = fields.UUID(allow_none=True, metadata={"description": "null: the policy that the service comes with"})
    reopened_from_id = fields.UUID(allow_none=True, metadata={"description": "the closed alert that came before"})


class ReplyShownSchema(Schema):
    """A reply, and how the patient will learn of it."""

    id = fields.UUID()
    at = fields.String()
    learns_by = fields.String(validate=validate.OneOf((MESSAGE, PAGE_ONLY)))
    why = fields.String(
        allow_none=True, validate=validate.OneOf(tuple(UNREACHED)), metadata={"description": "why by no message"}
    )
    sent_from = fields.String(
        allow_none=True, metadata={"description": "when the message goes out: at once if urgent, else not at night"}
    )
    must_call = fields.Boolean(metadata={"description": "no message reaches them, and it is urgent: call the patient"})
    what_now = fields.String(metadata={"description": "the same in a sentence"})
    takes = fields.Boolean(metadata={"description": "whether replying has taken the alert"})


class AlertRepliedSchema(AlertSchema):
    """The alert as it stands, with the reply."""

    reply = fields.Nested(ReplyShownSchema)


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
    return _answer(alert_id, lambda session, which, turn: acknowledge_alert(session, which, values["epoch"], turn))


@blueprint.post("/alerts/<alert_id>/resolve")
@blueprint.doc(summary="Close it with what it turned out to be")
@blueprint.arguments(ResolveSchema(), example={"epoch": 1, "outcome": "expected_healing", "useful": "useful"})
@blueprint.response(200, AlertSchema)
def post_resolve(values: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Close an alert; the hold on later reports ends with it."""
    return _answer(alert_id, lambda session, which, turn: resolve_alert(session, which, values, turn))


@blueprint.post("/alerts/<alert_id>/snooze")
@blueprint.doc(summary="Put it off: nobody is told until then")
@blueprint.arguments(SnoozeSchema(), example={"epoch": 1, "until": "2026-03-02T14:00:00Z", "reason": "called, at work"})
@blueprint.response(200, AlertSchema)
def post_snooze(values: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Put an alert off until a time that the policy allows."""
    return _answer(alert_id, lambda session, which, turn: snooze_alert(session, which, values, turn))


@blueprint.post("/alerts/<alert_id>/escalate")
@blueprint.doc(summary="Tell the next people at once")
@blueprint.arguments(EscalateSchema(), example={"epoch": 1, "step": 0})
@blueprint.response(200, AlertSchema)
def post_escalate(values: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Climb one step now."""
    seen = values["epoch"], values.get("step")
    return _answer(alert_id, lambda session, which, turn: escalate_alert(session, which, *seen, turn))


@blueprint.post("/alerts/<alert_id>/assign")
@blueprint.doc(summary="Ask somebody to take it")
@blueprint.arguments(AssignSchema(), example={"epoch": 1, "staff_id": "018f0000-0000-7000-8000-000000000000"})
@blueprint.response(200, AlertSchema)
def post_assign(values: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Hand an alert over; it changes hands when they say yes."""
    to = values["epoch"], values["staff_id"]
    return _answer(alert_id, lambda session, which, turn: assign_alert(session, which, *to, turn))


@blueprint.post("/alerts/<alert_id>/release")
@blueprint.doc(summary="Give it back: everybody is told anew")
@blueprint.arguments(EpochSchema(), example={"epoch": 1})
@blueprint.response(200, AlertSchema)
def post_release(values: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Undo an acknowledgement, or end putting it off."""
    return _answer(alert_id, lambda session, which, turn: release_alert(session, which, values["epoch"], turn))


@blueprint.post("/alerts/<alert_id>/note")
@blueprint.doc(summary="Write down what was done; it gives whoever has it new time")
@blueprint.arguments(NoteSchema(), example={"epoch": 1, "note": "Called, comes in at 15:00."})
@blueprint.response(200, AlertSchema)
def post_note(values: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Write a note."""
    said = values["epoch"], values["note"]
    return _answer(alert_id, lambda session, which, turn: note_alert(session, which, *said, turn))


@blueprint.post("/alerts/<alert_id>/reply")
@blueprint.doc(
    summary="Write to the patient; an open alert is yours with it",
    description="The text shows on the patient's page; a message says only that there is one. `epoch` may be left out: "
    "then an alert that has got worse since it was opened is not taken by it. The same Idempotency-Key again writes "
    "nothing and gives the same `reply`.",
    parameters=[KEY_HEADER],
)
@blueprint.arguments(ReplySchema(), example={"text": "Thank you. Please come in at 15:00.", "epoch": 1})
@blueprint.response(200, AlertRepliedSchema)
def post_reply(values: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Write to the patient of an alert."""
    turn, which, key = begin_turn(), identifier(alert_id, "alert"), idempotency_key()

    def write(session: Session) -> dict[str, Any]:
        row, reply = reply_to_patient(session, which, values, turn, key)
        return {**show_alert(session, row, turn), "reply": reply}

    return wiring().do(write, turn.by.clinic_id)


@blueprint.post("/alerts/<alert_id>/reapply-policy")
@blueprint.doc(summary="Let it climb by the clinic's latest policy, from the first step")
@blueprint.arguments(EpochSchema(), example={"epoch": 1})
@blueprint.response(200, AlertSchema)
def post_policy(values: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Apply the latest policy to an alert that runs under an older one."""
    return _answer(alert_id, lambda session, which, turn: apply_policy_again(session, which, values["epoch"], turn))


def _answer(alert_id: str, act: Callable[[Session, uuid.UUID, Turn], AlertRow]) -> dict[str, Any]:
    """Do something about an alert and return how it stands then."""
    turn, which = begin_turn(), identifier(alert_id, "alert")
    return wiring().do(lambda session: show_alert(session, act(session, which, turn), turn), turn.by.clinic_id)


def _states() -> tuple[str, ...]:
    stated = tuple(state for part in request.args.getlist("state") for state in part.split(","))
    for state in stated:
        if state not in STATES:
            raise Invalid([Fault("state", f"{state[:20]!r} is not known", "use one of: " + ", ".join(STATES))])
    return stated
