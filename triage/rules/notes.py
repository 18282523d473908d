"""Danger signs named in free text. A note can only raise the answer: what is not understood changes nothing."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from triage.rules.protocol import Words

CLAUSE_END = re.compile(r"(?:\.(?!\d)|[;!?\n:()+\u2013\u2014])+| - ")  # the point in 38.5 ends nothing
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
NEGATION_REACH = 4  # words between a negation and what it denies
FARTHEST = 200  # letters that are looked at on either side of what a note names
MOST_DENIED = 20
LIST_ITEM = 2  # words in an item of a denied list


def normalise(text: str) -> str:
    """Return text as patterns are written: lower case, plain apostrophes, decimal points, no accents, no "/"."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("\u2019", "'").replace("/", " ")
    plain = DECIMAL_COMMA.sub(".", plain).replace("temp.", "temp")
    return "".join(letter for letter in plain if unicodedata.category(letter) not in ("Mn", "Cf"))


def find_signs(note: str, words: Mapping[str, Words]) -> dict[str, str]:
    """Return the danger signs that a note names, each with the words that name it; every language is read."""
    found: dict[str, str] = {}
    for language in words.values():
        plain = _plain(language.harmless).sub(" , ", normalise(note))
        for clause in _clauses(plain, language.breaks):
            for sign, named in _named_in(clause, language):
                found.setdefault(sign, named)
    return found


def _clauses(text: str, breaks: tuple[str, ...]) -> list[str]:
    return [part for clause in CLAUSE_END.split(text) for part in _plain(breaks).split(clause) if part.strip()]


def _named_in(clause: str, words: Words) -> Iterator[tuple[str, str]]:
    """Yield each sign that a clause names; after many denied mentions of one sign the next counts as named."""
    for sign, patterns in words.signs.items():
        matches = _with_gaps(patterns, words.negations, words.no_negations).finditer(clause)
        for number, match in enumerate(matches):
            if number >= MOST_DENIED or not _is_denied(clause, match, words):
                yield sign, match[0]
                break


def _is_denied(clause: str, match: re.Match[str], words: Words) -> bool:
    """Tell whether a negation shortly before reaches the match.

    It reaches over commas only in a list that ends in "or": in "no pus, fever or pain" all three are denied, in
    "no pain, fever since this morning" the fever counts, and so do the lips in "no rash, lips swollen or numb".
    """
    start, end = max(0, match.start() - FARTHEST), match.end() + FARTHEST
    for negation in _plain(words.negations).finditer(clause, start, match.start()):
        if _plain(words.no_negations).match(clause, negation.start()):
            continue
        items = clause[negation.end() : match.start()].split(",")
        if len(items[-1].split()) > NEGATION_REACH:
            continue
        if len(items) == 1 or _is_list(clause[negation.end() : end].split(","), len(items) - 1, words.list_words):
            return True
    return False


def _is_list(items: list[str], reached: int, list_words: tuple[str, ...]) -> bool:
    """Tell whether the items up to one that ends the list are short, and that end comes at `reached` or later."""
    for number, item in enumerate(items[1:], 1):
        if number >= reached and _ends_list(item.split(), list_words):
            return True
        if len(item.split()) > LIST_ITEM:
            return False
    return False


def _ends_list(words: list[str], list_words: tuple[str, ...]) -> bool:
    """Tell whether an item is "or chills" or "fever or chills"; "lips swollen or numb" is a statement of its own."""
    return any(word in list_words for word in words[:2])


def first_reading(pattern: str) -> str:
    """Return the plainest words that a pattern stands for: the first of each choice, nothing in the gaps."""
    words = [word.split("|")[0] for word in pattern.split() if word != ".."]
    return " ".join(word.replace(".*", ".5").replace("*", "") for word in words)


@lru_cache(maxsize=512)
def _plain(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one expression for patterns like "lip* .. swollen|thick": `*` ends a word, `..` is a gap of few words."""
    return _compile(patterns, r"[\w'-]+")


@lru_cache(maxsize=512)
def _with_gaps(patterns: tuple[str, ...], negations: tuple[str, ...], no_negations: tuple[str, ...]) -> re.Pattern[str]:
    """Return the same, but no gap may hold a negation: "lips are not swollen" names nothing."""
    denies = rf"(?!(?:{_plain(negations).pattern}))"
    return _compile(patterns, rf"(?:(?={_plain(no_negations).pattern})|{denies})[\w'-]+")


def _compile(patterns: tuple[str, ...], word: str) -> re.Pattern[str]:
    gap = rf"(?:\s+{word}){{0,3}}?\s+"
    return re.compile("|".join(rf"(?:\b{_expression(pattern, gap)}(?!\w))" for pattern in patterns) or r"(?!)")


def _expression(pattern: str, gap: str) -> str:
    parts = [word if word == ".." else _alternatives(word) for word in normalise(pattern).split()]
    return r"\s+".join(parts).replace(r"\s+..\s+", gap)


def _alternatives(word: str) -> str:
    return "(?:" + "|".join(re.escape(part).replace(r"\*", r"[\w'-]*") for part in word.split("|")) + ")"
