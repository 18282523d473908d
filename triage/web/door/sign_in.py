"""/sign-in, /sign-in/clinic, /sign-in/code and /sign-out: from a password, and a code, to a session."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from triage.actions.half_way import read_half_way
from triage.actions.passwords import renewed, who_fits
from triage.actions.sessions import end_session
from triage.actions.sign_in import (
    account_of,
    come_in,
    come_in_by_code,
    counts_of,
    needs_code,
    note_failed,
    renew_hash,
)
from triage.actions.throttling import TooMany, begin_try, take_back
from triage.actions.turn import ClockTurn
from triage.records import ClinicRow, StaffRow, sign_in_lookups
from triage.web.door.cookies import HALF_WAY, browser_here, clock_here, devices_here, let_in, own_form_only, send_on
from triage.web.door.first_run import to_first_run
from triage.web.door.paths import own_path
from triage.web.door.waits import waiting
from triage.web.links import wiring_here
from triage.web.staff_page import COOKIE, DESK, StaffPage, for_staff

__all__ = ["own_path", "show_code", "show_sign_in", "take_code", "take_sign_in", "take_sign_out"]

WRONG = "This e-mail address and password do not go together. Check both, and try again."
WRONG_CODE = "This code is not right, or was used already. Wait for the next one on your phone, and type that."
SAID = {
    "out": "You are signed out.",
    "password": "Your password is set. Sign in with it.",
    "late": "That took too long. Sign in again.",
}


@to_first_run
def show_sign_in() -> ResponseReturnValue:
    """Show the form."""
    return _form("", request.args.get("next", ""), note=SAID.get(request.args.get("after", ""), ""))


@own_form_only
@to_first_run
def take_sign_in() -> ResponseReturnValue:
    """Take the password: open a session, ask what is still open, or say that it was wrong."""
    wiring, clock, browser = wiring_here(), clock_here(), browser_here()
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    to = request.form.get("next", "")
    account = account_of(email)
    counts = counts_of(clock.terms, browser, "password", account)
    begun = wiring.do(partial(begin_try, counts=counts, now=clock.now))
    if isinstance(begun, TooMany):
        status, said, seconds = waiting(begun, clock.now)
        return _form(email, to, said, is_wait=True), status, {"Retry-After": str(seconds)}
    people = wiring.look(partial(sign_in_lookups.staff_by_email, email=account))
    fits = who_fits(people, password)  # outside of a transaction: it takes long
    if not fits:
        wiring.do(partial(note_failed, account=account, people=people, browser=browser, clock=clock))
        return _form(email, to, WRONG), 403
    wiring.do(partial(take_back, begun=begun))
    for staff in fits:
        if (hashed := renewed(staff, password)) is not None:
            wiring.do(partial(renew_hash, staff=staff, hashed=hashed, clock=clock))
            staff.password_hash = hashed
    return _go_on(fits, to, clock)


@own_form_only
def take_clinic() -> ResponseReturnValue:
    """Take the choice of who works at several clinics."""
    clock, to = clock_here(), request.form.get("next", "")
    chosen = [row for row in _half_way(clock) if str(row.clinic_id) == request.form.get("clinic", "")]
    return _go_on(chosen, to, clock) if chosen else _too_late(to)


def show_clinic() -> ResponseReturnValue:
    """Ask at which of several clinics somebody is now."""
    to, people = request.args.get("next", ""), _half_way(clock_here())
    if not people:
        return _too_late(to)
    clinics = wiring_here().look(lambda session: [session.get(ClinicRow, row.clinic_id) for row in people])
    return render_template("desk/choose_clinic.html", clinics=clinics, next=to)


def show_code() -> ResponseReturnValue:
    """Ask for the code."""
    to = request.args.get("next", "")
    return _code_form(to) if _half_way(clock_here()) else _too_late(to)


@own_form_only
def take_code() -> ResponseReturnValue:
    """Take the code: open a session, or say that it was wrong."""
    wiring, clock, browser, to = wiring_here(), clock_here(), browser_here(), request.form.get("next", "")
    people = _half_way(clock)
    if len(people) != 1:
        return _too_late(to)
    staff = people[0]
    counts = counts_of(clock.terms, browser, "code", staff.id)
    begun = wiring.do(partial(begin_try, counts=counts, now=clock.now))
    if isinstance(begun, TooMany):
        status, said, seconds = waiting(begun, clock.now)
        return _code_form(to, said), status, {"Retry-After": str(seconds)}
    typed, trust = request.form.get("code", ""), "trust" in request.form
    enter = partial(come_in_by_code, staff=staff, typed=typed, browser=browser, clock=clock, trust=trust)
    entry = wiring.do(enter)
    if entry is None:
        wiring.do(partial(note_failed, account=staff.id, people=people, browser=browser, clock=clock))
        return _code_form(to, WRONG_CODE), 403
    wiring.do(partial(take_back, begun=begun))
    return let_in(entry, staff, to, clock.terms)


@for_staff(*DESK)
def take_sign_out(page: StaffPage) -> ResponseReturnValue:
    """End the session."""
    page.do(lambda session, turn: end_session(session, session.merge(page.signed_in.row), "signed_out", turn))
    answer = make_response(redirect("/sign-in?after=out", 303))
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _go_on(people: Sequence[StaffRow], to: str, clock: ClockTurn) -> ResponseReturnValue:
    """Let somebody in, or lead them to the next question."""
    wiring, query = wiring_here(), f"?{urlencode({'next': to})}" if to else ""
    if len(people) > 1:
        return send_on(f"/sign-in/clinic{query}", people, clock)
    staff, devices = people[0], devices_here()
    if wiring.look(partial(needs_code, staff=staff, devices=devices, clock=clock)):
        return send_on(f"/sign-in/code{query}", people, clock)
    entry = wiring.do(partial(come_in, staff=staff, browser=browser_here(), devices=devices, clock=clock))
    return let_in(entry, staff, to, clock.terms)


def _half_way(clock: ClockTurn) -> list[StaffRow]:
    kept = request.cookies.get(HALF_WAY, "")
    return wiring_here().look(partial(read_half_way, terms=clock.terms, kept=kept, now=clock.now))


def _too_late(to: str) -> ResponseReturnValue:
    return redirect(f"/sign-in?{urlencode({'after': 'late', 'next': to})}", 303)


def _form(email: str, to: str, said: str = "", *, note: str = "", is_wait: bool = False) -> str:
    return render_template("desk/sign_in.html", next=to, email=email, said=said, note=note, is_wait=is_wait)


def _code_form(to: str, said: str = "") -> str:
    return render_template("desk/code.html", next=to, said=said)
