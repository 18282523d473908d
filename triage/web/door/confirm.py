"""/confirm: who changes what has weight proves again who they are, once in ten minutes.

A view says so by `@confirmed` below `@for_staff(...)`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.sessions import is_confirmed
from triage.actions.sign_in import begin_confirming, confirm, knows_password
from triage.actions.throttling import TooMany
from triage.actions.totp import has_codes
from triage.web.door.paths import own_path
from triage.web.door.waits import waiting
from triage.web.staff_page import DESK, StaffPage, for_staff

Rest = ParamSpec("Rest")
View = Callable[Concatenate[StaffPage, Rest], ResponseReturnValue]
WRONG = "That was not right. Check the password."
WRONG_CODE = "That was not right. Check the password, and take the code that your phone shows now."


def confirmed(view: View[Rest]) -> View[Rest]:
    """Return a view that leads to /confirm, and back, where the last proof is older than ten minutes.

    What a form had in it is not kept, so the page with the form has `@confirmed` too. A form may say in the field
    `back` where it stands; else it is taken to stand at its own address, or the next one above it that can be opened.
    """

    @wraps(view)
    def ask_first(page: StaffPage, /, *arguments: Rest.args, **named: Rest.kwargs) -> ResponseReturnValue:
        if is_confirmed(page.signed_in.row, page.turn.now):
            return view(page, *arguments, **named)
        return redirect(f"/confirm?{urlencode({'next': _way_back()})}", 303)

    return ask_first


@for_staff(*DESK)
def show_confirm(page: StaffPage) -> ResponseReturnValue:
    """Ask for the password, and a code where there are codes."""
    return _show(page, request.args.get("next", ""))


@for_staff(*DESK)
def take_confirm(page: StaffPage) -> ResponseReturnValue:
    """Take the proof, and go back to where it was asked for."""
    to, signed_in = request.form.get("next", ""), page.signed_in
    begun = page.do(lambda session, turn: begin_confirming(session, signed_in, turn))
    if isinstance(begun, TooMany):
        return _show(page, to, *waiting(begun, page.turn.now))
    is_right = knows_password(signed_in, request.form.get("password", ""))
    code = request.form.get("code", "")
    if not is_right or not page.do(lambda session, turn: confirm(session, signed_in, code, begun, turn)):
        return _show(page, to, 403, WRONG_CODE if has_codes(page.staff) else WRONG)
    return redirect(own_path(to), 303)


def _show(page: StaffPage, to: str, status: int = 200, said: str = "", after: int = 0) -> ResponseReturnValue:
    text, status = page.show("confirm.html", status, next=to, said=said, has_codes=has_codes(page.staff))
    return text, status, {"Retry-After": str(after)} if after else {}


def _way_back() -> str:
    """Return the page to come back to: the one asked for, or the one on which a form stands."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    if back := request.form.get("back"):
        return own_path(back)
    path, addresses = request.path, current_app.create_url_adapter(request)
    while path and addresses is not None and not addresses.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or own_path("")
