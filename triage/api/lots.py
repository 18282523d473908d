"""Lots over HTTP: who received one, as a list or for a mail merge; all of them asked today; a lot held."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.lots import Lot, ask_all, hold_lot, lift_hold, read_lot, who_received
from triage.actions.lots_table import as_csv
from triage.api.asking import begin_turn, check_call, identifier, wiring
from triage.api.fields import Text
from triage.records.procedure import ROLES

blueprint = Blueprint("lots", __name__, description="Who received which lot, and what is done about it")
blueprint.before_request(check_call)
NARROW = [
    {"in": "query", "name": "role", "schema": {"type": "string", "enum": list(ROLES)}},
    {"in": "query", "name": "product", "schema": {"type": "string"}},
]


class ReceivedSchema(Schema):
    """Somebody on whom a lot was used, once."""

    patient_id = fields.UUID()
    reference = fields.String()
    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    language = fields.String()
    at = fields.DateTime(metadata={"description": "of the procedure"})
    practitioner = fields.String(allow_none=True)
    role = fields.String()
    product = fields.String()
    maker = fields.String(allow_none=True)
    shade = fields.String(allow_none=True)
    lot = fields.String(metadata={"description": "as it was written down"})
    expiry = fields.Date(allow_none=True)


class ReceivedPageSchema(Schema):
    """Everybody on whom a lot was used."""

    items = fields.List(fields.Nested(ReceivedSchema))
    next = fields.String(allow_none=True)


class LotSchema(Schema):
    """Which use of a lot number is meant, where several products have it."""

    role = fields.String(validate=validate.OneOf(ROLES))
    product = Text()


class LotHoldSchema(LotSchema):
    """Why a lot is held."""

    why = Text(required=True, most=500)


class RoundSchema(Schema):
    """What came of asking everybody."""

    people = fields.Integer()
    asked = fields.Integer()
    unasked = fields.Dict(metadata={"description": "why others were not, and how many people that is"})


class LotHoldShownSchema(Schema):
    """A lot that is not to be used, or was not to be."""

    id = fields.UUID()
    role = fields.String()
    product = fields.String()
    lot = fields.String()
    why = fields.String()
    placed_at = fields.DateTime()
    placed_by = fields.String()
    lifted_at = fields.DateTime(allow_none=True)
    lifted_by = fields.String(allow_none=True)


@blueprint.get("/lots/<lot>")
@blueprint.doc(
    summary="Who received a lot, the latest first",
    parameters=[*NARROW, {"in": "query", "name": "format", "schema": {"type": "string", "enum": ["json", "csv"]}}],
)
@blueprint.response(200, ReceivedPageSchema)
def get_lot(lot: str) -> Any:
    """Return everybody on whom a lot was used; spaces, dashes and capitals of its number make no difference."""
    turn = begin_turn()
    wanted = read_lot(lot, request.args.get("role", ""), request.args.get("product", ""))
    found = wiring().look(lambda session: who_received(session, wanted, turn), turn.by.clinic_id)
    if request.args.get("format") == "csv":
        headers = {"Content-Disposition": 'attachment; filename="received.csv"', "Cache-Control": "no-store"}
        return Response(as_csv(found), content_type="text/csv; charset=utf-8", headers=headers)
    return {"items": [one._asdict() for one in found], "next": None}


@blueprint.post("/lots/<lot>/ask")
@blueprint.doc(summary="Ask everybody who received it for a check-in today")
@blueprint.arguments(LotSchema(), example={"role": "pigment"})
@blueprint.response(200, RoundSchema)
def post_ask(values: dict[str, Any], lot: str) -> dict[str, Any]:
    """Ask everybody whom messages reach and who agreed to them."""
    turn, wanted = begin_turn(), _lot(lot, values)
    return wiring().do(lambda session: ask_all(session, wanted, turn)._asdict(), turn.by.clinic_id)


@blueprint.post("/lots/<lot>/hold")
@blueprint.doc(summary="Hold a lot: it is not to be used")
@blueprint.arguments(LotHoldSchema(), example={"role": "pigment", "product": "Dark ash", "why": "two infections"})
@blueprint.response(201, LotHoldShownSchema)
def post_hold(values: dict[str, Any], lot: str) -> dict[str, Any]:
    """Hold a lot, with the reason for whoever finds it held."""
    turn, wanted = begin_turn(), _lot(lot, values)
    return wiring().do(lambda session: hold_lot(session, wanted, values["why"], turn).model_dump(), turn.by.clinic_id)


@blueprint.post("/lot-holds/<hold_id>/lift")
@blueprint.doc(summary="Let a lot be used again")
@blueprint.arguments(Schema(), example={})
@blueprint.response(200, LotHoldShownSchema)
def post_lift(_: dict[str, Any], hold_id: str) -> dict[str, Any]:
    """Lift a hold."""
    turn, which = begin_turn(), identifier(hold_id, "hold")
    return wiring().do(lambda session: lift_hold(session, which, turn).model_dump(), turn.by.clinic_id)


def _lot(lot: str, values: dict[str, Any]) -> Lot:
    return read_lot(lot, values.get("role", ""), values.get("product", ""))
