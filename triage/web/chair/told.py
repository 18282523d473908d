"""/desk/patients/<id>/report: staff write down what a client tells them by telephone or in person.

The questions are those of the client's own form; it is judged at once, and the answer says what to tell the client.
"""

import uuid
from typing import Any, NamedTuple

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.enrol import patient_of
from triage.actions.errors import Conflict, Invalid, KeyReused, NotFound
from triage.actions.identify import PATIENT_ROLE, Actor
from triage.actions.intake import Report, receive_check_in
from triage.actions.judge import NOT_JUDGED, safety_advice
from triage.actions.kept import keep_refused
from triage.actions.turn import Turn
from triage.records import AssessmentRow, CheckInRow, PatientRow, Session, StaffRow, lookups
from triage.records.check_in import WAYS
from triage.rules import Fault, Urgency
from triage.web.chair.chair_form import Typed
from triage.web.chair.words import clock_at
from triage.web.correcting import asked_of
from triage.web.fields import fields_of
from triage.web.form import read_form, says_nothing
from triage.web.staff_page import CHAIR, DESK, StaffPage, for_staff
from triage.web.start import own_name
from triage.web.visit import Visit, see_visit
from triage.web.words import Words
from triage.words import FALLBACK

WAY_NAMES = {"telephone": "By telephone", "in_person": "In person"}
NOTHING_SAID = Fault("today", "nothing was said yet", "tick what the client tells you, or write it as a note")
SENT_ALREADY = "This form was sent already, with other answers. Begin a new report for what has changed."


class Seen(NamedTuple):
    """A patient with what their own page knows of them, in the words of staff and in theirs."""

    patient: PatientRow
    visit: Visit
    theirs: Visit


class Told(NamedTuple):
    """What to tell the client, in one language."""

    visit: Visit
    language: str
    headline: str
    do: str
    advice: list[tuple[str, str]]  # text, when to call


@for_staff(*CHAIR)
def show_told(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Show the questions."""
    seen = page.read(lambda session, turn: see_patient(session, patient_id, turn))
    return _form(page, seen, Typed([("key", str(uuid.uuid4()))]), [])


@for_staff(*CHAIR)
def take_told(page: StaffPage, patient_id: uuid.UUID) -> ResponseReturnValue:
    """Take the report, and go on to what to tell the client; what cannot be read is asked again."""
    seen, typed = page.read(lambda session, turn: see_patient(session, patient_id, turn)), request.form
    report = read_form(typed, asked_of(seen.visit, typed))._replace(by_way=typed.get("by_way"))
    if report.by_way not in WAYS:
        return _form(page, seen, typed, [Fault("by_way", "this is missing", "say how the client told you")])
    if says_nothing(report):
        return _form(page, seen, typed, [NOTHING_SAID])
    try:
        answer = page.do(lambda session, turn: _receive(session, report, patient_id, turn))
    except KeyReused as error:
        raise Conflict(SENT_ALREADY) from error
    except Invalid as error:
        faults = error.faults
        kept = page.do(lambda session, turn: keep_refused(session, _about(report, patient_id), faults, turn))
        return _form(page, seen, typed, faults, kept=kept["urgency"] if kept else "")
    return redirect(f"/desk/patients/{patient_id}/report/{answer}", 303)


@for_staff(*DESK)
def show_answer(page: StaffPage, patient_id: uuid.UUID, check_in_id: uuid.UUID) -> ResponseReturnValue:
    """Show what to tell the client."""

    def see(session: Session, turn: Turn) -> tuple[Seen, CheckInRow, AssessmentRow, StaffRow | None]:
        seen, row = see_patient(session, patient_id, turn), session.get(CheckInRow, (turn.by.clinic_id, check_in_id))
        if row is None or row.patient_id != patient_id:
            raise NotFound("There is no such report in this clinic.")
        judged = lookups.current_assessments(session, turn.by.clinic_id, [row.id])[row.id]
        by = session.get(StaffRow, (turn.by.clinic_id, row.recorded_by)) if row.recorded_by else None
        return seen, row, judged, by

    seen, row, judged, by = page.read(see)
    both = [told_in(visit, judged) for visit in (seen.theirs, seen.visit)]
    told = both if both[0].visit.words.language != both[1].visit.words.language else both[:1]
    shown: dict[str, Any] = {
        "seen": seen,
        "told": told,
        "urgency": Urgency(judged.urgency).name,
        "by": by.name if by else "",
    }
    way = WAY_NAMES.get(row.by_way or "", "")
    return page.show("chair_told_answer.html", **shown, way=way, at=clock_at(page, row.received_at))


def see_patient(session: Session, patient_id: uuid.UUID, turn: Turn) -> Seen:
    """Return what the patient's own page would know; only looked at, since the report itself is made by staff."""
    patient = patient_of(session, patient_id, by=turn.by)
    own = Actor("patient", str(patient.id), turn.by.clinic_id, PATIENT_ROLE, patient_id=patient.id)
    theirs = see_visit(session, own, turn.now)
    texts = theirs.tables.protocol.texts if theirs.tables else {}
    return Seen(patient, theirs._replace(words=Words(texts.get(FALLBACK), FALLBACK)), theirs)


def told_in(visit: Visit, judged: AssessmentRow) -> Told:
    """Return what to tell the client, in the words of a visit."""
    headline, do = visit.words.urgency(Urgency(judged.urgency))
    own = safety_advice(visit.phone)
    advice = [visit.words.advice(name, own.get(name, own[NOT_JUDGED])) for name in judged.advice]
    return Told(visit, own_name(visit.words.language), headline, do, advice)


def _receive(session: Session, report: Report, patient_id: uuid.UUID, turn: Turn) -> str:
    return str(receive_check_in(session, report, patient_of(session, patient_id, by=turn.by), turn)["id"])


def _about(report: Report, patient_id: uuid.UUID) -> Report:
    """Return a report that says of itself whom it is about, as a refused one is kept."""
    return report._replace(body={**report.body, "patient_id": str(patient_id)})


def _form(page: StaffPage, seen: Seen, typed: Typed, faults: list[Fault], kept: str = "") -> tuple[str, int]:
    shown = {"fields": fields_of(seen.visit, typed), "typed": typed, "faults": faults, "ways": WAY_NAMES, "kept": kept}
    return page.show("chair_told.html", 422 if faults else 200, seen=seen, say=seen.visit.words.page, **shown)
