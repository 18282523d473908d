"""What a question's window holds and into which groups it is split; small groups are hidden last."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.outcomes.columns import Flags, Whole
from triage.outcomes.facts import NOBODY, NONE, Alerts, Facts, Named, Places
from triage.outcomes.figure import SMALLEST, Column, Question, Value
from triage.outcomes.saying import say_count
from triage.outcomes.shares import Rate, effective_size

ALL = "all"
UNKNOWN = "not recorded"
MOST_SESSIONS = 4  # this and more are one group
GROUP = Column("group", "Group", about="what the question splits by; all: it does not split")
PEOPLE = Column("people", "People", "count", f"different patients; below {SMALLEST} the rest of the row is not shown")


class Groups(NamedTuple):
    """Who belongs to which group: pairs of a unit and a group's number. A unit may be in several, or in none."""

    names: tuple[str, ...]
    unit: Places  # rows of the patients, or of the sittings
    code: Places
    is_of_patients: bool


def in_window(moments_us: Whole, question: Question) -> Flags:
    """Return which moments the question asks about."""
    inside: Flags = moments_us != NONE
    if question.since_us is not None:
        inside &= moments_us >= question.since_us
    if question.until_us is not None:
        inside &= moments_us < question.until_us
    return inside


def has_word(column: Named, *words: str) -> Flags:
    """Return which rows have one of some words."""
    wanted = [code for code, name in enumerate(column.names) if name in words]
    return np.isin(column.code, wanted)


def about_patients(alerts: Alerts, question: Question) -> Flags:
    """Return the alerts of the window that are about somebody: reports beyond normal, and silence."""
    is_about: Flags = has_word(alerts.kind, "report", "silence") & (alerts.patient != NOBODY)
    return in_window(alerts.opened_us, question) & is_about


def divide(facts: Facts, by: str | None) -> Groups:
    """Return the groups that a question splits by. ValueError for a grouping that there is not."""
    if by is None:
        everybody = np.arange(len(facts.patients.id))
        return Groups((ALL,), everybody, np.zeros_like(everybody), is_of_patients=True)
    if by == "skin_tone":
        tone = facts.patients.tone.astype(np.int64)
        return Groups((UNKNOWN, *"123456"), np.arange(len(tone)), tone, is_of_patients=True)
    return Groups(*_sittings_by(facts, by), is_of_patients=False)


def _sittings_by(facts: Facts, by: str) -> tuple[tuple[str, ...], Places, Places]:
    sittings = facts.sittings
    rows = np.arange(len(sittings.id))
    if by == "session":
        names = *(str(number) for number in range(1, MOST_SESSIONS)), f"{MOST_SESSIONS} or more"
        return names, rows, np.clip(sittings.number, 1, MOST_SESSIONS) - 1
    if by == "practitioner":
        return _named(sittings.practitioner, rows)
    if by == "area":
        bits = [np.flatnonzero(sittings.areas & np.uint64(1 << place)) for place in range(len(sittings.area_names))]
        codes = [np.full(len(held), place) for place, held in enumerate(bits)]
        nothing = np.zeros(0, np.int64)
        return sittings.area_names, np.concatenate([nothing, *bits]), np.concatenate([nothing, *codes])
    role = {"lot": "pigment", "diluent": "diluent"}.get(by)
    if role is None:
        raise ValueError(f"there is no grouping {by}")
    return _used(facts, role)


def _named(column: Named, rows: Places) -> tuple[tuple[str, ...], Places, Places]:
    codes = np.where(column.code == NOBODY, len(column.names), column.code).astype(np.int64)
    return (*column.names, UNKNOWN), rows, codes


def _used(facts: Facts, role: str) -> tuple[tuple[str, ...], Places, Places]:
    """Return the lots of a role; each lot once a sitting."""
    uses = facts.uses
    rows = np.flatnonzero(has_word(uses.role, role))
    lots = len(uses.lot.names) + 1
    key = (uses.product.code[rows].astype(np.int64) + 1) * lots + uses.lot.code[rows] + 1
    keys, place = np.unique(key, return_inverse=True)
    names = tuple(
        f"{_word(uses.product, int(which) // lots - 1)} {_word(uses.lot, int(which) % lots - 1)}" for which in keys
    )
    if not len(rows):
        return (), rows, rows
    pairs = np.unique(np.stack([uses.sitting[rows], place]), axis=1)
    return names, pairs[0], pairs[1]


def _word(column: Named, code: int) -> str:
    return UNKNOWN if code == NOBODY else column.names[code]


