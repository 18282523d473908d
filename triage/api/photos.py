"""Photos over HTTP: listed, shown, seen and erased by the clinic's people. Patients send them by their page."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from triage.actions.errors import Invalid, NotFound
from triage.actions.photos import NO_PHOTO, erase_photo, photo_of, photos_shown, see_photo, show_photo
from triage.api.asking import begin_turn, cursor, identifier, page_size, wiring
from triage.records.phone import POSES
from triage.rules import Fault

STATES = ("unseen", "all")
# A picture of ours is harmless; these keep it so, whatever opens it.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}

blueprint = Blueprint(
    "photos", __name__, description="Pictures that patients sent: work for a human, never a judgement"
)


@blueprint.before_request
def check_caller() -> None:
    """Refuse who is not identified before anything is looked at; no call here has a body."""
    begin_turn()


class PhotoSchema(Schema):
    """A photo; the picture is at /photos/{id}."""

    id = fields.UUID()
    patient_id = fields.UUID()
    episode_id = fields.UUID()
    check_in_id = fields.UUID(allow_none=True, metadata={"description": "the report that it came with; null: alone"})
    pose = fields.String(validate=validate.OneOf(POSES))
    width = fields.Integer()
    height = fields.Integer()
    size = fields.Integer(metadata={"description": "bytes"})
    source = fields.String()
    received_at = fields.DateTime()
    seen_at = fields.DateTime(allow_none=True)
    seen_by = fields.UUID(allow_none=True, metadata={"description": "the member of staff who saw it first"})
    erased_at = fields.DateTime(allow_none=True)


class PhotoPageSchema(Schema):
    """A page of photos."""

    items = fields.List(fields.Nested(PhotoSchema))
    next = fields.String(allow_none=True)


@blueprint.get("/photos")
@blueprint.doc(
    summary="List photos, whichever has waited longest first",
    parameters=[{"in": "query", "name": "state", "schema": {"type": "string", "enum": list(STATES)}}],
)
@blueprint.response(200, PhotoPageSchema)
def get_photos() -> dict[str, Any]:
    """Return a page of the clinic's photos; `unseen`: those that nobody has looked at."""
    turn, state = begin_turn(), request.args.get("state", "all")
    if state not in STATES:
        raise Invalid([Fault("state", f"{state[:20]!r} is not known", "use one of: " + ", ".join(STATES))])
    asked, after, size = {"is_unseen": state == "unseen"}, cursor(), page_size()
    return wiring().look(lambda session: photos_shown(session, asked, after, size, turn), turn.by.clinic_id)


@blueprint.get("/patients/<patient_id>/photos")
@blueprint.doc(summary="List a patient's photos, oldest first")
@blueprint.response(200, PhotoPageSchema)
def get_patients_photos(patient_id: str) -> dict[str, Any]:
    """Return a page of a patient's photos."""
    turn, asked = begin_turn(), {"patient_id": identifier(patient_id, "patient")}
    after, size = cursor(), page_size()
    return wiring().look(lambda session: photos_shown(session, asked, after, size, turn), turn.by.clinic_id)


@blueprint.get("/photos/<photo_id>")
@blueprint.doc(summary="The picture itself, as JPEG; looking at it does not mark it as seen")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
def get_photo(photo_id: str) -> Response:
    """Return a picture to the clinic's practitioners."""
    turn, which = begin_turn(), identifier(photo_id, "photo")
    turn.by.require("practitioner", "lead")
    row = wiring().look(lambda session: photo_of(session, which, turn), turn.by.clinic_id)
    picture = wiring().shelf.read(row.digest)
    if picture is None:
        raise NotFound(NO_PHOTO)
    return Response(picture, mimetype="image/jpeg", headers=HEADERS)


@blueprint.post("/photos/<photo_id>/seen")
@blueprint.doc(summary="Say that you have looked at it")
@blueprint.response(200, PhotoSchema)
def post_seen(photo_id: str) -> dict[str, Any]:
    """Mark a photo as seen by the key's member of staff; the first one counts."""
    turn, which = begin_turn(), identifier(photo_id, "photo")
    return wiring().do(lambda session: show_photo(see_photo(session, which, turn)), turn.by.clinic_id)


@blueprint.post("/photos/<photo_id>/erase")
@blueprint.doc(summary="Erase the picture; that it was there stays in the log")
@blueprint.response(200, PhotoSchema)
def post_erase(photo_id: str) -> dict[str, Any]:
    """Erase a photo, as a lead."""
    turn, which = begin_turn(), identifier(photo_id, "photo")
    turn.by.require("lead")
    row = wiring().do(lambda session: erase_photo(session, which, turn), turn.by.clinic_id)
    wiring().drop_picture(row.digest)
    return show_photo(row)
