"""Commands about protocols: check, publish."""

import sys
from functools import partial
from pathlib import Path

import click

from seeds.protocols import read_folder
from triage.actions.identify import operator
from triage.actions.protocols import publish
from triage.actions.turn import Turn
from triage.cli.root import FOLDER, load_tables, main, wired
from triage.records import lookups
from triage.rules import calmer_later_rules


@main.group()
def protocol() -> None:
    """Protocols."""


@protocol.command("check")
@click.argument("folders", type=FOLDER, nargs=-1, required=True)
def check_protocols(folders: tuple[Path, ...]) -> None:
    """Check the protocols in FOLDERS; exit 1 and every fault with its path in the file."""
    good = [_report(folder) for folder in folders]
    sys.exit(0 if all(good) else 1)


@protocol.command("publish")
@click.argument("folder", type=FOLDER)
@click.option("--by", "name", required=True, help="Who answers for it: the name of the clinician.")
@click.option("--clinic", "clinic_id", help="Id of one clinic; left out: every clinic.")
def publish_protocol(folder: Path, name: str, clinic_id: str | None) -> None:
    """Publish the protocol in FOLDER; one with faults is refused and the old one stays."""
    wiring = wired()
    if load_tables(folder) is None:
        sys.exit(1)
    chosen = [row for row in wiring.look(lookups.clinics) if clinic_id in (None, str(row.id))]
    if not chosen:
        raise click.ClickException("no such clinic: create one with triage clinic create")
    for row in chosen:
        turn = Turn(operator(row.id, name), wiring.now(), wiring.terms)
        done = wiring.do(partial(publish, files=read_folder(folder), turn=turn))
        click.echo(f"{row.name}: {done.name} {done.version} ({done.digest[:12]})")


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
