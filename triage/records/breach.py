"""A broken invariant, and how far back one looks for it."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, true
from sqlmodel import Session, col, select

from triage.records.people import ClinicRow

OVERDUE = timedelta(minutes=5)
SKEW = timedelta(seconds=5)  # how far the clocks of two hosts may stand apart


class Breach(NamedTuple):
    """One row that breaks one invariant; the words name the row by its id and nobody by name."""

    name: str
    words: str


class Scope(NamedTuple):
    """The moment of asking, and from when on rows are looked at; since None: all of them."""

    now: datetime
    since: datetime | None = None

    @property
    def overdue(self) -> datetime:
        """What should have been done before this moment is overdue."""
        return self.now - OVERDUE

    def holds(self, table: Any) -> ColumnElement[bool]:
        """Return the condition for rows made since then; ids sort by time, so the primary key finds them."""
        if self.since is None:
            return true()
        clinics = col(table.clinic_id).in_(select(ClinicRow.id))
        return and_(clinics, col(table.id) >= first_id(self.since))


Check = Callable[[Session, Scope], Iterator[Breach]]


def first_id(at: datetime) -> uuid.UUID:
    """Return the smallest UUIDv7 of a moment."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


def breaches(name: str, words: str, found: Iterator[Any]) -> Iterator[Breach]:
    """Yield a breach for each id, in words that have a place for it."""
    yield from (Breach(name, words.replace("{}", str(one))) for one in found)
