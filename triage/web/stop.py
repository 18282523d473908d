"""The page behind the link that ends messages: GET shows how it stands, POST stops or starts them.

A mail program's own button sends "List-Unsubscribe=One-Click" here (RFC 8058), without cookies and without a page; it
is for whom the mail was. Where several clients share the contact, the page asks whom.
"""

from flask import render_template, request

from triage.actions.errors import NotFound
from triage.actions.opting import ALL, Wishes, see_wishes, wish_by_link
from triage.records import Session
from triage.web.links import Page, gone, wiring_here
from triage.web.visit import see_visit
from triage.wiring import Wiring


def show_stop(token: str) -> Page:
    """Show whether messages are sent. Nothing is changed, so a mail program that opens the link stops nothing."""
    return _show(wiring_here(), token, 200)


def take_stop(token: str) -> Page:
    """Stop or start the messages, and confirm it; a form that says neither changes nothing."""
    wiring = wiring_here()
    stops = _stops()
    if stops is None:
        return _show(wiring, token, 422)
    now = wiring.now()

    def wish(session: Session) -> Wishes:
        who = request.form.get("who", "")
        return wish_by_link(session, token, who=who, stops=stops, now=now, terms=wiring.terms)

    try:
        wiring.do(wish)
    except NotFound:
        return gone()
    return _show(wiring, token, 200, done=True)


def _stops() -> bool | None:
    """Return whether the form stops messages; None: it says nothing of it."""
    if request.form.get("List-Unsubscribe") == "One-Click":
        return True
    return {"stop": True, "start": False}.get(request.form.get("do", ""))


def _show(wiring: Wiring, token: str, status: int, *, done: bool = False) -> Page:
    def see(session: Session) -> str:
        wishes = see_wishes(session, token, wiring.terms)
        visit = see_visit(session, wishes.patient, wiring.now())
        return render_template("web/stop.html", visit=visit, say=visit.words.page, wishes=wishes, all=ALL, done=done)

    try:
        return wiring.look(see), status
    except NotFound:
        return gone()
