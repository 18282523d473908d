"""The names of those who answer for a protocol: when two spellings mean one person."""

import re
import unicodedata

from triage.actions.errors import Invalid
from triage.rules import Fault
from triage.rules.check_in import clean_text

LONGEST = 500  # a file may name several authors
SEVERAL = re.compile(r"[,;&/]|\band\b")


def check_name(name: str) -> str:
    """Return a person's name as it is kept. Raises Invalid for what is none."""
    known = " ".join((clean_text(name) or "").split())
    if not any(letter.isalpha() for letter in known) or len(known) > LONGEST:
        raise Invalid([Fault("by", f"{name[:40]!r} is no name", 'give who answers for it, like --by "Dr Ada Byron"')])
    return known


def is_same_person(one: str, other: str) -> bool:
    """Tell whether two names mean one person: case and the number of spaces do not matter."""
    return _key(one) == _key(other)


def is_among(name: str, authors: str | None) -> bool:
    """Tell whether a person is the author, or one of several: "Ada Byron, Lee Okafor and Sam"."""
    written = authors or ""
    return any(is_same_person(name, part) for part in (written, *SEVERAL.split(written)) if part.strip())


def _key(name: str) -> str:
    """Return the name as names are compared; letters that cannot be seen do not make another person."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", name) if unicodedata.category(letter) != "Cf")
    return " ".join(plain.casefold().split())
