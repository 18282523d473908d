"""The patient's page: GET shows the form and changes nothing, POST takes it and shows the answer.

That somebody sees the form comes as a POST of its own, by a script: what only fetches the page runs none.
"""

import contextlib
import uuid
from typing import Any

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from triage.actions.errors import NotIdentified
from triage.actions.expectations import note_opened
from triage.actions.intake import Report, receive_check_in
from triage.actions.replies import note_replies_read
from triage.actions.turn import Turn
from triage.records import Session
from triage.rules import Urgency
from triage.web.aftercare import aftercare_of
from triage.web.answer import answer_page
from triage.web.correcting import asked_of, latest_to_correct, report_to_correct, typed_as
from triage.web.course import courses_of
from triage.web.fields import fields_of
from triage.web.form import Typed, read_form, says_nothing
from triage.web.links import Page, begin_turn, look_around, or_gone, wiring_here
from triage.web.photos import photo_report
from triage.web.visit import Visit, patient_row

MOST_REPLIES = 200  # on one page


@or_gone
def show_form(token: str) -> Page:
    """Show the form, with `?correct=<id>` as that report was. Nothing is changed, so a mail program does no harm."""
    visit = look_around(begin_turn(token))
    former = report_to_correct(visit, request.args.get("correct", ""))
    typed = typed_as(former) if former else MultiDict[str, str]()
    typed["key"] = str(uuid.uuid4())
    return _form(visit, typed, 200)


@or_gone
def take_form(token: str) -> Page | tuple[str, int, dict[str, str]]:
    """Take the form and show the answer; an empty one is shown again with what was typed."""
    turn = begin_turn(token)
    visit = look_around(turn)
    report = read_form(request.form, asked_of(visit, request.form))
    if says_nothing(report):
        return _form(visit, request.form, 422)
    answer = wiring_here().do(lambda session: _receive(session, report, turn), turn.by.clinic_id)
    visit = look_around(turn)  # as it is now that the report is in
    page = answer_page(visit, answer, report.body, is_worried=request.form.get("today") == "worried")
    shown = {"visit": visit, "say": visit.words.page, "page": page, "link": request.path}
    html = render_template("web/answer.html", **shown, photo_report=photo_report(visit, answer))
    return html, 200, {"X-Receipt": answer["id"]}  # by which a phone knows that it need not keep the report


def take_opened(token: str) -> tuple[str, int]:
    """Note that somebody sees the page, and the replies on it; 204 whether that was known or not.

    404 for a link that is not known.
    """
    try:
        turn = begin_turn(token)
    except NotIdentified:
        return "", 404
    shown = reply_ids(request.form.getlist("reply"))

    def note(session: Session) -> None:
        patient = patient_row(session, turn.by)
        note_opened(session, patient, turn)
        note_replies_read(session, patient, shown, turn)

    wiring_here().do(note, turn.by.clinic_id)
    return "", 204


def reply_ids(stated: list[str]) -> list[uuid.UUID]:
    """Return the ids of the replies that were on the screen; what is no id names none."""
    found = []
    for text in stated[:MOST_REPLIES]:
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


def _receive(session: Session, report: Report, turn: Turn) -> dict[str, Any]:
    return receive_check_in(session, report, patient_row(session, turn.by), turn)


def _form(visit: Visit, typed: Typed, status: int) -> Page:
    return render_template(
        "web/form.html",
        visit=visit,
        urgencies=Urgency,
        say=visit.words.page,
        link=request.path,
        fields=fields_of(visit, typed),
        typed=typed,
        former=report_to_correct(visit, typed.get("amends", "")),
        correctable=latest_to_correct(visit),
        usual=list(courses_of(visit, visit.now)),
        aftercare=list(aftercare_of(visit)),
        is_empty=status == 422,
    ), status
