"""Whose link it is: "not me" and "wrong date", each with a button of its own and a word of what follows."""

from flask import request

from triage.actions.mistaken import say_not_me, say_wrong_date
from triage.web.links import Page, or_gone
from triage.web.own_page import do_own, open_own


@or_gone
def show_who(token: str) -> Page:
    """Show whose link it is. Nothing is changed, so a mail program that opens the page says nothing for anybody."""
    own = open_own(token)
    return own.show("held.html" if own.visit.holder.is_held else "who.html", done="")


@or_gone
def take_who(token: str) -> Page:
    """Take "not me" or "wrong date" and say what follows; a form that says neither changes nothing."""
    own = open_own(token)
    said = request.form.get("not", "")
    if said == "me":
        return do_own(own, say_not_me).show("held.html", done="me")
    if own.visit.holder.is_held:
        return own.show("held.html", 403)
    if said == "date" and own.sitting_at is not None:
        return do_own(own, say_wrong_date).show("who.html", done="date")
    return own.show("who.html", 422, done="")
