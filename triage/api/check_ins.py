"""Check-ins over HTTP: posted by a patient's token or a key, and the timeline that they make."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from triage import faults
from triage.actions.enrol import patient_of
from triage.actions.errors import Invalid, KeyReused, NotFound, TriageError
from triage.actions.intake import Report, receive_check_in
from triage.actions.kept import keep_refused, kept_report_of
from triage.actions.timeline import timeline_of
from triage.actions.turn import Turn
from triage.api.asking import KEY_HEADER, begin_turn, cursor, idempotency_key, identifier, page_size, read_json, wiring
from triage.api.fields import AssessmentSchema, CheckInSchema, ProblemSchema
from triage.records import Session
from triage.rules import Fault

EXAMPLE = {
    "at": "2026-03-07T18:00:00+01:00",
    "symptoms": {"redness": 1, "itching": 1},
    "course": {"redness": "better"},
}

blueprint = Blueprint("check_ins", __name__, description="Reports, their answers, and the timeline")


class PostedCheckInSchema(CheckInSchema):
    """A check-in with the patient whom it is about; a patient's own token says that by itself."""

    patient_id = fields.UUID(metadata={"description": "needed with a key, left out with a patient's token"})


class AlertStateSchema(Schema):
    """The alert that a check-in opened or added to."""

    id = fields.UUID()
    state = fields.String()
    urgency = fields.String()
    answer_by = fields.String(
        allow_none=True, metadata={"description": "by when the patient hears from a human; null: somebody has it"}
    )


class AnswerSchema(Schema):
    """The answer to a check-in: stored before it is sent."""

    id = fields.UUID()
    at = fields.String()
    received_at = fields.String()
    assessment = fields.Nested(AssessmentSchema)
    advice_texts = fields.Dict(keys=fields.String(), values=fields.String())
    problems = fields.List(fields.Nested(ProblemSchema))
    alert = fields.Nested(AlertStateSchema, metadata={"description": "left out when all is within the expected course"})
    next_check_in_at = fields.String(allow_none=True)


@blueprint.post("/check-ins")
@blueprint.doc(
    summary="Report how it is",
    description="From a patient's token nothing is refused for its content: what cannot be read is named in "
    "`problems` and a human looks. From a key all faults are answered at once with 422; a refused body that names a "
    "danger sign is kept and a human is told. The same Idempotency-Key again gives the same answer.",
    parameters=[KEY_HEADER],
    requestBody={
        "required": True,
        "content": {"application/json": {"schema": PostedCheckInSchema, "example": EXAMPLE}},
    },
)
@blueprint.alt_response(201, schema=AnswerSchema, description="stored and judged")
def post_check_in() -> tuple[dict[str, Any], int]:
    """Take in a check-in: JSON in, assessment out, 201 after the commit."""
    turn = begin_turn()
    sent = read_json()
    report = Report(sent.body, sent.raw, idempotency_key())
    faults.at("request_read")
    try:
        return wiring().do(lambda session: _receive(session, report, turn), turn.by.clinic_id), 201
    except (Invalid, NotFound, KeyReused) as refusal:
        _keep(refusal, report, turn)
        raise


@blueprint.get("/patients/<patient_id>/timeline")
@blueprint.doc(summary="A patient's check-ins with assessments, procedures and expected windows")
def get_timeline(patient_id: str) -> dict[str, Any]:
    """Return the patient's timeline, a page of check-ins at a time."""
    turn = begin_turn()
    turn.by.require("patient", "practitioner", "lead")
    asked, size, after = identifier(patient_id, "patient"), page_size(), cursor()
    return wiring().look(lambda session: timeline_of(session, asked, after, size, turn), turn.by.clinic_id)


@blueprint.get("/kept-reports/<report_id>")
@blueprint.doc(summary="A report that was refused but names a danger sign, as it came")
def get_kept_report(report_id: str) -> dict[str, Any]:
    """Return a kept report."""
    turn, which = begin_turn(), identifier(report_id, "report")
    return wiring().look(lambda session: kept_report_of(session, which, by=turn.by), turn.by.clinic_id)


def _receive(session: Session, report: Report, turn: Turn) -> dict[str, Any]:
    patient = patient_of(session, _whose(report.body, turn), by=turn.by)
    return receive_check_in(session, report, patient, turn)


def _whose(body: Any, turn: Turn) -> Any:
    if turn.by.patient_id is not None:
        return turn.by.patient_id
    turn.by.require("intake", "practitioner", "lead")
    stated = body.get("patient_id") if isinstance(body, dict) else None
    if not isinstance(stated, str):
        raise Invalid([Fault("patient_id", "missing", "give the id that POST /patients answered")])
    return identifier(stated, "patient")


def _keep(refusal: TriageError, report: Report, turn: Turn) -> None:
    """Add to the refusal what was kept of a report that names a danger sign."""
    faults = refusal.faults if isinstance(refusal, Invalid) else [Fault("", refusal.detail, "send it anew")]
    kept = wiring().do(lambda session: keep_refused(session, report, faults, turn), turn.by.clinic_id)
    refusal.extra.update(kept or {})
