"""Ratings of results split: by what was done in the whole course up to the sitting that was rated."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from triage.outcomes.columns import Flags
from triage.outcomes.facts import NOBODY, Facts, Named, Places

EVERYBODY = "everybody"
UNKNOWN = "not recorded"
TONES = (UNKNOWN, "I", "II", "III", "IV", "V", "VI")
ROLES = {"lot": "pigment", "diluent": "diluent"}  # what a grouping looks at


class Group(NamedTuple):
    """Some of the ratings; one may be in several groups, where a course had several areas or pigments."""

    name: str
    rows: Flags


def groups_of(facts: Facts, patient: Places, sitting: Places, by: str | None) -> list[Group]:
    """Return ratings in groups; `patient`, `sitting`: of each rating. `by` None: all of them together.

    By `lot` each pigment stands with all its lots, and each lot by itself. Raises ValueError for an unknown grouping.
    """
    if by is None:
        return [Group(EVERYBODY, np.ones(len(sitting), np.bool_))]
    if by == "session":
        numbers = facts.sittings.number[sitting]
        return [Group(_sessions(int(number)), numbers == number) for number in np.unique(numbers)]
    if by == "skin_tone":
        tones = facts.patients.tone[patient]
        return [Group(TONES[tone], tones == tone) for tone in np.unique(tones)]
    if by == "practitioner":
        return _by_word(facts.sittings.practitioner, sitting)
    if by == "area":
        return _by_area(facts, sitting)
    if by in ROLES:
        return _by_product(facts, sitting, ROLES[by])
    raise ValueError(f"results are not split by {by}")


def _sessions(number: int) -> str:
    return "1 session" if number == 1 else f"{number} sessions"


def _by_word(column: Named, rows: Places) -> list[Group]:
    codes = column.code[rows]
    found = [Group(_word(column, int(code)), codes == code) for code in np.unique(codes)]
    return _sorted(found)


def _by_area(facts: Facts, sitting: Places) -> list[Group]:
    """Return a group an area that was treated in any sitting of the course."""
    sittings = facts.sittings
    episodes, place = np.unique(sittings.episode, return_inverse=True)
    treated = np.zeros(len(episodes), np.uint64)
    np.bitwise_or.at(treated, place, sittings.areas)
    areas = treated[place[sitting]]
    named = [Group(name, (areas >> np.uint64(bit)) & np.uint64(1) == 1) for bit, name in enumerate(sittings.area_names)]
    return [group for group in [*_sorted(named), Group(UNKNOWN, areas == 0)] if group.rows.any()]


def _by_product(facts: Facts, sitting: Places, role: str) -> list[Group]:
    """Return a group a product of a role that was used in any sitting of the course, and one a lot of it."""
    uses, episode = facts.uses, facts.sittings.episode
    rated = episode[sitting]
    if role not in uses.role.names:
        return [Group(UNKNOWN, np.ones(len(sitting), np.bool_))]
    used_in = episode[uses.sitting]
    is_meant = (uses.role.code == uses.role.names.index(role)) & np.isin(used_in, rated)
    product, lot, used_in = uses.product.code[is_meant], uses.lot.code[is_meant], used_in[is_meant]
    found = []
    for code in np.unique(product):
        name = _word(uses.product, int(code))
        found.append(Group(name, np.isin(rated, used_in[product == code])))
        for one in np.unique(lot[(product == code) & (lot != NOBODY)]):
            rows = np.isin(rated, used_in[(product == code) & (lot == one)])
            found.append(Group(f"{name}, lot {uses.lot.names[one]}", rows))
    without = ~np.isin(rated, used_in)
    return [*_sorted(found), *([Group(UNKNOWN, without)] if without.any() else [])]


def _word(column: Named, code: int) -> str:
    return UNKNOWN if code == NOBODY else column.names[code]


def _sorted(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (group.name == UNKNOWN, group.name))
