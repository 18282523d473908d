"""/office/rota: who is on call in turns, the next turns with their dates, and who is it instead for a while."""

import uuid
from collections.abc import Mapping
from datetime import time
from itertools import islice
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.rota import add_override, cancel_override, end_rota, set_rota
from triage.actions.set_up import set_up_of
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.records import RotaRow, Session
from triage.rules.staffing import Rota, Staffing
from triage.web.forms import Form, filled, need, take, typed
from triage.web.moments import when
from triage.web.office.absences import NO_TIME, is_id
from triage.web.office.front import on_duty_words
from triage.web.staff_page import OFFICE, StaffPage, for_staff
from triage.web.typed_times import day_of, is_clock, moment_of

HERE = "/office/rota"
TURNS_SHOWN = 8
LONGEST_TURN = 366
PLACE = "place-"  # of a field that says when in turn a person comes; the person's id follows
DONE = {
    "set": "The rota is set.",
    "ended": "There is no rota any more: a step that tells whoever is on call reaches nobody.",
    "instead": "Noted.",
    "cancelled": "Taken back: the rota counts again.",
}


@for_staff(*OFFICE)
def show_rota(page: StaffPage) -> ResponseReturnValue:
    """Show who is on call now and in the next turns, and the forms to change it."""
    return _page(page, None, _blank_override(), 200)


@for_staff(*OFFICE)
def take_rota(page: StaffPage) -> ResponseReturnValue:
    """Set the rota, or show what the turns would be."""
    form, values = _read(typed(*_names(), "starts_on", "hands_over", "turn_days"))
    if request.form.get("do") == "look" and not form.is_faulty:
        return _page(page, form, _blank_override(), 200, values)
    return take(
        form,
        lambda: page.do(lambda session, turn: set_rota(session, values, turn)),
        lambda form, status: _page(page, form, _blank_override(), status),
        f"{HERE}?done=set",
    )


@for_staff(*OFFICE)
def take_end(page: StaffPage) -> ResponseReturnValue:
    """End the rota."""
    page.do(end_rota)
    return redirect(f"{HERE}?done=ended", 303)


@for_staff(*OFFICE)
def take_override(page: StaffPage) -> ResponseReturnValue:
    """Put somebody on call for a while, whatever the rota says."""
    zone, form = zone_of(page.clinic), typed("staff_id", "starts_at", "ends_at", form_id="instead-")
    starts_at, ends_at = (moment_of(form.text(name), zone) for name in ("starts_at", "ends_at"))
    form = form if is_id(form.text("staff_id")) else form.with_fault("staff_id", "Choose who is on call.")
    form = form if starts_at else form.with_fault("starts_at", NO_TIME)
    form = form if ends_at else form.with_fault("ends_at", NO_TIME)

    def add(session: Session, turn: Turn) -> None:
        span = {"starts_at": starts_at, "ends_at": ends_at}
        add_override(session, {"staff_id": uuid.UUID(form.text("staff_id")), **span}, turn)

    words = {"ends_at": "This is not after the beginning.", "staff_id": "Choose somebody who works here."}
    return take(
        form, lambda: page.do(add), lambda form, status: _page(page, None, form, status), f"{HERE}?done=instead", words
    )


@for_staff(*OFFICE)
def take_cancelling(page: StaffPage, override_id: uuid.UUID) -> ResponseReturnValue:
    """Take an exception from the rota back."""
    page.do(lambda session, turn: cancel_override(session, override_id, turn))
    return redirect(f"{HERE}?done=cancelled", 303)


