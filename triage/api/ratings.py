"""How a result looks over HTTP: the patient rates with their token, a practitioner with their key."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.errors import Invalid
from triage.actions.ratings import BEST, WORST, rate_result, show_rating
from triage.api.asking import begin_turn, check_call, wiring
from triage.records.outcome import ASPECTS, RATED_BY
from triage.rules import Fault

blueprint = Blueprint("ratings", __name__, description="How the healed result looks, from day 28 on")
blueprint.before_request(check_call)


def mark(**more: Any) -> fields.Integer:
    """Return the field of one aspect."""
    about = {"metadata": {"description": f"{WORST} poor to {BEST} very good"}, **more}
    return fields.Integer(strict=True, validate=validate.Range(WORST, BEST), **about)


class RatingSchema(Schema):
    """Some marks or all; what was given before and is not named stays."""

    patient_id = fields.UUID(metadata={"description": "whose result; not needed with a patient's own token"})
    density = mark()
    dot_size = mark()
    colour = mark()
    evenness = mark()


class RatingShownSchema(Schema):
    """The rating that stands; null: not answered."""

    id = fields.UUID()
    patient_id = fields.UUID()
    episode_id = fields.UUID()
    rated_by = fields.String(validate=validate.OneOf(RATED_BY))
    staff_id = fields.UUID(allow_none=True)
    at = fields.DateTime()
    density = mark(allow_none=True)
    dot_size = mark(allow_none=True)
    colour = mark(allow_none=True)
    evenness = mark(allow_none=True)


@blueprint.post("/ratings")
@blueprint.doc(summary="Rate the result of a patient's latest course")
@blueprint.arguments(RatingSchema(), example={"density": 4, "evenness": 5})
@blueprint.response(201, RatingShownSchema)
def post_rating(values: dict[str, Any]) -> dict[str, Any]:
    """Rate the result; the same marks again change nothing, others replace them and keep the former rating."""
    turn = begin_turn()
    patient_id = values.get("patient_id", turn.by.patient_id)
    if patient_id is None:
        raise Invalid([Fault("patient_id", "missing", "say whose result it is")])
    marks = {name: values[name] for name in ASPECTS if name in values}
    return wiring().do(lambda session: show_rating(rate_result(session, patient_id, marks, turn)), turn.by.clinic_id)
