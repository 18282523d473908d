"""Commands about the audit log: is its chain whole, and the log as lines of JSON."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import Any

import click

from triage.actions.audit import broken_links, seal
from triage.cli.root import main, wired
from triage.cli.versions import CLINIC, chosen
from triage.records import AuditEventRow, Session, invariants, queries
from triage.wiring import Wiring

COLUMNS = "clinic_id seq id at actor_kind actor_id did thing_kind thing_id before after prev_hash hash".split()


@main.group()
def audit() -> None:
    """The audit log."""


@audit.command()
def verify() -> None:
    """Seal what is left, then check every clinic's chain; exit 1 and each fault in words where one is broken."""
    wiring = wired()
    _seal_all(wiring)
    ends, faults = wiring.look(_verified)
    for line in ends:
        click.echo(line)
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


@audit.command()
@CLINIC
def export(clinic_id: str | None) -> None:
    """Write the log as JSON Lines, clinic by clinic in the order of the chain; seals what is left first."""
    wiring = wired()
    _seal_all(wiring)
    wiring.look(partial(_write_lines, clinic_id=clinic_id))


def _seal_all(wiring: Wiring) -> None:
    """Seal until nothing is left; another clock may be at it too."""
    while clinics := wiring.look(queries.clinics_with_unsealed):
        for clinic_id in clinics:
            wiring.do(partial(seal, clinic_id=clinic_id))


def _verified(session: Session) -> tuple[list[str], list[str]]:
    """Return for each clinic how long its chain is and how it ends, and every fault."""
    queries.take_long(session)
    ends, faults = [], []
    for clinic_id, events in groupby(invariants.sealed_events(session), key=lambda event: event.clinic_id):
        last: list[AuditEventRow] = []
        faults += list(broken_links(_watched(events, last)))
        ends.append(f"clinic {clinic_id}: {last[0].seq} events, the last is {last[0].hash}")
    return ends, faults


def _watched(events: Iterator[AuditEventRow], last: list[AuditEventRow]) -> Iterator[AuditEventRow]:
    """Yield the events, and leave the last of them in a list."""
    for event in events:
        last[:] = [event]
        yield event


def _write_lines(session: Session, clinic_id: str | None) -> None:
    queries.take_long(session)
    wanted = {clinic.id for clinic in chosen(session, clinic_id)}
    for event in invariants.sealed_events(session):
        if event.clinic_id in wanted:
            click.echo(json.dumps({name: _plain(getattr(event, name)) for name in COLUMNS}, ensure_ascii=False))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):  # as the hash is made from it
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, (str, int, dict)) else str(value)
