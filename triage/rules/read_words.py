"""The words files of a protocol: how notes name a danger sign, in one language each."""

from collections.abc import Iterable, Mapping
from typing import Any

from triage.rules.document import Walk
from triage.rules.faults import Fault, unknown_word
from triage.rules.notes import normalise
from triage.rules.protocol import Sign, Words
from triage.rules.vocabulary import Urgency

LISTS = ("negations", "harmless", "no_negations", "list_words", "breaks")


def read_words(documents: Mapping[str, Any], languages: Iterable[str], faults: list[Fault]) -> dict[str, Words]:
    """Return the danger words of every language that has a words file; one that is switched on must have one."""
    faults += [
        Fault(f"words.{language}.toml", "missing", "every enabled language needs the words that name a danger sign")
        for language in languages
        if f"words.{language}.toml" not in documents
    ]
    names = [name for name in documents if name.startswith("words.")]
    return {name.split(".")[1]: _read_language(Walk(documents[name], name + ":", faults)) for name in names}


def _read_language(walk: Walk) -> Words:
    signs = walk.inner("signs")
    words = Words(
        language=walk.word("language", (walk.path.split(".")[1],)),
        reviewer=walk.text("reviewer", ""),
        signs={sign: signs.words(sign) for sign in signs.table},
        **{name: walk.words(name) for name in LISTS},
        joined=walk.words("joined", default=()),
    )
    for number, word in enumerate(words.list_words):
        if normalise(word) != word:
            walk.fault(f"list_words[{number}]", f"{word!r} is never found so", f"write it as {normalise(word)!r}")
    for part in (signs, walk):
        part.finish()
    return words


def check_words(words: Mapping[str, Words], signs: Iterable[Sign], faults: list[Fault]) -> None:
    """Report words for signs that do not exist, and signs at urgent or above that a language has no words for."""
    known = {sign.sign: sign.rule.urgency for sign in signs}
    for language, entry in words.items():
        path = f"words.{language}.toml:signs"
        faults += [unknown_word(f"{path}.{sign}", sign, known) for sign in entry.signs if sign not in known]
        for sign, urgency in known.items():
            if urgency >= Urgency.urgent and sign not in entry.signs:
                faults.append(Fault(f"{path}.{sign}", "missing", "say how a note may name this danger sign"))
