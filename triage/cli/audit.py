"""Commands about the audit log: is its chain whole, and the log as lines of JSON or as a table."""

import csv
import json
import sys
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import click

from triage.actions.anchors import Told, read_anchor, verify_chains
from triage.actions.audit import seal
from triage.actions.chain import Walked
from triage.actions.errors import Invalid
from triage.actions.log_export import NAMES, cells_of, plain_event
from triage.cli.root import main, wired
from triage.cli.versions import CLINIC, Moment, chosen
from triage.records import Session, chain, queries
from triage.wiring import Wiring

SINCE = click.option("--since", type=Moment(), help="From when on; left out: from the first on.")
UNTIL = click.option("--until", type=Moment(), help="Before when; left out: up to now.")


class Anchor(click.ParamType[tuple[int, str]]):
    """An entry's place and its hash, as the daily mail gives it."""

    name = "ENTRY:HASH"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, str]:
        """Return both; ends the command where they are none."""
        try:
            return read_anchor(str(value))
        except Invalid as error:
            self.fail(error.faults[0].sentence(), param, ctx)


@main.group()
def audit() -> None:
    """The audit log."""


@audit.command()
@CLINIC
@click.option("--anchor", "anchors", type=Anchor(), multiple=True, help="From a mail that was kept; with --clinic.")
def verify(clinic_id: str | None, anchors: tuple[tuple[int, str], ...]) -> None:
    """Seal what is left, then check every clinic's chain; exit 1 and each fault in words where one is broken."""
    if anchors and clinic_id is None:
        raise click.UsageError("an anchor is one clinic's: say which with --clinic")
    wiring = wired()
    _seal_all(wiring)
    found = wiring.look(partial(_verified, clinic_id=clinic_id, anchors=dict(anchors)))
    for clinic, walked in found:
        end = f"the last is {walked.end.hash}, {walked.anchors} anchors agree"
        click.echo(f"clinic {clinic}: {walked.events} events, {end}")
    faults = [f"clinic {clinic}: {fault}" for clinic, walked in found for fault in walked.faults]
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


@audit.command()
@CLINIC
@SINCE
@UNTIL
@click.option("--csv", "as_csv", is_flag=True, help="A table with a heading instead of JSON Lines.")
def export(clinic_id: str | None, as_csv: bool, since: datetime | None, until: datetime | None) -> None:
    """Write the log as JSON Lines, clinic by clinic in the order of the chain; seals what is left first."""
    wiring = wired()
    _seal_all(wiring)
    write = _row_writer() if as_csv else _write_line
    wiring.look(partial(_write_all, clinic_id=clinic_id, since=since, until=until, write=write))


def _seal_all(wiring: Wiring) -> None:
    """Seal until nothing is left; another clock may be at it too."""
    while clinics := wiring.look(queries.clinics_with_unsealed):
        for clinic_id in clinics:
            wiring.do(partial(seal, clinic_id=clinic_id))


def _verified(session: Session, clinic_id: str | None, anchors: dict[int, str]) -> list[tuple[uuid.UUID, Walked]]:
    """Return for each clinic what a walk along its chain found."""
    only = chosen(session, clinic_id)[0].id if clinic_id else None
    told: Told = {only: anchors} if only else {}
    with _bar(chain.count_sealed(session, only)) as bar:
        return list(verify_chains(session, only, told, bar.update))


def _bar(length: int) -> Any:
    """Return a progress bar on the terminal; elsewhere nothing is drawn."""
    return click.progressbar(length=length, label="entries", file=sys.stderr, update_min_steps=2000)


def _write_all(
    session: Session,
    clinic_id: str | None,
    since: datetime | None,
    until: datetime | None,
    write: Callable[[dict[str, Any]], None],
) -> None:
    queries.take_long(session)
    wanted = {clinic.id for clinic in chosen(session, clinic_id)}
    for event in chain.sealed_events(session):
        if event.clinic_id in wanted and not (since and event.at < since) and not (until and event.at >= until):
            write(plain_event(event))


def _write_line(event: dict[str, Any]) -> None:
    click.echo(json.dumps(event, ensure_ascii=False))


def _row_writer() -> Callable[[dict[str, Any]], None]:
    """Write the heading, and return what writes a row."""
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(NAMES)

    def write(event: dict[str, Any]) -> None:
        table.writerow(cells_of(event))

    return write
