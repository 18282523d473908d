"""ASK (operators): the commands. The only room that imports seeds."""

import json
import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from seeds import demo as demo_clinic
from seeds.protocols import SHIPPED, read_folder
from triage import __version__
from triage.actions.checks import check_rows
from triage.actions.errors import Invalid
from triage.actions.identify import operator
from triage.actions.new_clinic import open_clinic
from triage.actions.protocols import check_files, publish
from triage.actions.turn import Turn
from triage.channels import Message, Sent
from triage.clock import run_clock
from triage.config import Settings, SettingsError
from triage.evaluate import judge_lines
from triage.records import lookups, migrate
from triage.rules import ProtocolError, Tables, calmer_later_rules
from triage.serving import serve_app
from triage.wiring import Wiring, wire

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="triage")
def main() -> None:
    """Aftercare Triage: watches over patients after a cosmetic procedure."""
    os.umask(0o077)  # what is written here is for this user's eyes alone
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def settings(**changes: str) -> Settings:
    """Return the settings of the environment, with changes; ends the program where they have faults."""
    try:
        return Settings.from_environ({**os.environ, **changes})
    except SettingsError as error:
        raise click.ClickException(f"the settings have faults:\n{error}") from error


def wired() -> Wiring:
    """Return the wiring on a database that is up to date; ends the program where it is not."""
    chosen = settings()
    wiring = wire(chosen)
    if migrate.current(chosen.database_url) != migrate.head():
        raise click.ClickException("the database is not up to date: run triage db upgrade")
    return wiring


@main.command()
@click.option(
    "--dir", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), show_default=True
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def demo(folder: Path, port: int) -> None:
    """Run a demo clinic: web, clock and a catching mail server; prints what to try."""
    sys.exit(demo_clinic.run(folder, port))


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of TRIAGE_PORT.")
def serve(port: int | None) -> None:
    """Run the web process."""
    changes = {"TRIAGE_PORT": str(port)} if port else {}
    serve_app(settings(**changes))


@main.command()
def clock() -> None:
    """Run the clock: delivers, escalates, notices silence, seals the audit log."""
    logging.getLogger("triage").setLevel(logging.INFO)
    run_clock(wired())


@main.group()
def clinic() -> None:
    """Clinics."""


@clinic.command("create")
@click.option("--name", required=True)
@click.option("--time-zone", default="UTC", show_default=True)
@click.option("--phone", help="What patients call.")
@click.option("--lead-name", default="Clinic lead", show_default=True)
@click.option("--lead-email", default="lead@localhost.localdomain", show_default=True)
@click.option("--practitioner-name", help="Left out: a clinic of one, the lead answers.")
@click.option("--practitioner-email")
def create_clinic(**options: str | None) -> None:
    """Create a clinic with its first keys and staff; prints them once, as JSON."""
    wiring = wired()
    files = read_folder(SHIPPED)
    try:
        opened = wiring.do(lambda session: open_clinic(session, options, files, wiring.now(), wiring.terms))
    except Invalid as error:
        raise click.ClickException("; ".join(fault.sentence() for fault in error.faults)) from error
    click.echo(json.dumps(opened, indent=2))


@main.group()
def mail() -> None:
    """Mail."""


@mail.command("test")
@click.argument("address")
def test_mail(address: str) -> None:
    """Send a test mail to ADDRESS and say what became of it."""
    wiring = wire(settings())
    text = "This is a test. Mail from your aftercare service arrives.\n"
    result = wiring.channels["email"].send(Message(address, "Test of your aftercare service", text, "<test@localhost>"))
    if not isinstance(result, Sent):
        raise click.ClickException(f"not sent ({'for good' if result.permanent else 'for now'}): {result.reason}")
    click.echo(f"sent: {result.detail}")


@main.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the shape that this version needs."""
    chosen = settings()
    wire(chosen).close()  # makes the data folder
    migrate.upgrade(chosen.database_url)
    click.echo(f"at {migrate.head()}")


@db.command()
def check() -> None:
    """Check the invariants; exit 1 and every violation in words."""
    wiring = wired()
    faults = wiring.look(partial(check_rows, now=wiring.now(), terms=wiring.terms))
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{len(faults)} violations")
    sys.exit(1 if faults else 0)


@main.group()
def protocol() -> None:
    """Protocols."""


@protocol.command("check")
@click.argument("folders", type=FOLDER, nargs=-1, required=True)
def check_protocols(folders: tuple[Path, ...]) -> None:
    """Check the protocols in FOLDERS; exit 1 and every fault with its path in the file."""
    good = [_checked(folder) is not None for folder in folders]
    sys.exit(0 if all(good) else 1)


@protocol.command("publish")
@click.argument("folder", type=FOLDER)
@click.option("--by", "name", required=True, help="Who answers for it: the name of the clinician.")
@click.option("--clinic", "clinic_id", help="Id of one clinic; left out: every clinic.")
def publish_protocol(folder: Path, name: str, clinic_id: str | None) -> None:
    """Publish the protocol in FOLDER; one with faults is refused and the old one stays."""
    wiring = wired()
    if _checked(folder) is None:
        sys.exit(1)
    chosen = [row for row in wiring.look(lookups.clinics) if clinic_id in (None, str(row.id))]
    if not chosen:
        raise click.ClickException("no such clinic: create one with triage clinic create")
    for row in chosen:
        turn = Turn(operator(row.id, name), wiring.now(), wiring.terms)
        done = wiring.do(partial(publish, files=read_folder(folder), turn=turn))
        click.echo(f"{row.name}: {done.name} {done.version} ({done.digest[:12]})")


@main.command()
@click.option("--protocol", "folder", type=FOLDER, default=SHIPPED, help="Default: the shipped SMP protocol.")
@click.argument("file", type=click.File("rb"), default="-")
def evaluate(folder: Path, file: Any) -> None:
    """Judge cases: JSON Lines in, JSON Lines out; a line that is no valid case gives an error line, exit 1."""
    tables = _checked(folder, quiet=True)
    if tables is None:
        sys.exit(1)
    sys.exit(0 if judge_lines(tables, file, sys.stdout.buffer) else 1)


def _checked(folder: Path, quiet: bool = False) -> Tables | None:
    """Return the compiled protocol of a folder; None, and its faults on stderr, where it has any."""
    try:
        tables = check_files(read_folder(folder))
    except ProtocolError as error:
        for fault in error.faults:
            click.echo(f"{folder}/{fault.sentence()}", err=True)
        click.echo(f"{folder}: {len(error.faults)} faults", err=True)
        return None
    if not quiet:
        click.echo(f"{folder}: {tables.protocol.name} {tables.protocol.version} holds ({tables.protocol.digest[:12]})")
        for line in calmer_later_rules(tables.protocol):
            click.echo(f"  for the reviewer, calmer later: {line}")
        if not tables.protocol.reviewer:
            click.echo("  not reviewed: a clinic publishes it on the name of a clinician of its own")
    return tables


if __name__ == "__main__":
    main()
