"""Commands that run something: the demo, the web process, the clock, a test mail."""

import logging
import sys
from pathlib import Path

import click

from seeds import demo as demo_clinic
from seeds.protocols import SHIPPED, read_folder
from triage.actions.first_run import first_run_code_of
from triage.channels import Message, Sent
from triage.cli.root import main, settings, wired
from triage.clock import run_clock
from triage.config import Settings
from triage.records import migrate, sign_in_lookups
from triage.serving import serve_app
from triage.wiring import wire


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
    chosen = settings(**({"TRIAGE_PORT": str(port)} if port else {}))
    if (said := first_run_words(chosen)) is not None:
        click.echo(said)
    serve_app(chosen, read_folder(SHIPPED))


@main.command("first-run-code")
def first_run_code() -> None:
    """Print the code with which the first clinic is opened in a browser."""
    said = first_run_words(wired().settings)
    if said is None:
        raise click.ClickException("there is a clinic already: its lead invites the others")
    click.echo(said)


def first_run_words(chosen: Settings) -> str | None:
    """Return where and with which code to open the first clinic; None: there is one, or no database for it yet."""
    wiring = wire(chosen)
    try:
        if migrate.current(chosen.database_url) != migrate.head() or wiring.look(sign_in_lookups.has_clinic):
            return None
        return f"No clinic yet: open {chosen.base_url}/first-run and give this code: {first_run_code_of(wiring.terms)}"
    finally:
        wiring.close()


@main.command()
def clock() -> None:
    """Run the clock: delivers, escalates, notices silence, seals the audit log."""
    logging.getLogger("triage").setLevel(logging.INFO)
    run_clock(wired())


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
