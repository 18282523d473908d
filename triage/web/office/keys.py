"""/office/keys: which programs may call in, on whose behalf; a key is shown once, when it is made."""

import uuid

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.keys import ROLES, keys_listed, make_key, revoke_key
from triage.actions.staff import staff_shown
from triage.web.door.confirm import confirmed
from triage.web.forms import Form, filled, take, typed
from triage.web.staff_page import OFFICE, StaffPage, for_staff

HERE = "/office/keys"
ROLES_MEAN = {
    "intake": "enrols patients and records procedures; sees no alerts",
    "practitioner": "reads and answers alerts in somebody's name",
    "lead": "does what a lead may do",
    "auditor": "reads the log and outcomes",
    "admin": "does everything",
}
WORDS = {
    "staff_id": "Choose whose key it is: what it does, they did.",
    "role": "This is more than they may do themselves: choose their own role, or less.",
}


@for_staff(*OFFICE)
@confirmed
def show_keys(page: StaffPage) -> ResponseReturnValue:
    """Show the keys, without their secrets."""
    return _page(page, filled(role="intake", staff_id=None), 200)


@for_staff(*OFFICE)
@confirmed
def take_key(page: StaffPage) -> ResponseReturnValue:
    """Make a key, and show it this once."""
    form = typed("role", "staff_id")
    made: list[str] = []
    person = _id(form.text("staff_id"))
    answer = take(
        form,
        lambda: made.append(page.do(lambda session, turn: make_key(session, form.text("role"), person, turn))),
        lambda form, status: _page(page, form, status),
        HERE,
        WORDS,
    )
    return _page(page, filled(role="intake", staff_id=None), 200, made=made[-1]) if made else answer


@for_staff(*OFFICE)
@confirmed
def take_revocation(page: StaffPage, key_id: uuid.UUID) -> ResponseReturnValue:
    """End a key."""
    page.do(lambda session, turn: revoke_key(session, key_id, turn))
    return redirect(f"{HERE}?done=revoked", 303)


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _page(page: StaffPage, form: Form, status: int, *, made: str = "") -> ResponseReturnValue:
    staff = page.read(staff_shown)
    return page.show(
        "office_keys.html",
        status,
        form=form,
        keys=page.read(keys_listed),
        made=made,
        roles=[(role, f"{role.capitalize()}: {ROLES_MEAN[role]}") for role in ROLES],
        people=[("", "Nobody's (intake only)"), *((str(row.id), row.name) for row in staff)],
        done="Revoked: it opens nothing any more." if request.args.get("done") == "revoked" else "",
    )
