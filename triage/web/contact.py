"""The page behind the link that verifies a contact: GET shows whose it is, POST says yes."""

from flask import render_template

from triage.actions.contact_links import ContactSeen, see_contact, verify_contact
from triage.actions.errors import Conflict, NotFound
from triage.web.links import Page, gone_for_staff, wiring_here
from triage.wiring import Wiring

TITLES = {
    "waiting": "May alerts be sent here?",
    "verified": "Alerts are sent here",
    "expired": "This link has run out",
}


def show_contact(token: str) -> Page:
    """Show what would be verified. Nothing is changed, so a mail program that opens the link early does no harm."""
    return _show(wiring_here(), token, 200)


def take_contact(token: str) -> Page:
    """Verify the contact, and confirm it; where the link can act no more, say why."""
    wiring = wiring_here()
    now = wiring.now()
    try:
        seen = wiring.do(lambda session: verify_contact(session, token, now=now, terms=wiring.terms))
    except NotFound:
        return gone_for_staff()
    except Conflict:
        return _show(wiring, token, 409)
    return _page(seen, 200)


def _show(wiring: Wiring, token: str, status: int) -> Page:
    now = wiring.now()
    try:
        return _page(wiring.look(lambda session: see_contact(session, token, now=now)), status)
    except NotFound:
        return gone_for_staff()


def _page(seen: ContactSeen, status: int) -> Page:
    return render_template("web/contact.html", page=seen, title=TITLES[seen.state]), status
