"""The migrations build exactly what the models say."""

from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from triage.records import Row, Store, migrate

POSTGRES_SHAPE = """
    SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
"""
SQLITE_SHAPE = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"


@pytest.fixture
def empty_url(request, tmp_path, database_url):
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'an empty 100% house.db'}"
        return
    postgres = request.getfixturevalue("postgres")
    url = postgres.create("template0")
    yield url
    postgres.drop(url)


def read_shape(store):
    """Every column, constraint and index as the engine spells it, in no order."""
    with store.connect() as connection:
        found = connection.execute(text(SQLITE_SHAPE if store.is_sqlite else POSTGRES_SHAPE)).scalars()
        lines = {line.strip().rstrip(",") for sql in found for line in sql.splitlines()}
    return {line for line in lines if "alembic_version" not in line and "version_num" not in line}


def test_autogenerate_finds_nothing_to_do(store):
    with store.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []


def test_checks_keys_and_partial_indexes_are_those_of_the_models(store, empty_url):
    with closing(Store(empty_url)) as built:
        with built.connect() as connection:
            Row.metadata.create_all(connection)
        assert read_shape(built) ^ read_shape(store) == set()


def test_an_empty_database_is_brought_to_the_head_and_stays_there(empty_url):
    assert migrate.current(empty_url) is None
    for _ in range(2):
        migrate.upgrade(empty_url)
        assert migrate.current(empty_url) == migrate.head()


def test_a_failed_migration_leaves_nothing_behind(empty_url):
    with closing(Store(empty_url)) as store:
        with store.connect() as connection:
            connection.execute(text("CREATE TABLE heartbeat (x INTEGER)"))  # in the way of the last table
        before = read_shape(store)
        with pytest.raises(Exception, match="already exists"):
            migrate.upgrade(empty_url)
        assert read_shape(store) == before
