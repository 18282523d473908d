"""Two protocols compared: what they judge otherwise first, and of that the less urgent first."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from triage.paper.cell_changes import cell_changes
from triage.paper.change import DANGER, GROUPS, LESS, MORE, OTHER, Change
from triage.paper.limit_changes import danger_word_changes, limit_changes
from triage.paper.order_changes import order_changes
from triage.paper.situation_changes import situation_changes
from triage.paper.words import Labels
from triage.paper.written_changes import case_changes, head_changes, rule_changes, text_changes
from triage.rules import Protocol, Tables

NO_DIFFERENCE = "no difference"
DANGER_HEADINGS = {
    LESS: "LESS URGENT: {count}. Somebody is told later or not at all, or that cannot be ruled out. Weigh each.",
    MORE: "MORE URGENT: {count}.",
    OTHER: "NEITHER: {count}.",
}


class Comparison(NamedTuple):
    """Every change from one protocol to another; none: their files are the same."""

    old: Protocol
    new: Protocol
    changes: tuple[Change, ...]

    def less_urgent(self) -> list[Change]:
        """Return the changes that a clinician must weigh before anything else."""
        return [change for change in self.changes if change.direction == LESS]


def compare(old: Tables, new: Tables) -> Comparison:
    """Return what changed from the old protocol to the new one, in words with the labels of the new."""
    if old.protocol.digest == new.protocol.digest:
        return Comparison(old.protocol, new.protocol, ())
    labels = Labels(next(iter(new.protocol.texts.values())))
    was, now = old.protocol, new.protocol
    changes = [
        *cell_changes(old, new, labels),
        *situation_changes(old, new, labels),
        *limit_changes(was, now, labels),
        *danger_word_changes(was, now, labels),
        *rule_changes(was, now, labels),
        *text_changes(was, now),
        *head_changes(was, now),
        *case_changes(was, now),
    ]
    changes += order_changes(old, new, is_only=not changes)
    return Comparison(was, now, tuple(changes))


def as_text(comparison: Comparison) -> str:
    """Return the comparison as a clinician reads it."""
    old, new, changes = comparison
    if not changes:
        return NO_DIFFERENCE + "\n"
    parts = [f"{_stamp(old)} -> {_stamp(new)}\n"]
    for direction, heading in DANGER_HEADINGS.items():
        found = [change for change in changes if change.group == DANGER and change.direction == direction]
        parts += _section(heading.format(count=len(found)), found)
    if not any(change.group == DANGER for change in changes):
        parts.append("Nothing is judged otherwise.\n")
    for group, heading in GROUPS.items():
        found = [change for change in changes if change.group == group]
        parts += _section(f"{heading}: {len(found)}", found)
    count = len(changes)
    less = len(comparison.less_urgent())
    parts.append(f"{count} change{'s' if count > 1 else ''}, {less} of them less urgent")
    return "\n".join(parts) + "\n"


def as_json(comparison: Comparison) -> str:
    """Return the comparison as JSON."""
    old, new, changes = comparison
    shown = {
        "old": old.stamp(),
        "new": new.stamp(),
        "less_urgent": len(comparison.less_urgent()),
        "changes": [change.as_mapping() for change in changes],
    }
    return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"


def _stamp(protocol: Protocol) -> str:
    return f"{protocol.name} {protocol.version} ({protocol.digest[:12]})"


def _section(heading: str, changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        return
    yield heading
    for number, change in enumerate(changes, 1):
        yield f"  {number}. {change.said}"
        if change.old or change.new:
            yield from (f"     old: {change.old or '(none)'}", f"     new: {change.new or '(none)'}")
    yield ""
