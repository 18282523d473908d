"""Passwords of staff: hashed with argon2, compared in the same time whether or not somebody has the address.

Comparing takes long by design. So it is done outside of transactions, and two at a time: nobody who tries passwords can
hold up patients' reports.
"""

import threading
from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from triage.actions import audit
from triage.actions.turn import Turn
from triage.records import Session, StaffRow, sign_in_lookups
from triage.rules import Fault

HASHER = PasswordHasher()
AT_ONCE = threading.BoundedSemaphore(2)
SHORTEST, LONGEST = 12, 200  # characters; length is what counts (NIST SP 800-63B), so no mixture of signs is asked for
FEWEST_SIGNS = 5  # different ones
LEAST_PART = 3  # a name no longer than this may be part of a password


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    with AT_ONCE:
        return HASHER.hash(password)


def who_fits(people: Sequence[StaffRow], password: str) -> list[StaffRow]:
    """Return those whose password this is; it takes as long where nobody has the address."""
    hashes = [row.password_hash or _nobody() for row in people] or [_nobody()]
    fits = [is_password(hashed, password) for hashed in hashes]
    return [row for row, does_fit in zip(people, fits, strict=False) if does_fit and row.password_hash]


def is_password(hashed: str | None, password: str) -> bool:
    """Tell whether a password is the one that was hashed; None: there is none."""
    try:
        with AT_ONCE:
            return HASHER.verify(hashed or _nobody(), password[:LONGEST]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def renewed(row: StaffRow, password: str) -> str | None:
    """Return the hash of a right password as it is made today; None: the stored one is such a one already."""
    if row.password_hash is None or not HASHER.check_needs_rehash(row.password_hash):
        return None
    return hash_password(password)


def faults_of(password: str, *own: str) -> list[Fault]:
    """Return what makes a password easy to guess for who knows these words about its owner; empty: nothing."""
    plain = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        said, expected = f"{len(password)} characters", f"give {SHORTEST} to {LONGEST}; a few words in a row do well"
    elif len(set(plain)) < FEWEST_SIGNS or plain in "01234567890123456789":
        said, expected = "it is guessed at once", "give a few words in a row that have nothing to do with each other"
    elif any(part.casefold() in plain for part in own if len(part) > LEAST_PART):
        said, expected = "it has your own name or address in it", "give words that have nothing to do with you"
    else:
        return []
    return [Fault("password", said, expected)]


def store_password(session: Session, row: StaffRow, hashed: str, why: str, turn: Turn) -> None:
    """Store somebody's new password, hashed already; links that would set another one lead nowhere any more."""
    row.password_hash = hashed
    session.add(row)
    for link in sign_in_lookups.links_of(session, row):
        link.ends_at = min(link.ends_at, turn.now)
        session.add(link)
    audit.record(session, turn, "password_changed", ("staff", row.id), after={"why": why})


@cache
def _nobody() -> str:
    """Return a hash that no password has."""
    return HASHER.hash("\0 nobody has this password")
