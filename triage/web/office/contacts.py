"""/office/contacts: each person's ways to be reached; added, verified, put in order, switched off, tried out now."""

import time
import uuid
from collections.abc import Callable
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.contact_use import (
    change_contact,
    contacts_used,
    note_test,
    switch_off,
    switch_on,
    trial_message,
)
from triage.actions.contacts import add_contact, ask_to_verify, remove_contact
from triage.actions.errors import Conflict
from triage.actions.staff import ANSWERING, staff_shown
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.channels import Failed
from triage.records import Session
from triage.web.door.confirm import confirmed
from triage.web.forms import Form, filled, need, take, typed
from triage.web.links import wiring_here
from triage.web.moments import when
from triage.web.staff_page import OFFICE, StaffPage, for_staff

HERE = "/office/contacts"
URGENCIES = (
    ("routine", "every alert"),
    ("same_day", "same day and above"),
    ("urgent", "urgent and emergency"),
    ("emergency", "emergency only"),
)
DONE = {
    "added": "Added. A link is on its way there; alerts follow once it was opened and confirmed.",
    "changed": "Changed.",
    "asked": "The link is on its way.",
    "off": "Switched off: no alert is sent there.",
    "on": "Switched on.",
    "removed": "Removed; the address is forgotten.",
    "tested": "The test is over; how it went stands beside the contact.",
}
WORDS = {"address": "This cannot be used: give one mail address, or an Apprise URL like tgram://bot-token/chat-id."}
OFF = "The service has no way out for Apprise URLs: whoever runs it can switch it on. Give a mail address."
Verb = Callable[[Session, uuid.UUID, uuid.UUID, Turn], object]
VERBS: dict[str, tuple[Verb, str]] = {
    "verify": (ask_to_verify, "asked"),
    "off": (switch_off, "off"),
    "on": (switch_on, "on"),
    "remove": (remove_contact, "removed"),
}


@for_staff(*OFFICE)
@confirmed
def show_contacts(page: StaffPage) -> ResponseReturnValue:
    """Show everybody's contacts."""
    return _page(page, Form(), 200)


@for_staff(*OFFICE)
@confirmed
def take_contact(page: StaffPage, staff_id: uuid.UUID) -> ResponseReturnValue:
    """Add a way to reach somebody, and send it the link that verifies it."""
    form = typed("address", "urgency_from", form_id=f"new-{staff_id}-")
    form = need(form, {"address": "Give a mail address or an Apprise URL."}, most=2000)
    address = form.text("address")
    channel = "apprise" if "://" in address else "email"
    if channel not in page.turn.terms.channels:
        form = form.with_fault("address", OFF)

    def add(session: Session, turn: Turn) -> None:
        there = contacts_used(session, staff_id, turn)
        position = min(99, max((one["position"] for one in there), default=-1) + 1)
        values = {"channel": channel, "address": address, "position": position}
        add_contact(session, staff_id, values | {"urgency_from": form.text("urgency_from") or None}, turn)

    shown = form._replace(values={**form.values, "address": ()}) if channel == "apprise" else form  # it is a secret
    return take(
        form,
        lambda: page.do(add),
        lambda found, status: _page(page, shown._replace(faults=found.faults, said=found.said), status),
        f"{HERE}?done=added#{staff_id}",
        WORDS,
    )


@for_staff(*OFFICE)
@confirmed
def take_use(page: StaffPage, staff_id: uuid.UUID, contact_id: uuid.UUID) -> ResponseReturnValue:
    """Change from which urgency on and in which order a contact is used."""
    form = typed("urgency_from", "position", form_id=f"use-{contact_id}-")
    position = form.text("position")
    if not (position.isascii() and position.isdigit() and len(position) < 3):
        form = form.with_fault("position", "Give a number from 0 to 99; lower ones are used first.")

    def change(session: Session, turn: Turn) -> None:
        values = {"urgency_from": form.text("urgency_from"), "position": int(position)}
        change_contact(session, staff_id, contact_id, values, turn)

    return take(
        form,
        lambda: page.do(change),
        lambda form, status: _page(page, form, status),
        f"{HERE}?done=changed#{staff_id}",
    )


@for_staff(*OFFICE)
@confirmed
def take_verb(page: StaffPage, staff_id: uuid.UUID, contact_id: uuid.UUID, verb: str) -> ResponseReturnValue:
    """Send the link again, switch a contact off or on, or remove it."""
    work, done = VERBS[verb]
    try:
        page.do(lambda session, turn: work(session, staff_id, contact_id, turn))
    except Conflict as error:
        return _page(page, Form(id=f"use-{contact_id}-", said=(error.detail,)), 409)
    return redirect(f"{HERE}?done={done}#{staff_id}", 303)


@for_staff(*OFFICE)
@confirmed
def take_test(page: StaffPage, staff_id: uuid.UUID, contact_id: uuid.UUID) -> ResponseReturnValue:
    """Send a test message now, with no transaction open meanwhile, and note what became of it."""
    channel, message = page.read(lambda session, turn: trial_message(session, staff_id, contact_id, turn))
    way_out = wiring_here().channels.get(channel)
    begun = time.monotonic()
    result = way_out.send(message) if way_out else Failed(False, f"the channel {channel} is not switched on")
    took = time.monotonic() - begun
    page.do(lambda session, turn: note_test(session, staff_id, contact_id, result, took, turn))
    return redirect(f"{HERE}?done=tested#{staff_id}", 303)


def _page(page: StaffPage, form: Form, status: int) -> ResponseReturnValue:
    def see(session: Session, turn: Turn) -> list[dict[str, Any]]:
        staff = [person for person in staff_shown(session, turn) if person.role in ANSWERING]
        return [{"person": person, "contacts": contacts_used(session, person.id, turn)} for person in staff]

    people = page.read(see)
    zone = zone_of(page.clinic)
    for one in people:
        one["form"] = _mine(form, f"new-{one['person'].id}-")
        one["is_reached"] = any(row["verified_at"] and not row["disabled_at"] for row in one["contacts"])
        for row in one["contacts"]:
            set_now = filled(f"use-{row['id']}-", urgency_from=row["urgency_from"], position=row["position"])
            row["form"] = (
                form if form.id == set_now.id and form.values else set_now._replace(said=_said(form, set_now.id))
            )
            row["tested_at"] = when(row["tested"].at, zone) if row["tested"] else ""
    done = DONE.get(request.args.get("done", ""), "")
    return page.show("office_contacts.html", status, people=people, urgencies=URGENCIES, done=done)


def _mine(form: Form, form_id: str) -> Form:
    return form if form.id == form_id else Form(id=form_id)


def _said(form: Form, form_id: str) -> tuple[str, ...]:
    return form.said if form.id == form_id else ()
