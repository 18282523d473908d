"""What is wrong with something a caller handed in, as values: all faults are reported together, each with its place."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, NamedTuple


class Fault(NamedTuple):
    """One fault. `path` is the place in the document (`symptoms.redness`), `said` what is wrong there,
    `expected` what would be right. `example`: for a fault of a protocol the smallest case that shows it, as JSON that
    `triage evaluate` reads; empty: there is none."""

    path: str
    said: str
    expected: str
    example: str = ""

    def sentence(self) -> str:
        """Return the fault as one line of text."""
        return f"{self.path}: {self.said}; {self.expected}" if self.path else f"{self.said}; {self.expected}"

    def as_mapping(self) -> dict[str, str]:
        """Return the fault as JSON shows it."""
        shown = {"path": self.path, "said": self.said, "expected": self.expected}
        return shown | ({"example": self.example} if self.example else {})


def show(value: Any) -> str:
    """Return a value as a fault may quote it: short, and never a page of somebody's text."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits, lists in lists without end
        text = "something huge"
    return text if len(text) <= 40 else text[:37] + "..."


def place(name: Any) -> str:
    """Return a name from the outside as a path may carry it: one short line that can be stored and shown anywhere."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(name)[:40])


def unknown_word(path: str, word: Any, known: Iterable[str]) -> Fault:
    """Return the fault for a word that is not in a closed list, with the nearest known word when there is one."""
    known = tuple(known)
    near = get_close_matches(word, known, 1) if isinstance(word, str) and len(word) < 60 else []
    expected = f"did you mean {near[0]!r}?" if near else "use one of: " + ", ".join(known)
    return Fault(path, f"{show(word)} is not known", expected)
