"""What the patient decides of themselves: consents, messages, language, hour and time zone; each is a button."""

import re
from collections.abc import Callable
from zoneinfo import available_timezones

from flask import request

from triage.actions.consents import agree, take_back
from triage.actions.errors import Invalid
from triage.actions.preferences import resume_messages, set_ask_hour, set_place, stop_messages
from triage.actions.turn import Turn
from triage.records import PatientRow, Session
from triage.records.people import PURPOSES
from triage.rules.schedule import MORNING, NIGHT
from triage.web.links import Page, or_gone
from triage.web.own_page import OwnPage, do_own, open_own
from triage.web.start import change_language, spoken, switches, tongues
from triage.words.countries import zones_of

HOUR = re.compile(r"\d{1,2}")
Work = Callable[[Session, PatientRow, Turn], object]


@or_gone
def show_settings(token: str) -> Page:
    """Show what is set. Nothing is changed."""
    return _show(open_own(token))


@or_gone
def take_settings(token: str) -> Page:
    """Change one thing and confirm it; what cannot be read changes nothing, and the page says so."""
    own = open_own(token)
    work = _wished(own)
    if work is None:
        return _show(own, 422)
    try:
        return _show(do_own(own, work), is_done=True)
    except Invalid:
        return _show(own, 422)


def _wished(own: OwnPage) -> Work | None:
    """Return what the form asks for; None where it asks for nothing that there is."""
    form = request.form
    if form.get("messages") in ("stop", "start"):
        return _messages(form["messages"] == "stop")
    if form.get("agree") in PURPOSES:
        return _agree(own, form["agree"])
    if (taken := form.get("withdraw", "")) in PURPOSES:
        return lambda session, patient, turn: take_back(session, patient, taken, turn)
    if form.get("language") in spoken(own):
        return change_language(form["language"], own)
    if "hour" in form and (not form["hour"] or HOUR.fullmatch(form["hour"])):
        hour = int(form["hour"]) if form["hour"] else None
        return lambda session, patient, turn: set_ask_hour(session, patient, hour, turn)
    zone = form.get("zone", "").strip()
    if zone in available_timezones():
        return lambda session, patient, turn: set_place(session, patient, {"time_zone": zone}, turn)
    return None


def _messages(stops: bool) -> Work:
    if stops:
        return lambda session, patient, turn: stop_messages(session, patient, "by the button on their page", turn)
    return resume_messages


def _agree(own: OwnPage, purpose: str) -> Work:
    text = own.visit.consent_text(purpose)
    return lambda session, patient, turn: agree(session, patient, purpose, text, turn)


def _show(own: OwnPage, status: int = 200, *, is_done: bool = False) -> Page:
    zone = str(own.visit.zone)
    near = available_timezones().intersection(zones_of(own.visit.place))
    found, is_stopped = switches(own), own.patient.opted_out_at is not None
    has_agreed = any(switch.since for switch in found if switch.purpose == "messages")
    return own.show(
        "settings.html",
        status,
        tongues=tongues(own),
        switches=found,
        has_agreed=has_agreed,
        gets_messages=has_agreed and not is_stopped,
        hours=range(MORNING, NIGHT),
        zone=zone,
        zones=sorted({zone, *near}),
        is_stopped=is_stopped,
        is_done=is_done,
        is_refused=status == 422,
    )
