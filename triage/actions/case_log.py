"""The audit of one case in words: who did what to which thing, and what was different afterwards."""

import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from triage.actions.case_rows import Asked
from triage.actions.errors import NotFound
from triage.records import AuditEventRow, Session, case_lookups

MOST_ENTRIES = 25
LONGEST = 120  # characters of one value
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$")
WORD = re.compile(r"[a-z]+(_[a-z]+)*")  # of the code
HIDDEN = ("token_hash", "contact", "address", "email", "phone")


class Reader(NamedTuple):
    """What it takes to say values in words: the names of staff, and where the clinic is."""

    staff: Mapping[uuid.UUID, str]
    zone: tzinfo


class Change(NamedTuple):
    """One value; an empty text: there was none, or it is none now."""

    name: str
    before: str
    after: str


class Done(NamedTuple):
    """One event."""

    at: datetime
    who: str
    what: str
    thing: str
    changes: tuple[Change, ...]


class Log(NamedTuple):
    """A page of the audit, the latest first; `older`: what to ask for the next one, None: there is no more."""

    entries: tuple[Done, ...]
    older: uuid.UUID | None


def log_of(session: Session, clinic_id: uuid.UUID, things: list[uuid.UUID], asked: Asked, reader: Reader) -> Log:
    """Return what was done to these things. Raises NotFound for a page that does not begin at an event of them."""
    ids = [str(thing) for thing in things]
    before = session.get(AuditEventRow, (clinic_id, asked.log_before)) if asked.log_before else None
    if asked.log_before and (before is None or before.thing_id not in ids):
        raise NotFound("There is no such entry of this case.")
    rows = case_lookups.events_about(session, clinic_id, ids, before, MOST_ENTRIES + 1)
    page = rows[:MOST_ENTRIES]
    older = page[-1].id if len(rows) > MOST_ENTRIES else None
    return Log(tuple(_done(row, reader) for row in page), older)


def _done(row: AuditEventRow, reader: Reader) -> Done:
    changes = tuple(changes_of(row, reader))
    return Done(row.at, who_did(row, reader.staff), _words(row.did), _words(row.thing_kind), changes)


def who_did(row: AuditEventRow, staff: Mapping[uuid.UUID, str]) -> str:
    """Return on whose behalf something was done, in words."""
    if row.actor_kind == "staff":
        return _named(row.actor_id, staff) or "staff"
    others = {"patient": "the patient", "service": "the service", "key": "a program of the clinic"}
    return others.get(row.actor_kind) or f"operator {row.actor_id}"


def changes_of(row: AuditEventRow, reader: Reader) -> Iterator[Change]:
    """Yield what an event changed, without what says nothing to a reader: other ids, and ways to reach somebody."""
    before, after = row.before or {}, row.after or {}
    for name in dict.fromkeys([*before, *after]):
        was, now = (_value(values.get(name), reader) for values in (before, after))
        if was != now and name not in HIDDEN:
            yield Change(_words(name), was, now)


def _value(value: Any, reader: Reader) -> str:
    """Return a value in words: times as the clinic's, ids of staff as names; empty for ids of anything else."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return _short(", ".join(said for one in value if (said := _value(one, reader))))
    said = str(value)
    if ID.fullmatch(said):
        return _named(said, reader.staff)
    if TIME.match(said):
        return f"{datetime.fromisoformat(said).astimezone(reader.zone):%Y-%m-%d %H:%M}"
    return _words(said) if WORD.fullmatch(said) else _short(said)


def _short(said: str) -> str:
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def _named(value: Any, staff: Mapping[uuid.UUID, str]) -> str:
    return staff.get(uuid.UUID(str(value)), "") if ID.fullmatch(str(value)) else ""


def _words(name: str) -> str:
    return name.replace("_", " ")
