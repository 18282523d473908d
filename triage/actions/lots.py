"""A lot traced: who received it, all of them asked today how they are, and the lot held so that nobody uses it."""

import uuid
from collections import Counter
from typing import NamedTuple

from triage.actions import audit
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.expectations import expect_now
from triage.actions.limiting import is_ready
from triage.actions.requests import ask_one
from triage.actions.turn import ClockTurn, Turn
from triage.actions.typed import read_text
from triage.records import LotHoldRow, LotLookRow, PatientRow, Session, lookups, lot_lookups
from triage.records.lot_lookups import KnownLot, Received
from triage.records.procedure import ROLES
from triage.rules import Fault
from triage.rules.faults import unknown_word

READERS, CHANGERS = ("practitioner", "lead", "auditor"), ("lead",)
MOST_LISTED, MOST_SIGNALS = 200, 50
ASKED, ASKED_ALREADY = "asked", "asked_already"


class Lot(NamedTuple):
    """Which lot is meant. None: whatever it was used as, of whatever product."""

    lot: str
    role: str | None = None
    product: str | None = None


class Round(NamedTuple):
    """What came of asking everybody: how many were, and why others were not."""

    people: int
    asked: int
    unasked: dict[str, int]  # reason, as the ledger has it -> people


def read_lot(lot: str, role: str = "", product: str = "") -> Lot:
    """Return the lot that is meant, from text. Raises Invalid."""
    faults: list[Fault] = []
    if role and role not in ROLES:
        faults.append(unknown_word("role", role, ROLES))
    named, of = read_text(lot, "lot", faults), read_text(product, "product", faults)
    if not faults and (not named or not lot_lookups.fold(named)):
        faults.append(Fault("lot", "this is missing", "give the lot number on the label"))
    if faults:
        raise Invalid(faults)
    return Lot(named or "", role or None, of)


def who_received(session: Session, lot: Lot, turn: Turn) -> list[Received]:
    """Return everybody on whom a lot was used, the latest first; how the number was copied makes no difference."""
    turn.by.require(*READERS)
    return lot_lookups.received(session, turn.by.clinic_id, *lot)


def known_lots(session: Session, turn: Turn) -> list[KnownLot]:
    """Return the lots that were used last."""
    turn.by.require(*READERS)
    return lot_lookups.known_lots(session, turn.by.clinic_id, MOST_LISTED)


def ask_all(session: Session, lot: Lot, turn: Turn) -> Round:
    """Ask everybody who received a lot for a check-in now, those whom messages reach and who agreed to them.

    A course that is over goes on with it. Raises NotFound where nobody received it.
    """
    turn.by.require(*CHANGERS)
    ids = list(dict.fromkeys(one.patient_id for one in lot_lookups.received(session, turn.by.clinic_id, *lot)))
    if not ids:
        raise NotFound("Nobody of this clinic received this lot.")
    people = sorted(lot_lookups.patients(session, turn.by.clinic_id, ids), key=lambda row: row.id)
    came = Counter(_ask(session, patient, turn) for patient in people)
    asked = came.pop(ASKED, 0)
    after = {**lot._asdict(), "people": len(people), "asked": asked}
    audit.record(session, turn, "lot_asked", ("lot", lot.lot), after=after)
    return Round(len(people), asked, dict(came))


def hold_lot(session: Session, lot: Lot, why: str, turn: Turn) -> LotHoldRow:
    """Hold a lot: it is marked in the chair, and no bottle of it is opened. Raises Invalid, Conflict for a held one."""
    turn.by.require(*CHANGERS)
    faults: list[Fault] = []
    reason = read_text(why, "why", faults)
    if lot.role is None or lot.product is None:
        faults.append(Fault("product", "this is missing", "say which product it is, and what it is used as"))
    if not reason and not faults:
        faults.append(Fault("why", "this is missing", "say why, for whoever finds the lot held"))
    if faults:
        raise Invalid(faults)
    if held_in(session, turn.by.clinic_id, lot.role or "", lot.lot):
        raise Conflict("This lot is held already.")
    row = LotHoldRow(
        clinic_id=turn.by.clinic_id,
        role=lot.role or "",
        product=lot.product or "",
        lot=lot.lot,
        placed_at=turn.now,
        placed_by=turn.by.signature,
        why=reason or "",
    )
    session.add(row)
    audit.record(session, turn, "lot_held", ("lot", lot.lot), after={**lot._asdict(), "why": reason})
    return row


def lift_hold(session: Session, hold_id: uuid.UUID, turn: Turn) -> LotHoldRow:
    """Let a lot be used again. Raises NotFound; Conflict where that was done."""
    turn.by.require(*CHANGERS)
    row = session.get(LotHoldRow, (turn.by.clinic_id, hold_id))
    if row is None:
        raise NotFound("There is no such hold in this clinic.")
    if row.lifted_at is not None:
        raise Conflict("This lot is free to be used already.")
    row.lifted_at, row.lifted_by = turn.now, turn.by.signature
    session.add(row)
    audit.record(session, turn, "lot_freed", ("lot", row.lot), after={"role": row.role, "product": row.product})
    return row


def holds_now(session: Session, turn: Turn) -> list[LotHoldRow]:
    """Return the lots that are held, the latest first."""
    turn.by.require(*READERS)
    return lot_lookups.holds(session, turn.by.clinic_id)


def signals_found(session: Session, turn: Turn) -> list[LotLookRow]:
    """Return what stood out on the weekly looks, the latest first."""
    turn.by.require(*READERS)
    return lot_lookups.signals(session, turn.by.clinic_id, MOST_SIGNALS)


def held_in(session: Session, clinic_id: uuid.UUID, role: str, lot: str | None) -> LotHoldRow | None:
    """Return the hold on a lot, however its number was copied; None: it may be used."""
    wanted = role, lot_lookups.fold(lot or "")
    rows = lot_lookups.holds(session, clinic_id)
    return next((row for row in rows if (row.role, lot_lookups.fold(row.lot)) == wanted), None)


def _ask(session: Session, patient: PatientRow, turn: Turn) -> str:
    """Ask one patient, and return `asked`, or why not."""
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    if episode is None:
        return "no_procedure"
    if not is_ready(session, patient.clinic_id):
        return "not_ready"
    if episode.closed_at is not None:
        episode.closed_at = None
        session.add(episode)
        audit.record(session, turn, "episode_opened_again", ("episode", episode.id))
    row = expect_now(session, patient, episode, now=turn.now)
    if row is None:
        return ASKED_ALREADY
    session.flush()
    ask_one(session, (row.clinic_id, row.id), ClockTurn("lots", turn.now, turn.terms))
    return row.unasked_why or ASKED
