"""/office/staff: who works here; somebody added and invited, renamed, given another role, let go, signed out."""

import uuid

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.clinics import Person, let_go
from triage.actions.devices import end_devices
from triage.actions.invitations import invite
from triage.actions.sessions import end_sessions, live_sessions
from triage.actions.staff import change_staff, member, staff_shown, take_on
from triage.actions.turn import Turn
from triage.records import Session, StaffRow
from triage.web.door.confirm import confirmed
from triage.web.forms import Form, filled, need, take, typed
from triage.web.staff_page import OFFICE, StaffPage, for_staff

HERE = "/office/staff"
ROLES = (("practitioner", "Practitioner"), ("lead", "Lead"), ("auditor", "Auditor"), ("admin", "Admin"))
ROLES_MEAN = (
    "A practitioner sees and answers patients. A lead does so too, and changes the clinic. An auditor sees everything "
    "and changes nothing. An admin may do what a lead may, but is told of no alert."
)
DONE = {
    "added": "Added. An invitation to set a password is on its way to their mail address.",
    "changed": "Changed.",
    "left": "Noted: they do not work here any more. Nobody tells them of alerts, and their keys have ended.",
    "ended": "Their sessions have ended: they have to sign in again, with a code.",
}
ASKED = {"name": "Give their name, as patients and colleagues know it.", "email": "Give their mail address."}
WORDS = {"email": "This is no mail address: give one like pat@clinic.example."}


@for_staff(*OFFICE)
@confirmed
def show_staff(page: StaffPage) -> ResponseReturnValue:
    """Show who works here."""
    return _page(page, filled("new", role="practitioner", name=None, email=None), 200)


@for_staff(*OFFICE)
@confirmed
def take_staff(page: StaffPage) -> ResponseReturnValue:
    """Add somebody and invite them."""
    form = need(typed("name", "email", "role", form_id="new"), ASKED)

    def add(session: Session, turn: Turn) -> None:
        row = take_on(session, Person(form.text("name"), form.text("email"), form.text("role")), turn)
        session.flush()
        invite(session, row, turn)

    return take(form, lambda: page.do(add), lambda form, status: _page(page, form, status), f"{HERE}?done=added", WORDS)


@for_staff(*OFFICE)
@confirmed
def show_person(page: StaffPage, staff_id: uuid.UUID) -> ResponseReturnValue:
    """Show one person, with what can be changed."""
    row = page.read(lambda session, turn: member(session, staff_id, turn))
    return _person_page(page, row, filled(name=row.name, role=row.role), 200)


@for_staff(*OFFICE)
@confirmed
def take_person(page: StaffPage, staff_id: uuid.UUID) -> ResponseReturnValue:
    """Change somebody's name and role."""
    row = page.read(lambda session, turn: member(session, staff_id, turn))
    form = need(typed("name", "role"), {"name": ASKED["name"]})
    values = {"name": form.text("name"), "role": form.text("role")}
    return take(
        form,
        lambda: page.do(lambda session, turn: change_staff(session, staff_id, values, turn)),
        lambda form, status: _person_page(page, row, form, status),
        f"{HERE}?done=changed",
    )


@for_staff(*OFFICE)
@confirmed
def take_leaving(page: StaffPage, staff_id: uuid.UUID) -> ResponseReturnValue:
    """Let somebody go."""
    page.do(lambda session, turn: let_go(session, staff_id, turn))
    return redirect("/sign-in" if staff_id == page.staff.id else f"{HERE}?done=left", 303)


@for_staff(*OFFICE)
@confirmed
def take_end_of_sessions(page: StaffPage, staff_id: uuid.UUID) -> ResponseReturnValue:
    """Sign somebody out everywhere."""

    def sign_out(session: Session, turn: Turn) -> None:
        end_devices(session, member(session, staff_id, turn), turn)
        end_sessions(session, staff_id, "revoked", turn)

    page.do(sign_out)
    return redirect("/sign-in" if staff_id == page.staff.id else f"{HERE}?done=ended", 303)


def _page(page: StaffPage, form: Form, status: int) -> ResponseReturnValue:
    staff = page.read(staff_shown)
    done = DONE.get(request.args.get("done", ""), "")
    return page.show(
        "office_staff.html",
        status,
        form=form,
        staff=staff,
        role_names=dict(ROLES),
        roles=ROLES,
        roles_mean=ROLES_MEAN,
        done=done,
    )


def _person_page(page: StaffPage, row: StaffRow, form: Form, status: int) -> ResponseReturnValue:
    sessions = page.read(lambda session, turn: live_sessions(session, row, turn.now))
    return page.show(
        "office_person.html", status, form=form, person=row, roles=ROLES, roles_mean=ROLES_MEAN, sessions=len(sessions)
    )
