"""Commands for a protocol's way one step at a time: draft, submit, approve, retire, and the list of versions."""

import sys
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from seeds.protocols import SHIPPED, read_folder
from triage.actions.lifecycle import Release, approve, draft, retire, submit
from triage.actions.turn import Turn
from triage.actions.version_views import COLUMNS, versions_listed
from triage.cli.protocols import protocol
from triage.cli.root import FOLDER, load_tables, wired
from triage.cli.versions import BY, CLINIC, FROM, RUNNING, at_clinics, chosen, line_of, say_each, with_version
from triage.records import ClinicRow, Session
from triage.rules import digest_of


@protocol.command("draft")
@click.argument("folder", type=FOLDER)
@BY
@CLINIC
def draft_protocol(folder: Path, name: str, clinic_id: str | None) -> None:
    """Keep the protocol in FOLDER as a draft of NAME's; nothing is judged by it yet."""
    if load_tables(folder) is None:
        sys.exit(1)
    files = read_folder(folder)

    def work(session: Session, turn: Turn, clinic: ClinicRow) -> str:
        return line_of(clinic, draft(session, files, turn))

    for line in at_clinics(name, clinic_id, work):
        click.echo(line)


@protocol.command("submit")
@click.argument("digest")
@BY
@CLINIC
def submit_protocol(digest: str, name: str, clinic_id: str | None) -> None:
    """Hand the draft DIGEST (its first 8 or more letters) in for review."""
    say_each(at_clinics(name, clinic_id, with_version(digest, submit)), digest)


@protocol.command("approve")
@click.argument("digest")
@BY
@CLINIC
@FROM
@RUNNING
def approve_protocol(
    digest: str, name: str, clinic_id: str | None, effective_from: datetime | None, running: bool
) -> None:
    """Approve and publish the version DIGEST, which is in review; NAME must not have written or drafted it."""
    release = Release(effective_from, running, shipped=digest_of(read_folder(SHIPPED)))
    work = with_version(digest, partial(approve, release=release))
    say_each(at_clinics(name, clinic_id, work), digest)


@protocol.command("retire")
@click.argument("digest")
@BY
@CLINIC
def retire_protocol(digest: str, name: str, clinic_id: str | None) -> None:
    """Retire the version DIGEST: a draft, one that is to come, but never the last one that judges."""
    say_each(at_clinics(name, clinic_id, with_version(digest, retire)), digest)


@protocol.command("list")
@CLINIC
def list_protocols(clinic_id: str | None) -> None:
    """List every version, and how many open episodes run under it; * marks the one in effect."""
    wiring = wired()
    now = wiring.now()

    def listed(session: Session) -> list[tuple[str, list[tuple[str, ...]]]]:
        return [(row.name, versions_listed(session, row.id, now)) for row in chosen(session, clinic_id)]

    for clinic, rows in wiring.look(listed):
        click.echo(f"{clinic}:")
        for line in table_lines([COLUMNS, *rows]):
            click.echo(f"  {line}")


def table_lines(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows of words as lines with columns as wide as they need."""
    kept = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(*kept, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in kept]
