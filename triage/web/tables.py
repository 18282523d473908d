"""The compiled tables of a protocol by their digest, for phones: no word about anybody, and never another content."""

import json
import re

from flask import Response

from triage.actions.protocols import load_given_out
from triage.rules.device import phone_tables
from triage.web.files import FOR_EVER
from triage.web.links import wiring_here

DIGEST = re.compile(r"[0-9a-f]{64}")


def show_tables(digest: str) -> Response:
    """Return the tables of a version that some clinic has given to patients; 404 for drafts and unknown ones."""
    if digest not in _written and DIGEST.fullmatch(digest):
        tables = wiring_here().look(lambda session: load_given_out(session, digest))
        if tables is not None:
            _written[digest] = json.dumps(phone_tables(tables), separators=(",", ":"))
    if digest not in _written:
        return Response(status=404)
    answer = Response(_written[digest], mimetype="application/json")
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


# What was once given out stays so, and never changes under its digest.
_written: dict[str, str] = {}
