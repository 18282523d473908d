"""The shipped protocol, as its files and compiled."""

from pathlib import Path

import pytest

from triage.rules import Tables, compile_protocol, read_protocol

FOLDER = Path(__file__).parents[2] / "seeds" / "protocols" / "smp"


@pytest.fixture(scope="session")
def shipped_files() -> dict[str, str]:
    return {file.name: file.read_text() for file in FOLDER.glob("*.toml")}


@pytest.fixture(scope="session")
def shipped(shipped_files: dict[str, str]) -> Tables:
    return compile_protocol(read_protocol(shipped_files))
