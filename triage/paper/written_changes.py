"""Changes of what is written: rules as sentences, their sources, texts that patients read, cases, the head."""

from collections.abc import Iterator, Mapping
from typing import Any

from triage.paper.all_statements import all_statements
from triage.paper.change import OTHER, Change, changed
from triage.paper.languages import spoken_languages
from triage.paper.review_chapters import read_cases
from triage.paper.statements import Statement
from triage.paper.words import Labels
from triage.rules import Protocol, Vocabulary
from triage.rules.protocol import Texts


def rule_changes(old: Protocol, new: Protocol, labels: Labels) -> Iterator[Change]:
    """Yield rules that were added, removed, renamed, worded otherwise, or rest on another source."""
    before = {entry.key: entry for entry in all_statements(old, labels, new.history)}
    after = {entry.key: entry for entry in all_statements(new, labels, new.history)}
    before["history"] = next(entry for entry in all_statements(old, labels) if entry.key == "history")
    gone = [entry for key, entry in before.items() if key not in after]
    come = [entry for key, entry in after.items() if key not in before]
    for entry in gone:
        same = next((other for other in come if other[1:] == entry[1:]), None)
        if same:
            come.remove(same)
            yield Change("rules", OTHER, f"{entry.key} is now called {same.key}")
        else:
            yield Change("rules", OTHER, f"{entry.key} was removed", old=_quoted(entry))
    yield from (Change("rules", OTHER, f"{entry.key} was added", new=_quoted(entry)) for entry in come)
    for key, entry in before.items():
        if key in after:
            yield from changed(key, entry.words, after[key].words, "rules")
            yield from changed(f"The source of {key}", entry.source, after[key].source, "sources")


def _quoted(entry: Statement) -> str:
    return f"{entry.words} (source: {entry.source})"


def text_changes(old: Protocol, new: Protocol) -> Iterator[Change]:
    """Yield every text, in every language, that patients read otherwise; also in languages that are switched off."""
    before, after = spoken_languages(old), spoken_languages(new)
    for language in dict.fromkeys([*before, *after]):
        if language not in before or language not in after:
            said = "came" if language in after else "went"
            yield Change("texts", OTHER, f"The texts of a language {said}: {language}")
            continue
        was, now = before[language], after[language]
        if was.is_on != now.is_on:
            yield Change("texts", OTHER, f"The language {language} is switched {'on' if now.is_on else 'off'} now")
        yield from changed(f"The reviewer of the texts ({language})", was.texts.reviewer, now.texts.reviewer, "head")
        yield from _mapping_changes(flat_texts(was.texts), flat_texts(now.texts), f" ({language})")


def flat_texts(texts: Texts) -> dict[str, str]:
    """Return every text by its place in the file: "advice.redness.text"."""
    nested: dict[str, Mapping[str, Mapping[str, str]]] = {
        "labels": texts.labels,
        "urgency": texts.urgency,
        "advice": texts.advice,
        "": {"aftercare": texts.aftercare, "page": texts.page},
    }
    return {
        ".".join(filter(None, (part, name, word))): said
        for part, names in nested.items()
        for name, words in names.items()
        for word, said in words.items()
    }


def _mapping_changes(old: Mapping[str, str], new: Mapping[str, str], after: str) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        yield from changed(f"{name}{after}", old.get(name, ""), new.get(name, ""), "texts")


def head_changes(old: Protocol, new: Protocol) -> Iterator[Change]:
    """Yield changes of name, version, title, people, languages, words of its own, sources."""
    for name in ("name", "version", "title", "author", "reviewer", "reviewed_on", "follow_up_days"):
        yield from changed(name.replace("_", " ").capitalize(), getattr(old, name), getattr(new, name), "head")
    yield from changed("At what hour patients are asked", old.schedule.at_hour, new.schedule.at_hour, "schedule")
    for language in [name for name in old.words if name in new.words]:
        pair = old.words[language].reviewer, new.words[language].reviewer
        yield from changed(f"The reviewer of the danger words ({language})", *pair, "head")
    for kind in Vocabulary._fields:
        before, after = getattr(old.vocabulary, kind), getattr(new.vocabulary, kind)
        for word in [*(w for w in before if w not in after), *(w for w in after if w not in before)]:
            said = "is a word of this protocol now" if word in after else "is no word of this protocol any more"
            yield Change("head", OTHER, f"{word} ({kind.replace('_', ' ')}) {said}")
    for name in dict.fromkeys([*old.sources, *new.sources]):
        pair = old.sources.get(name, ""), new.sources.get(name, "")
        yield from changed(f"Source {name}", *pair, "sources")


def case_changes(old: Protocol, new: Protocol) -> Iterator[Change]:
    """Yield cases that came, went, or say something else."""
    before, after = _by_id(old), _by_id(new)
    for name in dict.fromkeys([*before, *after]):
        if name not in after:
            yield Change("cases", OTHER, f"The case {name} was removed", old=_expected(before[name]))
        elif name not in before:
            yield Change("cases", OTHER, f"The case {name} was added", new=_expected(after[name]))
        elif before[name] != after[name]:
            pair = _expected(before[name]), _expected(after[name])
            told = changed(f"What the case {name} expects", *pair, "cases")
            yield from told or [Change("cases", OTHER, f"The case {name} says something else")]


def _by_id(protocol: Protocol) -> dict[str, dict[str, Any]]:
    return {str(case.get("id")): case for case in read_cases(protocol)}


def _expected(case: Mapping[str, Any]) -> str:
    return str(case.get("expect", ""))
