"""One table from errors to problem documents. Whatever goes wrong, the answer is JSON that says what and where."""

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, json, request
from werkzeug.exceptions import HTTPException

from triage.actions.errors import Conflict, Invalid, KeyReused, NotAllowed, NotFound, NotIdentified, TriageError
from triage.records import Trouble

LOG = logging.getLogger(__name__)
STATUS: Mapping[type[TriageError], tuple[int, str]] = {
    NotIdentified: (401, "Not identified"),
    NotAllowed: (403, "Not allowed"),
    NotFound: (404, "Not found"),
    Conflict: (409, "Conflict"),
    Invalid: (422, "The request has faults"),
    KeyReused: (422, "Idempotency-Key used with another body"),
}


def problem(status: int, title: str, detail: str, **extra: Any) -> Response:
    """Return a problem document (RFC 9457)."""
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail, **extra}
    answer = Response(json.dumps(body), status=status, content_type="application/problem+json")
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="triage"'
    if status == 503:
        answer.headers["Retry-After"] = "5"
    return answer


def register(app: Flask) -> None:
    """Let the app answer every error under /api and /health with a problem document."""
    app.register_error_handler(TriageError, answer_mistake)
    app.register_error_handler(HTTPException, answer_http)
    for trouble in Trouble:
        app.register_error_handler(trouble, answer_trouble)
    app.register_error_handler(Exception, answer_unknown)


def answer_mistake(error: TriageError) -> Response:
    """Answer a caller's mistake."""
    status, title = STATUS[type(error)]
    extra = dict(error.extra)
    if isinstance(error, Invalid):
        extra["errors"] = [fault.as_mapping() for fault in error.faults]
    return problem(status, title, error.detail, **extra)


def answer_http(error: HTTPException) -> Any:
    """Answer what Flask refuses; schema faults become one entry a field."""
    if error.response is not None or (error.code or 500) < 400:
        return error
    messages = (getattr(error, "data", None) or {}).get("messages", {})
    faults = [
        {"path": path, "said": text, "expected": "see the description of this field at /api/v1/docs"}
        for place in messages.values()
        for path, text in _flat(place)
    ]
    extra = {"errors": faults} if faults else {}
    detail = STATUS[Invalid][1] if faults else (error.description or error.name)
    return problem(error.code or 500, error.name, detail, **extra)


def answer_trouble(error: Exception) -> Response:
    """Answer when the database cannot store: nothing was accepted, so the caller must send it again."""
    LOG.error("the database does not answer: %s", type(error).__name__)
    return problem(503, "Cannot store now", "Nothing was stored. Send the same request again in some seconds.")


def answer_unknown(error: Exception) -> Response:
    """Answer an error nobody expected, with an id that finds it in the log."""
    error_id = uuid.uuid4().hex
    LOG.error("error %s at %s", error_id, request.endpoint, exc_info=error)
    return problem(500, "Our error", "Something went wrong on our side; quote the id.", id=error_id)


def _flat(messages: Any, path: str = "") -> list[tuple[str, str]]:
    """Return marshmallow's nested messages as (path, text)."""
    if isinstance(messages, Mapping):
        found = []
        for name, inner in messages.items():
            place = path if name == "_schema" else f"{path}.{name}".lstrip(".")
            found += _flat(inner, place)
        return found
    if isinstance(messages, list) and not all(isinstance(text, str) for text in messages):
        return [pair for inner in messages for pair in _flat(inner, path)]
    return [(path, text) for text in (messages if isinstance(messages, list) else [str(messages)])]
