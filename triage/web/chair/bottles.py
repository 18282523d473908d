"""/chair/bottles: what stands open at the chair, another one opened, one marked as empty."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.bottles import bottles_now, empty_bottle, open_bottle, suggestions
from triage.actions.errors import Invalid
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.records import Session
from triage.rules import Fault
from triage.web.chair.words import ROLE_NAMES, clock_at
from triage.web.staff_page import CHAIR, StaffPage, for_staff


@for_staff(*CHAIR)
def show_bottles(page: StaffPage) -> ResponseReturnValue:
    """Show what is open, and the form to open another."""
    return _show(page, {})


@for_staff(*CHAIR)
def take_bottle(page: StaffPage) -> ResponseReturnValue:
    """Open a bottle; with faults the form is shown again as it was typed."""
    try:
        page.do(lambda session, turn: open_bottle(session, request.form, turn, zone_of(page.clinic)))
    except Invalid as error:
        return _show(page, request.form, error.faults)
    return redirect("/chair/bottles", 303)


@for_staff(*CHAIR)
def take_empty(page: StaffPage, bottle_id: uuid.UUID) -> ResponseReturnValue:
    """Mark a bottle as empty."""
    page.do(lambda session, turn: empty_bottle(session, bottle_id, turn))
    return redirect("/chair/bottles", 303)


def _show(page: StaffPage, typed: Mapping[str, str], faults: list[Fault] | None = None) -> tuple[str, int]:
    def see(session: Session, turn: Turn) -> dict[str, Any]:
        zone = zone_of(page.clinic)
        return {"bottles": bottles_now(session, turn, page.staff.name, zone), "known": suggestions(session, turn)}

    shown = {"typed": typed, "faults": faults or [], "roles": ROLE_NAMES, "said_on": lambda at: clock_at(page, at)}
    return page.show("chair_bottles.html", 422 if faults else 200, **page.read(see), **shown)
