"""/office/absences: who is away from when to when, who stands in, and what patients are told where nobody does."""

import uuid

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.rota import absences_shown, add_absence, cancel_absence
from triage.actions.staff import staff_shown
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.records import Session, lookups
from triage.rules.staffing import TARGET_ROLES
from triage.web.forms import Form, filled, limit, need, take, typed
from triage.web.moments import when
from triage.web.staff_page import OFFICE, StaffPage, for_staff
from triage.web.typed_times import moment_of

HERE = "/office/absences"
DONE = {"added": "Noted.", "cancelled": "Taken back: they are told of alerts again."}
FIELDS = ("staff_id", "starts_at", "ends_at", "deputy_id", "notice")
LONGEST_NOTICE = 500
NO_TIME = "Give a day and a time."
WORDS = {
    "staff_id": "Choose somebody who works here.",
    "ends_at": "This is not after the beginning.",
    "deputy_id": "Nobody would be there to answer: choose somebody else who stands in, or write a notice for patients.",
}


@for_staff(*OFFICE)
def show_absences(page: StaffPage) -> ResponseReturnValue:
    """Show who is and will be away."""
    return _page(page, filled(**dict.fromkeys(FIELDS)), 200)


@for_staff(*OFFICE)
def take_absence(page: StaffPage) -> ResponseReturnValue:
    """Note that somebody is away."""
    zone = zone_of(page.clinic)
    form = need(typed(*FIELDS), {"staff_id": "Choose who is away."})
    starts_at, ends_at = (moment_of(form.text(name), zone) for name in ("starts_at", "ends_at"))
    form = form if starts_at else form.with_fault("starts_at", NO_TIME)
    form = limit(form if ends_at else form.with_fault("ends_at", NO_TIME), {"notice": LONGEST_NOTICE})

    def add(session: Session, turn: Turn) -> None:
        values = {
            "staff_id": uuid.UUID(form.text("staff_id")),
            "starts_at": starts_at,
            "ends_at": ends_at,
            "deputy_id": uuid.UUID(form.text("deputy_id")) if form.text("deputy_id") else None,
            "notice": form.text("notice"),
        }
        add_absence(session, values, turn)

    form = form if is_id(form.text("staff_id")) else form.with_fault("staff_id", WORDS["staff_id"])
    form = (
        form
        if is_id(form.text("deputy_id") or str(page.staff.id))
        else form.with_fault("deputy_id", "Choose a deputy.")
    )
    return take(form, lambda: page.do(add), lambda form, status: _page(page, form, status), f"{HERE}?done=added", WORDS)


@for_staff(*OFFICE)
def take_cancelling(page: StaffPage, absence_id: uuid.UUID) -> ResponseReturnValue:
    """Take an absence back."""
    page.do(lambda session, turn: cancel_absence(session, absence_id, turn))
    return redirect(f"{HERE}?done=cancelled", 303)


def is_id(text: str) -> bool:
    """Tell whether a text is an id."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _page(page: StaffPage, form: Form, status: int) -> ResponseReturnValue:
    zone = zone_of(page.clinic)
    rows, staff = page.read(absences_shown), page.read(staff_shown)
    names = {
        one.id: one.name for one in page.read(lambda session, turn: lookups.everybody_ever(session, page.clinic.id))
    }
    shown = [
        {
            "id": row.id,
            "name": names.get(row.staff_id, ""),
            "from": when(row.starts_at, zone),
            "to": when(row.ends_at, zone),
            "is_now": row.starts_at <= page.turn.now,
            "deputy": names.get(row.deputy_id) if row.deputy_id else None,
            "notice": row.notice,
        }
        for row in rows
    ]
    people = [(person.id, person.name) for person in staff if person.role in TARGET_ROLES]
    done = DONE.get(request.args.get("done", ""), "")
    return page.show("office_absences.html", status, form=form, absences=shown, people=people, done=done)
