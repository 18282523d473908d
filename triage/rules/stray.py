"""What a faulty report says in the wrong place or shape. A danger sign counts whatever else is wrong."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from triage.rules.check_in import SAYS_NOTHING, CheckIn, clean_text
from triage.rules.faults import Fault
from triage.rules.vocabulary import Vocabulary

MOST_WORDS = 5000
LONGEST_WORD = 60
CLOSE = 0.9
MOST_TEXT = 20_000
NO = (False, None, 0, "", "no", "false")
# Faults here leave nothing unsaid about how the patient is; what was answered no, or when, alarms nobody.
CALM_PLACES = ("at", "where", "course", "denied", "result", "treatment", "exposed", "patient_id")
NO_PROCEDURE = "no procedure is recorded for this patient"


def salvage(body: Any, check_in: CheckIn, vocabulary: Vocabulary) -> CheckIn:
    """Return a faulty report's check-in with the danger signs and the sentences that stand anywhere else in it."""
    signs, sentences = dict.fromkeys(check_in.signs), []
    for word in _words(body):
        sign = _as_sign(word, vocabulary)
        if sign:
            signs[sign] = None
        elif " " in word.strip() and word.strip() not in check_in.note:
            sentences.append(word.strip())
    texts = (clean_text(text) or "" for text in (check_in.note, *sentences))
    return replace(check_in, signs=tuple(signs), note="\n".join(filter(None, texts))[:MOST_TEXT])


def find_stray_signs(body: Any, vocabulary: Vocabulary) -> list[str]:
    """Return the danger signs that are spelled anywhere in a value of any shape, but for what was answered no."""
    found = (_as_sign(word, vocabulary) for word in _words(body))
    return list(dict.fromkeys(sign for sign in found if sign))


def is_unreadable(faults: list[Fault]) -> bool:
    """Tell whether a part was lost that may have said how the patient is, so that a human must hear of it."""
    lost = (fault for fault in faults if fault.said not in (SAYS_NOTHING, NO_PROCEDURE))
    return any(fault.path.split(".")[0] not in CALM_PLACES for fault in lost)


def _words(body: Any) -> Iterator[str]:
    """Yield every text of a value of any shape and depth, but for what was answered no."""
    open_values, count = [body], 0
    while open_values and count < MOST_WORDS:
        value = open_values.pop()
        count += 1
        if isinstance(value, str):
            yield value[:MOST_TEXT]
        elif isinstance(value, Mapping):
            said = [(name, inner) for name, inner in value.items() if name != "denied" and not _is_no(inner)]
            open_values += [part for pair in said for part in pair]
        elif isinstance(value, (list, tuple)):
            open_values += value[:MOST_WORDS]


def _is_no(value: Any) -> bool:
    return isinstance(value, (bool, int, str, type(None))) and value in NO


def _as_sign(word: str, vocabulary: Vocabulary) -> str | None:
    """Return the sign that a word spells, whatever its letters' case and small slips."""
    if len(word) > LONGEST_WORD:
        return None
    plain = re.sub(r"[\W_]+", "_", word.casefold()).strip("_")
    near = get_close_matches(plain, vocabulary.signs, 1, CLOSE)
    return near[0] if near else None
