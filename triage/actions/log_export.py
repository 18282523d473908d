"""The audit log as it leaves the house: each event as plain values, of which its hash can be computed anew."""

import json
from datetime import UTC, datetime
from typing import Any

from triage.actions.chain import Event
from triage.actions.turn import Turn
from triage.records import Session, chain
from triage.records.chain import Asked

__all__ = ["NAMES", "Asked", "cells_of", "events_after", "plain_event"]

NAMES = chain.NAMES


def plain_event(event: Event) -> dict[str, Any]:
    """Return an event as JSON can keep it."""
    return {name: _plain(getattr(event, name)) for name in NAMES}


def cells_of(event: dict[str, Any]) -> list[Any]:
    """Return a plain event as a row of a table."""
    return [json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value for value in event.values()]


def events_after(session: Session, asked: Asked, seq: int, limit: int, turn: Turn) -> list[dict[str, Any]]:
    """Return sealed events of the clinic after a place in the chain, in its order, as plain values."""
    turn.by.require("lead", "auditor")
    return [plain_event(event) for event in chain.events_after(session, turn.by.clinic_id, asked, seq, limit)]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):  # as the hash is made from it
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, (str, int, dict)) else str(value)
