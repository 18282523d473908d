"""The audit of one case in words: who did what to which thing, and what was different afterwards."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions.case_rows import Asked
from triage.actions.errors import NotFound
from triage.records import AuditEventRow, Session, case_lookups

MOST_ENTRIES = 25
LONGEST = 120  # characters of one value
HIDDEN = ("token_hash", "contact", "address", "email", "phone")


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


def log_of(
    session: Session, clinic_id: uuid.UUID, things: list[uuid.UUID], asked: Asked, staff: Mapping[uuid.UUID, str]
) -> Log:
    """Return what was done to these things. Raises NotFound for a page that does not begin at an event of them."""
    ids = [str(thing) for thing in things]
    before = session.get(AuditEventRow, (clinic_id, asked.log_before)) if asked.log_before else None
    if asked.log_before and (before is None or before.thing_id not in ids):
        raise NotFound("There is no such entry of this case.")
    rows = case_lookups.events_about(session, clinic_id, ids, before, MOST_ENTRIES + 1)
    page = rows[:MOST_ENTRIES]
    older = page[-1].id if len(rows) > MOST_ENTRIES else None
    return Log(tuple(_done(row, staff) for row in page), older)


def _done(row: AuditEventRow, staff: Mapping[uuid.UUID, str]) -> Done:
    return Done(row.at, who_did(row, staff), _words(row.did), _words(row.thing_kind), tuple(_changes(row, staff)))


def who_did(row: AuditEventRow, staff: Mapping[uuid.UUID, str]) -> str:
    """Return on whose behalf something was done, in words."""
    if row.actor_kind == "staff":
        return _named(row.actor_id, staff) or "staff"
    others = {"patient": "the patient", "service": "the service", "key": "a program of the clinic"}
    return others.get(row.actor_kind) or f"operator {row.actor_id}"


def _changes(row: AuditEventRow, staff: Mapping[uuid.UUID, str]) -> Iterator[Change]:
    before, after = row.before or {}, row.after or {}
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was != now and name not in HIDDEN:
            yield Change(_words(name), _value(was, staff), _value(now, staff))


def _value(value: Any, staff: Mapping[uuid.UUID, str]) -> str:
    """Return a value in words; ids of staff as their names."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = ", ".join(map(str, value)) if isinstance(value, list) else _named(value, staff) or str(value)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def _named(value: Any, staff: Mapping[uuid.UUID, str]) -> str:
    try:
        return staff.get(uuid.UUID(str(value)), "")
    except ValueError:
        return ""


def _words(name: str) -> str:
    return name.replace("_", " ")
