"""Danger signs named in free text. A note can only raise the answer: what is not understood changes nothing."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from triage.rules.protocol import Texts

CLAUSE_END = re.compile(r"[.;!?\n:()]+")
NEGATION_REACH = 4  # words between a negation and what it denies
GAP = r"(?:\s+[\w'-]+){0,3}?\s+"  # what ".." in a pattern stands for: up to three words


def normalise(text: str) -> str:
    """Return text as patterns are written: lower case, plain apostrophes, no accents."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("\u2019", "'")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def find_signs(note: str, texts: Mapping[str, Texts]) -> dict[str, str]:
    """Return the danger signs that a note names, each with the words that name it; every language is read."""
    found: dict[str, str] = {}
    for language in texts.values():
        for clause in _clauses(normalise(note), language.breaks):
            for sign, words in _named_in(clause, language):
                found.setdefault(sign, words)
    return found


def _named_in(clause: str, texts: Texts) -> Iterator[tuple[str, str]]:
    for sign, patterns in texts.note_words.items():
        for match in _compiled(patterns).finditer(clause):
            if not _is_denied(clause, match, texts):
                yield sign, match[0]


def _clauses(text: str, breaks: tuple[str, ...]) -> list[str]:
    return [part for clause in CLAUSE_END.split(text) for part in _compiled(breaks).split(clause) if part.strip()]


def _is_denied(clause: str, match: re.Match[str], texts: Texts) -> bool:
    """Tell whether a negation shortly before reaches the match.

    It reaches over commas only in a list that ends in "or": in "no pus, fever or pain" all three are denied, in
    "no pain, fever since this morning" the fever counts.
    """
    for negation in _compiled(texts.negations).finditer(clause, 0, match.start()):
        if _compiled(texts.no_negations).match(clause, negation.start()):
            continue
        between = clause[negation.end() : match.start()]
        items = between.split(",")
        is_list = _compiled(texts.list_words).search(between + clause[match.end() :]) is not None
        if all(len(item.split()) <= NEGATION_REACH for item in items) and (len(items) == 1 or is_list):
            return True
    return False


@lru_cache(maxsize=512)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one expression for patterns like "lip* .. swollen|thick": `*` ends a word, `..` is a short gap."""
    return re.compile("|".join(rf"\b{_expression(pattern)}(?!\w)" for pattern in patterns))


def _expression(pattern: str) -> str:
    parts = []
    for word in normalise(pattern).split():
        parts.append(word if word == ".." else "(?:" + "|".join(map(_word, word.split("|"))) + ")")
    return re.sub(r"\\s\+\.\.\\s\+", lambda _: GAP, r"\s+".join(parts))


def _word(word: str) -> str:
    return re.escape(word).replace(r"\*", r"[\w'-]*")
