"""Commands about protocols: check, boundary cases, and publish in one go."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from seeds.protocols import SHIPPED, read_folder
from triage.actions.lifecycle import Release, publish
from triage.actions.turn import Turn
from triage.cli.root import FOLDER, load_tables, main
from triage.cli.versions import BY, CLINIC, FROM, RUNNING, at_clinics, line_of
from triage.records import ClinicRow, Session
from triage.rules import Protocol, boundary_cases, calmer_later_rules, digest_of


@main.group()
def protocol() -> None:
    """Protocols."""


@protocol.command("check")
@click.argument("folders", type=FOLDER, nargs=-1, required=True)
def check_protocols(folders: tuple[Path, ...]) -> None:
    """Check the protocols in FOLDERS; exit 1 and every fault with its path in the file."""
    good = [_report(folder) for folder in folders]
    sys.exit(0 if all(good) else 1)


@protocol.command("boundaries")
@click.argument("folder", type=FOLDER)
def print_boundaries(folder: Path) -> None:
    """Print cases on both sides of every limit of the protocol in FOLDER, with what is judged today, as JSON Lines."""
    tables = load_tables(folder)
    if tables is None:
        sys.exit(1)
    for case in boundary_cases(tables):
        click.echo(json.dumps(case, ensure_ascii=False, separators=(",", ":")))


@protocol.command("publish")
@click.argument("folder", type=FOLDER)
@BY
@CLINIC
@FROM
@RUNNING
def publish_protocol(
    folder: Path, name: str, clinic_id: str | None, effective_from: datetime | None, running: bool
) -> None:
    """Draft, submit, approve and publish the protocol in FOLDER; one with faults is refused and the old one stays.

    NAME approves it, so it must be another person than its author and than whoever drafted it; the shipped protocol,
    unchanged, takes one.
    """
    files, tables = read_folder(folder), load_tables(folder)
    if tables is None:
        sys.exit(1)
    release = Release(effective_from, running, shipped=digest_of(read_folder(SHIPPED)))

    def work(session: Session, turn: Turn, clinic: ClinicRow) -> str:
        return line_of(clinic, publish(session, files, turn, release))

    for line in at_clinics(name, clinic_id, work):
        click.echo(line)
    for line in unreviewed(tables.protocol):
        click.echo(f"  not reviewed: {line}")


def unreviewed(protocol: Protocol) -> Iterator[str]:
    """Yield the parts of a protocol that no reviewer has signed."""
    if not protocol.reviewer:
        yield "the rules name no reviewer (protocol.toml)"
    for language, texts in sorted(protocol.texts.items()):
        if not texts.reviewer:
            yield f"the texts name no reviewer (text.{language}.toml); the patients' pages say so"


def _report(folder: Path) -> bool:
    """Say whether the protocol of a folder holds, and what its reviewer must look at."""
    tables = load_tables(folder)
    if tables is None:
        return False
    click.echo(f"{folder}: {tables.protocol.name} {tables.protocol.version} holds ({tables.protocol.digest[:12]})")
    for line in calmer_later_rules(tables.protocol):
        click.echo(f"  for the reviewer, calmer later: {line}")
    if not tables.protocol.reviewer:
        click.echo("  not reviewed: a clinic publishes it on the name of a clinician of its own")
    return True
