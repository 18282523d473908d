"""The case: all that a practitioner needs of one patient on one page, the reason and the answers first."""

import uuid

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from triage.actions.answers import note_alert
from triage.actions.case import Case, open_case, open_chart, patient_behind
from triage.actions.case_facts import lot_used
from triage.actions.case_reasons import clock_words, urgency_said
from triage.actions.case_rows import Asked
from triage.actions.errors import Invalid, NotFound
from triage.actions.photos import photo_of
from triage.actions.ratings import Result, result_of
from triage.actions.turn import Turn
from triage.charts import LOOKS, draw_chart
from triage.records import Session
from triage.rules import Fault
from triage.rules.vocabulary import SEVERITY_WORDS
from triage.web.desk.appointments import AppointmentLine, appointment_lines
from triage.web.desk.results import ASPECT_NAMES, MARK_NAMES
from triage.web.links import wiring_here
from triage.web.staff_page import CHAIR, DESK, StaffPage, for_staff
from triage.words.locales import english_name

MOST_NOTE = 4000
SHOWN = ("wide-light", "wide-dark", "narrow-light", "narrow-dark")


@for_staff(*DESK)
def show_case(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Show a case; `?alert=` marks one of its alerts. Nothing is changed."""
    what = asked()

    def see(session: Session, turn: Turn) -> tuple[Case, list[AppointmentLine], Result | None]:
        case = open_case(session, patient_id, what, turn)
        episode, lines = case.course.episode, appointment_lines(session, page.clinic, patient_id, turn)
        return case, lines, result_of(session, episode, turn.now, case.courses) if episode else None

    case, sessions, result = page.read(see)
    heights = {name: LOOKS[name].height(len(case.table.symptoms)) for name in SHOWN}
    return page.show(
        "case.html",
        case=case,
        asked=what,
        marked=request.args.get("alert", ""),
        doubts=request.args.get("rule", ""),
        heights=heights,
        sessions=sessions,
        severities=SEVERITY_WORDS,
        clock_words=clock_words,
        english_name=english_name,
        urgency_said=urgency_said,
        may_answer=page.may(*CHAIR),
        result=result,
        aspects=ASPECT_NAMES,
        marks=MARK_NAMES,
    )


@for_staff(*DESK)
def show_alert(page: StaffPage, alert_id: uuid.UUID) -> ResponseReturnValue:
    """Lead to the case of an alert. One that is about no patient stands in the worklist only."""
    patient_id = page.read(lambda session, turn: patient_behind(session, alert_id, turn))
    if patient_id is None:
        return redirect("/desk", 303)
    return redirect(url_for("web.desk_case_show_case", patient_id=patient_id, alert=alert_id), 303)


@for_staff(*CHAIR)
def take_note(page: StaffPage, alert_id: uuid.UUID) -> ResponseReturnValue:
    """Write a note down, as one that disagrees too, and go back to the case."""
    text, epoch = request.form.get("text", "").strip(), request.form.get("epoch", "")
    faults = [Fault("text", "missing", "write what you did or think")] if not text else []
    faults += [Fault("text", "too long", f"use at most {MOST_NOTE} characters")] if len(text) > MOST_NOTE else []
    faults += [Fault("epoch", "missing", "load the page again")] if not epoch.isdecimal() else []
    if faults:
        raise Invalid(faults)
    page.do(lambda session, turn: note_alert(session, alert_id, int(epoch), text, turn))
    return redirect(url_for("web.desk_case_show_alert", alert_id=alert_id), 303)


@for_staff(*DESK)
def show_course(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Show the chart of a course as a picture; `?look=` says how wide, and for which colour scheme."""
    look = LOOKS.get(request.args.get("look", SHOWN[0]))
    if look is None:
        raise NotFound("There is no such picture.")
    what = asked()
    chart = page.read(lambda session, turn: open_chart(session, patient_id, what, turn))
    return Response(draw_chart(chart, look), mimetype="image/svg+xml")


@for_staff(*CHAIR)
def show_photo(page: StaffPage, photo_id: uuid.UUID) -> ResponseReturnValue:
    """Show a photo. That it was looked at is not noted by this, but by whoever says so."""
    row = page.read(lambda session, turn: photo_of(session, photo_id, turn))
    picture = wiring_here().shelf.read(row.digest)
    if picture is None:
        raise NotFound("The file of this photo is not there.")
    return Response(picture, mimetype="image/jpeg")


@for_staff(*DESK)
def show_lot(page: StaffPage, exposure_id: uuid.UUID) -> ResponseReturnValue:
    """Show on whom else the lot of a product was used."""
    exposure, uses = page.read(lambda session, turn: lot_used(session, exposure_id, turn))
    return page.show("lot.html", exposure=exposure, uses=uses, urgency_said=urgency_said)


def asked() -> Asked:
    """Return what of the case the address asks for. Raises NotFound for what cannot be an id."""
    try:
        ids = [uuid.UUID(said) if (said := request.args.get(name)) else None for name in ("course", "before", "log")]
    except ValueError as error:
        raise NotFound("There is no such page of this case.") from error
    return Asked(*ids)
