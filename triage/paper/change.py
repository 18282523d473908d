"""One change between two protocols, and which kinds of changes there are."""

from typing import NamedTuple

LESS, MORE, OTHER = "less_urgent", "more_urgent", "other"
DANGER = "danger"  # the group of what may decide whether a danger is heard of
# The groups after it, in the order in which they are told.
GROUPS = {
    "rules": "Rules as they are written",
    "texts": "Words that patients read: read each, a text can be less urgent too",
    "schedule": "When patients are asked",
    "sources": "Sources",
    "head": "The protocol itself",
    "cases": "Cases",
    "order": "Order",
}


class Change(NamedTuple):
    """One change. `direction` LESS: somebody is told later, or not at all; or that cannot be ruled out."""

    group: str
    direction: str
    said: str
    old: str = ""  # words that were replaced, where the sentence does not quote them
    new: str = ""

    def as_mapping(self) -> dict[str, str]:
        """Return the change as JSON shows it."""
        return self._asdict()


def changed(what: str, old: object, new: object, group: str) -> list[Change]:
    """Return the change of a single value; none where it is the same."""
    return [] if old == new else [Change(group, OTHER, f"{what} has changed", str(old), str(new))]
