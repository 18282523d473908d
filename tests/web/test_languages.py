"""The house's own words: the same names and places in every language, and used where no protocol says which."""

import re

import pytest

from triage.words import FALLBACK, languages, word, words_of

from .browsing import store
from .conftest import House

__all__ = ["store"]  # a fixture: one engine is enough to look at pages
OTHERS = [language for language in languages() if language != FALLBACK]


def places(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_words_with_the_same_places(language: str) -> None:
    english, theirs = words_of(FALLBACK), words_of(language)
    assert theirs.keys() == english.keys()
    assert not [name for name in english if places(theirs[name]) != places(english[name])]
    assert not [name for name in english if not theirs[name].strip()]


@pytest.mark.parametrize(
    ("asked", "language"),
    [("es-MX,es;q=0.9", "es"), ("ar", "ar"), ("de,ar;q=0.5,en;q=0.1", "ar"), ("xx", "en"), ("", "en"), ("*", "en")],
)
def test_pages_that_belong_to_nobody_speak_the_browsers_language(house: House, asked: str, language: str) -> None:
    page = house.client.get("/c/unknown", headers={"Accept-Language": asked})
    assert word(language, "gone_title") in page.text
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page.text
