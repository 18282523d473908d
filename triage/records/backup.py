"""A copy of everything in one SQLite file, made while the service runs, and the way back into either engine.

The file is a database as the service itself uses it, and has two tables more: the pictures that its photos name, and
what was copied, from where, with the fingerprint of the secret that its links were made with (the secret itself is
kept apart).
"""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Table, func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from triage.records import migrate
from triage.records.base import Row
from triage.records.store import Store

BATCH = 500
OF_PROCESSES = ("heartbeat",)  # signs of life of clocks that were there then
NOTE, PICTURES = "backup_note", "backup_picture"
Read = Callable[[str], bytes | None]  # a picture by its digest; None where it is not there
Keep = Callable[[bytes], object]


class NoBackup(Exception):
    """It was not done, and the message says why; nothing was changed."""


class Note(NamedTuple):
    """What a backup says of itself; `rows` by table; `pictures_missing`: photos without their file already then."""

    taken_at: str
    engine: str
    revision: str
    secret_fingerprint: str
    rows: dict[str, int]
    pictures: int = 0
    pictures_missing: int = 0


def write_backup(
    store: Store, file: Path, *, taken_at: str, secret_fingerprint: str, read_picture: Read | None = None
) -> Note:
    """Write everything to a new file, whole or not at all. Raises NoBackup where it exists or does not hold.

    `read_picture` None: without the pictures.
    """
    if file.exists():
        raise NoBackup(f"{file} exists: a backup never overwrites another")
    part = file.with_name(file.name + ".part")
    try:
        with _alone(part):
            revision = _copy_file(store, part) if store.is_sqlite else _copy_tables_out(store, part)
            said = {"taken_at": taken_at, "engine": store.url.get_backend_name(), "revision": revision}
            pictures = _copy_pictures(part, read_picture)
            note = _finish(part, {**said, "secret_fingerprint": secret_fingerprint, **pictures})
            os.link(part, file)  # fails where there is one meanwhile
    except FileExistsError:
        raise NoBackup(f"{file} exists: a backup never overwrites another") from None
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise NoBackup(f"{part} was not written: {getattr(error, 'orig', error)}") from error
    _sync(file.parent)
    return note


def restore_backup(
    file: Path, store: Store, *, secret_fingerprint: str | None, keep_picture: Keep | None = None
) -> tuple[Note, int]:
    """Fill an empty database; return what the file says of itself, and how many messages were on their way.

    Those are sent again. `secret_fingerprint` None: whichever secret; `keep_picture` None: without the pictures, which
    else are kept before a row is written. Raises NoBackup where the file is none, or broken, or made with another
    secret, and where the database is not empty. What `keep_picture` raises goes through; no row is written then.
    """
    with _at_head(file) as source:
        note = read_note(source)
        if secret_fingerprint not in (None, note.secret_fingerprint):
            raise NoBackup("the secret is not the one that this backup belongs to: put its secret-key in place first")
        with closing(Store(f"sqlite:///{source}")) as old, old.snapshot() as reader, store.connect() as writer:
            _refuse_full(writer)
            if keep_picture is not None:
                _bring_back_pictures(source, keep_picture)
            for table in _tables():
                _copy_table(reader, writer, table)
            again = sum(_end_leases(writer, table) for table in _tables() if "lease_until" in table.c)
            _compare(reader, writer)
    return note, again


def read_note(file: Path) -> Note:
    """Return what a backup says of itself. Raises NoBackup where it is none."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute(f"SELECT note FROM {NOTE}").fetchone()
            return Note(**json.loads(found[0]))
    except (sqlite3.Error, TypeError, ValueError) as error:
        raise NoBackup(f"{file} is no backup that triage backup has written ({error})") from error


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """An empty file of ours alone, which goes away in the end; what an interrupted backup has left is used again."""
    held = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NoBackup(f"another backup is writing {part}") from None
        if not part.exists() or not os.path.samestat(os.fstat(held), part.stat()):
            raise NoBackup(f"another backup has just written {part}")
        os.fchmod(held, 0o600)
        os.truncate(held, 0)
        beside = [part.with_name(part.name + end) for end in ("-wal", "-shm", "-journal")]
        for one in beside:  # SQLite would take what an interrupted one left for part of the new one
            one.unlink(missing_ok=True)
        try:
            yield
        finally:
            for one in (part, *beside):
                one.unlink(missing_ok=True)
    finally:
        os.close(held)


def _copy_file(store: Store, part: Path) -> str:
    """Copy an SQLite database with its own online backup: one moment, and no writer waits."""
    with closing(sqlite3.connect(str(store.url.database))) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target)
        found = target.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0])


def _copy_tables_out(store: Store, part: Path) -> str:
    """Copy another engine's tables, as they were at one moment, into a fresh SQLite database."""
    url = f"sqlite:///{part}"
    migrate.upgrade(url)
    with closing(Store(url)) as copy, store.snapshot() as reader, copy.connect() as writer:
        found = reader.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        if found != migrate.head():
            raise NoBackup(f"the database is at {found}, this program needs {migrate.head()}: run triage db upgrade")
        for table in _tables():
            _copy_table(reader, writer, table)
        _compare(reader, writer)
    return str(found)


