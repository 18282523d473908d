"""/office/look: the clinic's colour and logo on the pages of patients and staff."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from triage.actions.look import change_look, drawn
from triage.web.door.confirm import confirmed
from triage.web.forms import Form, filled, take, typed
from triage.web.rooms import with_room
from triage.web.staff_page import OFFICE, StaffPage, for_staff

HERE = "/office/look"
OURS = "#0b5c63"
ROOM = 8 * 1024 * 1024  # a logo that is too large comes in, so that the page can say so beside its field


@for_staff(*OFFICE)
@confirmed
def show_look(page: StaffPage) -> ResponseReturnValue:
    """Show colour and logo as they are."""
    return _page(page, filled(colour=page.clinic.colour or OURS, logo=None), 200)


@with_room(ROOM)
@for_staff(*OFFICE)
@confirmed
def take_look(page: StaffPage) -> ResponseReturnValue:
    """Save colour and logo; the logo is drawn anew before anything is stored."""
    form, wish = typed("colour", "logo"), request.form.get("wish", "")
    sent = request.files.get("logo")
    data = sent.read() if sent and sent.filename else b""
    if sent:
        sent.close()  # a long one lies in a file

    def save() -> None:
        values: dict[str, Any] = {"colour": None if form.text("colour").lower() == OURS else form.text("colour")}
        if wish == "no_colour":
            values = {"colour": None}
        elif wish == "no_logo":
            values = {"logo": None}
        elif data:
            values["logo"] = drawn(data)
        page.do(lambda session, turn: change_look(session, values, turn))

    return take(form, save, lambda form, status: _page(page, form, status), f"{HERE}?done=saved")


def _page(page: StaffPage, form: Form, status: int) -> ResponseReturnValue:
    done = "Saved." if request.args.get("done") == "saved" else ""
    return page.show("office_look.html", status, form=form, ours=OURS, done=done)
