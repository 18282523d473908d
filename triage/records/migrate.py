"""Brings a database to the shape that this version of the code expects, from wherever the package is installed."""

from contextlib import closing
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError as UnknownRevision
from sqlmodel import Session

from triage.records.store import Store

__all__ = ["UnknownRevision", "current", "head", "read_config", "revision", "upgrade"]


def upgrade(url: str) -> None:
    """Runs what is missing, in one transaction; nothing when the database is up to date."""
    config = read_config()
    with closing(Store(url)) as store, store.rebuild() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(url: str) -> str | None:
    """The revision that the database is at; None when it is empty."""
    with closing(Store(url)) as store, store.read() as session:
        return revision(session)


def revision(session: Session) -> str | None:
    """The same, asked in a transaction."""
    return MigrationContext.configure(session.connection()).get_current_revision()


@cache
def head() -> str:
    """The revision that this version of the code expects."""
    newest = ScriptDirectory.from_config(read_config()).get_current_head()
    if newest is None:
        raise RuntimeError("the package was installed without its migrations")
    return newest


def read_config() -> Config:
    """Named as a resource of the package, so that no character of a path can be taken for a setting."""
    config = Config()
    config.set_main_option("script_location", "triage.records:migrations")
    return config
