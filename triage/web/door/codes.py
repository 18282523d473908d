"""/account/codes: a phone is set up to show one-time codes; and ten codes on paper for when it is lost."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from triage.actions.recovery_codes import new_recovery_codes
from triage.actions.throttling import TooMany, begin_try, count_of, take_back
from triage.actions.totp import end_codes, has_codes, must_set_up, set_up_codes, set_up_of
from triage.paper.qr import qr_svg
from triage.web.door.confirm import confirmed
from triage.web.door.paths import own_path
from triage.web.door.waits import waiting
from triage.web.staff_page import DESK, StaffPage, for_staff

WRONG = "This is not the code that your phone should show now. Check that its clock is right, and type the next one."


@for_staff(*DESK)
@confirmed
def show_codes(page: StaffPage) -> ResponseReturnValue:
    """Show what to scan. Nothing is changed: codes are asked for once one was shown."""
    return _show(page, request.args.get("next", ""))


@for_staff(*DESK)
@confirmed
def take_codes(page: StaffPage) -> ResponseReturnValue:
    """Take the first code of a phone, and show the codes to keep on paper: this once, so there is no way back here."""
    to, typed, staff_id = request.form.get("next", ""), request.form.get("code", ""), page.staff.id
    counts = [count_of(page.turn.terms, "set up", page.signed_in.row.id)]
    begun = page.do(lambda session, turn: begin_try(session, counts, turn.now))
    if isinstance(begun, TooMany):
        status, said, seconds = waiting(begun, page.turn.now)
        return *_show(page, to, status, said), {"Retry-After": str(seconds)}
    codes = page.do(lambda session, turn: set_up_codes(session, staff_id, typed, turn))
    if codes is None:
        return _show(page, to, 403, WRONG)
    page.do(lambda session, _: take_back(session, begun))
    return page.show("recovery_codes.html", codes=codes, next=own_path(to), is_first=True)


@for_staff(*DESK)
@confirmed
def take_codes_off(page: StaffPage) -> ResponseReturnValue:
    """Ask for no codes any more; where the clinic asks for them, they are set up anew right away."""
    page.do(lambda session, turn: end_codes(session, page.staff.id, turn))
    return redirect("/account?done=no-codes", 303)


@for_staff(*DESK)
@confirmed
def take_new_recovery(page: StaffPage) -> ResponseReturnValue:
    """Show ten new codes for paper; those of before count no more."""
    if not has_codes(page.staff):
        return redirect("/account/codes", 303)
    codes = page.do(lambda session, turn: new_recovery_codes(session, page.staff, turn))
    return page.show("recovery_codes.html", codes=codes, next="/account", is_first=False)


def _show(page: StaffPage, to: str, status: int = 200, said: str = "") -> tuple[str, int]:
    set_up = set_up_of(page.staff, page.clinic, page.turn.terms)
    return page.show(
        "codes.html",
        status,
        key=set_up.key,
        link=set_up.link,
        drawn=Markup(qr_svg(set_up.link)),
        said=said,
        next=to,
        must=must_set_up(page.staff, page.clinic),
        has_codes=has_codes(page.staff),
    )
