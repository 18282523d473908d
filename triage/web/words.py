"""What a page says: the protocol's texts in the patient's language; the house's own words where it has none."""

import re

from flask import request

from triage.rules import Urgency
from triage.rules.labels import is_right_to_left
from triage.rules.protocol import Texts
from triage.rules.vocabulary import SEVERITY_WORDS
from triage.words import FALLBACK, filled, languages, word, words_of

UNITS = {"C": "°C", "F": "°F"}
HINT = re.compile(r"(.+?)(?:: | \()(.+?)\)?")


class Words:
    """The words of one page; `texts` None: no protocol says anything, and the house's words in `language` are used.

    Where the protocol has texts the page is in their language: half a page in another would be worse.
    """

    def __init__(self, texts: Texts | None, language: str = FALLBACK) -> None:
        self.texts = texts
        self.language = texts.language if texts else language if words_of(language) else FALLBACK
        self.direction = "rtl" if is_right_to_left(self.language) else "ltr"
        self.is_reviewed = bool(texts and texts.reviewer)

    def page(self, name: str, /, **values: object) -> str:
        """Return a text of the pages with its {places} filled."""
        own = (self.texts.page if self.texts else {}).get(name)
        return filled(own, **values) if own else word(self.language, name, **values)

    def label(self, kind: str, name: str) -> str:
        """Return what an id is called; an id without a label is shown in plain words."""
        labels = self.texts.labels.get(kind, {}) if self.texts else {}
        return labels.get(name) or name.replace("_", " ").capitalize()

    def severity(self, level: int) -> tuple[str, str]:
        """Return the word of a severity and its everyday anchor (empty where there is none)."""
        labels = self.texts.labels.get("severities", {}) if self.texts else {}
        return split_hint(labels.get(str(level)) or SEVERITY_WORDS[level].capitalize())

    def urgency(self, urgency: Urgency) -> tuple[str, str]:
        """Return the headline and what to do."""
        found = (self.texts.urgency if self.texts else {}).get(urgency.name, {})
        return found.get("headline") or self.page(f"headline.{urgency.name}"), found.get("do", "")

    def advice(self, name: str, answered: str) -> tuple[str, str]:
        """Return an advice's text and when to call; as it was answered where the texts do not have it."""
        found = (self.texts.advice if self.texts else {}).get(name)
        return (found["text"], found["call_when"]) if found else (answered, "")

    def part(self, path: str) -> str:
        """Return in plain words which part of a report a fault's path means."""
        head, _, rest = path.partition(".")
        kind = {"symptoms": "symptoms", "course": "symptoms", "where": "symptoms"}.get(head)
        labels = self.texts.labels.get(kind, {}) if self.texts and kind else {}
        name = rest.split(".")[0]
        if name in labels:
            return split_hint(labels[name])[0]
        return self.page(f"part.{head}" if f"part.{head}" in words_of(FALLBACK) else "part.")


def words_asked_for() -> Words:
    """Return the words for a page that belongs to nobody: in the language that the browser asks for, else English."""
    return Words(None, request.accept_languages.best_match([FALLBACK, *languages()]) or FALLBACK)


def split_hint(label: str) -> tuple[str, str]:
    """Return a label's name and its explanation: "Mild: I notice it", "Redness (or darker)"."""
    found = HINT.fullmatch(label)
    return (found[1], found[2]) if found else (label, "")


def isolated(number: str) -> str:
    """Return a number that keeps its order among words that run from right to left (Unicode's isolates)."""
    return f"\u2066{number}\u2069"


def in_own_order(name: str) -> str:
    """Return initials that keep the order of their own letters, whichever way those and the words around them run."""
    return f"\u2068{name}\u2069"
