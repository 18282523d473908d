"""The two protocols that columns are judged by."""

from pathlib import Path

import pytest

from tests.rules.small_protocol import tables as small_tables
from triage.rules import Tables, compile_protocol, read_protocol

FOLDER = Path(__file__).parents[2] / "seeds" / "protocols" / "smp"


@pytest.fixture(scope="session", params=["shipped", "small"])
def tables(request: pytest.FixtureRequest) -> Tables:
    """The shipped protocol, and a small one; a test that asks for it runs once with each."""
    if request.param == "small":
        return small_tables()
    return compile_protocol(read_protocol({file.name: file.read_text() for file in FOLDER.glob("*.toml")}))
