"""/go: for a client with a printed slip: the code that is typed leads to their own link. Looking does nothing."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from triage.actions.short_codes import TooManyTries, follow_code
from triage.web.links import Page, wiring_here
from triage.web.words import words_asked_for
from triage.words.emergency import ANYWHERE

LONGEST_CODE = 64


def show_go() -> ResponseReturnValue:
    """Show the field for the code; one in the address is not looked at."""
    return _show("", 200)


def take_go() -> ResponseReturnValue:
    """Go to the link that the code opens, or say that it is wrong; too many wrong ones wait."""
    wiring, typed = wiring_here(), request.form.get("code", "")[:LONGEST_CODE]
    now, address = wiring.now(), request.remote_addr or ""
    try:
        token = wiring.do(lambda session: follow_code(session, typed, address, now, wiring.terms))
    except TooManyTries:
        return _show("go_slow", 429, typed)
    return redirect(f"/c/{token}", 303) if token else _show("go_wrong", 422, typed)


def _show(said: str, status: int, typed: str = "") -> Page:
    words = words_asked_for()
    shown = {"words": words, "say": words.page, "numbers": ANYWHERE, "said": said, "typed": typed}
    return render_template("web/go.html", **shown), status
