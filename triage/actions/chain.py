"""The hash chain of a clinic's audit log: how an event is sealed, and where a chain, or what was told of it, breaks."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

FIRST_HASH = "0" * 64


class Event(Protocol):
    """What the hash of an event is made of."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_kind(self) -> str: ...
    @property
    def actor_id(self) -> str | None: ...
    @property
    def did(self) -> str: ...
    @property
    def thing_kind(self) -> str: ...
    @property
    def thing_id(self) -> str: ...
    @property
    def before(self) -> dict[str, Any] | None: ...
    @property
    def after(self) -> dict[str, Any] | None: ...
    @property
    def seq(self) -> int | None: ...
    @property
    def prev_hash(self) -> str | None: ...
    @property
    def hash(self) -> str | None: ...


class Link(NamedTuple):
    """The place and the hash of an entry of a chain."""

    seq: int
    hash: str


class Walked(NamedTuple):
    """What a walk along a chain found: how it ends, and in words each place where it breaks, in their order."""

    events: int
    end: Link
    anchors: int  # that agree
    faults: list[str]

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was changed, removed or put elsewhere."""
        return not self.faults


START = Link(0, FIRST_HASH)


def hash_event(event: Event) -> str:
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


def walk_chain(events: Iterable[Event], anchors: Mapping[int, str], start: Link = START) -> Walked:
    """Walk a clinic's sealed events in their order, from the link before the first of them.

    `anchors`: the hash that each of some entries had when somebody outside was told of it, by its place.
    """
    count, held, faults = 0, 0, list[str]()
    seq, previous = start
    for event in events:
        count += 1
        seq, said = _place(event, seq)
        faults += said
        faults += _faults(event, seq, previous)
        if seq in anchors:
            agrees = anchors[seq] == event.hash
            held += agrees
            faults += [] if agrees else [f"entry {seq} is not the one that an anchor tells of: the log was rewritten"]
        previous = event.hash or ""
    gone = [at for at in anchors if at > seq]
    if gone:
        faults.append(f"entries {seq + 1} to {max(gone)} are missing at the end: an anchor tells of them")
    return Walked(count, Link(seq, previous), held, faults)


def _place(event: Event, seq: int) -> tuple[int, list[str]]:
    """Return which entry this is, and what is missing between it and the one before."""
    expected = seq + 1
    if not isinstance(event.seq, int):
        return expected, [f"entry {expected} has lost its place: {_named(event)}"]
    if event.seq <= seq:
        return seq, [f"entry {event.seq} stands twice: {_named(event)}"]
    if event.seq == expected + 1:
        return event.seq, [f"entry {expected} is missing"]
    return event.seq, [f"entries {expected} to {event.seq - 1} are missing"] if event.seq > expected else []


def _faults(event: Event, seq: int, previous: str) -> list[str]:
    odd = ", ".join(getattr(event, "odd", ()))
    if odd:
        return [f"entry {seq} was changed after it was sealed, in {odd}: {_named(event)}"]
    found = [] if event.hash == hash_event(event) else [f"entry {seq} was changed after it was sealed: {_named(event)}"]
    return found + ([] if event.prev_hash == previous else [f"entry {seq} does not follow the one before it"])


def _named(event: Event) -> str:
    """Return what an event says that it is: whoever changed it may have changed that too."""
    return f"{event.did} of {event.thing_kind} {event.thing_id}, event {event.id}"
