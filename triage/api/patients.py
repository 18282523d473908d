"""Patients over HTTP: enrolled by a key and answered once with their own link; their wishes, and their ledger."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.enrol import Enrolled, check_in_link, enrol_patient
from triage.actions.ledger_views import SILENCES, STATES, UNASKED, expectations_shown
from triage.actions.link_codes import show_link_code
from triage.actions.new_link import give_new_link
from triage.actions.patient_changes import change_patient
from triage.actions.turn import Turn
from triage.api.asking import begin_turn, check_call, cursor, identifier, page_size, wiring
from triage.api.fields import Moment, Text, is_time_zone, words
from triage.records.people import PURPOSES
from triage.rules import COMMON

PHONE = validate.Regexp(r"\+?[0-9 ()./-]{4,30}\Z", error="Not a telephone number.")
LANGUAGE = validate.Regexp(r"[a-z]{2}(-[A-Z]{2})?\Z", error="Give a code like en or pt-BR.")
SECRET_PICTURE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

blueprint = Blueprint("patients", __name__, description="Enrolment, wishes, and what became of each request")
blueprint.before_request(check_call)


class ConsentSchema(Schema):
    """What the patient agreed to, in the words that were shown."""

    text = Text(most=20_000, required=True)
    version = Text(required=True)
    at = Moment(required=True)
    by = Text(required=True, metadata={"description": "who agreed: the patient, or the guardian"})
    purpose = fields.String(
        validate=validate.OneOf(PURPOSES), metadata={"description": "messages where it is left out"}
    )


class PatientSchema(Schema):
    """A patient as the clinic enrols them."""

    reference = Text(required=True, metadata={"description": "how the clinic knows the patient; unique in the clinic"})
    name = Text()
    birth_year = fields.Integer(strict=True, validate=validate.Range(1900, 2100))
    email = fields.Email()
    phone = fields.String(validate=PHONE)
    language = fields.String(validate=LANGUAGE)
    time_zone = fields.String(validate=is_time_zone)
    country = fields.String(validate=validate.Regexp(r"[A-Z]{2}\Z", error="Give two capital letters, like DE."))
    risk_factors = words(COMMON.risk_factors)
    skin_tone = fields.Integer(
        strict=True,
        validate=validate.Range(1, 6),
        metadata={"description": "Fitzpatrick's skin type, 1 to 6; left out: not recorded"},
    )
    guardian = Text(metadata={"description": "who agreed for a patient who may be under 18"})
    consent = fields.Nested(ConsentSchema, metadata={"description": "without one to messages none is ever sent"})
    consents = fields.List(fields.Nested(ConsentSchema), metadata={"description": "more of them, one purpose each"})


class EnrolledSchema(Schema):
    """A new patient; the token is shown this once."""

    id = fields.UUID()
    reference = fields.String()
    language = fields.String()
    check_in_token = fields.String()
    check_in_link = fields.String()
    check_in_qr = fields.String(metadata={"description": "where a key gets the link as a QR code to scan"})
    created_at = fields.DateTime()


class WishesSchema(Schema):
    """What can be changed of a patient: where, when and whether messages come. Reports are always taken."""

    email = fields.Email(allow_none=True, metadata={"description": "a new contact also answers a patient's “not me”"})
    phone = fields.String(allow_none=True, validate=PHONE)
    ask_hour = fields.Integer(
        strict=True, allow_none=True, metadata={"description": "of the patient's day, 8 to 20; null: the protocol's"}
    )
    language = fields.String(validate=LANGUAGE)
    time_zone = fields.String(validate=is_time_zone)
    excused_until = Moment(allow_none=True, metadata={"description": "away until then: no message, no silence"})
    excused_why = Text(metadata={"description": "required with excused_until"})
    messages = fields.String(validate=validate.OneOf(("stopped", "on")))


class PatientShownSchema(Schema):
    """How a patient is asked."""

    id = fields.UUID()
    reference = fields.String()
    language = fields.String()
    time_zone = fields.String(allow_none=True)
    ask_hour = fields.Integer(allow_none=True)
    excused_until = fields.DateTime(allow_none=True)
    excused_why = fields.String(allow_none=True)
    messages = fields.String(metadata={"description": "stopped: opted out, which is not the same as missing"})
    wrong_person_at = fields.DateTime(
        allow_none=True,
        metadata={"description": "when whoever has the link said “not me”; a new contact or link ends it"},
    )


class ExpectationSchema(Schema):
    """A check-in that should come, or should have come."""

    id = fields.UUID()
    episode_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))
    due_at = fields.DateTime()
    alert_at = fields.DateTime(metadata={"description": "from when on it counts as missed"})
    asks = fields.String(validate=validate.OneOf(("message", "none")))
    unasked_why = fields.String(allow_none=True, validate=validate.OneOf(UNASKED))
    asked_at = fields.DateTime(allow_none=True)
    sent_at = fields.DateTime(allow_none=True)
    delivered_at = fields.DateTime(allow_none=True, metadata={"description": "by channels that give receipts"})
    opened_at = fields.DateTime(allow_none=True)
    remind_at = fields.DateTime(allow_none=True)
    reminded_at = fields.DateTime(allow_none=True)
    answered_at = fields.DateTime(allow_none=True)
    answered_by = fields.UUID(allow_none=True, metadata={"description": "the check-in that answered it"})
    settled_at = fields.DateTime(allow_none=True)
    excused_by = fields.String(allow_none=True)
    excused_why = fields.String(allow_none=True)
    silence = fields.String(
        allow_none=True, validate=validate.OneOf(SILENCES), metadata={"description": "what the clinic was told of it"}
    )


class LedgerPageSchema(Schema):
    """A page of a patient's ledger."""

    items = fields.List(fields.Nested(ExpectationSchema))
    next = fields.String(allow_none=True)


