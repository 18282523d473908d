"""Where are you now? GET shows the list of countries, POST keeps one: the emergency number changes on every screen."""

from typing import NamedTuple

from flask import Response, render_template, request, url_for

from triage.actions.errors import Invalid
from triage.actions.staying import note_place
from triage.actions.turn import Turn
from triage.records import Session
from triage.web.links import Page, begin_turn, look_around, or_gone, wiring_here
from triage.web.visit import Visit, patient_row
from triage.words.countries import countries, zones_in


class Country(NamedTuple):
    """One line of the list; `zones` lets a script suggest it."""

    code: str
    name: str
    zones: str
    is_chosen: bool


@or_gone
def show_place(token: str) -> Page:
    """Show where the patient is as far as we know, and every country. Nothing is changed."""
    return _show(look_around(begin_turn(token)), token, 200)


@or_gone
def take_place(token: str) -> Page | Response:
    """Keep the country, and show its number; a form inside another page (`then`) leads back to that page."""
    turn = begin_turn(token)
    try:
        wiring_here().do(lambda session: _keep(session, turn), turn.by.clinic_id)
    except Invalid:
        return _show(look_around(turn), token, 422)
    if request.form.get("then") == "form":
        return Response(status=303, headers={"Location": url_for("web.show_form", token=token)})
    return _show(look_around(turn), token, 200, done=True)


def _keep(session: Session, turn: Turn) -> None:
    note_place(session, patient_row(session, turn.by), request.form.get("country", ""), turn)


def _show(visit: Visit, token: str, status: int, *, done: bool = False) -> Page:
    return render_template(
        "web/place.html", visit=visit, say=visit.words.page, countries=_listed(visit), done=done, token=token
    ), status


def _listed(visit: Visit) -> list[Country]:
    named = countries(visit.words.language).items()
    return [Country(code, name, zones_in(code), code == visit.place) for code, name in named]
