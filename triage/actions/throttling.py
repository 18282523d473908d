"""How often somebody may try a password or a code, without a stranger being able to shut anybody out for good.

A browser that has signed in before carries a signed cookie and is counted by itself (OWASP calls it a device cookie).
All other browsers share one count for an account, and one for the network that they come from. After a few wrong tries
each further one takes a wait, which doubles up to a quarter of an hour. A try counts from the moment it begins, so that
many at once get no further than one after another.
"""

import ipaddress
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions.terms import Terms
from triage.actions.tokens import derive
from triage.records import FailedTryRow, Session, new_id, sign_in_lookups

MARK = "taf_"
FREE, FREE_FOR_NETWORK = 5, 30  # wrong tries before the first wait; our judgement: a clinic shares one network
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


class Count(NamedTuple):
    """One of the counts that a try is held against."""

    what: str
    free: int = FREE


class Begun(NamedTuple):
    """A try that was let through; it counts as wrong until it is taken back."""

    ids: tuple[uuid.UUID, ...]


class TooMany(NamedTuple):
    """A try that was not looked at: when the next one is."""

    until: datetime


def count_of(terms: Terms, *what: object, free: int = FREE) -> Count:
    """Return a count by what it counts; no row tells what that is."""
    return Count(derive(terms.secret, MARK, *what), free)


def network_of(address: str) -> str | None:
    """Return the network that an address counts for; None for this very machine, where a proxy stands before us."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if found.is_loopback:
        return None
    return str(ipaddress.ip_network((found, 32 if found.version == 4 else 64), strict=False))


def begin_try(session: Session, counts: Iterable[Count], now: datetime) -> Begun | TooMany:
    """Count a try before it is looked at, or say until when none is."""
    held = sorted(counts)  # all take their locks in the same order
    for count in held:
        sign_in_lookups.lock_tries(session, count.what)
    until = max((until for count in held if (until := _waits_until(session, count, now))), default=None)
    if until is not None:
        return TooMany(until)
    rows = [FailedTryRow(id=new_id(), what=count.what, at=now) for count in held]
    session.add_all(rows)
    return Begun(tuple(row.id for row in rows))


def take_back(session: Session, begun: Begun) -> None:
    """Note that a try was right, so that it does not count."""
    for key in begun.ids:
        row = session.get(FailedTryRow, key)
        if row is not None:
            session.delete(row)


def is_first_in(session: Session, count: Count, span: timedelta, now: datetime) -> bool:
    """Tell whether nothing of this was counted within a span, and count it."""
    sign_in_lookups.lock_tries(session, count.what)
    is_first = not sign_in_lookups.tries_since(session, count.what, now - span)
    if is_first:
        session.add(FailedTryRow(id=new_id(), what=count.what, at=now))
    return is_first


def note_failure(session: Session, what: str, now: datetime) -> None:
    """Count something that has failed, where no wait follows from it by itself."""
    session.add(FailedTryRow(id=new_id(), what=what, at=now))


def failures_since(session: Session, what: str, since: datetime) -> int:
    """Return how often something has failed since a moment."""
    return len(sign_in_lookups.tries_since(session, what, since))


def forget_old_tries(session: Session, now: datetime) -> None:
    """Remove the tries that no wait is counted from any more."""
    sign_in_lookups.forget_tries(session, now - FORGOTTEN_AFTER)


def _waits_until(session: Session, count: Count, now: datetime) -> datetime | None:
    times = sign_in_lookups.tries_since(session, count.what, now - FORGOTTEN_AFTER)
    if len(times) < count.free:
        return None
    doubled = min(len(times) - count.free, 8)
    until = max(times) + min(FIRST_WAIT * 2**doubled, LONGEST_WAIT)
    return until if until > now else None
