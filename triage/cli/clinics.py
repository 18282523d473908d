"""Commands about clinics."""

import json

import click

from seeds.protocols import SHIPPED, read_folder
from triage.actions.errors import Invalid
from triage.actions.new_clinic import open_clinic
from triage.cli.root import main, wired


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
