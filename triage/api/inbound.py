"""Text messages that a provider hands in: the secret is in the address, since providers cannot send our headers."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from triage.actions.texting import Texted, receive_text
from triage.api.asking import wiring

blueprint = Blueprint("inbound", __name__)
SENDER, BODY, ID = ("From", "from", "msisdn"), ("Body", "body", "text"), ("MessageSid", "SmsSid", "messageId", "id")


@blueprint.post("/in/sms/<secret>")
def post_text(secret: str) -> Response:
    """Take in a text message as a form or as JSON (From, Body); the answer's text is what the sender gets, if any."""
    raw = request.get_data(cache=True).decode("utf-8", "replace")
    sent: Any = request.get_json(silent=True) if request.is_json else request.form
    if not isinstance(sent, Mapping) or not _of(sent, SENDER):
        raise BadRequest("Send From and Body, as a form or as a JSON object.")
    texted = Texted(_of(sent, SENDER), _of(sent, BODY), raw, _of(sent, ID) or None)
    desk, now = wiring(), wiring().now()
    answer = desk.do(lambda session: receive_text(session, secret, texted, now=now, terms=desk.terms))
    return Response(answer, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


def _of(sent: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(sent[name]) for name in names if sent.get(name) is not None), "")
