"""The register of serious events over HTTP: entered, followed up, noted as sent, closed; each with its field pack."""

from datetime import date
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.serious import add_follow_up, close_event, note_sent, open_event
from triage.actions.serious_pack import pack_of
from triage.actions.serious_views import Event, event_shown, register_of
from triage.api.asking import begin_turn, check_call, identifier, wiring
from triage.api.fields import Moment, Text
from triage.outcomes.serious import ANSWERS, CAUSALITY, COUNTED, DUTIES, EVENT_OUTCOMES, SERIOUS
from triage.records.procedure import ROLES

MOST_TEXT = 8000

blueprint = Blueprint("serious_events", __name__, description="Serious events: what must be told, to whom, by when")
blueprint.before_request(check_call)


class ReactionSchema(Schema):
    """What happened, and how it stands."""

    term = Text(required=True)
    onset = fields.String(metadata={"description": "a day, like 2026-11-23"})
    end = fields.String()
    outcome = fields.String(validate=validate.OneOf(EVENT_OUTCOMES))


class ProductSchema(Schema):
    """A product that may have caused it, or that was there beside it."""

    counted = fields.String(required=True, validate=validate.OneOf(COUNTED))
    name = Text(required=True)
    role = fields.String(validate=validate.OneOf(ROLES))
    maker = Text()
    lot = Text()
    expiry = fields.String()


class ReporterSchema(Schema):
    """Who reports it."""

    name = Text()
    role = Text()
    clinic = Text()


class FollowUpSchema(Schema):
    """All that is known of an event now."""

    became_aware_at = Moment(required=True, metadata={"description": "when the clinic heard of this version's news"})
    seriousness = fields.List(fields.String(validate=validate.OneOf(SERIOUS)), required=True)
    severity = fields.Integer(allow_none=True, validate=validate.Range(0, 4))
    country = Text(most=2, metadata={"description": "whose law counts, by its ISO code"})
    reaction = fields.Nested(ReactionSchema, required=True)
    products = fields.List(fields.Nested(ProductSchema))
    reporter = fields.Nested(ReporterSchema)
    narrative = Text(most=MOST_TEXT)
    history = Text(most=MOST_TEXT)
    tests = Text(most=MOST_TEXT)
    site = Text()
    sex = Text()
    age_band = Text()
    session_date = Text()
    product_available = Text()
    dechallenge = fields.String(validate=validate.OneOf(ANSWERS))
    rechallenge = fields.String(validate=validate.OneOf(ANSWERS))
    causality = fields.String(validate=validate.OneOf(CAUSALITY))


class EventSchema(FollowUpSchema):
    """A new event, of a patient, and of the alert that it came to light by."""

    patient_id = fields.UUID(required=True)
    alert_id = fields.UUID(allow_none=True)


class SentSchema(Schema):
    """That a human sent the latest version."""

    duty = fields.String(required=True, validate=validate.OneOf(tuple(DUTIES)))
    sent_to = Text(required=True)
    sent_at = Moment()
    reference = Text()


@blueprint.get("/serious-events")
@blueprint.doc(summary="The clinic's register of serious events, the latest first")
@blueprint.response(200)
def get_events() -> dict[str, Any]:
    """Return every event with its duties."""
    turn = begin_turn()
    events = wiring().look(lambda session: register_of(session, turn), turn.by.clinic_id)
    return {"items": [_shown(event) for event in events], "next": None}


@blueprint.post("/serious-events")
@blueprint.doc(summary="Enter a serious event")
@blueprint.arguments(EventSchema())
@blueprint.response(201)
def post_event(values: dict[str, Any]) -> dict[str, Any]:
    """Enter an event and say what must be told by when."""
    turn = begin_turn()

    def enter(session: Any) -> Event:
        row = open_event(session, values, turn)
        session.flush()
        return event_shown(session, row.id, turn)

    return _shown(wiring().do(enter, turn.by.clinic_id))


