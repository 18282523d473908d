"""/sign-in and /sign-out: a password opens a session."""

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from triage.actions.passwords import staff_with_password
from triage.actions.sessions import Browser, actor_of, end_session, open_session
from triage.actions.turn import Turn
from triage.records import Session
from triage.web.links import wiring_here
from triage.web.staff_page import COOKIE, StaffPage, cookie_options, for_staff

WRONG = "This e-mail address and password do not go together. Check both, and try again."
HOME = "/desk"


def show_sign_in() -> ResponseReturnValue:
    """Show the form."""
    return render_template("desk/sign_in.html", next=request.args.get("next", ""), email="", said="")


def take_sign_in() -> ResponseReturnValue:
    """Open a session, or say that it was wrong."""
    wiring, email = wiring_here(), request.form.get("email", "").strip()
    password, now = request.form.get("password", ""), wiring.now()
    browser = Browser(request.user_agent.string, request.remote_addr or "")

    def enter(session: Session) -> str | None:
        found = staff_with_password(session, email, password)
        if found is None:
            return None
        return open_session(session, found, browser, Turn(actor_of(found), now, wiring.terms))

    token = wiring.do(enter)
    if token is None:
        page = render_template("desk/sign_in.html", next=request.form.get("next", ""), email=email, said=WRONG)
        return page, 403
    answer: Response = make_response(redirect(own_path(request.form.get("next", "")), 303))
    answer.set_cookie(COOKIE, token, **cookie_options(wiring.terms))  # type: ignore[arg-type]
    return answer


@for_staff("practitioner", "lead", "auditor")
def take_sign_out(page: StaffPage) -> ResponseReturnValue:
    """End the session."""
    page.do(lambda session, turn: end_session(session, session.merge(page.signed_in.row), "signed_out", turn))
    answer = make_response(redirect("/sign-in", 303))
    answer.delete_cookie(COOKIE, path="/")
    return answer


def own_path(path: str) -> str:
    """Return where to go after signing in: a path of this host only, whatever was asked for."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_own and path.isprintable() else HOME