def _copy_pictures(part: Path, read: Read | None) -> dict[str, int]:
    """Copy the pictures that the copied rows name: they never change, so they may be copied after the rows.

    One that is missing was missing before, or was erased meanwhile: the rest is kept all the same.
    """
    with closing(sqlite3.connect(part)) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {PICTURES}")
        if read is None:
            return {}
        connection.execute(f"CREATE TABLE {PICTURES} (digest TEXT PRIMARY KEY, image BLOB NOT NULL)")
        named = connection.execute("SELECT DISTINCT digest FROM photo WHERE erased_at IS NULL").fetchall()
        missing = 0
        for (digest,) in named:
            image = read(digest)
            if image is None or hashlib.sha256(image).hexdigest() != digest:
                missing += 1
                continue
            connection.execute(f"INSERT INTO {PICTURES} VALUES (?, ?)", (digest, image))
            connection.commit()  # one at a time, so that memory holds one
    return {"pictures": len(named) - missing, "pictures_missing": missing}


def _bring_back_pictures(source: Path, keep: Keep) -> None:
    with closing(sqlite3.connect(source)) as connection:
        has = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (PICTURES,)).fetchone()
        for digest, image in connection.execute(f"SELECT digest, image FROM {PICTURES}") if has else ():
            if hashlib.sha256(image).hexdigest() != digest:
                raise NoBackup(f"picture {digest[:12]} in the backup is broken")
            keep(image)


def _tables() -> list[Table]:
    return [table for table in Row.metadata.sorted_tables if table.name not in OF_PROCESSES]


def _copy_table(reader: Connection, writer: Connection, table: Table) -> None:
    """Copy a table in batches, through the types of the models, which read and write each engine's own way."""
    rows = select(table).order_by(*table.primary_key.columns)
    found = reader.execute(rows, execution_options={"yield_per": BATCH})
    for part in found.mappings().partitions():
        writer.execute(table.insert(), [dict(row) for row in part])


def _end_leases(writer: Connection, table: Table) -> int:
    """Let what was on its way wait again; return how much that was."""
    waits = table.update().where(table.c.state == "leased")
    return writer.execute(waits.values(state="pending", lease_owner=None, lease_until=None)).rowcount


def _compare(reader: Connection, writer: Connection) -> None:
    for table in _tables():
        count = select(func.count()).select_from(table)
        had, has = reader.execute(count).scalar_one(), writer.execute(count).scalar_one()
        if had != has:
            raise NoBackup(f"of {had} rows of {table.name} {has} were copied")


def _refuse_full(writer: Connection) -> None:
    found = writer.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found != migrate.head():
        raise NoBackup(f"the database is at {found}, this program needs {migrate.head()}: run triage db upgrade")
    for table in _tables():
        if writer.execute(select(table).limit(1)).first() is not None:
            raise NoBackup(f"the database is not empty (it has rows of {table.name}): restore into a new one")


def _finish(part: Path, said: dict[str, Any]) -> Note:
    """Write the note, make one plain file of it, prove it, and bring it to the disk. Raises NoBackup."""
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").close()
        tables = [table.name for table in Row.metadata.sorted_tables]
        rows = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
        note = Note(**said, rows=rows)
        connection.execute(f"CREATE TABLE IF NOT EXISTS {NOTE} (note TEXT NOT NULL)")
        connection.execute(f"DELETE FROM {NOTE}")
        connection.execute(f"INSERT INTO {NOTE} VALUES (?)", (json.dumps(note._asdict()),))
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        faults += [f"a row of {row[0]} points at nothing" for row in connection.execute("PRAGMA foreign_key_check")]
    if faults:
        raise NoBackup(f"the copy does not hold: {faults[0]}")
    _sync(part)
    return note


@contextmanager
def _at_head(file: Path) -> Iterator[Path]:
    """A copy in the shape of this version, in a folder that goes away. Raises NoBackup where the backup is broken."""
    read_note(file)
    with tempfile.TemporaryDirectory(prefix="triage-restore-") as folder:
        copy = Path(shutil.copyfile(file, Path(folder) / "backup.sqlite3"))
        with closing(sqlite3.connect(copy)) as connection:
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        if faults:
            raise NoBackup(f"{file} is broken: {faults[0]}")
        try:
            migrate.upgrade(f"sqlite:///{copy}")
        except migrate.UnknownRevision as error:
            raise NoBackup(f"{file} was written by a newer version of this program: {error}") from error
        yield copy


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
