"""ASK (people): plain pages, complete without scripts, for patients who check in and staff who say "I have it"."""

from flask import Blueprint, Response, request

from triage.web import ack, check_in, contact, look, photos, stop
from triage.web.trouble import show_trouble

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


LOOKS = ("web.show_style", "web.show_logo")


def pages() -> Blueprint:
    """Return the blueprint of all pages, with their static files under /static/web."""
    blueprint = Blueprint(
        "web", __name__, static_folder="static", static_url_path="/static/web", template_folder="templates"
    )
    for path, show, take in (
        ("/c/<token>", check_in.show_form, check_in.take_form),
        ("/c/<token>/photos", photos.show_photos, photos.take_photo),
        ("/a/<token>", ack.show_alert, ack.take_alert),
        ("/o/<token>", stop.show_stop, stop.take_stop),
        ("/v/<token>", contact.show_contact, contact.take_contact),
    ):
        blueprint.add_url_rule(path, view_func=show, methods=["GET"])
        blueprint.add_url_rule(path, view_func=take, methods=["POST"])
    blueprint.add_url_rule("/c/<token>/opened", view_func=check_in.take_opened, methods=["POST"])
    blueprint.add_url_rule("/c/<token>/photos/<uuid:photo_id>.jpg", view_func=photos.show_picture, methods=["GET"])
    blueprint.add_url_rule("/c/<token>/photos/<uuid:photo_id>/erase", view_func=photos.take_erasure, methods=["POST"])
    blueprint.add_url_rule("/look/<uuid:clinic_id>-<digest>.css", view_func=look.show_style, methods=["GET"])
    blueprint.add_url_rule("/look/<digest>.png", view_func=look.show_logo, methods=["GET"])
    blueprint.after_request(shield)
    blueprint.register_error_handler(Exception, show_trouble)
    return blueprint


def shield(response: Response) -> Response:
    """Give every answer the headers that keep a page to itself; only what is the same for all may a browser keep."""
    response.headers.update(HEADERS)
    kept = keeping(request.endpoint or "") if response.status_code == 200 else "no-store"
    response.headers["Cache-Control"] = kept
    return response


def keeping(endpoint: str) -> str:
    """Return how long a browser may keep what an endpoint answers."""
    if endpoint in LOOKS:
        return look.KEPT
    return "public, max-age=3600" if endpoint.endswith(".static") else "no-store"
