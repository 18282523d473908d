"""Joins api and web into the Flask app."""

import logging

from flask import Flask

from triage.api import add_api
from triage.api.asking import MOST_BODY
from triage.web import add_pages
from triage.wiring import Wiring


def create_app(wiring: Wiring) -> Flask:
    """Return the app that serves this wiring."""
    app = Flask("triage", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["triage"] = wiring
    add_api(app)
    add_pages(app)
    logging.getLogger("triage").setLevel(logging.INFO)
    return app
