"""Commands about the database: migrations, and what must always be true of its rows and of the photos' files."""

import sys
from functools import partial

import click

from triage.actions.checks import check_pictures, check_rows
from triage.cli.root import main, settings, wired
from triage.records import migrate
from triage.wiring import wire


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
    now = wiring.now()
    faults = wiring.look(partial(check_rows, now=now, terms=wiring.terms))
    faults += wiring.look(lambda session: list(check_pictures(session, wiring.shelf, now)))
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{len(faults)} violations")
    sys.exit(1 if faults else 0)
