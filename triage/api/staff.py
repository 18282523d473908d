"""Who works at the clinic, over HTTP: listed, added, let go."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.clinics import Person, let_go
from triage.actions.staff import ROLES, staff_shown, take_on
from triage.api.asking import begin_turn, check_call, identifier, wiring
from triage.api.fields import Text
from triage.records import StaffRow

blueprint = Blueprint("staff", __name__, description="Who works at the clinic")
blueprint.before_request(check_call)


class StaffSchema(Schema):
    """Somebody who works there."""

    id = fields.UUID(dump_only=True)
    name = Text(required=True)
    email = Text(required=True, most=254)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))


class StaffPageSchema(Schema):
    """Who works there now."""

    items = fields.List(fields.Nested(StaffSchema))
    next = fields.String(allow_none=True)


@blueprint.get("/staff")
@blueprint.doc(summary="List who works here now")
@blueprint.response(200, StaffPageSchema)
def get_staff() -> dict[str, Any]:
    """Return the clinic's staff, longest-serving first."""
    turn = begin_turn()
    rows = wiring().look(lambda session: staff_shown(session, turn), turn.by.clinic_id)
    return {"items": rows, "next": None}


@blueprint.post("/staff")
@blueprint.doc(summary="Add somebody; they are told of alerts from then on as the policy says")
@blueprint.arguments(StaffSchema(), example={"name": "Pat", "email": "pat@clinic.example", "role": "practitioner"})
@blueprint.response(201, StaffSchema)
def post_staff(values: dict[str, Any]) -> StaffRow:
    """Add a member of staff."""
    turn = begin_turn()
    person = Person(values["name"], values["email"], values["role"])
    return wiring().do(lambda session: take_on(session, person, turn), turn.by.clinic_id)


@blueprint.post("/staff/<staff_id>/leave")
@blueprint.doc(summary="Note that somebody does not work here any more")
@blueprint.response(200, StaffSchema)
def post_leave(staff_id: str) -> StaffRow:
    """Let somebody go."""
    turn, which = begin_turn(), identifier(staff_id, "member of staff")
    return wiring().do(lambda session: let_go(session, which, turn), turn.by.clinic_id)
