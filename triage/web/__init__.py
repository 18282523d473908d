"""ASK (people): pages that are complete without scripts, for patients who check in and for staff, room by room."""

from flask import Blueprint, Flask, Response
from flask_compress import Compress

from triage.web import (
    ack,
    check_in,
    contact,
    files,
    look,
    manifest,
    mine,
    photos,
    place,
    result,
    settings,
    start,
    stop,
    tables,
    who,
)
from triage.web.audit import ADDRESSES as AUDIT
from triage.web.chair import ADDRESSES as CHAIR
from triage.web.desk import ADDRESSES as DESK
from triage.web.door import ADDRESSES as DOOR
from triage.web.office import ADDRESSES as OFFICE
from triage.web.own_page import hold_back
from triage.web.rooms import add_room
from triage.web.trouble import show_trouble

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
COMPRESSION = {"COMPRESS_ALGORITHM": ["br", "gzip"], "COMPRESS_BR_LEVEL": 5}


def add_pages(app: Flask) -> None:
    """Register the pages with an app, and let it answer in as few bytes as the browser can read."""
    app.config.update(COMPRESSION)
    Compress(app)
    app.register_blueprint(pages())


def pages() -> Blueprint:
    """Return the blueprint of all pages, with their static files under /static/web."""
    blueprint = Blueprint("web", __name__, template_folder="templates")
    for path, show, take in (
        ("/c/<token>", check_in.show_form, check_in.take_form),
        ("/c/<token>/photos", photos.show_photos, photos.take_photo),
        ("/c/<token>/start", start.show_start, start.take_start),
        ("/c/<token>/settings", settings.show_settings, settings.take_settings),
        ("/c/<token>/who", who.show_who, who.take_who),
        ("/c/<token>/mine", mine.show_mine, mine.take_mine),
        ("/c/<token>/result", result.show_result, result.take_result),
        ("/c/<token>/place", place.show_place, place.take_place),
        ("/a/<token>", ack.show_alert, ack.take_alert),
        ("/o/<token>", stop.show_stop, stop.take_stop),
        ("/v/<token>", contact.show_contact, contact.take_contact),
    ):
        blueprint.add_url_rule(path, view_func=show, methods=["GET"])
        blueprint.add_url_rule(path, view_func=take, methods=["POST"])
    blueprint.add_url_rule("/c/<token>/opened", view_func=check_in.take_opened, methods=["POST"])
    blueprint.add_url_rule("/c/<token>/photos/<uuid:photo_id>/erase", view_func=photos.take_erasure, methods=["POST"])
    blueprint.add_url_rule("/c/<token>/photos/<uuid:photo_id>.jpg", view_func=photos.show_picture, methods=["GET"])
    blueprint.add_url_rule("/c/<token>/mine.json", view_func=mine.show_copy, methods=["GET"])
    blueprint.add_url_rule("/c/<token>/manifest.webmanifest", view_func=manifest.show_manifest, methods=["GET"])
    blueprint.add_url_rule("/c/sw.js", view_func=files.show_worker, methods=["GET"])
    blueprint.add_url_rule("/static/web/<version>/<filename>", "static", files.show_file, methods=["GET"])
    blueprint.url_defaults(files.name_version)
    blueprint.add_url_rule("/t/<digest>.json", view_func=tables.show_tables, methods=["GET"])
    blueprint.add_url_rule("/look/<uuid:clinic_id>-<digest>.css", view_func=look.show_style, methods=["GET"])
    blueprint.add_url_rule("/look/<digest>.png", view_func=look.show_logo, methods=["GET"])
    for addresses in (DOOR, DESK, CHAIR, OFFICE, AUDIT):
        add_room(blueprint, addresses)
    blueprint.before_request(hold_back)
    blueprint.after_request(shield)
    blueprint.register_error_handler(Exception, show_trouble)
    return blueprint


def shield(response: Response) -> Response:
    """Give every answer the headers that keep a page to itself; only what is nobody's may be kept by a browser."""
    response.headers.update(HEADERS)
    if response.headers.get("Cache-Control") != files.FOR_EVER:
        response.headers["Cache-Control"] = "no-store"
    return response
