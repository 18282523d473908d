"""A clinic's own style sheet and logo: small, the same for everybody, and kept by browsers for ever."""

import uuid

from flask import Response

from triage.actions.errors import NotFound
from triage.actions.look import logo_shown, style_shown
from triage.web.files import FOR_EVER
from triage.web.links import wiring_here


def show_style(clinic_id: uuid.UUID, digest: str) -> Response:
    """Return a clinic's style sheet; 404 where it has another one now."""
    try:
        style = wiring_here().look(lambda session: style_shown(session, clinic_id, digest), clinic_id)
    except NotFound:
        return Response("", 404, mimetype="text/css")
    return Response(style, headers={"Cache-Control": FOR_EVER}, mimetype="text/css")


def show_logo(digest: str) -> Response:
    """Return a logo; 404 where no clinic shows it."""
    try:
        image = wiring_here().look(lambda session: logo_shown(session, digest))
    except NotFound:
        return Response("", 404, mimetype="image/png")
    return Response(image, headers={"Cache-Control": FOR_EVER}, mimetype="image/png")
