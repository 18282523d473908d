"""Texts that a practitioner can begin a reply with: named in English, worded in the patient's language."""

from typing import NamedTuple

from triage.rules import Urgency
from triage.words import FALLBACK, word

CALMING = ("expected",)  # never offered for an urgent alert: whoever reads it there would be calmed by a click
NAMES = ("today", "call_us", "come_in", "photo", "expected", "aftercare", "report", "doctor")


class Template(NamedTuple):
    """One text to begin with. `english` is the same text in English; empty where the patient reads English."""

    id: str
    name: str
    text: str
    english: str


def templates_for(language: str | None, urgency: Urgency) -> tuple[Template, ...]:
    """Return the texts for a patient's language (None, or one without words: English) and an alert's urgency."""
    is_danger = urgency >= Urgency.urgent
    return tuple(_template(name, language or FALLBACK) for name in NAMES if not (is_danger and name in CALMING))


def _template(name: str, language: str) -> Template:
    english, said = word(FALLBACK, f"template_{name}_text"), word(language, f"template_{name}_text")
    return Template(name, word(FALLBACK, f"template_{name}_name"), said, english if said != english else "")
