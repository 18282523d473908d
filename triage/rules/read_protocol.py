"""Protocol files -> Protocol. Every fault is collected with its path; a protocol with one fault is not a protocol."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from triage.rules.document import Walk
from triage.rules.faults import Fault
from triage.rules.protocol import HistoryLimits, Hold, Protocol, Rule, Temperature
from triage.rules.read_rules import RuleReader, read_combinations, read_results, read_risk_factors, read_signs
from triage.rules.read_schedule import check_late_days, read_schedule
from triage.rules.read_texts import check_texts, read_texts
from triage.rules.read_windows import read_windows
from triage.rules.read_words import check_words, read_words
from triage.rules.touching import with_examples
from triage.rules.vocabulary import COMMON, Urgency, Vocabulary

PROTOCOL_FILE, CASES_FILE = "protocol.toml", "cases.toml"
LANGUAGE_FILE = re.compile(r"(?:text|words)\.([a-z]{2}(?:-[A-Z]{2})?)\.toml")
FILES_EXPECTED = (
    "a protocol is protocol.toml, cases.toml, and text.<language>.toml and words.<language>.toml a language"
)


class ProtocolError(ValueError):
    """The protocol's files have faults; `faults` lists them all, each with a case that shows it where one can."""

    def __init__(self, faults: list[Fault]) -> None:
        faults = with_examples(faults)
        super().__init__("\n".join(fault.sentence() for fault in faults))
        self.faults = faults


def digest_of(files: Mapping[str, str]) -> str:
    """Return the SHA-256 over all files of a protocol: name, length and content, in the order of their names."""
    sha = hashlib.sha256()
    for name in sorted(files):
        content = files[name].encode()
        sha.update(f"{name}\n{len(content)}\n".encode() + content)
    return sha.hexdigest()


def read_protocol(files: Mapping[str, str]) -> Protocol:
    """Return the protocol that the files state.

    They are `protocol.toml`, `cases.toml`, and for each language `text.<language>.toml` and `words.<language>.toml`.
    The texts of languages that are not switched on, and the cases, are kept unread until the protocol is checked.
    Raises ProtocolError with every fault.
    """
    faults = check_shape(files)
    documents, unread = ({}, {}) if faults else _open(files, faults)
    if faults:
        raise ProtocolError(faults)
    walk = Walk(documents[PROTOCOL_FILE], PROTOCOL_FILE + ":", faults)
    protocol = _build(walk, documents, digest_of(files), faults)._replace(unread=unread)
    check_texts(protocol, faults)
    check_words(protocol.words, protocol.signs, faults)
    if faults:
        raise ProtocolError(faults)
    return protocol


def check_switched_off(protocol: Protocol) -> list[Fault]:
    """Return the faults of texts in languages that are not switched on: they must hold before somebody does it."""
    faults: list[Fault] = []
    documents = {name: parse(name, text, faults) for name, text in protocol.unread.items() if name != CASES_FILE}
    if not faults and documents:
        texts = read_texts(documents, tuple(name.split(".")[1] for name in documents), faults)
        check_texts(protocol._replace(texts=texts), faults)
    return faults


def check_shape(files: Any) -> list[Fault]:
    """Return the fault of what is no set of files at all: names with their text."""
    if isinstance(files, Mapping) and all(isinstance(text, str) for text in files.values()):
        return []
    return [Fault("", "is no set of files", FILES_EXPECTED)]


def parse(name: str, text: str, faults: list[Fault]) -> dict[str, Any]:
    """Return a file's content as a mapping; empty, and a fault, where it is no TOML or no file of a protocol."""
    if name not in (PROTOCOL_FILE, CASES_FILE) and not LANGUAGE_FILE.fullmatch(name):
        faults.append(Fault(name, "is no file of a protocol", FILES_EXPECTED))
        return {}
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        faults.append(Fault(name, f"is not TOML: {error}", "mend the file at this place"))
        return {}


