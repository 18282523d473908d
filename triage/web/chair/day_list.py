"""/chair/import: today's list from another program; looked at first, then taken, with a word on each line."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from triage.actions.bottles import bottles_now
from triage.actions.day_list import COLUMNS, Planned, plan_list, take_line
from triage.actions.day_list_cells import Known
from triage.actions.errors import Conflict, Invalid
from triage.actions.table_reader import MOST_BYTES, MOST_LINES, Table, decoded, read_table
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.records import Session
from triage.rules import Fault
from triage.web.chair.words import offers
from triage.web.rooms import with_room
from triage.web.staff_page import CHAIR, StaffPage, for_staff

ROOM = 4 * MOST_BYTES  # pasted text is sent with up to three signs a byte
TAKEN_MEANWHILE = Fault("line", "it could not be taken", "send the list again: what was taken is not taken twice")


@for_staff(*CHAIR)
def show_import(page: StaffPage) -> ResponseReturnValue:
    """Show the form, and what a list looks like."""
    return _show(page)


@for_staff(*CHAIR)
def show_template(page: StaffPage) -> ResponseReturnValue:
    """Return a list with one line to begin with, which a spreadsheet opens as it is."""
    written = io.StringIO()
    csv.writer(written).writerows([list(COLUMNS), [example for _, example in COLUMNS.values()]])
    headers = {"Content-Disposition": 'attachment; filename="today.csv"'}
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


@with_room(ROOM)
@for_staff(*CHAIR)
def take_import(page: StaffPage) -> ResponseReturnValue:
    """Say what each line would do; with `take` do it, each line by itself."""
    text = ""
    try:
        text = _sent()
        table = read_table(text, tuple(COLUMNS))
    except Invalid as error:
        return _show(page, text, error.faults)
    planned, consent = page.read(lambda session, turn: _plan(session, table, page, turn))
    is_taken = request.form.get("do") == "take"
    if is_taken:
        planned = [_take(page, line, consent) for line in planned]
    return _show(page, text, [], planned=planned, table=table, is_taken=is_taken)


def _sent() -> str:
    """Return the list as it was sent: a file, else what was pasted."""
    file = request.files.get("file")
    return decoded(file.read(MOST_BYTES + 1)) if file and file.filename else request.form.get("list", "")


def _plan(session: Session, table: Table, page: StaffPage, turn: Turn) -> tuple[list[Planned], Mapping[str, str]]:
    offered, zone = offers(session, turn), zone_of(page.clinic)
    lots = {bottle.lot.casefold(): bottle.id for bottle in bottles_now(session, turn, "", zone)}
    known = Known(zone, [offer.code for offer in offered], lots, page.staff.name)
    return plan_list(session, table, known, turn), {offer.code: offer.consent for offer in offered}


def _take(page: StaffPage, line: Planned, consent: Mapping[str, str]) -> Planned:
    """Take one line; a mistake of its own stops no other."""
    if line.state not in ("new", "sitting"):
        return line
    try:
        return page.do(lambda session, turn: take_line(session, line, consent, turn))
    except Invalid as error:
        return line._replace(state="fault", faults=error.faults)
    except Conflict as error:
        return line._replace(state="fault", faults=[TAKEN_MEANWHILE._replace(said=error.detail)])


def _show(page: StaffPage, text: str = "", faults: list[Fault] | None = None, **more: Any) -> tuple[str, int]:
    lines: list[Planned] = more.get("planned", [])
    counts = {state: sum(line.state == state for line in lines) for state in ("new", "sitting", "exists", "fault")}
    shown = {"columns": COLUMNS, "most": MOST_LINES, "text": text, "faults": faults or [], "counts": counts, **more}
    return page.show("chair_import.html", 422 if faults else 200, **shown)
