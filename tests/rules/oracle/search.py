"""Looks for cases and protocols about which two ways to judge differ, and makes what it finds as small as it can be."""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from tests.rules.oracle.beside import Both, both
from tests.rules.oracle.drawn_cases import draw_case
from tests.rules.oracle.drawn_protocols import draw_protocol, files_of, write
from tests.rules.oracle.limits import Drawn
from triage.rules import ProtocolError, read_case

Cases = Sequence[Mapping[str, Any]]
Difference = tuple[object, object] | None
Compare = Callable[[Both, Cases], Difference]
Path = tuple[Any, ...]


def search(usual: int, compare: Compare, known: Both | None = None) -> None:
    """Fail with the first difference. `usual`: how many examples, where ORACLE_EXAMPLES is not set.

    `known` None: each example has a protocol of its own.

    An example is known by its number alone, so every run tries the same ones, and more of them contain the fewer.
    """
    drawn = Drawn(known.document) if known else None
    for number in range(int(os.environ.get("ORACLE_EXAMPLES", usual))):
        chance = Random(number)
        written = "" if known else draw_protocol(chance)
        protocol = known or both(files_of(written))
        cases = [draw_case(drawn or Drawn(protocol.document), chance) for _ in range(chance.choice([1, 1, 2, 3]))]
        if compare(protocol, cases) is not None:
            raise AssertionError(f"example {number}: " + _explain(compare, known, {"cases": cases}, written))


def _explain(compare: Compare, known: Both | None, found: dict[str, Any], written: str) -> str:
    """Say what differs, in the smallest cases and, where it was drawn, the smallest protocol."""
    if not known:
        found = {**found, "protocol": tomllib.loads(files_of(written)["protocol.toml"])}

    def is_different(smaller: dict[str, Any]) -> bool:
        return _differ(compare, known, smaller) is not None

    found = shrink(found, is_different)
    one, other = _differ(compare, known, found) or ("", "")
    return f"{one}\nis not\n{other}\n{found['cases']}\n" + _as_toml(found.get("protocol", {}))


def _differ(compare: Compare, known: Both | None, found: Mapping[str, Any]) -> Difference:
    """Return what differs; None also where it is no protocol or no case any more."""
    try:
        protocol = known or both({**files_of(""), "protocol.toml": _as_toml(found["protocol"])})
    except (KeyError, ProtocolError):
        return None
    vocabulary = protocol.tables.protocol.vocabulary
    if not found.get("cases") or any(read_case(case, vocabulary)[1] for case in found["cases"]):
        return None
    return compare(protocol, found["cases"])


def _as_toml(document: Mapping[str, Any]) -> str:
    return "".join(f"{name} = {write(part)}\n" for name, part in document.items())


def shrink(value: Any, is_kept: Callable[[Any], bool]) -> Any:
    """Return a value with everything left out, entry by entry, without which it is kept."""
    while True:
        before = value
        for path in list(_paths(value)):
            smaller = _without(value, path)
            if smaller is not None and is_kept(smaller):
                value = smaller
        if value == before:
            return value


def _paths(value: Any) -> Iterator[Path]:
    """Yield the path of every entry, the last of a list first, so that those before it stay where they are."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in reversed(list(entries)):
        yield (key,)
        yield from ((key, *path) for path in _paths(inner))


def _without(value: Any, path: Path) -> Any:
    """Return a copy without one entry; None where it is not there any more."""
    key, *rest = path
    is_there = key in value if isinstance(value, dict) else isinstance(value, list) and key < len(value)
    if not is_there:
        return None
    inner = _without(value[key], tuple(rest)) if rest else None
    if rest and inner is None:
        return None
    copy = dict(value) if isinstance(value, dict) else list(value)
    if rest:
        copy[key] = inner
    else:
        del copy[key]
    return copy
