"""docs/protocol-format.md says what the reader does: its examples are accepted, its keys are those that are read."""

import re

import pytest

from tests.format_files import FORMAT, examples, with_example
from tests.rules.small_protocol import faults_of

EXAMPLES = examples()


@pytest.mark.parametrize(("file", "text"), EXAMPLES, ids=[text.splitlines()[0] for _, text in EXAMPLES])
def test_an_example_is_accepted(file: str, text: str) -> None:
    assert [fault.sentence() for fault in faults_of(with_example(file, text))] == []


def test_a_misspelt_key_in_an_example_would_be_noticed() -> None:
    for file, text in EXAMPLES:
        assert faults_of(with_example(file, re.sub(r"^(\w+) = ", r"\1s = ", text, flags=re.MULTILINE))), file


def test_there_is_an_example_of_every_file() -> None:
    assert {file for file, _ in EXAMPLES} == {"protocol.toml", "text.en.toml", "words.en.toml", "cases.toml"}


def test_the_links_lead_to_sections() -> None:
    sections = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", FORMAT, re.MULTILINE)
    }
    assert [target for target in re.findall(r"\]\(#([^)]+)\)", FORMAT) if target not in sections] == []