def _open(files: Mapping[str, str], faults: list[Fault]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the documents that every load reads, and the files that only a check does."""
    faults += [Fault(name, "missing", FILES_EXPECTED) for name in (PROTOCOL_FILE, CASES_FILE) if name not in files]
    if faults:
        return {}, {}
    head = parse(PROTOCOL_FILE, files[PROTOCOL_FILE], faults)
    unread = {CASES_FILE, *_switched_off(files, head)}
    read = [name for name in sorted(files) if name not in unread | {PROTOCOL_FILE}]
    documents = {name: parse(name, files[name], faults) for name in read}
    return _words_apart(documents) | {PROTOCOL_FILE: head}, {name: files[name] for name in sorted(unread)}


def _words_apart(documents: dict[str, Any]) -> dict[str, Any]:
    """Return the documents with the danger words of a text file in a words file, as protocols kept before 2026-11-22
    have them: what they judged must be judged the same for as long as they are kept."""
    for name in [name for name, text in documents.items() if name.startswith("text.") and "notes" in text]:
        notes = documents[name]["notes"]
        words = name.replace("text.", "words.", 1)
        if words not in documents and isinstance(notes, Mapping):
            signs = {"language": name.split(".")[1], "signs": notes.get("words", {})}
            documents[words] = {key: value for key, value in notes.items() if key != "words"} | signs
            documents[name] = {key: value for key, value in documents[name].items() if key != "notes"}
    return documents


def _switched_off(files: Mapping[str, str], head: Mapping[str, Any]) -> list[str]:
    """Return the text files of languages that the protocol does not name."""
    part = head.get("protocol")
    languages = part.get("languages") if isinstance(part, Mapping) else None
    texts = [f"text.{language}.toml" for language in languages] if isinstance(languages, list) else []
    return [name for name in files if name.startswith("text.") and name not in texts and LANGUAGE_FILE.fullmatch(name)]


def _build(walk: Walk, documents: Mapping[str, Any], digest: str, faults: list[Fault]) -> Protocol:
    rules = RuleReader(walk.inner("sources").texts())
    vocabulary = _read_vocabulary(walk)
    head = walk.inner("protocol")
    languages = head.words("languages")
    protocol = Protocol(
        digest=digest,
        vocabulary=vocabulary,
        sources=rules.sources,
        texts=read_texts(documents, languages, faults),
        words=read_words(documents, languages, faults),
        unread={},
        aftercare=rules.read_aftercare(walk),
        **_read_head(head),
        **_read_follow_up(walk, rules),
        **_read_rules(walk, vocabulary, rules),
    )
    walk.finish()
    rules.check_raises(protocol.risk_factors, faults)
    check_late_days(protocol.schedule, protocol.windows, faults)
    return protocol


def _read_head(head: Walk) -> dict[str, Any]:
    found = {name: head.text(name) for name in ("name", "version", "title", "author")}
    found |= {name: head.text(name, "") for name in ("reviewer", "reviewed_on")}
    head.finish()
    return found


def _read_follow_up(walk: Walk, rules: RuleReader) -> dict[str, Any]:
    """Return what holds over time: the end of the follow-up, the hold, the history, the schedule."""
    part = walk.inner("follow_up")
    afterwards = rules.read(part, "afterwards")
    days = part.whole("days", 1, 365)
    part.finish()
    hold, held = _read_hold(walk, rules)
    schedule, history = read_schedule(walk, rules), _read_history(walk, rules)
    return {
        "follow_up_days": days,
        "afterwards": afterwards,
        "hold": hold,
        "held": held,
        "schedule": schedule,
        "history": history,
    }


def _read_rules(walk: Walk, vocabulary: Vocabulary, rules: RuleReader) -> dict[str, Any]:
    """Return the rules about what a report says."""
    return {
        "windows": read_windows(walk.inner("symptoms"), vocabulary.symptoms, rules),
        "signs": read_signs(walk.inner("signs"), vocabulary.signs, rules),
        "combinations": read_combinations(walk, vocabulary, rules),
        "risk_factors": read_risk_factors(walk.inner("risk_factors"), vocabulary.risk_factors, rules),
        "results": read_results(walk.inner("results"), vocabulary.results, rules),
        "temperatures": _read_temperatures(walk, vocabulary, rules),
        "wants_call": _finished(rules, walk.inner("wants_call"), "wants_call"),
    }


def _read_vocabulary(walk: Walk) -> Vocabulary:
    """Return the common words with the protocol's own added."""
    if "own_words" not in walk.table:
        return COMMON
    own = walk.inner("own_words")
    lists = {kind: getattr(COMMON, kind) + own.words(kind, default=()) for kind in Vocabulary._fields}
    own.finish()
    return Vocabulary(**lists)


def _read_hold(walk: Walk, rules: RuleReader) -> tuple[Hold, Any]:
    part = walk.inner("hold")
    after = Urgency[part.word("after", Urgency.__members__)]
    held = rules.read(part, "hold")
    hold = Hold(part.whole("hours", 1, 24 * 30), after, held.urgency, held.source)
    part.finish()
    return hold, held


def _read_history(walk: Walk, rules: RuleReader) -> HistoryLimits:
    part = walk.inner("history")
    limits = HistoryLimits(
        not_improving_hours=24 * part.whole("not_improving_days", 1, 30),
        rise_by=part.whole("rise_by", 1, 4),
        rise_within_hours=part.whole("rise_within_hours", 1, 24 * 7),
        source=rules.source(part),
    )
    part.finish()
    return limits


def _finished(rules: RuleReader, part: Walk, rule_id: str) -> Rule:
    rule = rules.read(part, rule_id)
    part.finish()
    return rule


def _read_temperatures(walk: Walk, vocabulary: Vocabulary, rules: RuleReader) -> tuple[Temperature, ...]:
    found = []
    for row in walk.rows("temperatures"):
        found.append(Temperature(row.number("at_least", 30, 45), row.word("sign", vocabulary.signs), rules.source(row)))
        row.finish()
    return tuple(found)
