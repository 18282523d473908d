"""Reads of the audit log for who looks at it: a page of events, one thing's last event, and how far it is sealed."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, text
from sqlmodel import Session, col, select

from triage.records.audit import OFFICE_THINGS, OTHER_THINGS, READ, AuditEventRow

COMING_AND_GOING = ("signed_in", "signed_out")
IN_OFFICE, BEYOND_OFFICE = text(OFFICE_THINGS), text(OTHER_THINGS)  # words, so that the partial indexes serve


class Wanted(NamedTuple):
    """Which events: `kinds` of things (None: the office, without sign-ins), by whom, of which span; None: any."""

    kinds: Sequence[str] | None = None
    actor_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, uuid.UUID] | None = None  # only what is older than this event
    is_service: bool = False  # only what the service did by itself
    beyond_office: bool = False  # every kind that is not the office's
    reads: bool = False  # of those, only who has looked at what, which is left out otherwise


def events(session: Session, clinic_id: uuid.UUID, wanted: Wanted, limit: int) -> list[AuditEventRow]:
    """Return events of a clinic, the latest first."""
    at, found = col(AuditEventRow.at), select(AuditEventRow).where(AuditEventRow.clinic_id == clinic_id)
    found = found.where(BEYOND_OFFICE if wanted.beyond_office else IN_OFFICE)
    if wanted.beyond_office:
        found = found.where((col(AuditEventRow.did) == READ) == wanted.reads)
    elif wanted.kinds:
        found = found.where(col(AuditEventRow.thing_kind).in_(wanted.kinds))
    else:
        found = found.where(col(AuditEventRow.did).not_in(COMING_AND_GOING))
    if wanted.actor_id is not None:
        found = found.where(AuditEventRow.actor_id == wanted.actor_id)
    if wanted.is_service:
        found = found.where(AuditEventRow.actor_kind == "service")
    if wanted.since is not None:
        found = found.where(at >= wanted.since)
    if wanted.until is not None:
        found = found.where(at < wanted.until)
    if wanted.before is not None:
        moment, event_id = wanted.before
        found = found.where(or_(at < moment, and_(at == moment, col(AuditEventRow.id) < event_id)))
    return list(session.exec(found.order_by(at.desc(), col(AuditEventRow.id).desc()).limit(limit)))


def last_event(session: Session, clinic_id: uuid.UUID, thing_id: str, did: str) -> AuditEventRow | None:
    """Return the last event of one kind about a thing."""
    about = select(AuditEventRow).where(AuditEventRow.clinic_id == clinic_id, AuditEventRow.thing_id == thing_id)
    return session.exec(about.where(AuditEventRow.did == did).order_by(col(AuditEventRow.at).desc()).limit(1)).first()


def changes_of(session: Session, clinic_id: uuid.UUID, thing_id: str, did: str) -> list[AuditEventRow]:
    """Return every event of one kind about a thing, the latest first."""
    about = select(AuditEventRow).where(AuditEventRow.clinic_id == clinic_id, AuditEventRow.thing_id == thing_id)
    return list(session.exec(about.where(AuditEventRow.did == did).order_by(col(AuditEventRow.at).desc())))


def sealed_tail(session: Session, clinic_id: uuid.UUID, limit: int) -> list[AuditEventRow]:
    """Return the last sealed events of a clinic, in the order of the chain."""
    sealed = select(AuditEventRow).where(AuditEventRow.clinic_id == clinic_id, col(AuditEventRow.seq).is_not(None))
    return list(session.exec(sealed.order_by(col(AuditEventRow.seq).desc()).limit(limit)))[::-1]


def unsealed_since(session: Session, clinic_id: uuid.UUID) -> tuple[int, datetime | None]:
    """Return how many events wait to be sealed, and since when the oldest does."""
    waiting = select(func.count(), func.min(AuditEventRow.at)).where(AuditEventRow.clinic_id == clinic_id)
    count, since = session.exec(waiting.where(text("seq IS NULL"))).one()
    return int(count), since
