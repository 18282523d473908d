"""The audit log: who did what to which thing, and the hash chain that shows when somebody changed it."""

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from triage.actions.turn import Turn
from triage.actions.webhook_events import emit_change
from triage.records import AuditEventRow, Session, queries

FIRST_HASH = "0" * 64
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


def hash_event(event: AuditEventRow) -> str:
    """Return the hash of an event, its place in the chain and the hash before it."""
    told = {
        "id": str(event.id),
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [event.actor_kind, event.actor_id],
        "did": event.did,
        "thing": [event.thing_kind, event.thing_id],
        "before": event.before,
        "after": event.after,
        "seq": event.seq,
        "prev_hash": event.prev_hash,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def broken_links(events: Iterator[AuditEventRow]) -> Iterator[str]:
    """Yield in words each place where a clinic's sealed events, in order, do not form the chain."""
    seq, previous = 0, FIRST_HASH
    for event in events:
        seq += 1
        if event.seq != seq:
            yield f"clinic {event.clinic_id}: event {seq} is missing before {event.seq}"
            seq = event.seq or seq
        if event.prev_hash != previous:
            yield f"clinic {event.clinic_id}: event {event.seq} does not follow the one before it"
        if event.hash != hash_event(event):
            yield f"clinic {event.clinic_id}: event {event.seq} was changed after it was sealed"
        previous = event.hash or ""


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return values as JSON can keep them."""
    return None if values is None else {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if value is None or isinstance(value, (str, int, float, bool, list, dict)) else str(value)
