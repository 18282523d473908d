"""The patient's own history behind the second factor: over all courses, with a copy to take away."""

from flask import Response, jsonify, request
from werkzeug.wrappers import Response as Answer

from triage.actions.own_data import ask_erasure, own_data
from triage.actions.own_history import own_history
from triage.web.history import history_words
from triage.web.links import Page, or_gone, wiring_here
from triage.web.own_page import OwnPage, do_own, open_own
from triage.web.second_factor import is_unlocked, show_lock, take_factor
from triage.web.visit import patient_row


@or_gone
def show_mine(token: str) -> Page:
    """Show the history, or ask for the second factor. Nothing is changed."""
    own = open_own(token)
    return _show(own) if is_unlocked(own.held, request) else show_lock(own)


@or_gone
def take_mine(token: str) -> Page | Answer:
    """Take the second factor; once it is there, the wish that the data be erased."""
    own = open_own(token)
    if not is_unlocked(own.held, request):
        return take_factor(own)
    if request.form.get("do") == "erase":
        return _show(do_own(own, ask_erasure), has_asked=True)
    return _show(own, 422)


@or_gone
def show_copy(token: str) -> Page | Response:
    """Return everything that is kept of the patient as a file; without the second factor the question for it."""
    own = open_own(token)
    if not is_unlocked(own.held, request):
        return show_lock(own, 403)
    by, link = own.turn.by, f"{own.turn.terms.base_url}{own.link}"
    found = wiring_here().look(lambda session: own_data(session, patient_row(session, by), link), by.clinic_id)
    answer = jsonify(found)
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


def _show(own: OwnPage, status: int = 200, *, has_asked: bool = False) -> Page:
    found = wiring_here().look(lambda session: own_history(session, own.patient), own.turn.by.clinic_id)
    return own.show("mine.html", status, history=history_words(own, found), has_asked=has_asked)
