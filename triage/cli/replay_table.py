"""A replay for people: what `triage replay` prints, from what it gives as JSON. No note and no name is in either."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from triage.rules import Urgency

LEVELS = [urgency.name for urgency in Urgency]
MOST_WEEKS = 13  # a quarter; JSON has them all
MOST_RULES = 20
Told = Mapping[str, Any]


def table_of(told: Told, most_changes: int) -> str:
    """Return the whole table; every lost danger is in it, and of the other changes the first ones."""
    parts = (
        _heading(told),
        _urgencies(told),
        _alerting(told),
        _labels(told),
        _rules(told),
        _changes(told, most_changes),
    )
    return "\n".join(line for part in (*parts, _dangers(told)) for line in (*part, "")).rstrip("\n")


def _heading(told: Told) -> Iterator[str]:
    after = told["protocol_after"]
    yield f"{told['reports']} check-ins of {told['patients']} patients, as of {told['as_of']}"
    if told["first_at"]:
        yield f"observed {told['first_at'][:10]} to {told['last_at'][:10]}"
    for entry in told["protocols_before"]:
        how = "as stored, judged by" if told["before"] == "stored" else "judged anew by"
        yield f"before: {how} {_named(entry)}, {entry['reports']} check-ins"
    yield f"after:  judged anew by {_named(after)}"


def _named(protocol: Told) -> str:
    words = protocol["name"], protocol["version"], f"({protocol['digest'][:12] or 'not judged'})"
    return " ".join(filter(None, words))


def _urgencies(told: Told) -> Iterator[str]:
    """Yield one row an urgency before, one column an urgency after, with the sums at the edges."""
    yield "check-ins by urgency: rows before, columns after"
    sums = [told["urgency"]["after"][level] for level in LEVELS]
    rows = [(level, *row, sum(row)) for level, row in zip(LEVELS, told["matrix"], strict=True)]
    yield from _aligned([("before", *LEVELS, "all"), *rows, ("all", *sums, told["reports"])])


def _alerting(told: Told) -> Iterator[str]:
    found = told["alerting"]
    yield (
        f"alerting check-ins (routine or above): {found['before']} before, {found['after']} after; "
        f"a week {found['before_per_week']:.1f} before, {found['after_per_week']:.1f} after"
    )
    yield (
        f"only before {found['only_before']}, only after {found['only_after']}; "
        f"McNemar's exact test p = {found['mcnemar_p']:.3g}"
    )
    weeks = told["weeks"][-MOST_WEEKS:]
    if len(weeks) < len(told["weeks"]):
        yield f"the last {MOST_WEEKS} of {len(told['weeks'])} weeks:"
    yield from _aligned([("week from", "check-ins", "before", "after"), *(week.values() for week in weeks)])


def _labels(told: Told) -> Iterator[str]:
    """Yield what would have become of the alerts that somebody said the use of."""
    labels = told["labelled_alerts"]
    lost, saved = told["useful_alerts_lost"], told["needless_alerts_saved"]
    needless = sum(count for label, count in labels.items() if label != "useful")
    yield f"closed alerts marked useful: {labels.get('useful', 0)}, of which lost: {len(lost)}"
    yield from (f"  alert {alert['alert']} of patient {alert['patient']}, {alert['before']}" for alert in lost)
    yield f"closed alerts marked could_have_waited or not_needed: {needless}, of which saved: {len(saved)}"


def _rules(told: Told) -> Iterator[str]:
    rules = list(told["rules_after"].items())
    more = f", the {MOST_RULES} that fire most of {len(rules)} (all with --json)" if len(rules) > MOST_RULES else ""
    yield f"check-ins in which a rule fires after{more}"
    yield from _aligned(rules[:MOST_RULES]) or ["  none"]


def _changes(told: Told, most: int) -> Iterator[str]:
    """Yield the first changes; lost dangers have a part of their own, and are not listed twice."""
    others = told["changes"][len(told["danger_lost"]) :]  # lost dangers come first
    listed = others[:most]
    yield f"changed: {len(told['changes'])}, of which lost dangers: {len(told['danger_lost'])}"
    if listed:
        yield f"the first {len(listed)} of the other {len(others)}, the most dangerous first:"
    yield from (line for change in listed for line in _change(change))


def _dangers(told: Told) -> Iterator[str]:
    """Yield every danger that would be lost, however many there are."""
    lost = told["danger_lost"]
    dangers = sum(told["urgency"]["before"][urgency.name] for urgency in Urgency if urgency >= Urgency.urgent)
    if not lost:
        yield f"No danger is lost: all {dangers} check-ins that were urgent or above still are."
        return
    yield f"DANGER LOST in {len(lost)} of {dangers} check-ins that were urgent or above. Do not publish this protocol."
    yield from (line for change in lost for line in _change(change))


def _change(change: Told) -> Iterator[str]:
    day = "no procedure" if change["day"] is None else f"day {change['day']}"
    yield (
        f"  {change['before']} -> {change['after']}  {change['at'][:16]}  {day}  "
        f"check-in {change['check_in']}  patient {change['patient']}"
    )
    for name in ("before", "after"):
        yield f"    {name + ':':7} {' '.join(change['rules_' + name]) or 'no rule'}"


def _aligned(rows: Iterable[Iterable[Any]]) -> list[str]:
    """Return rows as lines: the first column to the left, numbers to the right."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return [
        "  " + "  ".join(_pad(cell, width, place) for place, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in texts
    ]


def _pad(cell: str, width: int, place: int) -> str:
    return cell.rjust(width) if place else cell.ljust(width)
