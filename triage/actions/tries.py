"""Guessing is slowed down: what failed is counted under a keyed hash, so that no row names an address or an account."""

from datetime import datetime

from triage.actions.terms import Terms
from triage.actions.tokens import derive
from triage.records import FailedTryRow, Session, try_lookups

TRY_MARK = "try"


def counted_as(terms: Terms, *parts: object) -> str:
    """Return under what tries of this kind are counted: `parts` say which, like go, address, 192.0.2.1."""
    return derive(terms.secret, TRY_MARK, *parts)


def note_failure(session: Session, what: str, now: datetime) -> None:
    """Note that a try has failed."""
    session.add(FailedTryRow(what=what, at=now))


def failures_since(session: Session, what: str, since: datetime) -> int:
    """Return how many tries have failed from a moment on."""
    return try_lookups.failures_of(session, what, since)
