"""Danger signs named in free text. A note can only raise the answer: what is not understood changes nothing.

The words of all languages are read together, since people mix them, and share words: "sin pus" is denied in Spanish,
although "pus" is English too. A negation of any language denies, unless any language says that it only looks like one.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from triage.rules.protocol import Words

CLAUSE_END = re.compile(r"(?:\.(?!\d)|[;!?\n:()+\u2013\u2014\u00bf\u00a1])+| - ")  # the point in 38.5 ends nothing
DECIMAL_COMMA = re.compile(r"(?<=\d)[,'](?=\d)")
DEGREE = re.compile(r"(?<=\d) ?° ?")  # a word of its own in "38°C"
NEGATION_REACH = 4  # words between a negation and what it denies
FARTHEST = 200  # letters that are looked at on either side of what a note names
MOST_DENIED = 20
LIST_ITEM = 2  # words in an item of a denied list
BAR = "\u2063"  # stands before a negation so that no gap goes over it; no note holds one, since Cf drops out
# Letters that people type for one another: Arabic taa marbuta and haa, alef maqsura and yaa, Persian yaa and kaf; and
# marks that mean what Latin ones do. Tatweel only stretches a word. Hamza on a carrier drops out with the accents.
SAME_LETTERS = str.maketrans("ةىیک،؛؟٫º˚", "هييك,;?.°°", "ـ")

Patterns = tuple[tuple[str, ...], tuple[str, ...]]  # of one language: patterns, and the letters that join to a word


class _Reader(NamedTuple):
    """The words of all languages as expressions."""

    signs: tuple[tuple[str, re.Pattern[str]], ...]
    harmless: re.Pattern[str]
    breaks: re.Pattern[str]
    negations: re.Pattern[str]
    no_negations: re.Pattern[str]
    list_words: frozenset[str]


class _Clause(NamedTuple):
    """One statement of a note, and what is denied in it."""

    text: str
    barred: str  # the same with a BAR before each negation in the place of a space
    denials: tuple[tuple[int, int], ...]  # where each negation begins and ends


def normalise(text: str) -> str:
    """Return text as patterns are written.

    Lower case, plain apostrophes and digits, decimal points, no accents (so n for ñ, as many phones type), no "/",
    one letter where Arabic is typed with several.
    """
    text = unicodedata.normalize("NFKD", text.casefold().translate(SAME_LETTERS))
    plain = "".join(_digit(letter) for letter in text if unicodedata.category(letter) not in ("Mn", "Cf"))
    plain = plain.replace("\u2019", "'").replace("/", " ")
    return DECIMAL_COMMA.sub(".", plain).replace("temp.", "temp")


def find_signs(note: str, words: Mapping[str, Words]) -> dict[str, str]:
    """Return the danger signs that a note names, each with the words that name it; every language is read."""
    reader = _read(words)
    found: dict[str, str] = {}
    plain = DEGREE.sub(" ° ", normalise(note))
    for clause in _clauses(reader.harmless.sub(" , ", plain), reader):
        for sign, named in _named_in(clause, reader):
            found.setdefault(sign, named)
    return found


def _digit(letter: str) -> str:
    return str(unicodedata.decimal(letter, letter))


def _read(words: Mapping[str, Words]) -> _Reader:
    """Return the words of all languages as expressions; each is compiled once."""
    languages = tuple(words.values())
    known = dict.fromkeys(sign for entry in languages for sign in entry.signs)
    of_sign = {sign: tuple((entry.signs.get(sign, ()), entry.joined) for entry in languages) for sign in known}
    return _Reader(
        signs=tuple((sign, _compile(patterns)) for sign, patterns in of_sign.items()),
        harmless=_compile(tuple((entry.harmless, entry.joined) for entry in languages)),
        breaks=_compile(tuple((entry.breaks, ()) for entry in languages)),
        negations=_compile(tuple((entry.negations, ()) for entry in languages)),
        no_negations=_compile(tuple((entry.no_negations, ()) for entry in languages)),
        list_words=frozenset(normalise(word) for entry in languages for word in entry.list_words),
    )


def _clauses(text: str, reader: _Reader) -> Iterator[_Clause]:
    for statement in CLAUSE_END.split(text):
        yield from (_bar(part, reader) for part in _cut(statement, reader) if part.strip())


def _cut(statement: str, reader: _Reader) -> Iterator[str]:
    """Yield the parts between breaks. A break goes with what follows; one that holds a negation with what it denies."""
    start = 0
    for found in reader.breaks.finditer(statement):
        end = found.end() if reader.negations.search(found[0]) else found.start()
        yield statement[start:end]
        start = end
    yield statement[start:]


def _bar(text: str, reader: _Reader) -> _Clause:
    found = (match for match in reader.negations.finditer(text) if not reader.no_negations.match(text, match.start()))
    denials = tuple(match.span() for match in found)
    letters = list(text)
    for start, _ in denials:
        if start and letters[start - 1].isspace():
            letters[start - 1] = BAR
    return _Clause(text, "".join(letters), denials)


def _named_in(clause: _Clause, reader: _Reader) -> Iterator[tuple[str, str]]:
    """Yield each sign that a clause names; after many denied mentions of one sign the next counts as named."""
    for sign, pattern in reader.signs:
        for number, match in enumerate(pattern.finditer(clause.barred)):
            if number >= MOST_DENIED or not _is_denied(clause, match, reader.list_words):
                yield sign, clause.text[match.start() : match.end()]
                break


def _is_denied(clause: _Clause, match: re.Match[str], list_words: frozenset[str]) -> bool:
    """Tell whether a negation shortly before reaches the match.

    It reaches over commas only in a list that ends in "or": in "no pus, fever or pain" all three are denied, in
    "no pain, fever since this morning" the fever counts, and so do the lips in "no rash, lips swollen or numb".
    """
    for start, end in clause.denials:
        if start < match.start() - FARTHEST or end > match.start():
            continue
        items = clause.text[end : match.start()].split(",")
        if len(items[-1].split()) > NEGATION_REACH:
            continue
        rest = clause.text[end : match.end() + FARTHEST].split(",")
        if len(items) == 1 or _is_list(rest, len(items) - 1, list_words):
            return True
    return False


def _is_list(items: list[str], reached: int, list_words: frozenset[str]) -> bool:
    """Tell whether the items up to one that ends the list are short, and that end comes at `reached` or later."""
    for number, item in enumerate(items[1:], 1):
        if number >= reached and _ends_list(item.split(), list_words):
            return True
        if len(item.split()) > LIST_ITEM:
            return False
    return False


def _ends_list(words: list[str], list_words: frozenset[str]) -> bool:
    """Tell whether an item is "or chills" or "fever or chills"; "lips swollen or numb" is a statement of its own."""
    return any(word in list_words for word in words[:2])


def first_reading(pattern: str) -> str:
    """Return the plainest words that a pattern stands for: the first of each choice, nothing in the gaps."""
    words = [word.split("|")[0] for word in pattern.split() if word != ".."]
    return " ".join(word.replace(".*", ".5").replace("*", "") for word in words)


@lru_cache(maxsize=512)
def _compile(languages: tuple[Patterns, ...]) -> re.Pattern[str]:
    """Return one expression for patterns like "lip* .. swollen|thick": `*` ends a word, `..` is a gap of few words.

    No gap goes over a negation: "lips are not swollen" names nothing.
    """
    found = [_of_language(patterns, joined) for patterns, joined in languages if patterns]
    return re.compile(rf"\b(?:{'|'.join(found)})(?!\w)" if found else r"(?!)")


def _of_language(patterns: tuple[str, ...], joined: tuple[str, ...]) -> str:
    """Return the expression of one language; a look at the first letter spares most words the rest."""
    firsts = ["".join(normalise(pattern).split()[:1]) for pattern in patterns]
    begins = {word[:1] for first in firsts for word in first.split("|")} | {*"".join(joined)}
    look = "" if begins & {"", "*", "."} else f"(?=[{re.escape(''.join(sorted(begins)))}])"
    prefix = "".join(f"{_alternatives(letters)}?" for letters in joined)
    return f"{look}(?:{'|'.join(_expression(pattern, prefix) for pattern in patterns)})"


def _expression(pattern: str, prefix: str) -> str:
    space, gap = rf"[\s{BAR}]+", rf"(?:\s+[\w'-]+){{0,3}}?[\s{BAR}]+"
    parts = [word if word == ".." else prefix + _alternatives(word) for word in normalise(pattern).split()]
    return space.join(parts).replace(f"{space}..{space}", gap)


def _alternatives(word: str) -> str:
    return "(?:" + "|".join(re.escape(part).replace(r"\*", r"[\w'-]*") for part in word.split("|")) + ")"
