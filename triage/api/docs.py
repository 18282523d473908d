"""The interactive page on the API, served from here: no outside host is asked for anything."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, render_template, send_from_directory

DIST = Path(flask_swagger_ui.__file__).parent / "dist"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)

blueprint = Blueprint(
    "docs", __name__, template_folder="templates", static_folder="static", static_url_path="/static/api"
)


@blueprint.get("/api/v1/docs")
def show_docs() -> Response:
    """Show the interactive page."""
    page = Response(render_template("docs.html"))
    page.headers["Content-Security-Policy"] = POLICY
    return page


@blueprint.get("/static/swagger/<path:name>")
def send_swagger(name: str) -> Response:
    """Send a file of the page's library."""
    return send_from_directory(DIST, name)
