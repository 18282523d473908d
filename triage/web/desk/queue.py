"""Answers to the forms of what waits at the desk: something was read, a session is noted, moved, cancelled, decided."""

import uuid
from datetime import UTC, datetime, time, tzinfo

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.appointments import (
    add_appointment,
    cancel_appointment,
    decide_appointment,
    move_appointment,
)
from triage.actions.errors import Invalid
from triage.actions.terms import zone_of
from triage.actions.to_read import read_all, read_one
from triage.rules import Fault
from triage.web.door.sign_in import own_path
from triage.web.rooms import Address
from triage.web.staff_page import CHAIR, StaffPage, for_staff


@for_staff(*CHAIR)
def take_read(page: StaffPage, to_read_id: uuid.UUID) -> ResponseReturnValue:
    """Note that one thing was read."""
    page.do(lambda session, turn: read_one(session, to_read_id, turn))
    return _back()


@for_staff(*CHAIR)
def take_read_all(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Note that all of a patient's was read that was there when the page was drawn."""
    until = _moment("until", UTC)
    page.do(lambda session, turn: read_all(session, patient_id, until, turn))
    return _back()


@for_staff(*CHAIR)
def take_appointment(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Note a patient's next session."""
    at = _coming(page)
    page.do(lambda session, turn: add_appointment(session, patient_id, at, turn))
    return _back(f"/desk/patients/{patient_id}")


@for_staff(*CHAIR)
def take_move(page: StaffPage, appointment_id: uuid.UUID) -> ResponseReturnValue:
    """Give an appointment another moment."""
    at = _coming(page)
    row = page.do(lambda session, turn: move_appointment(session, appointment_id, at, turn))
    return _back(f"/desk/patients/{row.patient_id}")


@for_staff(*CHAIR)
def take_cancel(page: StaffPage, appointment_id: uuid.UUID) -> ResponseReturnValue:
    """Note that the patient does not come."""
    row = page.do(lambda session, turn: cancel_appointment(session, appointment_id, turn))
    return _back(f"/desk/patients/{row.patient_id}")


@for_staff(*CHAIR)
def take_decision(page: StaffPage, appointment_id: uuid.UUID) -> ResponseReturnValue:
    """Record whether the session goes ahead, and why."""
    said = request.form.get("decision", ""), request.form.get("reason", "")
    seen = _moment("seen", UTC) if request.form.get("seen") else None
    row = page.do(lambda session, turn: decide_appointment(session, appointment_id, *said, turn=turn, seen=seen))
    return _back(f"/desk/patients/{row.patient_id}")


def _back(otherwise: str = "/desk") -> ResponseReturnValue:
    return redirect(own_path(request.form.get("back", "") or otherwise), 303)


def _coming(page: StaffPage) -> datetime:
    """Return the day and time that were typed, by the clinic's clocks. Raises Invalid."""
    zone = zone_of(page.clinic)
    if "at" in request.form:  # one field, as browsers name it: 2026-03-09T10:00
        return _moment("at", zone)
    try:
        day = datetime.strptime(request.form.get("day", ""), "%Y-%m-%d").date()  # noqa: DTZ007 joined with the zone
        return datetime.combine(day, time.fromisoformat(request.form.get("time", "")), zone).astimezone(UTC)
    except ValueError as error:
        raise Invalid([Fault("at", "is no day and time", "give them like 2026-03-09 and 10:00")]) from error


def _moment(name: str, zone: tzinfo) -> datetime:
    try:
        found = datetime.fromisoformat(request.form.get(name, ""))
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid([Fault(name, "is no moment", "load the page again")]) from error


ADDRESSES: list[Address] = [
    ("/desk/to-read/<uuid:to_read_id>/read", "POST", take_read),
    ("/desk/patients/<uuid:patient_id>/read", "POST", take_read_all),
    ("/desk/patients/<uuid:patient_id>/appointments", "POST", take_appointment),
    ("/desk/appointments/<uuid:appointment_id>/move", "POST", take_move),
    ("/desk/appointments/<uuid:appointment_id>/cancel", "POST", take_cancel),
    ("/desk/appointments/<uuid:appointment_id>/decide", "POST", take_decision),
]
