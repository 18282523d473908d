"""What every view needs: the wiring, who is asking, and the body that was sent."""

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Response, current_app, g, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from triage.actions.errors import Invalid, NotFound, NotIdentified
from triage.actions.identify import Actor, identify
from triage.actions.turn import Turn
from triage.reading import note_look, thing_of
from triage.rules import Fault, read_report_json
from triage.wiring import Wiring

MOST_BODY = 1024 * 1024
OF_PATIENTS = ("patients", "procedures", "appointments", "check_ins", "alerts", "photos", "lots")
PAGE, LARGEST_PAGE = 50, 200
LONGEST_KEY = 200
KEY_HEADER = {"in": "header", "name": "Idempotency-Key", "schema": {"type": "string", "maxLength": LONGEST_KEY}}


class Sent(NamedTuple):
    """A JSON body, read and as text."""

    body: Any
    raw: str


def wiring() -> Wiring:
    """Return the wiring that app.py put into the app."""
    found: Wiring = current_app.extensions["triage"]
    return found


def begin_turn() -> Turn:
    """Return the turn of this request: who asks, and the time, both found out once. Raises NotIdentified."""
    if "turn" not in g:
        g.turn = Turn(who(), wiring().now(), wiring().terms)
    turn: Turn = g.turn
    return turn


def who() -> Actor:
    """Return who sent this request. Raises NotIdentified."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotIdentified
    return wiring().look(lambda session: identify(session, token.strip()))


def read_json(read: Callable[[str], Any] = read_report_json) -> Sent:
    """Return the JSON body, read as a report unless said otherwise.

    Raises 415 for another content type, 413 for a huge body, 400 for what is not JSON.
    """
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON with the header Content-Type: application/json.")
    raw = request.get_data(cache=True).decode("utf-8", "surrogateescape")
    if not raw.strip():
        raise BadRequest("The body is empty; send a JSON object.")
    try:
        return Sent(read(raw), raw)
    except (ValueError, RecursionError) as error:
        said = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise BadRequest(f"The body is not JSON: {said}.") from error


def check_call() -> None:
    """Refuse, before any schema looks at the body, who is not identified, and what is no JSON.

    flask-smorest by itself would answer 422 to a stranger, and 500 to a body that is nested too deeply.
    """
    begin_turn()
    if request.method in ("POST", "PATCH", "PUT"):
        read_json(json.loads)


def note_look_of_call(answer: Response) -> Response:
    """Note in the log, after a call that only read, who has looked at which patient's things."""
    is_look = request.method == "GET" and answer.status_code == 200 and request.blueprint in OF_PATIENTS
    if is_look and "turn" in g:
        thing = thing_of(request.view_args or {}, request.path)
        note_look(wiring(), thing, str(request.url_rule), g.turn)
    return answer


def identifier(text: str, what: str) -> uuid.UUID:
    """Return an id from a path. Raises NotFound: what is no id names nothing."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound(f"There is no such {what} in this clinic.") from None


def page_size() -> int:
    """Return how many items a page may have. Raises Invalid."""
    text = request.args.get("limit", str(PAGE))
    if text.isdecimal() and 1 <= int(text) <= LARGEST_PAGE:
        return int(text)
    raise Invalid([Fault("limit", f"{text[:20]!r} is no page size", f"give a number from 1 to {LARGEST_PAGE}")])


def cursor() -> uuid.UUID | None:
    """Return where the page begins; None: at the first item. Raises Invalid."""
    text = request.args.get("cursor")
    if text is None:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid([Fault("cursor", "is no cursor", "give the next of the page before")]) from None


def idempotency_key() -> str | None:
    """Return the call's key; one that cannot be stored stands by its hash: no call is refused for its key."""
    key = request.headers.get("Idempotency-Key")
    if not key:
        return None
    is_plain = len(key) <= LONGEST_KEY and key.isprintable()
    return key if is_plain else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
