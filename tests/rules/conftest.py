"""The shipped protocol, read once for all tests of this folder."""

from pathlib import Path

import pytest

from triage.rules import Tables, compile_protocol, read_protocol

FOLDER = Path(__file__).parents[2] / "seeds" / "protocols" / "smp"


@pytest.fixture(scope="session")
def shipped_tables() -> Tables:
    return compile_protocol(read_protocol({file.name: file.read_text() for file in FOLDER.glob("*.toml")}))
