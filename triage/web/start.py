"""The first open: language, whom the link is for, and what they agree to; nothing is ticked beforehand.

A report never waits for it.
"""

from collections.abc import Callable
from typing import NamedTuple

from flask import request

from triage.actions.consents import agree, standing_consents
from triage.actions.preferences import set_place
from triage.actions.turn import Turn
from triage.records import PatientRow, Session
from triage.records.people import PURPOSES
from triage.web.links import Page, or_gone, wiring_here
from triage.web.own_page import OwnPage, do_own, open_own
from triage.web.times import full_date_words
from triage.words.locales import locale_of


class Switch(NamedTuple):
    """One thing to agree to."""

    purpose: str
    title: str
    text: str  # the words agreed to
    since: str  # the date of the yes that stands; empty: there is none


class Tongue(NamedTuple):
    """A language in its own script."""

    code: str
    name: str
    is_chosen: bool


@or_gone
def show_start(token: str) -> Page:
    """Show the first page. Nothing is changed, so a mail program that opens the link early does no harm."""
    return _show(open_own(token))


@or_gone
def take_start(token: str) -> Page:
    """Take the language, or what was agreed to, and show it; either is the sign that a human has the link."""
    own = open_own(token)
    language = request.form.get("language")
    if language is not None:
        return _show(do_own(own, change_language(language, own)))
    chosen = set(request.form.getlist("agree"))
    texts = {purpose: own.visit.consent_text(purpose) for purpose in PURPOSES if purpose in chosen}

    def begin(session: Session, patient: PatientRow, turn: Turn) -> None:
        for purpose, text in texts.items():
            agree(session, patient, purpose, text, turn)

    return _show(do_own(own, begin), is_done=True)


def change_language(language: str, own: OwnPage) -> Callable[[Session, PatientRow, Turn], None]:
    """Return what changes the patient's language; one that the pages do not have changes nothing."""

    def change(session: Session, patient: PatientRow, turn: Turn) -> None:
        if language in spoken(own) and language != patient.language:
            set_place(session, patient, {"language": language}, turn)

    return change


def spoken(own: OwnPage) -> list[str]:
    """Return the languages that this clinic offers, with the patient's own, which they keep."""
    offered, language = own.visit.languages, own.visit.words.language
    return [*offered, *([language] if language not in offered else [])]


def tongues(own: OwnPage) -> list[Tongue]:
    """Return the languages to choose from, each called as its speakers call it."""
    return [Tongue(code, own_name(code), code == own.visit.words.language) for code in spoken(own)]


def own_name(code: str) -> str:
    """Return what a language calls itself; its code where nobody here knows."""
    locale = locale_of(code)
    return (locale.get_display_name() or code).capitalize() if locale else code


def switches(own: OwnPage) -> list[Switch]:
    """Return what can be agreed to, each with the yes that stands."""
    standing = wiring_here().look(lambda session: standing_consents(session, own.patient), own.turn.by.clinic_id)
    visit = own.visit
    return [
        Switch(
            purpose=purpose,
            title=visit.words.page(f"consent_{purpose}"),
            text=visit.consent_text(purpose),
            since=full_date_words(at, visit.zone, visit.words.language) if (at := standing.get(purpose)) else "",
        )
        for purpose in PURPOSES
    ]


def _show(own: OwnPage, *, is_done: bool = False) -> Page:
    return own.show("start.html", tongues=tongues(own), switches=switches(own), is_done=is_done)
