"""A clinic with processes that may be killed, on each engine."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.scene import Forker, Scene
from tests.houses import open_house
from triage.records import Store


@pytest.fixture(scope="session")
def forker() -> Iterator[Forker]:
    """One for all tests."""
    opened = Forker()
    yield opened
    opened.stop()


@pytest.fixture
def scene(store: Store, tmp_path: Path, forker: Forker) -> Iterator[Scene]:
    """A clinic at the real time, since its processes read the real clock."""
    with open_house(store, tmp_path, datetime.now(UTC)) as house:
        built = Scene(house, forker, tmp_path)
        try:
            yield built
        finally:
            built.end()