def rows_by_group(groups: Groups, patient: Places, sitting: Places) -> Iterator[tuple[str, Places]]:
    """Yield each group that has rows, with their numbers. Rows without a patient or a sitting are in no group."""
    of_row = patient if groups.is_of_patients else sitting
    units = int(groups.unit.max(initial=-1)) + 1
    is_known = (of_row >= 0) & (of_row < units)
    for code, name in enumerate(groups.names):
        is_member = np.zeros(units, np.bool_)
        is_member[groups.unit[groups.code == code]] = True
        rows = np.flatnonzero(is_known)[is_member[of_row[is_known]]]
        if len(rows):
            yield name, rows


def rates_by_group(
    facts: Facts, groups: Groups, patient: Places, sitting: Places, yes: Flags
) -> list[tuple[str, Rate]]:
    """Return for each group that has rows how many of them are yes, and what they are worth by patient."""
    n, events = count_units(facts, groups, patient, sitting), count_units(facts, groups, patient, sitting, yes)
    rates = []
    for name, (n_each, yes_each) in sums_by_group(facts, groups, n, events):
        people = int(np.count_nonzero(n_each))
        if people:
            size = effective_size(yes_each, n_each)
            rates.append((name, Rate(people, int(n_each.sum()), int(yes_each.sum()), size)))
    return rates


def count_units(
    facts: Facts, groups: Groups, patient: Places, sitting: Places, weight: Flags | None = None
) -> NDArray[np.float64]:
    """Return how many rows each unit of the groups has; rows without one are left out."""
    of_row, units = (patient, len(facts.patients.id)) if groups.is_of_patients else (sitting, len(facts.sittings.id))
    is_known = of_row != NOBODY
    return np.bincount(of_row[is_known], None if weight is None else weight[is_known], units).astype(np.float64)


def sums_by_group(
    facts: Facts, groups: Groups, *counts: NDArray[np.float64]
) -> Iterator[tuple[str, list[NDArray[np.float64]]]]:
    """Yield each group with its counts of units, added up by patient."""
    owner = np.arange(len(facts.patients.id)) if groups.is_of_patients else facts.sittings.patient
    for code, name in enumerate(groups.names):
        units = groups.unit[groups.code == code]
        yield name, [by_owner(owner[units], each[units]) for each in counts]


def rate_of(patient: Places, yes: Flags) -> Rate:
    """Return how many of some rows are yes, and what they are worth by patient."""
    _, place = np.unique(patient, return_inverse=True)
    n_each, yes_each = by_owner(place, np.ones(len(place))), by_owner(place, yes)
    return Rate(len(n_each), len(yes), int(yes.sum()), effective_size(yes_each, n_each))


def by_owner(owner: Places, counts: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return the sum of each owner, in the order of their numbers; owners without anything are left out."""
    if not len(owner):
        return np.zeros(0)
    order = np.argsort(owner, kind="stable")
    starts = np.flatnonzero(np.diff(owner[order], prepend=-1))
    sums: NDArray[np.float64] = np.add.reduceat(counts[order].astype(np.float64), starts)
    return sums


def count_people(patient: Places) -> int:
    """Return how many different patients some rows are about."""
    return len(np.unique(patient[patient != NOBODY]))


def hide_small(rows: Iterable[tuple[Value, ...]], columns: tuple[Column, ...]) -> tuple[tuple[Value, ...], ...]:
    """Return rows with nothing after the counts where fewer than SMALLEST people stand behind them.

    The columns up to `n` say who is counted and stay.
    """
    kept = [column.id for column in columns]
    people, n = kept.index("people"), kept.index("n")
    return tuple(
        row if int(row[people] or 0) >= SMALLEST else row[: n + 1] + (None,) * (len(row) - n - 1) for row in rows
    )


def say_hidden(rows: Iterable[tuple[Value, ...]], columns: tuple[Column, ...]) -> str:
    """Return how many rows are counted and not shown, as a sentence with a space before it; empty: none."""
    people = [column.id for column in columns].index("people")
    hidden = sum(1 for row in rows if int(row[people] or 0) < SMALLEST)
    if not hidden:
        return ""
    return f" {say_count(hidden, 'row is', 'rows are')} about fewer than {SMALLEST} people and not shown."


def span_columns(name: str, heading: str, kind: str, about: str) -> tuple[Column, Column, Column]:
    """Return the columns of a number and its interval."""
    return (
        Column(name, heading, kind, about),
        Column(f"{name}_low", "from", kind, f"lower end of the 95 % interval of {name}"),
        Column(f"{name}_high", "to", kind, f"upper end of the 95 % interval of {name}"),
    )


def number(value: Value) -> float | None:
    """Return a cell as a picture needs it. None: nothing to show."""
    return None if value is None else float(value)
