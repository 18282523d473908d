"""A protocol's files with one window's end moved: the text is edited where the number stands, and read again.

Nothing else may differ afterwards than what is said to have moved: no ceiling, no rule, no case. Where the text is laid
out so that this cannot be had, there is no draft.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from triage.rules.protocol import ExpectedWindow
from triage.rules.read_protocol import PROTOCOL_FILE

HIGH_DAYS = re.compile(r"(\bhigh_days\s*=\s*)[0-9.]+")
WINDOW_SOURCE = re.compile(r'(\bhigh_days\s*=\s*[0-9.]+[^\[\]{}]*?\bsource\s*=\s*")([^"\\]*)(")', re.DOTALL)
REVIEW = ("reviewer", "reviewed_on")
HEAD = r"(?m)^\[{1,2}"


class CannotDraft(ValueError):
    """The files cannot be changed in this way; the text says why."""


class Move(NamedTuple):
    """What is to change. `why`: the source of the new number in words, without quotation marks."""

    symptom: str
    high_days: float
    version: str
    why: str


class Redraft(NamedTuple):
    """The files of a draft, and all that differs in words."""

    files: dict[str, str]
    moved: tuple[str, ...]


def redraft(files: Mapping[str, str], move: Move) -> Redraft:
    """Return the draft. Raises CannotDraft."""
    text = files[PROTOCOL_FILE]
    before = tomllib.loads(text)
    edited = _edit(text, r"protocol\]", lambda part: _head(part, move.version))
    edited = _edit(edited, rf"symptoms\.{re.escape(move.symptom)}(?:\]|\.)", lambda part: _window(part, move))
    try:
        after = tomllib.loads(edited)
    except tomllib.TOMLDecodeError as error:
        raise CannotDraft(f"the text of the protocol cannot be edited by a program: {error}") from error
    if after != _wanted(before, move):
        raise CannotDraft("the text of the protocol is laid out so that a program cannot change this number alone")
    return Redraft({**files, PROTOCOL_FILE: edited}, _differences(before, after, move.symptom))


def farthest_end(window: ExpectedWindow) -> float:
    """Return the last day on which a window may end without another number moving: until none of it is expected."""
    return min((row.from_hour / 24 for row in window.expected if row.at_most == 0), default=window.high_days)


def next_version(version: str, symptom: str) -> str:
    """Return what the draft's version is called: the next number, and what it is about."""
    number = re.match(r"\d+", version)
    return f"{int(number[0]) + 1 if number else version}-{symptom}"


def _edit(text: str, head: str, change: Callable[[str], str]) -> str:
    """Return a text with its part under a head (up to the next head of another thing) changed. Raises CannotDraft."""
    found = re.search(HEAD + head, text)
    if found is None:
        raise CannotDraft("the text of the protocol is laid out so that a program does not find what is to move")
    other = re.search(rf"{HEAD}(?!{head})", text[found.end() :])
    end = found.end() + other.start() if other else len(text)
    return f"{text[: found.start()]}{change(text[found.start() : end])}{text[end:]}"


def _head(part: str, version: str) -> str:
    """Return the head of the protocol with another version, which nobody has reviewed."""
    part = re.sub(rf"(?m)^({'|'.join(REVIEW)})\s*=.*\n", "", part)
    return re.sub(r'(?m)^(version\s*=\s*")[^"]*(")', rf"\g<1>{version}\g<2>", part, count=1)


def _window(part: str, move: Move) -> str:
    """Return the part of a symptom with the end of its window moved."""
    part = HIGH_DAYS.sub(rf"\g<1>{move.high_days:g}", part, count=1)
    return WINDOW_SOURCE.sub(lambda found: f"{found[1]}{_because(found[2], move)}{found[3]}", part, count=1)


def _because(source: str, move: Move) -> str:
    """Return the source of the number: what stood there, and the clinic's own outcomes in place of former ones."""
    return f"{source.partition('; judgement: own outcomes')[0]}; judgement: {move.why}"


def _wanted(before: Mapping[str, Any], move: Move) -> dict[str, Any]:
    """Return what the document must be now, by changing what was read instead of the text."""
    head = {name: value for name, value in before["protocol"].items() if name not in REVIEW}
    entry = before["symptoms"][move.symptom]
    window = {**entry["window"], "high_days": _number(move.high_days)}
    window["source"] = _because(entry["window"]["source"], move)
    symptoms = {**before["symptoms"], move.symptom: {**entry, "window": window}}
    return {**before, "protocol": {**head, "version": move.version}, "symptoms": symptoms}


def _number(days: float) -> float:
    """Return days as they are read again from the text."""
    read: float = tomllib.loads(f"it = {days:g}")["it"]
    return read


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], symptom: str) -> tuple[str, ...]:
    """Return in words what differs."""
    old, new = (document["symptoms"][symptom]["window"] for document in (before, after))
    said = [
        f"The expected window of {symptom} ends on day {new['high_days']:g} instead of day {old['high_days']:g}.",
        f"Its source is “{new['source']}” instead of “{old['source']}”.",
        f"The version is {after['protocol']['version']} instead of {before['protocol']['version']}.",
    ]
    if any(before["protocol"].get(name) for name in REVIEW):
        said.append("It has no reviewer: somebody must review it anew.")
    return (*said, "No ceiling, no rule, no danger sign, no text and no case differs.")
