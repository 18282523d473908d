"""/audit/chain: whether the log is whole, and a mail that was kept compared with it."""

from flask import request
from flask.typing import ResponseReturnValue

from triage.actions.anchors import anchors_told, chain_shown, read_anchor
from triage.actions.errors import Invalid
from triage.web.forms import filled
from triage.web.rooms import Address
from triage.web.staff_page import LOG, StaffPage, for_staff


@for_staff(*LOG)
def show_chain(page: StaffPage) -> ResponseReturnValue:
    """Show what people outside were told; walk along the whole chain where somebody asks for it."""
    form = filled(anchor=request.args.get("anchor", ""))
    told: dict[int, str] = {}
    if form.text("anchor"):
        try:
            told = dict([read_anchor(form.text("anchor"))])
        except Invalid as error:
            form = form.refused(error)
    is_asked = "anchor" in request.args and not form.faults
    found = page.read(lambda session, turn: chain_shown(session, told, turn)) if is_asked else None
    return page.show("audit_chain.html", form=form, found=found, told=told, anchors=page.read(anchors_told))


ADDRESSES: list[Address] = [("/audit/chain", "GET", show_chain)]