@blueprint.get("/serious-events/<event_id>")
@blueprint.doc(summary="One event, with its versions, duties, and what was sent")
@blueprint.response(200)
def get_event(event_id: str) -> dict[str, Any]:
    """Return one event."""
    turn, which = begin_turn(), identifier(event_id, "event")
    return _shown(wiring().look(lambda session: event_shown(session, which, turn), turn.by.clinic_id))


@blueprint.post("/serious-events/<event_id>/follow-ups")
@blueprint.doc(summary="Add what has become known since, within a year; it is told anew")
@blueprint.arguments(FollowUpSchema())
@blueprint.response(201)
def post_follow_up(values: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Add a version."""
    turn, which = begin_turn(), identifier(event_id, "event")

    def add(session: Any) -> Event:
        add_follow_up(session, which, values, turn)
        session.flush()
        return event_shown(session, which, turn)

    return _shown(wiring().do(add, turn.by.clinic_id))


@blueprint.post("/serious-events/<event_id>/sent")
@blueprint.doc(summary="Note that a human sent the latest version")
@blueprint.arguments(SentSchema())
@blueprint.response(200)
def post_sent(values: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Note a report as sent."""
    turn, which = begin_turn(), identifier(event_id, "event")

    def note(session: Any) -> Event:
        note_sent(session, which, values, turn)
        session.flush()
        return event_shown(session, which, turn)

    return _shown(wiring().do(note, turn.by.clinic_id))


@blueprint.post("/serious-events/<event_id>/close")
@blueprint.doc(summary="Close an event: no date of it is reminded of any more")
@blueprint.arguments(Schema())
@blueprint.response(200)
def post_close(values: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Close an event."""
    turn, which = begin_turn(), identifier(event_id, "event")

    def close(session: Any) -> Event:
        close_event(session, which, turn)
        return event_shown(session, which, turn)

    return _shown(wiring().do(close, turn.by.clinic_id))


@blueprint.get("/serious-events/<event_id>/pack")
@blueprint.doc(summary="The field pack: MedWatch 3500A and E2B(R3), field by field; the log notes that it was taken")
@blueprint.response(200)
def get_pack(event_id: str) -> dict[str, Any]:
    """Return the pack as values."""
    turn, which = begin_turn(), identifier(event_id, "event")
    return wiring().do(lambda session: pack_of(session, which, turn), turn.by.clinic_id).values


@blueprint.get("/serious-events/<event_id>/pack.pdf")
@blueprint.doc(summary="The field pack as PDF")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def get_pack_pdf(event_id: str) -> Response:
    """Return the pack as PDF."""
    turn, which = begin_turn(), identifier(event_id, "event")
    pack = wiring().do(lambda session: pack_of(session, which, turn), turn.by.clinic_id)
    return Response(pack.pdf(), mimetype="application/pdf")


def _shown(event: Event) -> dict[str, Any]:
    """Return an event as programs get it."""
    row = event.latest
    return {
        "id": str(event.first.id),
        "number": event.first.number,
        "version": row.version,
        "patient_id": str(row.patient_id),
        "alert_id": str(event.first.alert_id) if event.first.alert_id else None,
        "became_aware_at": row.became_aware_at.isoformat(),
        "severity": row.severity,
        "seriousness": row.seriousness,
        "country": row.country,
        "closed_at": event.first.closed_at.isoformat() if event.first.closed_at else None,
        "kept_until": event.kept_until.isoformat(),
        "missing": list(event.missing),
        **row.content,
        "duties": [
            {
                "duty": due.duty.id,
                "law": due.duty.law,
                "source": due.duty.source,
                "teller": due.duty.teller,
                "told": due.duty.told,
                "must": due.duty.must,
                "due": _day(due.day),
                "sent_at": due.sent_at.isoformat() if due.sent_at else None,
            }
            for due in event.dues
        ],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
