"""Ways to reach members of staff over HTTP: listed, added, verified again, removed."""

import uuid
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.contacts import add_contact, ask_to_verify, contacts_shown, remove_contact, show_contact
from triage.api.asking import begin_turn, check_call, identifier, wiring
from triage.api.fields import Text
from triage.records import Session
from triage.rules import Urgency

blueprint = Blueprint("contacts", __name__, description="Ways to reach the clinic's people")
blueprint.before_request(check_call)
ALERTING = tuple(urgency.name for urgency in Urgency if urgency >= Urgency.routine)


class NewContactSchema(Schema):
    """A way to reach somebody; it is used once its owner has verified it by the link that is sent there."""

    channel = fields.String(required=True, validate=validate.OneOf(("email", "apprise")))
    address = Text(most=2000, required=True, metadata={"description": "a mail address, or an Apprise URL: a secret"})
    position = fields.Integer(strict=True, validate=validate.Range(0, 99), metadata={"description": "lower: first"})
    urgency_from = fields.String(
        validate=validate.OneOf(ALERTING), metadata={"description": "used for alerts of this urgency and above"}
    )


class ContactSchema(Schema):
    """A way to reach somebody; of an Apprise URL only the service is shown."""

    id = fields.UUID()
    staff_id = fields.UUID()
    channel = fields.String()
    address = fields.String()
    position = fields.Integer()
    urgency_from = fields.String()
    verified_at = fields.DateTime(allow_none=True)
    disabled_at = fields.DateTime(allow_none=True)
    disabled_why = fields.String(allow_none=True)


class ContactsSchema(Schema):
    """Somebody's contacts in the order in which they are used."""

    items = fields.List(fields.Nested(ContactSchema))


@blueprint.get("/staff/<staff_id>/contacts")
@blueprint.doc(summary="List somebody's contacts")
@blueprint.response(200, ContactsSchema)
def get_contacts(staff_id: str) -> dict[str, Any]:
    """Return a member of staff's contacts; for leads, and for the person."""
    turn, whose = begin_turn(), identifier(staff_id, "member of staff")
    return {"items": wiring().look(lambda session: contacts_shown(session, whose, turn), turn.by.clinic_id)}


@blueprint.post("/staff/<staff_id>/contacts")
@blueprint.doc(summary="Add a contact; it is asked to verify itself")
@blueprint.arguments(NewContactSchema(), example={"channel": "email", "address": "pat@clinic.example"})
@blueprint.response(201, ContactSchema)
def post_contact(values: dict[str, Any], staff_id: str) -> dict[str, Any]:
    """Add a contact and send it the link that verifies it."""
    turn, whose = begin_turn(), identifier(staff_id, "member of staff")
    return wiring().do(lambda session: show_contact(add_contact(session, whose, values, turn)), turn.by.clinic_id)


@blueprint.post("/staff/<staff_id>/contacts/<contact_id>/verify")
@blueprint.doc(summary="Send the link again; it switches a contact on that was switched off")
@blueprint.response(200, ContactSchema)
def post_verify(staff_id: str, contact_id: str) -> dict[str, Any]:
    """Send a contact its link again."""
    turn, keys = begin_turn(), _keys(staff_id, contact_id)
    return wiring().do(lambda session: show_contact(ask_to_verify(session, *keys, turn)), turn.by.clinic_id)


@blueprint.delete("/staff/<staff_id>/contacts/<contact_id>")
@blueprint.doc(summary="Remove a contact; its address is forgotten")
@blueprint.response(204)
def delete_contact(staff_id: str, contact_id: str) -> None:
    """Remove a contact, unless it is the last way to reach anybody."""
    turn, keys = begin_turn(), _keys(staff_id, contact_id)

    def remove(session: Session) -> None:
        remove_contact(session, *keys, turn)

    wiring().do(remove, turn.by.clinic_id)


def _keys(staff_id: str, contact_id: str) -> tuple[uuid.UUID, uuid.UUID]:
    return identifier(staff_id, "member of staff"), identifier(contact_id, "contact")
