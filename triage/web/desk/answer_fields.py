"""What was typed into the form of an answer, as values; what is missing or wrong is named by its field."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from werkzeug.datastructures import MultiDict

from triage.actions.answer_changes import Seen
from triage.actions.errors import Invalid
from triage.rules import Fault
from triage.rules.alerts import HEALED, OUTCOMES, SERIOUSNESS, USEFUL

MOST = 2000  # characters of a message or a note
NOTHING = "nothing"  # the answer "none of these" to what came of it
Fields = MultiDict[str, str]


def read_answer(verb: str, fields: Fields, zone: tzinfo) -> dict[str, Any]:
    """Return what a form says, as its answer takes it; `zone`: of the times in it. Raises Invalid."""
    read = READ.get(verb)
    return read(fields, zone) if read else {}


def read_seen(fields: Mapping[str, str]) -> Seen:
    """Return how the alert stood on the screen. Raises Invalid where the form does not say."""
    try:
        return Seen(int(fields["epoch"]), int(fields["version"]))
    except (KeyError, ValueError):
        raise Invalid([Fault("version", "the form does not say how the alert stood", "load the page again")]) from None


def read_text(fields: Fields, name: str) -> str:
    """Return what was typed, without signs that nobody sees."""
    typed = fields.get(name, "").replace("\r\n", "\n")
    return "".join(sign for sign in typed if sign.isprintable() or sign == "\n").strip()


def _reached(fields: Fields, zone: tzinfo) -> dict[str, Any]:
    return {"note": _short(fields, "note")}


def _not_reached(fields: Fields, zone: tzinfo) -> dict[str, Any]:
    if not fields.get("again"):
        raise Invalid([Fault("again", "missing", "say when you call again")])
    return {"again": fields["again"]}


def _reply(fields: Fields, zone: tzinfo) -> dict[str, Any]:
    text = _short(fields, "text")
    if not text:
        raise Invalid([Fault("text", "missing", "write what the patient is to read")])
    return {"text": text, "key": fields.get("key") or None}


def _watch(fields: Fields, zone: tzinfo) -> dict[str, Any]:
    faults = []
    try:
        until = datetime.fromisoformat(fields.get("until", "")).replace(tzinfo=zone)
    except ValueError:
        faults.append(Fault("until", "missing", "give a date and a time"))
    reason = read_text(fields, "reason")[:500]
    if not reason:
        faults.append(Fault("reason", "missing", "say why it can wait"))
    if faults:
        raise Invalid(faults)
    return {"until": until, "reason": reason}


def _close(fields: Fields, zone: tzinfo) -> dict[str, Any]:
    outcome, came = fields.get("outcome"), fields.getlist("seriousness")
    if outcome not in OUTCOMES:
        raise Invalid([Fault("outcome", "missing", "say what it turned out to be")])
    said: dict[str, Any] = {"outcome": outcome, "note": _short(fields, "note") or None}
    if fields.get("useful") in USEFUL:
        said["useful"] = fields["useful"]
    if outcome != HEALED:
        known = [one for one in SERIOUSNESS if one in came]
        if bool(known) == (NOTHING in came):
            raise Invalid([Fault("seriousness", "not clear", 'choose all that is true, or "none of these"')])
        said["seriousness"] = known
    return said


def _assign(fields: Fields, zone: tzinfo) -> dict[str, Any]:
    try:
        return {"staff_id": uuid.UUID(fields.get("staff_id", ""))}
    except ValueError:
        raise Invalid([Fault("staff_id", "missing", "choose a colleague")]) from None


def _short(fields: Fields, name: str) -> str:
    text = read_text(fields, name)
    if len(text) > MOST:
        raise Invalid([Fault(name, f"too long by {len(text) - MOST} characters", f"write {MOST} at most")])
    return text


READ: Mapping[str, Callable[[Fields, tzinfo], dict[str, Any]]] = {
    "reached": _reached,
    "not-reached": _not_reached,
    "reply": _reply,
    "watch": _watch,
    "close": _close,
    "assign": _assign,
}
