"""Walks a nested document, asks for typed entries and collects every fault with its path."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from triage.rules.faults import Fault, place, show, unknown_word

REQUIRED: Any = object()


class Walk:
    """One table of a document. Asking for an entry marks it as known; `finish` reports the rest as unknown."""

    def __init__(self, table: Mapping[str, Any], path: str, faults: list[Fault]) -> None:
        self.table = table
        self.path = path
        self.faults = faults
        self.asked: set[str] = set()

    def at(self, name: str) -> str:
        """Return the path of an entry."""
        if not name:
            return self.path
        return f"{self.path}.{name}" if self.path and not self.path.endswith(":") else self.path + name

    def fault(self, name: str, said: str, expected: str) -> None:
        """Note a fault at an entry."""
        self.faults.append(Fault(self.at(name), said, expected))

    def value(self, name: str, fits: Callable[[Any], bool], expected: str, default: Any = REQUIRED) -> Any:
        """Return an entry that fits; otherwise note a fault and return the default (None where it is required)."""
        self.asked.add(name)
        if name not in self.table and default is not REQUIRED:
            return default
        found = self.table.get(name)
        if name in self.table and fits(found):
            return found
        self.fault(name, f"{show(found)} does not fit" if name in self.table else "missing", expected)
        return None if default is REQUIRED else default

    def text(self, name: str, default: Any = REQUIRED) -> str:
        """Return a text that is not empty."""
        return self.value(name, lambda v: isinstance(v, str) and v.strip() != "", "give a text", default) or ""

    def whole(self, name: str, low: int, high: int, default: Any = REQUIRED) -> int:
        """Return a whole number between two limits."""
        found = self.value(
            name, lambda v: _is_whole(v) and low <= v <= high, f"give a whole number {low}-{high}", default
        )
        return low if found is None else int(found)

    def optional_whole(self, name: str, low: int, high: int) -> int | None:
        """Return a whole number between two limits, or None where the entry is left out."""
        return self.whole(name, low, high) if name in self.table else None

    def number(self, name: str, low: float, high: float) -> float:
        """Return a number between two limits."""
        fits = lambda v: isinstance(v, (int, float)) and not isinstance(v, bool) and low <= v <= high  # noqa: E731
        found = self.value(name, fits, f"give a number {low}-{high}")
        return low if found is None else float(found)

    def word(self, name: str, known: Iterable[str], default: Any = REQUIRED) -> str:
        """Return a word from a closed list."""
        self.asked.add(name)
        known = tuple(known)
        if name not in self.table and default is not REQUIRED:
            return str(default)
        if self.table.get(name) in known:
            return str(self.table[name])
        if name in self.table:
            self.faults.append(unknown_word(self.at(name), self.table[name], known))
        else:
            self.fault(name, "missing", "give one of: " + ", ".join(known))
        return known[0]

    def words(self, name: str, known: Iterable[str] | None = None, default: Any = REQUIRED) -> tuple[str, ...]:
        """Return a list of words; `known` None: any text will do."""
        fits = lambda v: isinstance(v, list) and all(isinstance(w, str) and w.strip() for w in v)  # noqa: E731
        found = self.value(name, fits, "give a list of texts", default) or []
        if known is not None:
            known = tuple(known)
            self.faults.extend(
                unknown_word(f"{self.at(name)}[{number}]", word, known)
                for number, word in enumerate(found)
                if word not in known
            )
            found = [word for word in found if word in known]
        return tuple(found)

    def wholes(self, name: str, low: int, high: int) -> tuple[int, ...]:
        """Return a rising list of whole numbers."""
        fits = lambda v: isinstance(v, list) and v != [] and all(_is_whole(w) and low <= w <= high for w in v)  # noqa: E731
        found = self.value(name, fits, f"give a list of whole numbers {low}-{high}") or [low]
        if sorted(set(found)) != found:
            self.fault(name, f"{show(found)} does not rise", "list each number once, rising")
        return tuple(found)

    def inner(self, name: str) -> "Walk":
        """Return a table inside this one (an empty one, and a fault, where there is none)."""
        found = self.value(name, lambda v: isinstance(v, Mapping), "give a table")
        return Walk(found or {}, self.at(name), self.faults)

    def rows(self, name: str, default: Any = REQUIRED) -> list["Walk"]:
        """Return a list of tables."""
        fits = lambda v: isinstance(v, list) and all(isinstance(row, Mapping) for row in v)  # noqa: E731
        found = self.value(name, fits, "give a list of tables", default) or []
        return [Walk(row, f"{self.at(name)}[{number}]", self.faults) for number, row in enumerate(found)]

    def each(self) -> list[tuple[str, "Walk"]]:
        """Return every entry of this table as a table of its own."""
        self.asked.update(self.table)
        entries = []
        for name, entry in self.table.items():
            if isinstance(entry, Mapping):
                entries.append((name, Walk(entry, self.at(place(name)), self.faults)))
            else:
                self.fault(place(name), f"{show(entry)} is not a table", "give a table")
        return entries

    def texts(self) -> dict[str, str]:
        """Return every entry of this table as text."""
        return {name: self.text(name) for name in self.table}

    def finish(self) -> None:
        """Report every entry that nobody asked for."""
        for name in self.table:
            if name not in self.asked:
                self.faults.append(unknown_word(self.at(place(name)), name, sorted(self.asked)))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
