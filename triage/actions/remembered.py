"""A call that comes again gets the answer that it got before, by who called and the Idempotency-Key that they gave."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from triage.actions.errors import KeyReused
from triage.actions.identify import Actor
from triage.actions.turn import Turn
from triage.records import IdempotencyRow, Session, lookups


class Call(NamedTuple):
    """A call by its key and the hash of what it says; `key` None: each call stands for itself."""

    key: str | None
    digest: str


def answered_before(session: Session, call: Call, by: Actor) -> dict[str, Any] | None:
    """Return what the same call was answered; None where it is new. Raises KeyReused where it says something else."""
    if call.key is None:
        return None
    known = lookups.remembered_answer(session, by.clinic_id, by.id, call.key)
    if known is None:
        return None
    if known.request_hash != call.digest:
        raise KeyReused
    answer: dict[str, Any] = json.loads(known.body)
    return answer


def remember(session: Session, call: Call, answer: Mapping[str, Any], status: int, turn: Turn) -> None:
    """Keep the answer to a call with a key; an answer is plain JSON."""
    if call.key is not None:
        session.add(
            IdempotencyRow(
                clinic_id=turn.by.clinic_id,
                actor=turn.by.id,
                key=call.key,
                request_hash=call.digest,
                status=status,
                body=json.dumps(answer),
                created_at=turn.now,
            )
        )
