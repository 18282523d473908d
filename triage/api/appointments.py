"""A patient's next session over HTTP: noted, moved, cancelled, and decided about."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.appointments import (
    add_appointment,
    cancel_appointment,
    decide_appointment,
    list_appointments,
    move_appointment,
    show_appointment,
)
from triage.api.asking import begin_turn, check_call, identifier, wiring
from triage.api.fields import Moment, Text
from triage.records.desk import DECISIONS

blueprint = Blueprint("appointments", __name__, description="The next session, and whether it can go ahead")
blueprint.before_request(check_call)


class MoveSchema(Schema):
    """When the patient comes."""

    at = Moment(required=True)


class AppointmentSchema(MoveSchema):
    """Who comes, and when."""

    patient_id = fields.UUID(required=True)


class DecisionSchema(Schema):
    """What is done about a session whose last one is not over."""

    decision = fields.String(required=True, validate=validate.OneOf(DECISIONS))
    reason = Text(required=True, most=500)
    seen = Moment(metadata={"description": "looked_at as it was when you decided; a later look is answered with 409"})


class AppointmentShownSchema(Schema):
    """An appointment; `why_not`: what of the last session is not over, null while nothing is known of it."""

    id = fields.UUID()
    patient_id = fields.UUID()
    at = fields.DateTime()
    cancelled_at = fields.DateTime(allow_none=True)
    look_at = fields.DateTime(metadata={"description": "when the service looks whether the last session is over"})
    looked_at = fields.DateTime(allow_none=True)
    why_not = fields.List(fields.String(), allow_none=True)
    decision = fields.String(allow_none=True)
    decided_at = fields.DateTime(allow_none=True)
    decided_by = fields.UUID(allow_none=True)
    reason = fields.String(allow_none=True)


class AppointmentPageSchema(Schema):
    """A patient's appointments."""

    items = fields.List(fields.Nested(AppointmentShownSchema))
    next = fields.String(allow_none=True)


@blueprint.post("/appointments")
@blueprint.doc(summary="Note a patient's next session")
@blueprint.arguments(AppointmentSchema())
@blueprint.response(201, AppointmentShownSchema)
def post_appointment(values: dict[str, Any]) -> dict[str, Any]:
    """Add an appointment; the same moment again is the first one."""
    turn = begin_turn()
    return wiring().do(
        lambda session: show_appointment(add_appointment(session, values["patient_id"], values["at"], turn)),
        turn.by.clinic_id,
    )


@blueprint.get("/patients/<patient_id>/appointments")
@blueprint.doc(summary="A patient's appointments, cancelled ones too")
@blueprint.response(200, AppointmentPageSchema)
def get_appointments(patient_id: str) -> dict[str, Any]:
    """Return the appointments, the next or latest first."""
    turn, which = begin_turn(), identifier(patient_id, "patient")
    rows = wiring().look(lambda session: list_appointments(session, which, turn), turn.by.clinic_id)
    return {"items": [show_appointment(row) for row in rows], "next": None}


@blueprint.post("/appointments/<appointment_id>/move")
@blueprint.doc(summary="Give an appointment another moment")
@blueprint.arguments(MoveSchema())
@blueprint.response(200, AppointmentShownSchema)
def post_move(values: dict[str, Any], appointment_id: str) -> dict[str, Any]:
    """Move an appointment; it is looked at anew."""
    turn, which = begin_turn(), identifier(appointment_id, "appointment")
    return wiring().do(
        lambda session: show_appointment(move_appointment(session, which, values["at"], turn)), turn.by.clinic_id
    )


@blueprint.post("/appointments/<appointment_id>/cancel")
@blueprint.doc(summary="The patient does not come then")
@blueprint.arguments(Schema.from_dict({})())
@blueprint.response(200, AppointmentShownSchema)
def post_cancel(values: dict[str, Any], appointment_id: str) -> dict[str, Any]:
    """Cancel an appointment; twice is as once."""
    turn, which = begin_turn(), identifier(appointment_id, "appointment")
    return wiring().do(lambda session: show_appointment(cancel_appointment(session, which, turn)), turn.by.clinic_id)


@blueprint.post("/appointments/<appointment_id>/decide")
@blueprint.doc(summary="Let the session go ahead or postpone it, with the reason")
@blueprint.arguments(DecisionSchema())
@blueprint.response(200, AppointmentShownSchema)
def post_decision(values: dict[str, Any], appointment_id: str) -> dict[str, Any]:
    """Decide about an appointment, as the person whose key it is."""
    turn, which = begin_turn(), identifier(appointment_id, "appointment")
    said = values["decision"], values["reason"]
    return wiring().do(
        lambda session: show_appointment(decide_appointment(session, which, *said, turn=turn, seen=values.get("seen"))),
        turn.by.clinic_id,
    )
