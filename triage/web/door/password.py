"""/password, /password/<token>, /invitation/<token> and /account/password: how a password is set."""

from collections.abc import Sequence
from functools import partial

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.forgotten import change_password, check_old, send_links
from triage.actions.passwords import hash_password
from triage.actions.staff_links import LinkSeen, check_new, see_link, use_link
from triage.actions.throttling import TooMany, begin_try, count_of, take_back
from triage.rules import Fault
from triage.web.door.cookies import browser_here, clock_here, keep_known, own_form_only
from triage.web.door.first_run import to_first_run
from triage.web.door.waits import waiting
from triage.web.links import wiring_here
from triage.web.staff_page import DESK, StaffPage, for_staff


@to_first_run
def show_forgotten() -> ResponseReturnValue:
    """Ask for the address."""
    return render_template("desk/forgotten.html", is_sent="sent" in request.args)


@own_form_only
@to_first_run
def take_forgotten() -> ResponseReturnValue:
    """Say that a link is on its way where somebody has this address.

    Whether anybody has is looked at when the answer has gone out, so that it takes no longer for those who have.
    """
    wiring, email = wiring_here(), request.form.get("email", "")[:200]
    send = partial(send_links, email=email, browser=browser_here(), clock=clock_here())
    answer = make_response(redirect("/password?sent=1", 303))
    answer.call_on_close(lambda: wiring.do(send))
    return answer


def show_reset(token: str) -> ResponseReturnValue:
    """Show the form behind a link for a forgotten password."""
    return _show(token, "password_reset")


def show_invitation(token: str) -> ResponseReturnValue:
    """Show the form behind an invitation."""
    return _show(token, "invitation")


@own_form_only
def take_reset(token: str) -> ResponseReturnValue:
    """Set the password."""
    return _take(token, "password_reset")


@own_form_only
def take_invitation(token: str) -> ResponseReturnValue:
    """Set the first password."""
    return _take(token, "invitation")


@for_staff(*DESK)
def show_change(page: StaffPage) -> ResponseReturnValue:
    """Show the form."""
    return page.show("change_password.html", faults={})


@for_staff(*DESK)
def take_change(page: StaffPage) -> ResponseReturnValue:
    """Set one's own password; all other sessions of one's own end."""
    counts = [count_of(page.turn.terms, "confirm", page.signed_in.row.id)]
    begun = page.do(lambda session, turn: begin_try(session, counts, turn.now))
    if isinstance(begun, TooMany):
        status, said, seconds = waiting(begun, page.turn.now)
        faults = _by_field([Fault("old", said, "wait until then")])
        return *page.show("change_password.html", status, faults=faults), {"Retry-After": str(seconds)}
    new = request.form.get("password", "")
    try:
        check_old(page.staff, request.form.get("old", ""))
        page.do(lambda session, _: take_back(session, begun))
        check_new(new, request.form.get("again", ""), page.staff)
    except Invalid as error:
        return page.show("change_password.html", 422, faults=_by_field(error.faults))
    hashed = hash_password(new)
    page.do(lambda session, turn: change_password(session, hashed, page.signed_in, turn))
    return redirect("/account?done=password", 303)


def _show(token: str, kind: str) -> ResponseReturnValue:
    wiring, clock = wiring_here(), clock_here()
    try:
        seen = wiring.look(partial(see_link, token=token, kind=kind, now=clock.now))
    except NotFound:
        return _page(None, kind, 404)
    return _page(seen, kind, 200 if seen.is_open else 410)


def _take(token: str, kind: str) -> ResponseReturnValue:
    wiring, clock, new = wiring_here(), clock_here(), request.form.get("password", "")
    try:
        seen = wiring.look(partial(see_link, token=token, kind=kind, now=clock.now))
    except NotFound:
        return _page(None, kind, 404)
    if not seen.is_open:
        return _page(seen, kind, 410)
    try:
        check_new(new, request.form.get("again", ""), seen.staff)
        wiring.do(partial(use_link, seen=seen, hashed=hash_password(new), clock=clock))
    except Invalid as error:
        return _page(seen, kind, 422, error.faults)
    except Conflict:
        return _page(seen._replace(is_open=False), kind, 410)
    answer = make_response(redirect("/sign-in?after=password", 303))
    return keep_known(answer, seen.staff, clock.terms)


def _page(seen: LinkSeen | None, kind: str, status: int, faults: Sequence[Fault] = ()) -> ResponseReturnValue:
    shown = {"seen": seen if seen and seen.is_open else None, "kind": kind, "faults": _by_field(faults)}
    return render_template("desk/set_password.html", **shown), status


def _by_field(faults: Sequence[Fault]) -> dict[str, Fault]:
    return {fault.path: fault for fault in faults}