def _read(form: Form) -> tuple[Form, dict[str, Any]]:
    """Return the form with its faults, and what set_rota takes where it has none."""
    form = need(form, {"starts_on": "Give the day of the first turn.", "hands_over": "Give the time of the hand-over."})
    places = {name: form.text(name) for name in form.values if name.startswith(PLACE) and form.text(name)}
    for name, place in places.items():
        if not _is_number(place, 99):
            form = form.with_fault(name, "Give a number: 1 comes first. Empty: never on call.")
    if not places:
        first = next((name for name in form.values if name.startswith(PLACE)), "starts_on")
        form = form.with_fault(first, "Give at least one person a place in turn.")
    if form.text("starts_on") and day_of(form.text("starts_on")) is None:
        form = form.with_fault("starts_on", "Give a day.")
    if form.text("hands_over") and not is_clock(form.text("hands_over")):
        form = form.with_fault("hands_over", "Give a time like 09:00.")
    if not _is_number(form.text("turn_days"), LONGEST_TURN):
        form = form.with_fault("turn_days", f"Give a number of days from 1 to {LONGEST_TURN}.")
    if form.is_faulty:
        return form, {}
    in_order = sorted(places, key=lambda name: int(places[name]))
    return form, {
        "people": [name.removeprefix(PLACE) for name in in_order],
        "starts_on": day_of(form.text("starts_on")),
        "hands_over": form.text("hands_over"),
        "turn_days": int(form.text("turn_days")),
    }


def _page(
    page: StaffPage, form: Form | None, instead: Form, status: int, tried: Mapping[str, Any] | None = None
) -> ResponseReturnValue:
    found = page.read(set_up_of)
    staffing, row = found.staffing, found.rota
    rota = _tried_rota(tried) if tried else staffing.rota
    overrides = [
        {
            "id": one.id,
            "name": getattr(staffing.find(one.staff_id), "name", "somebody who has left"),
            "from": when(one.starts_at, staffing.zone),
            "to": when(one.ends_at, staffing.zone),
        }
        for one in found.overrides
    ]
    return page.show(
        "office_rota.html",
        status,
        form=form or _as_set(row, staffing),
        instead=instead,
        people=[(person.id, person.name) for person in staffing.people],
        has_rota=row is not None,
        is_tried=tried is not None,
        on_call=on_duty_words(found, page.turn.now),
        turns=_turns(rota, staffing, page) if rota else [],
        overrides=overrides,
        done=DONE.get(request.args.get("done", ""), ""),
    )


def _turns(rota: Rota, staffing: Staffing, page: StaffPage) -> list[dict[str, str]]:
    """Return the next turns in words, each with who stands in where its person is away when it begins."""
    found = []
    for begins_at, who in islice(rota.turns_from(page.turn.now, staffing.zone), TURNS_SHOWN):
        person = staffing.find(who)
        absence = staffing.absence_of(who, max(begins_at, page.turn.now))
        deputy = staffing.find(absence.deputy) if absence else None
        away = f"away then; {deputy.name} stands in" if deputy else "away then, and nobody stands in"
        name = person.name if person else "somebody who has left"
        found.append({"at": when(begins_at, staffing.zone), "name": name, "away": away if absence else ""})
    return found


def _as_set(row: RotaRow | None, staffing: Staffing) -> Form:
    if row is None:
        return filled(starts_on=None, hands_over="09:00", turn_days=7, **dict.fromkeys(_place_names(staffing)))
    places = {name: None for name in _place_names(staffing)} | {
        f"{PLACE}{who}": number for number, who in reversed(list(enumerate(row.people, start=1)))
    }
    return filled(starts_on=row.starts_on, hands_over=row.hands_over, turn_days=row.turn_days, **places)


def _place_names(staffing: Staffing) -> list[str]:
    return [f"{PLACE}{person.id}" for person in staffing.people]


def _tried_rota(values: Mapping[str, Any]) -> Rota:
    hands_over = time.fromisoformat(values["hands_over"])
    return Rota(tuple(values["people"]), values["starts_on"], hands_over, values["turn_days"])


def _names() -> list[str]:
    return [name for name in request.form if name.startswith(PLACE) and is_id(name.removeprefix(PLACE))]


def _blank_override() -> Form:
    return filled("instead-", staff_id=None, starts_at=None, ends_at=None)


def _is_number(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= most
