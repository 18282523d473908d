"""Between the password and the code: a sealed note that a browser keeps for ten minutes. No row is made for it.

It says whose password was right. Somebody who works at two clinics, with one address and one password, chooses one.
"""

import hmac
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from triage.actions.terms import Terms
from triage.actions.tokens import derive, hash_of
from triage.records import Session, StaffRow

MARK = "tah_"
LASTS = timedelta(minutes=10)
MOST, LONGEST = 10, 1500  # clinics of one person, characters


def seal_half_way(terms: Terms, people: Sequence[StaffRow], now: datetime) -> str:
    """Return the note that the password of these people was given; of one person at several clinics."""
    until = int((now + LASTS).timestamp())
    keys = [f"{row.clinic_id.hex}{row.id.hex}" for row in people[:MOST]]
    return ".".join([str(until), *keys, _seal(terms, until, people[:MOST])])


def read_half_way(session: Session, terms: Terms, kept: str, now: datetime) -> list[StaffRow]:
    """Return whose password was given; empty: the note is too old, not ours, or the password has changed since."""
    until, *keys, seal = kept[:LONGEST].split(".") if kept.count(".") > 1 else ("", "")
    if not until.isascii() or not until.isdecimal() or int(until) <= now.timestamp():
        return []
    try:
        found = [session.get(StaffRow, (uuid.UUID(key[:32]), uuid.UUID(key[32:]))) for key in keys]
    except ValueError:
        return []
    people = [row for row in found if row is not None and row.left_at is None]
    is_ours = hmac.compare_digest(_seal(terms, int(until), people).encode(), seal.encode("utf-8", "replace"))
    return people if is_ours else []


def _seal(terms: Terms, until: int, people: Sequence[StaffRow]) -> str:
    parts = [f"{row.clinic_id} {row.id} {hash_of(row.password_hash or '')}" for row in people]
    return derive(terms.secret, MARK, until, *parts).removeprefix(MARK)
