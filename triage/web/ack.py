"""The page behind the link in an alert's mail: GET shows that something waits, POST says "I have it"."""

from datetime import datetime
from typing import NamedTuple

from flask import render_template

from triage.actions.ack_links import AlertSeen, acknowledge_by_link, see_alert
from triage.actions.errors import Conflict, NotAllowed, NotFound
from triage.actions.health import is_clock_late
from triage.actions.look import Look
from triage.rules import Urgency
from triage.web.links import Page, gone_for_staff, wiring_here
from triage.web.times import age_words
from triage.wiring import Wiring

URGENCY_WORDS = {
    Urgency.routine: ("Routine", "Answer within two working days."),
    Urgency.same_day: ("Same day", "Answer today."),
    Urgency.urgent: ("Urgent", "Answer within 15 minutes."),
    Urgency.emergency: ("Emergency", "Answer now."),
}
STATES = {
    "waiting": ("Nobody has it yet", "Until somebody says so, the next person is told."),
    "acked_by_you": ("You have it", "Nobody else is told any more. The details are in the list of alerts."),
    "acked": ("{owner} has it", "There is nothing that you need to do."),
    "resolved": ("It is closed", "Somebody has dealt with it. There is nothing that you need to do."),
    "superseded": (
        "This link is out of date",
        "The alert has changed since this message was sent. Use the link in the latest message, or sign in.",
    ),
    "expired": (
        "This link has run out",
        "Links work for 24 hours. The alert is still open: use the latest message, or sign in.",
    ),
    "not_allowed": ("You cannot take it", "It takes a practitioner or a lead. Tell one of them, please."),
}


class AlertPage(NamedTuple):
    """What the page says; `done` is true right after the button was pressed."""

    clinic_name: str
    staff_name: str
    urgency: str
    urgency_words: str
    answer_by: str
    age: str
    state: str
    state_words: str
    what_now: str
    done: bool
    has_trouble: bool
    is_clock_late: bool
    look: Look


def show_alert(token: str) -> Page:
    """Show what waits. Nothing is changed, so a mail program that opens the link early acknowledges nothing."""
    return _show(wiring_here(), token, 200)


def take_alert(token: str) -> Page:
    """Acknowledge, and confirm it; where the link can act no more, say why."""
    wiring = wiring_here()
    now = wiring.now()
    try:
        seen = wiring.do(lambda session: acknowledge_by_link(session, token, now=now, terms=wiring.terms))
    except NotFound:
        return gone_for_staff()
    except Conflict:
        return _show(wiring, token, 409)
    except NotAllowed:
        return _show(wiring, token, 403, state="not_allowed")
    return _page(seen, now, 200, done=True)


def _show(wiring: Wiring, token: str, status: int, state: str = "") -> Page:
    """Show how the alert stands; `state` empty: as the link says."""
    now = wiring.now()
    try:
        seen = wiring.look(lambda session: see_alert(session, token, now=now))
    except NotFound:
        return gone_for_staff()
    return _page(seen._replace(state=state or seen.state), now, status)


def _page(seen: AlertSeen, now: datetime, status: int, done: bool = False) -> Page:
    words, answer_by = URGENCY_WORDS[seen.urgency]
    title, what_now = STATES[seen.state]
    page = AlertPage(
        clinic_name=seen.clinic_name,
        staff_name=seen.staff_name,
        urgency=seen.urgency.name,
        urgency_words=words,
        answer_by=answer_by,
        age=age_words(seen.opened_at, now),
        state=seen.state,
        state_words=title.replace("{owner}", seen.owner_name or "Somebody else"),
        what_now=what_now,
        done=done,
        has_trouble=seen.has_trouble,
        is_clock_late=wiring_here().look(lambda session: is_clock_late(session, now=now)),
        look=seen.look,
    )
    return render_template("web/ack.html", page=page), status
