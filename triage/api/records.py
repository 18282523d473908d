"""One patient's whole record over HTTP, and legal holds. Erasure is on the page alone: it cannot be undone."""

import uuid
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema

from triage.actions.legal_holds import LONGEST, Standing, lift_hold, place_hold, record_standing
from triage.actions.patient_record import record_of
from triage.actions.record_pages import record_pdf
from triage.actions.turn import Turn
from triage.api.asking import begin_turn, check_call, identifier, wiring
from triage.api.fields import Text

blueprint = Blueprint("records", __name__, description="One patient's whole record, and whether it must be kept")
blueprint.before_request(check_call)


class HoldSchema(Schema):
    """Why a record must be kept whole."""

    why = Text(required=True, most=LONGEST)


@blueprint.get("/patients/<patient_id>/record")
@blueprint.doc(summary="The whole record, with the proof that nobody changed the log; the log notes that it was taken")
@blueprint.response(200)
def get_record(patient_id: str) -> dict[str, Any]:
    """Return the record as values."""
    turn, which = begin_turn(), identifier(patient_id, "patient")
    return wiring().do(lambda session: record_of(session, which, turn), turn.by.clinic_id).values


@blueprint.get("/patients/<patient_id>/record.pdf")
@blueprint.doc(summary="The whole record as PDF")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def get_record_pdf(patient_id: str) -> Response:
    """Return the record as PDF."""
    turn, which = begin_turn(), identifier(patient_id, "patient")
    record = wiring().do(lambda session: record_of(session, which, turn), turn.by.clinic_id)
    return Response(record_pdf(record), mimetype="application/pdf")


@blueprint.get("/patients/<patient_id>/hold")
@blueprint.doc(summary="Whether a legal hold stands on the record")
@blueprint.response(200)
def get_hold(patient_id: str) -> dict[str, Any]:
    """Return the hold."""
    return _hold(identifier(patient_id, "patient"), begin_turn())


@blueprint.post("/patients/<patient_id>/hold")
@blueprint.doc(summary="Place a legal hold: nothing of the record is erased while it stands")
@blueprint.arguments(HoldSchema())
@blueprint.response(201)
def post_hold(values: dict[str, Any], patient_id: str) -> dict[str, Any]:
    """Place a hold."""
    turn, which = begin_turn(), identifier(patient_id, "patient")
    wiring().do(lambda session: place_hold(session, which, values["why"], turn), turn.by.clinic_id)
    return _hold(which, turn)


@blueprint.post("/patients/<patient_id>/hold/lift")
@blueprint.doc(summary="Lift the legal hold")
@blueprint.arguments(Schema())
@blueprint.response(200)
def post_lift(values: dict[str, Any], patient_id: str) -> dict[str, Any]:
    """Lift the hold."""
    turn, which = begin_turn(), identifier(patient_id, "patient")
    wiring().do(lambda session: lift_hold(session, which, turn), turn.by.clinic_id)
    return _hold(which, turn)


def _hold(patient_id: uuid.UUID, turn: Turn) -> dict[str, Any]:
    standing: Standing = wiring().look(lambda session: record_standing(session, patient_id, turn), turn.by.clinic_id)
    hold = standing.hold
    return {
        "patient_id": str(standing.patient.id),
        "held_since": hold.placed_at.isoformat() if hold else None,
        "why": hold.why if hold else None,
        "placed_by": hold.placed_by if hold else None,
    }
