"""The register of serious events: what must be told by when, each event with its versions, and its field pack."""

import json
import uuid

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.case import patient_behind
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.serious import add_follow_up, close_event, draft_of, event_behind, note_sent, open_event
from triage.actions.serious_pack import pack_of
from triage.actions.serious_views import Event, event_shown, register_of
from triage.actions.terms import zone_of
from triage.outcomes.event_forms import SAID
from triage.outcomes.serious import DUTIES
from triage.web.audit.serious_form import event_form, event_options, event_values, typed_event
from triage.web.forms import Form, filled, limit, take, typed
from triage.web.moments import day_words
from triage.web.rooms import Address
from triage.web.staff_page import CHAIR, DESK, LOG, OFFICE, StaffPage, for_staff
from triage.web.typed_times import local_field, moment_of

HERE = "/audit/serious"
DONE = {
    "entered": "Entered. See below what must be told, to whom, and by when.",
    "followed": "The follow-up is noted.",
    "sent": "Noted as sent.",
    "closed": "Closed: no date is reminded of any more.",
}


@for_staff(*LOG)
def show_register(page: StaffPage) -> ResponseReturnValue:
    """Show every event, what waits first."""
    events = page.read(register_of)
    today = page.turn.now.astimezone(zone_of(page.clinic)).date()
    return page.show("audit_serious.html", events=events, said=SAID, today=today, day_words=day_words)


@for_staff(*DESK)
def show_event(page: StaffPage, event_id: uuid.UUID) -> ResponseReturnValue:
    """Show one event with all its versions."""
    return _one(page, event_id, _sent_form(page), 200)


@for_staff(*CHAIR)
def show_new(page: StaffPage) -> ResponseReturnValue:
    """Show the form of a new event about a patient, with what is known; one that is there already is shown itself."""
    patient_id, alert_id = _whose(page)
    known = page.read(lambda session, turn: event_behind(session, alert_id, turn)) if alert_id else None
    if known is not None:
        return redirect(f"{HERE}/{known.id}", 303)
    values = page.read(lambda session, turn: draft_of(session, patient_id, alert_id, turn))
    return _form(page, event_form(values, zone_of(page.clinic)), 200, "Enter a serious event")


