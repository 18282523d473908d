"""The house's own words for people, a file a language: what pages and messages say besides a protocol's texts.

A protocol's texts may replace each of them under [page]. English is whole; a language without a word falls back to it.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

FALLBACK = "en"


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Return every word of a language by its name; empty where there is no file for it. Regions speak alike: es-MX, es.

    The sections of a file are for its readers: a name stands once in all of them. Raises ValueError where it does not.
    """
    language = language.partition("-")[0]
    file = files(__name__).joinpath(f"{language}.toml")
    if not language.isalnum() or not file.is_file():
        return {}
    found: dict[str, str] = {}
    for section, entries in tomllib.loads(file.read_text("utf-8")).items():
        if not isinstance(entries, dict):
            continue
        twice = found.keys() & entries.keys()
        if twice:
            raise ValueError(f"{language}.toml: [{section}] names again: {', '.join(sorted(twice))}")
        found.update(entries)
    return found


def word(language: str, name: str, /, **values: object) -> str:
    """Return a word with its {places} filled, in English where the language has none. Raises KeyError for no name."""
    return filled(words_of(language).get(name) or words_of(FALLBACK)[name], **values)


def filled(text: str, /, **values: object) -> str:
    """Return a text with each {place} replaced by its value; other braces stay as they are."""
    for place, value in values.items():
        text = text.replace("{" + place + "}", str(value))
    return text


def languages() -> list[str]:
    """Return the languages that the house has words in."""
    return sorted(file.name.removesuffix(".toml") for file in files(__name__).iterdir() if file.name.endswith(".toml"))
