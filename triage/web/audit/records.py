"""One patient's whole record as a file, legal holds and erasure: each after a fresh proof of who it is."""

import json
import uuid

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.erasure import erase_patient
from triage.actions.errors import Conflict
from triage.actions.legal_holds import holds_standing, lift_hold, place_hold, record_standing
from triage.actions.patient_record import record_of
from triage.actions.record_pages import record_pdf
from triage.web.door.confirm import confirmed
from triage.web.forms import Form, filled, need, take, typed
from triage.web.links import wiring_here
from triage.web.rooms import Address
from triage.web.staff_page import LOG, OFFICE, StaffPage, for_staff

HERE = "/audit/records"
DONE = {
    "held": "The record is held: nothing of it is erased until the hold is lifted.",
    "lifted": "The hold is lifted.",
    "erased": "Erased. What is left has no name.",
}
NOT_TICKED = "Tick that you want this, since it cannot be undone."


@for_staff(*LOG)
def show_records(page: StaffPage) -> ResponseReturnValue:
    """Show the records that are held."""
    return page.show("audit_records.html", holds=page.read(holds_standing))


@for_staff(*LOG)
@confirmed
def show_record(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Show what can be done with one patient's record."""
    return _one(page, patient_id, filled(), 200)


@for_staff(*LOG)
@confirmed
def give_pdf(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Give the record as PDF; the log has that it was taken."""
    record = page.do(lambda session, turn: record_of(session, patient_id, turn))
    return _file(record_pdf(record), "application/pdf", "record.pdf")


@for_staff(*LOG)
@confirmed
def give_json(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Give the record as JSON; the log has that it was taken."""
    record = page.do(lambda session, turn: record_of(session, patient_id, turn))
    return _file(json.dumps(record.values, ensure_ascii=False, indent=1), "application/json", "record.json")


@for_staff(*OFFICE)
@confirmed
def take_hold(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Place a legal hold."""
    form = need(typed("why"), {"why": "Say why the record must be kept whole."}, 500)
    return take(
        form,
        lambda: page.do(lambda session, turn: place_hold(session, patient_id, form.text("why"), turn)),
        lambda form, status: _one(page, patient_id, form, status),
        f"{HERE}/{patient_id}?done=held",
    )


@for_staff(*OFFICE)
@confirmed
def take_lift(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Lift the legal hold."""
    page.do(lambda session, turn: lift_hold(session, patient_id, turn))
    return redirect(f"{HERE}/{patient_id}?done=lifted", 303)


@for_staff(*OFFICE)
@confirmed
def take_erasure(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Erase a patient; their pictures go once that is stored."""
    form = typed("sure")
    if form.text("sure") != "yes":
        return _one(page, patient_id, form.with_fault("sure", NOT_TICKED), 422)
    try:
        erased = page.do(lambda session, turn: erase_patient(session, patient_id, turn))
    except Conflict as error:
        return _one(page, patient_id, form.refused(error), 409)
    for digest in erased.digests:
        wiring_here().drop_picture(digest)
    return redirect(f"{HERE}/{patient_id}?done=erased", 303)


def _one(page: StaffPage, patient_id: uuid.UUID, form: Form, status: int) -> ResponseReturnValue:
    standing = page.read(lambda session, turn: record_standing(session, patient_id, turn))
    return page.show(
        "audit_record.html",
        status,
        patient=standing.patient,
        hold=standing.hold,
        form=form,
        may_change=page.may(*OFFICE),
        done=DONE.get(request.args.get("done", ""), ""),
    )


def _file(content: str | bytes, mimetype: str, name: str) -> Response:
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})


RECORD = f"{HERE}/<uuid:patient_id>"
ADDRESSES: list[Address] = [
    (HERE, "GET", show_records),
    (RECORD, "GET", show_record),
    (f"{RECORD}/record.pdf", "GET", give_pdf),
    (f"{RECORD}/record.json", "GET", give_json),
    (f"{RECORD}/hold", "POST", take_hold),
    (f"{RECORD}/hold/lift", "POST", take_lift),
    (f"{RECORD}/erase", "POST", take_erasure),
]
