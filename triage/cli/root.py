"""The command `triage` itself, and what its commands share: settings, the wiring, a protocol from a folder."""

import logging
import os
from pathlib import Path
from typing import Any

import click

from seeds.protocols import read_folder
from triage import __version__, faults
from triage.actions.protocols import check_files
from triage.config import Settings, SettingsError
from triage.records import migrate
from triage.rules import ProtocolError, Tables, compile_protocol, read_protocol
from triage.wiring import Wiring, wire

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class Commands(click.Group):
    """All commands: settings with faults end each of them in words, wherever they come to light."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(f"the settings have faults:\n{error}") from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="triage")
def main() -> None:
    """Aftercare Triage: watches over patients after a cosmetic procedure."""
    os.umask(0o077)  # what is written here is for this user's eyes alone
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if os.environ.get(faults.VARIABLE):
        logging.getLogger(__name__).warning("%s is set: this process will break, as a test wants it", faults.VARIABLE)


def settings(**changes: str) -> Settings:
    """Return the settings of the environment, with changes. Raises SettingsError, which ends a command in words."""
    return Settings.from_environ({**os.environ, **changes})


def wired() -> Wiring:
    """Return the wiring on a database that is up to date; ends the program where it is not."""
    chosen = settings()
    wiring = wire(chosen)
    if migrate.current(chosen.database_url) != migrate.head():
        raise click.ClickException("the database is not up to date: run triage db upgrade")
    return wiring


def load_tables(folder: Path, *, unchecked: bool = False) -> Tables | None:
    """Return the compiled protocol of a folder; None, and its faults on stderr, where it has any.

    `unchecked`: a protocol that was published once is read as it is, without the proofs of today.
    """
    files = read_folder(folder)
    try:
        return compile_protocol(read_protocol(files)) if unchecked else check_files(files)
    except ProtocolError as error:
        for fault in error.faults:
            click.echo(f"{folder}/{fault.sentence()}", err=True)
            if fault.example:
                click.echo(f"  shown by: {fault.example}", err=True)
        click.echo(f"{folder}: {len(error.faults)} faults", err=True)
        return None
