"""Where a page begins: the wiring, whose turn it is behind a patient's link, and the answer to a link not known."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from triage.actions.errors import NotFound, NotIdentified
from triage.actions.turn import Turn
from triage.records import Session
from triage.web.visit import Visit, patient_behind, see_visit
from triage.web.words import words_asked_for
from triage.wiring import Wiring
from triage.words.emergency import ANYWHERE

Page = tuple[str, int]


def wiring_here() -> Wiring:
    """Return the wiring that app.py put into the app."""
    found: Wiring = current_app.extensions["triage"]
    return found


def begin_turn(token: str) -> Turn:
    """Return the turn of the patient who holds a link, now. Raises NotIdentified for one not known or revoked."""
    wiring = wiring_here()

    def behind(session: Session) -> Turn:
        return Turn(patient_behind(session, token), wiring.now(), wiring.terms)

    return wiring.look(behind)


def look_around(turn: Turn) -> Visit:
    """Return what the pages show the patient of a turn. Raises NotFound."""
    return wiring_here().look(lambda session: see_visit(session, turn.by, turn.now), turn.by.clinic_id)


def or_gone(show: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Return a view that answers a link that is not known, or was replaced, in plain words."""

    @wraps(show)
    def view(*arguments: Any, **named: Any) -> ResponseReturnValue:
        try:
            return show(*arguments, **named)
        except (NotIdentified, NotFound):
            return gone()

    return view


def gone() -> Page:
    """Return the page for a patient's link that is not known, or was replaced."""
    words = words_asked_for()
    return render_template("web/gone.html", words=words, say=words.page, numbers=ANYWHERE), 404


def gone_for_staff() -> Page:
    """Return the same for a link in a mail to staff."""
    return render_template("web/gone_alert.html"), 404
