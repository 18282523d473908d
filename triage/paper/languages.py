"""Every language that a protocol has texts for: switched on, or only lying beside it."""

from collections.abc import Mapping
from typing import NamedTuple

from triage.rules import Fault, Protocol
from triage.rules.protocol import Texts
from triage.rules.read_protocol import CASES_FILE, parse
from triage.rules.read_texts import read_texts


class Spoken(NamedTuple):
    """The texts of a language, and whether patients read them."""

    texts: Texts
    is_on: bool

    def standing(self) -> str:
        """Return what a reader must know before relying on the texts."""
        reviewed = f"reviewed by {self.texts.reviewer}" if self.texts.reviewer else "not reviewed"
        return f"{'switched on' if self.is_on else 'switched off'}, {reviewed}"


def spoken_languages(protocol: Protocol) -> dict[str, Spoken]:
    """Return the texts by language, those switched on first. A protocol that was checked has no faults in either."""
    found = {language: Spoken(texts, is_on=True) for language, texts in protocol.texts.items()}
    faults: list[Fault] = []
    documents = {name: parse(name, text, faults) for name, text in protocol.unread.items() if name != CASES_FILE}
    languages = tuple(name.split(".")[1] for name in documents)
    others: Mapping[str, Texts] = read_texts(documents, languages, faults) if languages else {}
    return found | {language: Spoken(texts, is_on=False) for language, texts in others.items()}
