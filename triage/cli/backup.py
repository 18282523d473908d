"""Commands that keep a copy of everything, made while the service runs, and bring one back."""

import sys
from functools import partial
from pathlib import Path

import click

from triage.actions.audit import record
from triage.actions.identify import operator
from triage.actions.tokens import fingerprint_of
from triage.actions.turn import Turn
from triage.cli.root import main, settings, wired
from triage.pictures import NoRoom
from triage.records import Session, backup, lookups, migrate
from triage.records.backup import NoBackup, Note
from triage.wiring import Wiring, wire

FILE = click.Path(path_type=Path, dir_okay=False)
SHOWN = ("clinic", "patient", "check_in", "alert", "notification", "audit_event")


@main.command("backup")
@click.argument("file", type=FILE)
def write(file: Path) -> None:
    """Write everything but the secret key to FILE, photos too, one SQLite file, while the service runs."""
    wiring = wired()
    at = wiring.now().isoformat(timespec="seconds")
    try:
        note = backup.write_backup(
            wiring.store,
            file,
            taken_at=at,
            secret_fingerprint=fingerprint_of(wiring.terms.secret),
            read_picture=wiring.shelf.read,
        )
    except NoBackup as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {_said(note)}, {file.stat().st_size / 1e6:.1f} MB; checked")
    if note.pictures_missing:
        click.echo(f"{note.pictures_missing} photos have no file and are not in it: see triage db check", err=True)
    click.echo(f"keep the secret key {note.secret_fingerprint} apart from it: without it the links in mails are dead")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--any-secret", is_flag=True, help="Also where the secret is another: links in new mails lead nowhere.")
def restore(file: Path, any_secret: bool) -> None:
    """Fill an empty database, SQLite or PostgreSQL, and the folder of photos from FILE.

    Messages that were on their way are sent again.
    """
    chosen = settings()
    wiring = wire(chosen)
    if migrate.current(chosen.database_url) is None:
        migrate.upgrade(chosen.database_url)
    secret = None if any_secret else fingerprint_of(wiring.terms.secret)
    try:
        note, again = backup.restore_backup(
            file, wiring.store, secret_fingerprint=secret, keep_picture=wiring.shelf.put
        )
    except (NoBackup, NoRoom) as error:
        raise click.ClickException(str(error)) from error
    wiring.do(partial(_note_restored, note=note, wiring=wiring))
    click.echo(f"restored: {_said(note)}, taken at {note.taken_at} from {note.engine}")
    click.echo(f"{again} messages were on their way and will be sent again; what came after the backup is lost")
    click.echo("now: triage db check and triage audit verify, then start web and clock")
    sys.exit(0)


def _note_restored(session: Session, note: Note, wiring: Wiring) -> None:
    """Leave an event in each clinic's log."""
    for clinic in lookups.clinics(session):
        turn = Turn(operator(clinic.id, "restore"), wiring.now(), wiring.terms)
        after = {"taken_at": note.taken_at, "engine": note.engine, "revision": note.revision}
        record(session, turn, "database_restored", ("clinic", clinic.id), after=after)


def _said(note: Note) -> str:
    counts = ", ".join(f"{note.rows.get(name, 0)} {name}" for name in SHOWN)
    return f"revision {note.revision}, rows: {counts}, {note.pictures} pictures"
