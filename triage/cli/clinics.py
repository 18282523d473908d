"""Commands about clinics."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import click

from seeds.protocols import SHIPPED, read_folder
from triage.actions.errors import Invalid
from triage.actions.identify import operator
from triage.actions.look import change_look, drawn
from triage.actions.new_clinic import open_clinic
from triage.actions.turn import Turn
from triage.cli.root import main, wired
from triage.cli.versions import chosen, said
from triage.records import ClinicRow, Session

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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


@clinic.command("look")
@click.option("--clinic", "clinic_id", help="Left out: the only clinic.")
@click.option("--name", help="As patients read it.")
@click.option("--colour", help="Like #0b5c63; refused where text in it cannot be read. An empty one: our own again.")
@click.option("--logo", type=FILE, help="PNG, JPEG or WebP of at most 200 kB; it is drawn anew at 240 x 64 pixels.")
@click.option("--no-logo", is_flag=True, help="Take the logo away.")
def change_clinic_look(clinic_id: str | None, *, logo: Path | None, no_logo: bool, **options: str | None) -> None:
    """Change how a clinic's pages look; what is left out stays."""
    wiring = wired()
    values: dict[str, Any] = {name: value or None for name, value in options.items() if value is not None}
    if logo is not None or no_logo:
        values["logo"] = said(partial(drawn, logo.read_bytes())) if logo is not None else None

    def change(session: Session) -> ClinicRow:
        clinics = chosen(session, clinic_id)
        if len(clinics) > 1:
            raise click.ClickException("there are several clinics: name one with --clinic")
        return change_look(session, values, Turn(operator(clinics[0].id, "operator"), wiring.now(), wiring.terms))

    row = said(partial(wiring.do, change))
    click.echo(f"{row.name}: colour {row.colour or 'ours'}" + ("; the logo has changed" if "logo" in values else ""))
