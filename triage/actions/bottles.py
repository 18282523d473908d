"""The bottles that stand open at the chair: opened, suggested, marked as empty, so that a sitting names its lots."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.errors import Invalid, NotFound
from triage.actions.lots import held_in
from triage.actions.turn import Turn
from triage.actions.typed import read_day, read_text
from triage.records import BottleRow, Session, chair_lookups, lot_lookups
from triage.records.procedure import ROLES
from triage.rules import Fault
from triage.rules.faults import unknown_word

MOST_SUGGESTED = 200  # of the bottles before


class OpenBottle(NamedTuple):
    """A bottle that is open, in words."""

    id: uuid.UUID
    role: str
    name: str  # product, shade and maker
    lot: str
    expiry: str  # as a date of the calendar; empty: none is known
    is_expired: bool
    opened_at: datetime
    was_used_last: bool  # by the practitioner who was asked for
    is_held: bool  # the clinic has said that it is not to be used


def open_bottle(session: Session, typed: Mapping[str, str], turn: Turn, zone: tzinfo) -> BottleRow:
    """Open a bottle (`typed`: role, product, maker, shade, lot, expiry, as text). Raises Invalid with every fault.

    One that has expired is refused: what is past its date does not go into skin.
    """
    turn.by.require("practitioner", "lead")
    faults: list[Fault] = []
    role = typed.get("role", "")
    if role not in ROLES:
        faults.append(unknown_word("role", role, ROLES))
    values = {name: read_text(typed.get(name, ""), name, faults) for name in ("product", "maker", "shade", "lot")}
    for name, example in (("product", "the name on the label"), ("lot", "the lot number on the label")):
        if not values[name] and not any(fault.path == name for fault in faults):
            faults.append(Fault(name, "this is missing", f"give {example}"))
    expiry = read_day(typed.get("expiry", ""), "expiry", faults)
    if expiry is not None and expiry < turn.now.astimezone(zone).date():
        faults.append(Fault("expiry", "this lot has expired", "do not use it; open another one"))
    if held_in(session, turn.by.clinic_id, role, values["lot"]):
        faults.append(Fault("lot", "this lot is held", "do not use it; open another one, and ask the lead"))
    if faults:
        raise Invalid(faults)
    named: dict[str, Any] = {"role": role, **values, "expiry": expiry}
    row = BottleRow(clinic_id=turn.by.clinic_id, opened_at=turn.now, opened_by=turn.by.id, **named)
    session.add(row)
    audit.record(session, turn, "bottle_opened", ("bottle", row.id), after=named)
    return row


def empty_bottle(session: Session, bottle_id: uuid.UUID, turn: Turn) -> None:
    """Mark a bottle as empty; one that is already stays so. Raises NotFound for another clinic's."""
    turn.by.require("practitioner", "lead")
    row = session.get(BottleRow, (turn.by.clinic_id, bottle_id))
    if row is None:
        raise NotFound("There is no such bottle in this clinic.")
    if row.emptied_at is None:
        row.emptied_at = turn.now
        session.add(row)
        audit.record(session, turn, "bottle_emptied", ("bottle", row.id), after={"lot": row.lot})


def bottles_now(session: Session, turn: Turn, practitioner: str, zone: tzinfo) -> list[OpenBottle]:
    """Return the bottles that are open, with those that a practitioner used in their last sitting."""
    used = {
        (row.role, row.product, row.lot) for row in chair_lookups.last_used_by(session, turn.by.clinic_id, practitioner)
    }
    today = turn.now.astimezone(zone).date()
    held = {(row.role, lot_lookups.fold(row.lot)) for row in lot_lookups.holds(session, turn.by.clinic_id)}
    return [
        OpenBottle(
            id=row.id,
            role=row.role,
            name=" ".join(filter(None, (row.product, row.shade, f"({row.maker})" if row.maker else ""))),
            lot=row.lot,
            expiry=row.expiry.isoformat() if row.expiry else "",
            is_expired=row.expiry is not None and row.expiry < today,
            opened_at=row.opened_at,
            was_used_last=(row.role, row.product, row.lot) in used,
            is_held=(row.role, lot_lookups.fold(row.lot)) in held,
        )
        for row in sorted(chair_lookups.open_bottles(session, turn.by.clinic_id), key=_in_order)
    ]


def exposures_of(
    session: Session, bottle_ids: Sequence[uuid.UUID], turn: Turn, zone: tzinfo
) -> list[Mapping[str, Any]]:
    """Return what bottles bring into a procedure, as `POST /procedures` takes it; Invalid for one that is not open."""
    there = {row.id: row for row in chair_lookups.open_bottles(session, turn.by.clinic_id)}
    chosen = [there[bottle_id] for bottle_id in dict.fromkeys(bottle_ids) if bottle_id in there]
    if len(chosen) < len(set(bottle_ids)):
        raise Invalid([Fault("bottle", "a bottle was marked as empty meanwhile", "look at the bottles again")])
    names = ("role", "product", "maker", "shade", "lot", "expiry")
    return [
        {**{name: getattr(row, name) for name in names}, "opened_on": row.opened_at.astimezone(zone).date()}
        for row in chosen
    ]


def suggestions(session: Session, turn: Turn) -> dict[str, list[str]]:
    """Return what was written on former bottles, the newest first: product, maker, shade."""
    rows = chair_lookups.bottles_before(session, turn.by.clinic_id, MOST_SUGGESTED)
    names = ("product", "maker", "shade")
    return {name: list(dict.fromkeys(filter(None, (getattr(row, name) for row in rows)))) for name in names}


def _in_order(row: BottleRow) -> tuple[int, str, datetime]:
    return ROLES.index(row.role), row.product, row.opened_at