@blueprint.post("/patients")
@blueprint.doc(summary="Enrol a patient")
@blueprint.arguments(PatientSchema(), example={"reference": "A-1042", "language": "en"})
@blueprint.response(201, EnrolledSchema)
def post_patient(values: dict[str, Any]) -> dict[str, Any]:
    """Enrol a patient and answer with the link to check in by."""
    turn = begin_turn()
    enrolled: Enrolled = wiring().do(lambda session: enrol_patient(session, values, turn), turn.by.clinic_id)
    return _shown(enrolled, turn)


@blueprint.post("/patients/<patient_id>/link")
@blueprint.doc(summary="Give a patient a new link; the former one works no more")
@blueprint.response(201, EnrolledSchema)
def post_link(patient_id: str) -> dict[str, Any]:
    """Give a patient a new link, mailed where messages may be sent; it ends “not me”."""
    turn, which = begin_turn(), identifier(patient_id, "patient")
    return _shown(wiring().do(lambda session: give_new_link(session, which, turn), turn.by.clinic_id), turn)


@blueprint.get("/patients/<patient_id>/link.svg")
@blueprint.doc(
    summary="The patient's link as a QR code",
    description="The code holds the secret link, so it is kept by no cache, and the log says who had it shown.",
    responses={"200": {"description": "the code", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
def get_link_code(patient_id: str) -> Response:
    """Return the code."""
    turn, which = begin_turn(), identifier(patient_id, "patient")
    drawn = wiring().do(lambda session: show_link_code(session, which, turn), turn.by.clinic_id)
    return Response(drawn, mimetype="image/svg+xml", headers=SECRET_PICTURE)


@blueprint.patch("/patients/<patient_id>")
@blueprint.doc(summary="Change when and whether a patient is asked")
@blueprint.arguments(WishesSchema(), example={"ask_hour": 10, "messages": "on"})
@blueprint.response(200, PatientShownSchema)
def patch_patient(values: dict[str, Any], patient_id: str) -> dict[str, Any]:
    """Change a patient's wishes; a new hour or time zone moves the check-in that nobody was asked for yet."""
    turn, which = begin_turn(), identifier(patient_id, "patient")
    return wiring().do(lambda session: change_patient(session, which, values, turn), turn.by.clinic_id)


@blueprint.get("/patients/<patient_id>/expectations")
@blueprint.doc(summary="List the check-ins that were expected, and what became of each")
@blueprint.response(200, LedgerPageSchema)
def get_expectations(patient_id: str) -> dict[str, Any]:
    """Return a page of a patient's ledger, in the order planned."""
    turn, which = begin_turn(), identifier(patient_id, "patient")
    turn.by.require("practitioner", "lead")
    after, size = cursor(), page_size()
    return wiring().look(lambda session: expectations_shown(session, which, after, size, turn), turn.by.clinic_id)


def _shown(enrolled: Enrolled, turn: Turn) -> dict[str, Any]:
    patient = enrolled.patient
    return {
        "id": patient.id,
        "reference": patient.reference,
        "language": patient.language,
        "check_in_token": enrolled.token,
        "check_in_link": check_in_link(turn.terms, enrolled.token),
        "check_in_qr": f"/api/v1/patients/{patient.id}/link.svg",
        "created_at": patient.created_at,
    }
