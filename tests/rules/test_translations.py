"""The texts in other languages say what the English ones say, as far as a machine can tell."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from triage.rules import read_protocol

FOLDER = Path(__file__).parents[2] / "seeds" / "protocols" / "smp"
OTHERS = ("es", "ar")
PLACEHOLDER = re.compile(r"\{\w*\}")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")
DIRECTION_MARK = re.compile(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def read(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"text.{language}.toml").read_text())


def entries(part: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a file with its path; the name of the language is none."""
    for name, value in part.items():
        if isinstance(value, Mapping):
            yield from entries(value, f"{path}{name}/")
        elif name != "language":
            yield path + name, value


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    return dict(entries(read("en")))


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_exactly_the_texts_of_the_english_file(english, language):
    translated = dict(entries(read(language)))
    assert english.keys() - translated.keys() == set()
    assert translated.keys() - english.keys() == set()


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_and_numbers_are_those_of_the_english_text(english, language):
    for path, text in entries(read(language)):
        for what in (PLACEHOLDER, NUMBER):
            assert sorted(what.findall(text)) == sorted(what.findall(english[path])), path


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_was_left_in_english(english, language):
    left = {text for path, text in entries(read(language)) if text == english[path]}
    assert left <= {"Alcohol", "Diabetes"}


def test_every_arabic_text_is_in_arabic_letters_and_without_direction_marks():
    for path, text in entries(read("ar")):
        assert ARABIC_LETTER.search(text), path
        assert not DIRECTION_MARK.search(text), path


def test_the_translations_are_switched_on_and_say_that_nobody_has_reviewed_them():
    protocol = read_protocol({path.name: path.read_text() for path in FOLDER.glob("*.toml")})
    assert list(protocol.texts) == ["en", *OTHERS]
    assert [language for language, texts in protocol.texts.items() if texts.reviewer] == []
