"""Patients over HTTP: enrolled by a key, answered once with their own link."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.enrol import Enrolled, check_in_link, enrol_patient
from triage.api.asking import begin_turn, check_call, wiring
from triage.api.fields import Moment, Text, is_time_zone, words
from triage.rules import COMMON

blueprint = Blueprint("patients", __name__, description="Enrolment")
blueprint.before_request(check_call)


class ConsentSchema(Schema):
    """What the patient agreed to, in the words that were shown."""

    text = Text(most=20_000, required=True)
    version = Text(required=True)
    at = Moment(required=True)
    by = Text(required=True, metadata={"description": "who agreed: the patient, or the guardian"})


class PatientSchema(Schema):
    """A patient as the clinic enrols them."""

    reference = Text(required=True, metadata={"description": "how the clinic knows the patient; unique in the clinic"})
    name = Text()
    birth_year = fields.Integer(strict=True, validate=validate.Range(1900, 2100))
    email = fields.Email()
    phone = fields.String(validate=validate.Regexp(r"\+?[0-9 ()./-]{4,30}\Z", error="Not a telephone number."))
    language = fields.String(validate=validate.Regexp(r"[a-z]{2}(-[A-Z]{2})?\Z", error="Give a code like en or pt-BR."))
    time_zone = fields.String(validate=is_time_zone)
    country = fields.String(validate=validate.Regexp(r"[A-Z]{2}\Z", error="Give two capital letters, like DE."))
    risk_factors = words(COMMON.risk_factors)
    guardian = Text(metadata={"description": "who agreed for a patient who may be under 18"})
    consent = fields.Nested(ConsentSchema, metadata={"description": "without it no message is ever sent"})


class EnrolledSchema(Schema):
    """A new patient; the token is shown this once."""

    id = fields.UUID()
    reference = fields.String()
    language = fields.String()
    check_in_token = fields.String()
    check_in_link = fields.String()
    created_at = fields.DateTime()


@blueprint.post("/patients")
@blueprint.doc(summary="Enrol a patient")
@blueprint.arguments(PatientSchema(), example={"reference": "A-1042", "language": "en"})
@blueprint.response(201, EnrolledSchema)
def post_patient(values: dict[str, Any]) -> dict[str, Any]:
    """Enrol a patient and answer with the link to check in by."""
    turn = begin_turn()
    enrolled: Enrolled = wiring().do(lambda session: enrol_patient(session, values, turn), turn.by.clinic_id)
    patient = enrolled.patient
    return {
        "id": patient.id,
        "reference": patient.reference,
        "language": patient.language,
        "check_in_token": enrolled.token,
        "check_in_link": check_in_link(turn.terms, enrolled.token),
        "created_at": patient.created_at,
    }
