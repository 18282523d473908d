"""The page for when something goes wrong on our side: it says that nothing was stored, and whom to call meanwhile."""

import logging
import uuid

from flask import render_template
from werkzeug.exceptions import HTTPException

from triage.records import Trouble
from triage.web.words import words_asked_for
from triage.words.emergency import ANYWHERE

LOG = logging.getLogger(__name__)


def show_trouble(error: Exception) -> tuple[str, int]:
    """Return the page for an error; the log tells which by its id, and nothing of what was sent."""
    status = error.code or 500 if isinstance(error, HTTPException) else 503 if isinstance(error, Trouble) else 500
    error_id = uuid.uuid4().hex[:8]
    if status >= 500:
        LOG.error("error %s on a page", error_id, exc_info=None if isinstance(error, Trouble) else error)
    words = words_asked_for()
    return render_template("web/trouble.html", words=words, say=words.page, numbers=ANYWHERE, error_id=error_id), status
