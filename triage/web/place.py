"""Where are you now? GET shows the list of countries, POST keeps one: the emergency number changes on every screen."""

from typing import NamedTuple

from flask import Response, current_app, render_template, request, url_for

from triage.actions.errors import Invalid, NotFound, NotIdentified
from triage.actions.staying import note_place
from triage.actions.turn import Turn
from triage.records import Session
from triage.web.visit import ANYWHERE, Visit, patient_behind, patient_row, see_visit
from triage.web.words import words_asked_for
from triage.wiring import Wiring
from triage.words.countries import countries, zones_in

Page = tuple[str, int]


class Country(NamedTuple):
    """One line of the list; `zones` lets a script suggest it."""

    code: str
    name: str
    zones: str
    is_chosen: bool


def show_place(token: str) -> Page:
    """Show where the patient is as far as we know, and every country. Nothing is changed."""
    return _show(_wiring(), token, 200)


def take_place(token: str) -> Page | Response:
    """Keep the country, and show its number; a form inside another page (`then`) leads back to that page."""
    wiring = _wiring()
    try:
        by = wiring.look(lambda session: patient_behind(session, token))
        turn = Turn(by, wiring.now(), wiring.terms)
        wiring.do(lambda session: _keep(session, turn), by.clinic_id)
    except (NotIdentified, NotFound):
        return _gone()
    except Invalid:
        return _show(wiring, token, 422)
    if request.form.get("then") == "form":
        return Response(status=303, headers={"Location": url_for("web.show_form", token=token)})
    return _show(wiring, token, 200, done=True)


def _keep(session: Session, turn: Turn) -> None:
    note_place(session, patient_row(session, turn.by), request.form.get("country", ""), turn)


def _show(wiring: Wiring, token: str, status: int, *, done: bool = False) -> Page:
    def see(session: Session) -> Visit:
        return see_visit(session, patient_behind(session, token), wiring.now())

    try:
        visit = wiring.look(see)
    except (NotIdentified, NotFound):
        return _gone()
    return render_template(
        "web/place.html", visit=visit, say=visit.words.page, countries=_listed(visit), done=done, token=token
    ), status


def _listed(visit: Visit) -> list[Country]:
    named = countries(visit.words.language).items()
    return [Country(code, name, zones_in(code), code == visit.place) for code, name in named]


def _gone() -> Page:
    words = words_asked_for()
    return render_template("web/gone.html", words=words, say=words.page, numbers=ANYWHERE), 404


def _wiring() -> Wiring:
    found: Wiring = current_app.extensions["triage"]
    return found
