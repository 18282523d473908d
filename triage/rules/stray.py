"""What a faulty report says in the wrong place or shape. A danger sign counts whatever else is wrong."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from triage.rules.check_in import FIELDS, SAYS_NOTHING, CheckIn, clean_text
from triage.rules.faults import Fault, show
from triage.rules.vocabulary import STATED_COURSES, Vocabulary

MOST_WORDS = 5000
LONGEST_WORD = 60
CLOSE = 0.9
MOST_TEXT = 20_000
NO = ("", "0", "0.0", "no", "n", "none", "false", "never")
ANSWER_NAMES = ("answer", "value", "present", "checked", "selected", "response")
NEGATED = re.compile(r"(?:no|not|none|never|without|denied)\b", re.IGNORECASE)
PARTS = re.compile(r"[,;|/\n]+")
DEGREES = re.compile(r"(?<![\d.])(\d{2,3}(?:[.,]\d{1,2})?)(?![\d.])")
# Faults here leave nothing unsaid about how the patient is.
CALM_PLACES = ("at", "denied", "patient_id")
NO_PROCEDURE = "no procedure is recorded for this patient"


def salvage(body: Any, check_in: CheckIn, vocabulary: Vocabulary) -> CheckIn:
    """Return a faulty report's check-in with what stands anywhere else in it: signs, sentences, a temperature.

    Sentences join the note, where danger words count and negations are heard.
    """
    words = _stray_words(body, vocabulary)
    signs = dict.fromkeys((*check_in.signs, *_signs_in(words, vocabulary)))
    texts = (clean_text(text) or "" for text in (check_in.note, *map(_spaced, words)))
    degrees = check_in.temperature_c
    if degrees is None and isinstance(body, Mapping):
        degrees = _degrees(body.get("temperature", body.get("temp")))
    note = "\n".join(text.strip() for text in texts if text.strip())[:MOST_TEXT]
    return replace(check_in, signs=tuple(signs), note=note, temperature_c=degrees)


def find_stray_signs(body: Any, vocabulary: Vocabulary) -> list[str]:
    """Return the danger signs that are spelled anywhere in a value of any shape, but for what was answered no."""
    return list(dict.fromkeys(_signs_in(_stray_words(body, vocabulary), vocabulary)))


def is_unreadable(faults: list[Fault]) -> bool:
    """Tell whether a part was lost that may have said how the patient is, so that a human must hear of it."""
    lost = (fault for fault in faults if fault.said not in (SAYS_NOTHING, NO_PROCEDURE))
    return any(fault.path.split(".")[0] not in CALM_PLACES for fault in lost)


def _stray_words(body: Any, vocabulary: Vocabulary) -> list[str]:
    """Return every text that does not stand in its right place."""
    return [word for word in _words(body) if not _is_valid(word, body, vocabulary)]


def _words(body: Any) -> Iterator[str]:
    """Yield every text of a value of any shape and depth, but for what was answered no."""
    open_values, count = [body], 0
    while open_values and count < MOST_WORDS:
        value = open_values.pop()
        count += 1
        if isinstance(value, str):
            yield value[:MOST_TEXT]
        elif isinstance(value, Mapping):
            open_values += [part for pair in value.items() for part in _said(*pair)] * _asserts(value)
        elif isinstance(value, (list, tuple)):
            open_values += value[:MOST_WORDS]


def _asserts(value: Mapping[Any, Any]) -> bool:
    """Tell whether an object is not an answer of no, like {"sign": "fever", "answer": false}."""
    return not any(_is_no(inner) for name, inner in value.items() if str(name).casefold() in ANSWER_NAMES)


def _said(name: Any, value: Any) -> list[Any]:
    """Return what an entry says: nothing where it says no; of what is denied the sentences, which may say more."""
    if NEGATED.match(str(name).replace("_", " ")):
        listed = value if isinstance(value, list) else [value]
        return [text for text in listed if isinstance(text, str) and " " in text.strip()]
    is_no = _is_no(value) or (isinstance(value, Mapping) and not _asserts(value))
    return [] if is_no else [name, value]


def _is_no(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().casefold() in NO
    return not value


def _is_valid(word: str, body: Any, vocabulary: Vocabulary) -> bool:
    """Tell whether a text is one that was read in its right place: known words, field names, the note."""
    known = (*FIELDS, *STATED_COURSES, *(name for names in vocabulary[2:] for name in names), *vocabulary.symptoms)
    return word in known or (isinstance(body, Mapping) and word in (body.get("note"), body.get("at")))


def _spaced(word: str) -> str:
    """Return a text with the words apart that people and programs join: cant_breathe, swollen-lips."""
    return re.sub(r"[_\-\s]+", " ", word)


def _signs_in(words: list[str], vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the signs that texts spell, whatever their letters' case and small slips."""
    for word in words:
        for part in PARTS.split(word):
            plain = re.sub(r"[\W_]+", "_", part.casefold()).strip("_")
            if 0 < len(plain) <= LONGEST_WORD and not NEGATED.match(_spaced(part).strip()):
                yield from get_close_matches(plain, vocabulary.signs, 1, CLOSE)


def _degrees(value: Any) -> float | None:
    """Return a body temperature in degrees Celsius from whatever was sent as one; None where none can be told."""
    for text in DEGREES.findall(show(value)):
        number = float(text.replace(",", "."))
        if 30 <= number <= 45:
            return number
        if 86 <= number <= 113:
            return round((number - 32) * 5 / 9, 2)
    return None
