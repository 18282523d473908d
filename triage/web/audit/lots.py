"""Pigment lots and other products: who received one, all of them asked, holds, and what stood out."""

import uuid
from functools import partial
from urllib.parse import urlencode

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.lots import (
    Lot,
    Round,
    ask_all,
    hold_lot,
    holds_now,
    known_lots,
    lift_hold,
    read_lot,
    signals_found,
    who_received,
)
from triage.actions.lots_table import as_csv
from triage.records.lot_lookups import fold
from triage.records.procedure import ROLES
from triage.web.chair.words import ROLE_NAMES
from triage.web.forms import Form, filled, take, typed
from triage.web.rooms import Address
from triage.web.staff_page import LOG, OFFICE, StaffPage, for_staff

HERE = "/audit/lots"
TRACE = f"{HERE}/trace"
FIELDS = ("lot", "role", "product")
WHY_NOT = {
    "opted_out": "want no messages",
    "no_contact": "have no address or number",
    "no_consent": "did not agree to messages",
    "never_opened": "never opened their link",
    "asked_already": "were asked already and have not answered yet",
    "no_procedure": "have no session",
    "not_ready": "cannot be asked before the clinic is set up",
}
DONE = {
    "held": "The lot is held: no bottle of it is opened, and the chair says so.",
    "lifted": "The lot is free again.",
}


@for_staff(*LOG)
def show_lots(page: StaffPage) -> ResponseReturnValue:
    """Show the lots that were used last, those that are held, and what stood out."""
    form = filled(lot=request.args.get("lot", ""))
    return page.show(
        "audit_lots.html",
        form=form,
        lots=page.read(known_lots),
        holds=page.read(holds_now),
        signals=page.read(signals_found),
        roles=ROLE_NAMES,
        trace=_trace,
        done=DONE.get(request.args.get("done", ""), ""),
    )


@for_staff(*LOG)
def show_trace(page: StaffPage) -> ResponseReturnValue:
    """Show who received a lot."""
    form = filled(**{name: request.args.get(name, "") for name in FIELDS})
    if not fold(form.text("lot")):
        return redirect(HERE, 303)
    return _show(page, form)


@for_staff(*LOG)
def show_table(page: StaffPage) -> ResponseReturnValue:
    """Hand out who received a lot, with their contacts, as a table for letters and calls."""
    form = filled(**{name: request.args.get(name, "") for name in FIELDS})
    if not fold(form.text("lot")):
        return redirect(HERE, 303)
    lot = _read(form)
    found = page.read(lambda session, turn: who_received(session, lot, turn))
    headers = {"Content-Disposition": 'attachment; filename="received.csv"', "Cache-Control": "no-store"}
    return Response(as_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


@for_staff(*OFFICE)
def take_asking(page: StaffPage) -> ResponseReturnValue:
    """Ask everybody who received a lot for a check-in now."""
    form = typed(*FIELDS)
    came = page.do(lambda session, turn: ask_all(session, _read(form), turn))
    return _show(page, form, came)


@for_staff(*OFFICE)
def take_hold(page: StaffPage) -> ResponseReturnValue:
    """Hold a lot."""
    form = typed(*FIELDS, "why")
    hold = partial(page.do, lambda session, turn: hold_lot(session, _read(form), form.text("why"), turn))
    return take(form, hold, lambda form, status: _show(page, form, status=status), f"{HERE}?done=held")


@for_staff(*OFFICE)
def take_lifting(page: StaffPage, hold_id: uuid.UUID) -> ResponseReturnValue:
    """Let a lot be used again."""
    page.do(lambda session, turn: lift_hold(session, hold_id, turn))
    return redirect(f"{HERE}?done=lifted", 303)


def _show(page: StaffPage, form: Form, came: Round | None = None, status: int = 200) -> tuple[str, int]:
    lot = _read(form)
    found = page.read(lambda session, turn: who_received(session, lot, turn))
    held = next((row for row in page.read(holds_now) if (row.role, row.lot) == (lot.role, lot.lot)), None)
    uses = list(dict.fromkeys((one.role, one.product, one.lot) for one in found))
    return page.show(
        "audit_lot.html",
        status,
        form=form,
        lot=lot,
        found=found,
        people=len({one.patient_id for one in found}),
        uses=uses,
        held=held,
        came=came,
        why_not=WHY_NOT,
        roles=ROLE_NAMES,
        trace=_trace,
        table=f"{TRACE}.csv?{_asked(lot)}",
    )


def _read(form: Form) -> Lot:
    role = form.text("role") if form.text("role") in ROLES else ""
    return read_lot(form.text("lot"), role, form.text("product"))


def _asked(lot: Lot) -> str:
    return urlencode({name: value for name, value in lot._asdict().items() if value})


def _trace(role: str, product: str, lot: str) -> str:
    """Return the address of one lot."""
    return f"{TRACE}?{_asked(Lot(lot, role, product))}"


ADDRESSES: list[Address] = [
    (HERE, "GET", show_lots),
    (TRACE, "GET", show_trace),
    (f"{TRACE}.csv", "GET", show_table),
    (f"{HERE}/ask", "POST", take_asking),
    (f"{HERE}/hold", "POST", take_hold),
    (f"{HERE}/holds/<uuid:hold_id>/lift", "POST", take_lifting),
]
