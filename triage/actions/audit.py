"""The audit log: who did what to which thing; what is written is sealed into the clinic's chain."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from triage.actions.chain import FIRST_HASH, hash_event
from triage.actions.turn import Turn
from triage.actions.webhook_events import emit_change
from triage.records import AuditEventRow, Session, queries

BATCH = 500


def record(
    session: Session,
    turn: Turn,
    did: str,
    thing: tuple[str, object],
    *,
    after: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
) -> None:
    """Write one audit event beside the change that it tells of; `thing` is kind and id.

    Where the clinic's own programs are to be told of it, that is written too.
    """
    written = event(turn, did, thing, after=after, before=before)
    session.add(written)
    emit_change(session, written, turn)


def event(
    turn: Turn,
    did: str,
    thing: tuple[str, object],
    *,
    after: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
) -> AuditEventRow:
    """Return an audit event that is yet to be written."""
    by = turn.by
    return AuditEventRow(
        clinic_id=by.clinic_id,
        at=turn.now,
        actor_kind=by.kind,
        actor_id=by.id,
        did=did,
        thing_kind=thing[0],
        thing_id=str(thing[1]),
        before=_plain(before),
        after=_plain(after),
    )


def seal(session: Session, clinic_id: uuid.UUID) -> int:
    """Put the clinic's unsealed events into its hash chain; return how many."""
    last = queries.last_sealed(session, clinic_id=clinic_id)
    seq, previous = (last.seq or 0, last.hash or FIRST_HASH) if last else (0, FIRST_HASH)
    events = queries.unsealed_events(session, clinic_id=clinic_id, limit=BATCH)
    for event in events:
        seq += 1
        event.seq, event.prev_hash = seq, previous
        event.hash = previous = hash_event(event)
    return len(events)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return values as JSON can keep them."""
    return None if values is None else {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if value is None or isinstance(value, (str, int, float, bool, list, dict)) else str(value)
