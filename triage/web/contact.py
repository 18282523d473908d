"""The page behind the link that verifies a contact: GET shows whose it is, POST says yes."""

from flask import current_app, render_template

from triage.actions.contact_links import ContactSeen, see_contact, verify_contact
from triage.actions.errors import Conflict, NotFound
from triage.wiring import Wiring

Page = tuple[str, int]
TITLES = {
    "waiting": "May alerts be sent here?",
    "verified": "Alerts are sent here",
    "expired": "This link has run out",
}


def show_contact(token: str) -> Page:
    """Show what would be verified. Nothing is changed, so a mail program that opens the link early does no harm."""
    return _show(_wiring(), token, 200)


def take_contact(token: str) -> Page:
    """Verify the contact, and confirm it; where the link can act no more, say why."""
    wiring = _wiring()
    now = wiring.now()
    try:
        seen = wiring.do(lambda session: verify_contact(session, token, now=now, terms=wiring.terms))
    except NotFound:
        return _gone()
    except Conflict:
        return _show(wiring, token, 409)
    return _page(seen, 200)


def _show(wiring: Wiring, token: str, status: int) -> Page:
    now = wiring.now()
    try:
        return _page(wiring.look(lambda session: see_contact(session, token, now=now)), status)
    except NotFound:
        return _gone()


def _page(seen: ContactSeen, status: int) -> Page:
    return render_template("web/contact.html", page=seen, title=TITLES[seen.state]), status


def _gone() -> Page:
    return render_template("web/gone_alert.html"), 404


def _wiring() -> Wiring:
    found: Wiring = current_app.extensions["triage"]
    return found
