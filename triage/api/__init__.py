"""ASK (programs): JSON over HTTP under /api/v1, described by OpenAPI 3.1. Views translate; actions do."""

from flask import Flask
from flask_smorest import Api

from triage import __version__
from triage.api import (
    alerts,
    appointments,
    audit,
    check_ins,
    clinic,
    contacts,
    cover,
    docs,
    errors,
    health,
    inbound,
    lots,
    outcomes,
    patients,
    photos,
    procedures,
    ratings,
    records,
    serious,
    staff,
    webhooks,
)
from triage.api.asking import note_look_of_call

TITLE = "Aftercare Triage"
DESCRIPTION = """Takes in patients' check-ins after a cosmetic procedure, compares each with the course that the
clinic's published protocol expects, and tells a practitioner, until somebody answers, when something is beyond it.

It refers, it does not diagnose, and it is not an emergency service. Every call but the health pages takes
`Authorization: Bearer <key or patient token>`. Errors are problem documents (`application/problem+json`)."""

ROOMS = (
    patients,
    procedures,
    appointments,
    check_ins,
    alerts,
    cover,
    clinic,
    staff,
    contacts,
    webhooks,
    photos,
    audit,
    lots,
    outcomes,
    ratings,
    serious,
    records,
)


def add_api(app: Flask) -> None:
    """Register the API, its description and its error answers with the app."""
    app.config.update(
        API_TITLE=TITLE,
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
            "security": [{"bearer": []}],
        },
    )
    api = Api(app)
    for blueprint in (room.blueprint for room in ROOMS):
        api.register_blueprint(blueprint, url_prefix="/api/v1")
    app.after_request(note_look_of_call)
    app.register_blueprint(inbound.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(docs.blueprint)
    errors.register(app)
