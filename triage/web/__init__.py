"""ASK (people): plain pages, complete without scripts, for patients who check in and staff who say "I have it"."""

from flask import Blueprint, Response, request

from triage.web import ack, check_in, contact, mine, settings, start, stop, who
from triage.web.own_page import hold_back
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


def pages() -> Blueprint:
    """Return the blueprint of all pages, with their static files under /static/web."""
    blueprint = Blueprint(
        "web", __name__, static_folder="static", static_url_path="/static/web", template_folder="templates"
    )
    for path, show, take in (
        ("/c/<token>", check_in.show_form, check_in.take_form),
        ("/c/<token>/start", start.show_start, start.take_start),
        ("/c/<token>/settings", settings.show_settings, settings.take_settings),
        ("/c/<token>/who", who.show_who, who.take_who),
        ("/c/<token>/mine", mine.show_mine, mine.take_mine),
        ("/a/<token>", ack.show_alert, ack.take_alert),
        ("/o/<token>", stop.show_stop, stop.take_stop),
        ("/v/<token>", contact.show_contact, contact.take_contact),
    ):
        blueprint.add_url_rule(path, view_func=show, methods=["GET"])
        blueprint.add_url_rule(path, view_func=take, methods=["POST"])
    blueprint.add_url_rule("/c/<token>/opened", view_func=check_in.take_opened, methods=["POST"])
    blueprint.add_url_rule("/c/<token>/mine.json", view_func=mine.show_copy, methods=["GET"])
    blueprint.before_request(hold_back)
    blueprint.after_request(shield)
    blueprint.register_error_handler(Exception, show_trouble)
    return blueprint


def shield(response: Response) -> Response:
    """Give every answer the headers that keep a page to itself; only the style sheet may be kept by a browser."""
    response.headers.update(HEADERS)
    is_static = (request.endpoint or "").endswith(".static") and response.status_code == 200
    response.headers["Cache-Control"] = "public, max-age=3600" if is_static else "no-store"
    return response
