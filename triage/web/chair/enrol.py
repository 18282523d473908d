"""/chair: a client is enrolled in six fields; who is here already is offered first, so that nobody is made twice."""

import uuid
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.bottles import bottles_now
from triage.actions.chair import enrol_in_chair
from triage.actions.errors import Invalid
from triage.actions.patient_search import Found, known_already
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.records import Session, lookups
from triage.rules import COMMON, Fault
from triage.web.chair.chair_form import Asked, Read, Typed, read_chair
from triage.web.chair.words import ROLE_NAMES, SKIN_TONES, areas, clock_at, named, offers
from triage.web.staff_page import CHAIR, StaffPage, for_staff
from triage.words.countries import countries

BY_ENTER = "enter"  # the key in a text field presses the first button of a form
NOT_BY_ENTER = Fault("form", "the Enter key does not enrol", "press the button at the end of the form")


@for_staff(*CHAIR)
def show_enrolment(page: StaffPage) -> ResponseReturnValue:
    """Show the form, with the bottles ticked that this practitioner used last."""
    return _form(page, Typed([("key", str(uuid.uuid4()))]))


@for_staff(*CHAIR)
def take_enrolment(page: StaffPage) -> ResponseReturnValue:
    """Enrol, and go on to the code to scan; with faults, or where the client may be here already, show it again."""
    typed = request.form
    read, faults = read_chair(typed, page.read(lambda session, turn: asked_of(session, page, turn)))
    if typed.get("same") == BY_ENTER:
        faults.append(NOT_BY_ENTER)
    if faults:
        return _form(page, typed, faults=faults)
    if not read.is_decided and (same := page.read(lambda session, turn: _same(session, read, turn))):
        return _form(page, typed, same=same)
    try:
        patient_id = page.do(lambda session, turn: _enrol(session, read, turn))
    except Invalid as error:
        return _form(page, typed, faults=error.faults)
    return redirect(f"/chair/done/{patient_id}", 303)


def asked_of(session: Session, page: StaffPage, turn: Turn) -> Asked:
    """Return what the form is read by: now, here, by whom."""
    people = [row.name for row in lookups.staff_of(session, turn.by.clinic_id, ("practitioner", "lead"))]
    names = list(dict.fromkeys([page.staff.name, *people]))
    return Asked(turn.now, zone_of(page.clinic), offers(session, turn), names)


def _enrol(session: Session, read: Read, turn: Turn) -> uuid.UUID:
    return enrol_in_chair(session, read.client, read.sitting, read.consent, read.call, turn)


def _same(session: Session, read: Read, turn: Turn) -> list[Found]:
    """Return who the client may be; nobody where this very form was taken already, so that a double tap goes on."""
    if read.call.key and lookups.remembered_answer(session, turn.by.clinic_id, turn.by.id, read.call.key):
        return []
    return known_already(session, read.client.name, read.client.contact, turn)


def _form(
    page: StaffPage, typed: Typed, faults: list[Fault] | None = None, same: list[Found] | None = None
) -> tuple[str, int]:
    def see(session: Session, turn: Turn) -> dict[str, Any]:
        asked = asked_of(session, page, turn)
        who = typed.get("practitioner") or asked.practitioners[0]
        return {
            "asked": asked,
            "bottles": bottles_now(session, turn, who, asked.zone),
            "areas": areas(session, turn),
            "risks": named(session, "risk_factors", COMMON.risk_factors, turn),
        }

    return page.show(
        "chair_enrol.html",
        422 if faults else 200,
        **page.read(see),
        typed=typed,
        is_first="language" not in typed,
        faults=faults or [],
        same=same or [],
        said_on=lambda at: clock_at(page, at),
        roles=ROLE_NAMES,
        countries=countries("en"),
        skin_tones=SKIN_TONES,
        country=typed.get("country", (page.clinic.holidays or {}).get("country") or ""),
    )
