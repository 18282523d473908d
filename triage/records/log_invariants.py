"""What must always be true of the log, of the walls between clinics, of the rules, and of where timers are kept."""

import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, inspect, text, true
from sqlmodel import Session, col, select

from triage.records.audit import AuditEventRow
from triage.records.base import Row
from triage.records.breach import Breach, Check, Scope, breaches, first_id
from triage.records.people import ClinicRow
from triage.records.procedure import EpisodeRow
from triage.records.protocol import ProtocolRow

NAMES = "unsealed seq_gap points_elsewhere timer_elsewhere rules_unnoted rules_unapproved rules_missing".split()
TAIL = 200  # sealed events that are counted at the end of a chain, every minute
MOST = 20


def sealed(session: Session, scope: Scope) -> Iterator[Breach]:
    """Every event enters its clinic's chain within 5 minutes, and the chain has no gap."""
    late = select(AuditEventRow.id).where(text("seq IS NULL"), col(AuditEventRow.at) < scope.overdue).limit(MOST)
    yield from breaches("unsealed", "audit event {} is over 5 minutes old and not sealed", iter(session.exec(late)))
    own = col(AuditEventRow.clinic_id) == col(ClinicRow.id)
    last = select(func.coalesce(func.max(AuditEventRow.seq), 0)).where(own).correlate(ClinicRow).scalar_subquery()
    first = 0 if scope.since is None else case((last > TAIL, last - TAIL), else_=0)
    counted = select(func.count()).where(own, col(AuditEventRow.seq) > first).correlate(ClinicRow).scalar_subquery()
    for clinic_id, missing in session.exec(select(ClinicRow.id, last - first - counted)):
        if missing:
            yield Breach("seq_gap", f"clinic {clinic_id}: {missing} events are missing from its audit chain")


def owned(session: Session, scope: Scope) -> Iterator[Breach]:
    """No row points at a row that is not there, nor at another clinic's."""
    since = {} if scope.since is None else {"since": first_id(scope.since)}
    for words, question in _loose_ends(is_bounded=bool(since)):
        yield from breaches("points_elsewhere", words, iter(session.execute(question, since).scalars()))


@cache
def _loose_ends(*, is_bounded: bool) -> list[tuple[str, Select[Any]]]:
    """Return a question for each key of each table, made once: making them costs more than asking."""
    found: list[tuple[str, Select[Any]]] = []
    for table in Row.metadata.sorted_tables:
        keys = [key for key in table.foreign_key_constraints if "clinic_id" in table.c]
        for key in sorted(keys, key=lambda key: list(key.column_keys)):
            there = key.referred_table.alias("there")
            pairs = zip(key.columns, key.elements, strict=True)
            loose = table.outerjoin(there, and_(*(own == there.c[one.column.name] for own, one in pairs)))
            question = select(table.c.id).select_from(loose).where(there.c["id"].is_(None))
            question = question.where(*(column.is_not(None) for column in key.columns)).limit(MOST)
            if is_bounded:
                recent = table.c.id >= bindparam("since", type_=table.c.id.type)
                question = question.where(table.c.clinic_id.in_(select(ClinicRow.id)), recent)
            words = f"{table.name} {{}}: its {list(key.column_keys)[-1]} is no {key.referred_table.name} of its clinic"
            found.append((words, question))
    return found


def timers_in_place(session: Session, scope: Scope) -> Iterator[Breach]:
    """Timers are columns that the clock asks for: no scheduler keeps jobs of its own in this database."""
    found = inspect(session.connection())
    for name in set(found.get_table_names()) - set(Row.metadata.tables):
        if any(column["name"] == "next_run_time" for column in found.get_columns(name)):
            yield Breach("timer_elsewhere", f"table {name} keeps timers that the clock does not know")


def published(session: Session, scope: Scope) -> Iterator[Breach]:
    """What is published was published by somebody, the log says by whom, and its coming into effect was noted."""
    rows = select(ProtocolRow.id, ProtocolRow.clinic_id, ProtocolRow.digest).where(ProtocolRow.state == "published")
    unnoted = and_(
        col(ProtocolRow.took_effect_at).is_(None),
        col(ProtocolRow.effective_from) < scope.overdue,
    )
    for _, _, digest in session.exec(rows.where(unnoted)):
        yield Breach("rules_unnoted", f"protocol {digest[:12]} took effect over 5 minutes ago and no clock noted it")
    recent = true() if scope.since is None else col(ProtocolRow.approved_at) >= scope.since
    for found, clinic_id, digest in session.exec(rows.where(recent)):
        told = select(AuditEventRow.id).where(
            AuditEventRow.clinic_id == clinic_id,
            AuditEventRow.thing_id == str(found),
            AuditEventRow.did == "protocol_published",
        )
        if session.exec(told.limit(1)).first() is None:
            words = f"protocol {digest[:12]} is published and no audit event says by whom"
            yield Breach("rules_unapproved", words)


def bound(session: Session, scope: Scope) -> Iterator[Breach]:
    """Every running episode is judged by a version that its clinic has."""
    digest = col(EpisodeRow.protocol_digest)
    running = select(EpisodeRow.clinic_id, digest, func.count()).where(text("closed_at IS NULL"), digest.is_not(None))
    running = running.where(scope.holds(EpisodeRow)).group_by(col(EpisodeRow.clinic_id), digest)
    known: set[tuple[uuid.UUID, str]] = set(session.exec(select(ProtocolRow.clinic_id, ProtocolRow.digest)))
    for clinic_id, found, count in session.exec(running):
        if (clinic_id, found) not in known:
            words = f"clinic {clinic_id}: {count} episodes run under protocol {str(found)[:12]}, which it does not have"
            yield Breach("rules_missing", words)


CHECKS: tuple[Check, ...] = (sealed, owned, timers_in_place, published, bound)
