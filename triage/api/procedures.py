"""Procedures over HTTP: added and corrected by a key."""

from collections.abc import Sequence
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.errors import Invalid
from triage.actions.procedures import add_procedure, correct_procedure
from triage.actions.turn import Turn
from triage.api.asking import begin_turn, check_call, identifier, wiring
from triage.api.fields import Moment, Text, words
from triage.records import ExposureRow, ProcedureRow
from triage.rules import COMMON, Fault
from triage.rules.check_in import CLOCK_TOLERANCE

ROLES = ("pigment", "diluent", "anaesthetic", "needle", "ointment")

blueprint = Blueprint("procedures", __name__, description="Sittings, and what touched the skin in them")
blueprint.before_request(check_call)


class ExposureSchema(Schema):
    """A product that touched the skin."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    product = Text(required=True)
    maker = Text()
    shade = Text()
    lot = Text()
    expiry = fields.Date()
    opened_on = fields.Date()


class CorrectionSchema(Schema):
    """What can be corrected of a procedure."""

    at = Moment(metadata={"description": "the end of needling"})
    practitioner = Text()
    areas = words(COMMON.zones)


class ProcedureSchema(CorrectionSchema):
    """A procedure as the clinic records it."""

    patient_id = fields.UUID(required=True)
    at = Moment(required=True, metadata={"description": "the end of needling"})
    exposures = fields.List(fields.Nested(ExposureSchema))


class ProcedureShownSchema(Schema):
    """A procedure."""

    id = fields.UUID()
    patient_id = fields.UUID()
    episode_id = fields.UUID()
    at = fields.DateTime()
    practitioner = fields.String(allow_none=True)
    areas = fields.List(fields.String())
    exposures = fields.List(fields.Dict())


@blueprint.post("/procedures")
@blueprint.doc(summary="Record a sitting")
@blueprint.arguments(ProcedureSchema())
@blueprint.response(201, ProcedureShownSchema)
def post_procedure(values: dict[str, Any]) -> dict[str, Any]:
    """Record a procedure; it joins the patient's open episode, else opens one."""
    turn = begin_turn()
    _check_time(values, turn)
    row, exposures = wiring().do(lambda session: add_procedure(session, values, turn), turn.by.clinic_id)
    return _shown(row, exposures)


@blueprint.patch("/procedures/<procedure_id>")
@blueprint.doc(summary="Correct a sitting; a new time judges the episode again")
@blueprint.arguments(CorrectionSchema())
@blueprint.response(200, ProcedureShownSchema)
def patch_procedure(values: dict[str, Any], procedure_id: str) -> dict[str, Any]:
    """Correct a procedure."""
    turn = begin_turn()
    _check_time(values, turn)
    which = identifier(procedure_id, "procedure")
    row = wiring().do(lambda session: correct_procedure(session, which, values, turn), turn.by.clinic_id)
    return _shown(row, ())


def _check_time(values: dict[str, Any], turn: Turn) -> None:
    at = values.get("at")
    if at is not None and at > turn.now + CLOCK_TOLERANCE:
        raise Invalid([Fault("at", f"{at.isoformat()} is in the future", "give the end of needling once it is over")])


def _shown(row: ProcedureRow, exposures: Sequence[ExposureRow]) -> dict[str, Any]:
    names = ("role", "product", "maker", "shade", "lot", "expiry", "opened_on")
    used = [{name: getattr(exposure, name) for name in names} for exposure in exposures]
    return {name: getattr(row, name) for name in ("id", "patient_id", "episode_id", "at", "practitioner", "areas")} | {
        "exposures": used
    }
