"""The audit log as it is looked at: a page of events, and whether the chain that seals them is whole."""

from datetime import datetime
from typing import NamedTuple

from triage.actions.chain import START, Link, walk_chain
from triage.actions.turn import Turn
from triage.records import AuditEventRow, Session, log_lookups
from triage.records.log_lookups import Wanted

TAIL = 200  # sealed events whose hashes are computed anew when somebody looks


class Chain(NamedTuple):
    """How far the log is sealed, and what was found at its end just now."""

    sealed: int  # events that are in the chain
    sealed_until: datetime | None  # when the last of them happened; None: nothing is sealed yet
    waiting: int  # events that are not in the chain yet
    waiting_since: datetime | None
    checked: int  # events at the end of the chain whose hashes were computed anew
    faults: list[str]  # what is wrong with them, in words; empty: nothing


def log_page(session: Session, wanted: Wanted, limit: int, turn: Turn) -> list[AuditEventRow]:
    """Return events of the clinic, the latest first."""
    turn.by.require("lead", "auditor")
    return log_lookups.events(session, turn.by.clinic_id, wanted, limit)


def chain_of(session: Session, turn: Turn) -> Chain:
    """Return how the clinic's chain stands. Only its end is computed; `triage audit verify` computes all of it."""
    turn.by.require("lead", "auditor")
    tail = log_lookups.sealed_tail(session, turn.by.clinic_id, TAIL)
    waiting, since = log_lookups.unsealed_since(session, turn.by.clinic_id)
    last = tail[-1] if tail else None
    return Chain(
        sealed=(last.seq or 0) if last else 0,
        sealed_until=last.at if last else None,
        waiting=waiting,
        waiting_since=since,
        checked=len(tail),
        faults=_faults(tail),
    )


def _faults(tail: list[AuditEventRow]) -> list[str]:
    """Return in words each place where the events do not follow each other in the chain."""
    if not tail:
        return []
    before = Link((tail[0].seq or 1) - 1, tail[0].prev_hash or "")
    return walk_chain(tail, {}, START if before.seq == 0 else before).faults
