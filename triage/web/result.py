"""/c/<token>/result: how the healed result looks. GET shows the questions, each tap of POST keeps one answer."""

from functools import partial
from typing import NamedTuple

from flask import request

from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.ratings import BEST, WORST, Result, own_result, rate_result
from triage.actions.turn import Turn
from triage.records import PatientRow, Session
from triage.records.outcome import ASPECTS
from triage.web.links import Page, or_gone, wiring_here
from triage.web.own_page import OwnPage, do_own, open_own
from triage.web.times import full_date_words

MARKS = range(BEST, WORST - 1, -1)


class Aspect(NamedTuple):
    """One question; `mark`: the answer so far, None without one."""

    name: str
    title: str
    mark: int | None


@or_gone
def show_result(token: str) -> Page:
    """Show the questions, or from when on they are asked. Nothing is changed."""
    return _show(open_own(token))


@or_gone
def take_result(token: str) -> Page:
    """Keep the answer that was tapped; what cannot be read changes nothing, and the page says so."""
    own = open_own(token)
    marks = {name: int(request.form[name]) for name in ASPECTS if request.form.get(name, "").isdecimal()}
    try:
        return _show(do_own(own, partial(_rate, marks=marks)), is_kept=True)
    except Invalid:
        return _show(own, 422)
    except (Conflict, NotFound):  # it is not due
        return _show(own, 409)


def _rate(session: Session, patient: PatientRow, turn: Turn, marks: dict[str, int]) -> None:
    rate_result(session, patient.id, marks, turn)


def _show(own: OwnPage, status: int = 200, *, is_kept: bool = False) -> Page:
    result: Result | None = wiring_here().look(
        lambda session: own_result(session, own.patient, own.turn.now), own.turn.by.clinic_id
    )
    given = result.patient.marks if result and result.patient else {}
    say, language = own.visit.words.page, own.visit.words.language
    due = full_date_words(result.due_from, own.visit.zone, language) if result else ""
    return own.show(
        "result.html",
        status,
        aspects=[Aspect(name, say(f"result_{name}"), given.get(name)) for name in ASPECTS],
        marks=MARKS,
        is_due=result is not None and result.is_due,
        due_on=due,
        is_kept=is_kept,
        is_whole=len(given) == len(ASPECTS),
        is_refused=status == 422,
    )