@for_staff(*CHAIR)
def take_new(page: StaffPage) -> ResponseReturnValue:
    """Enter an event."""
    patient_id, alert_id = _whose(page)
    form = typed_event()
    values = {**event_values(form, zone_of(page.clinic)), "patient_id": patient_id, "alert_id": alert_id}
    try:
        entered = page.do(lambda session, turn: open_event(session, values, turn).id)
    except (Invalid, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _form(page, form.refused(error), status, "Enter a serious event")
    return redirect(f"{HERE}/{entered}?done=entered", 303)


@for_staff(*CHAIR)
def show_follow_up(page: StaffPage, event_id: uuid.UUID) -> ResponseReturnValue:
    """Show the latest version as a form, to be brought up to date."""
    row = page.read(lambda session, turn: event_shown(session, event_id, turn)).latest
    values = {**row.content, "seriousness": row.seriousness, "severity": row.severity, "country": row.country}
    values["became_aware_at"] = page.turn.now
    return _form(page, event_form(values, zone_of(page.clinic)), 200, f"Follow-up to {row.number}")


@for_staff(*CHAIR)
def take_follow_up(page: StaffPage, event_id: uuid.UUID) -> ResponseReturnValue:
    """Add a version."""
    form = typed_event()
    values = event_values(form, zone_of(page.clinic))
    return take(
        form,
        lambda: page.do(lambda session, turn: add_follow_up(session, event_id, values, turn)),
        lambda form, status: _form(page, form, status, "Follow-up"),
        f"{HERE}/{event_id}?done=followed",
    )


@for_staff(*OFFICE)
def take_sent(page: StaffPage, event_id: uuid.UUID) -> ResponseReturnValue:
    """Note that a human sent the latest version."""
    form = limit(typed("duty", "sent_to", "sent_at", "reference"), {"sent_to": 200, "reference": 200})
    sent_at = moment_of(form.text("sent_at"), zone_of(page.clinic))
    if form.text("sent_at") and sent_at is None:
        form = form.with_fault("sent_at", "Give day and time, or leave it empty for now.")
    values = {name: form.text(name) for name in ("duty", "sent_to", "reference")} | {"sent_at": sent_at}
    return take(
        form,
        lambda: page.do(lambda session, turn: note_sent(session, event_id, values, turn)),
        lambda form, status: _one(page, event_id, form, status),
        f"{HERE}/{event_id}?done=sent",
    )


@for_staff(*OFFICE)
def take_close(page: StaffPage, event_id: uuid.UUID) -> ResponseReturnValue:
    """Close an event."""
    page.do(lambda session, turn: close_event(session, event_id, turn))
    return redirect(f"{HERE}/{event_id}?done=closed", 303)


@for_staff(*DESK)
def give_pdf(page: StaffPage, event_id: uuid.UUID) -> ResponseReturnValue:
    """Give the field pack as PDF."""
    pack = page.do(lambda session, turn: pack_of(session, event_id, turn))
    return _file(pack.pdf(), "application/pdf", "serious-event.pdf")


@for_staff(*DESK)
def give_json(page: StaffPage, event_id: uuid.UUID) -> ResponseReturnValue:
    """Give the field pack as JSON."""
    pack = page.do(lambda session, turn: pack_of(session, event_id, turn))
    return _file(json.dumps(pack.values, ensure_ascii=False, indent=1), "application/json", "serious-event.json")


def _file(content: str | bytes, mimetype: str, name: str) -> Response:
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _sent_form(page: StaffPage) -> Form:
    now = local_field(page.turn.now, zone_of(page.clinic))
    return filled(duty=None, sent_to=None, sent_at=now, reference=None)


def _one(page: StaffPage, event_id: uuid.UUID, form: Form, status: int) -> ResponseReturnValue:
    event = page.read(lambda session, turn: event_shown(session, event_id, turn))
    return page.show(
        "audit_event.html",
        status,
        event=event,
        form=form,
        said=SAID,
        duties=_duty_options(event),
        may_write=page.may(*CHAIR),
        may_send=page.may(*OFFICE),
        day_words=day_words,
        done=DONE.get(request.args.get("done", ""), ""),
    )


def _duty_options(event: Event) -> list[tuple[str, str]]:
    """Return the duties of this event first; another may be answered too."""
    own = [due.duty for due in event.dues]
    others = [duty for duty in DUTIES.values() if duty not in own]
    return [(duty.id, f"{duty.law}: {duty.told}") for duty in (*own, *others)]


def _form(page: StaffPage, form: Form, status: int, title: str) -> ResponseReturnValue:
    query = {name: str(said) for name in ("alert", "patient") if (said := _asked(name))}
    return page.show("audit_event_form.html", status, form=form, heading=title, options=event_options(), asked=query)


def _whose(page: StaffPage) -> tuple[uuid.UUID, uuid.UUID | None]:
    """Return whom an event is about, and from which alert. Raises NotFound where the address names nobody."""
    alert_id, patient_id = _asked("alert"), _asked("patient")
    if alert_id is not None:
        patient_id = page.read(lambda session, turn: patient_behind(session, alert_id, turn))
    if patient_id is None:
        raise NotFound("There is no such patient in this clinic.")
    return patient_id, alert_id


def _asked(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.values.get(name, ""))
    except ValueError:
        return None


EVENT = f"{HERE}/<uuid:event_id>"
ADDRESSES: list[Address] = [
    (HERE, "GET", show_register),
    (f"{HERE}/new", "GET", show_new),
    (f"{HERE}/new", "POST", take_new),
    (EVENT, "GET", show_event),
    (f"{EVENT}/follow-up", "GET", show_follow_up),
    (f"{EVENT}/follow-up", "POST", take_follow_up),
    (f"{EVENT}/sent", "POST", take_sent),
    (f"{EVENT}/close", "POST", take_close),
    (f"{EVENT}/pack.pdf", "GET", give_pdf),
    (f"{EVENT}/pack.json", "GET", give_json),
]
