"""Which of the reports that opened no alert a human looks at: drawn by lot, with a chance that is known for each.

Reports are laid into strata by whether a symptom was there and by skin tone. Those with symptoms, and those on dark
skin, on which redness is easily missed, are drawn more often. Every report has some chance, so that what is found can
be weighted back to all of them (Horvitz & Thompson, J Am Stat Assoc 1952;47:663).
"""

import hashlib
from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

SHARE, LEAST = 0.05, 20  # judgement: of a month's reports, and at least so many
SYMPTOMS_WEIGHT, DARK_WEIGHT = 4, 2  # judgement: what is missed is missed in these
DARK = 5  # Fitzpatrick's types V and VI


class Candidate(NamedTuple):
    """A report that opened no alert; `tone`: Fitzpatrick's skin type, 0: not recorded."""

    id: str
    has_symptoms: bool
    tone: int

    @property
    def stratum(self) -> str:
        """Return the name of the stratum: symptoms or well, and the skin."""
        skin = "unknown" if not self.tone else "dark" if self.tone >= DARK else "light"
        return f"{'symptoms' if self.has_symptoms else 'well'}_{skin}"

    @property
    def weight(self) -> int:
        """Return how much likelier it is drawn than a report without symptoms on light skin."""
        return (SYMPTOMS_WEIGHT if self.has_symptoms else 1) * (DARK_WEIGHT if self.tone >= DARK else 1)


class Drawn(NamedTuple):
    """A report that was drawn, and the chance that one of its stratum had."""

    id: str
    stratum: str
    chance: float


def draw(candidates: Sequence[Candidate], seed: str) -> list[Drawn]:
    """Return the sample; the same reports and the same seed give the same one, in whatever order they come.

    Of each stratum those are taken whose hashes with the seed are lowest.
    """
    strata: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        strata.setdefault(candidate.stratum, []).append(candidate)
    sizes = {name: (len(inside), inside[0].weight) for name, inside in sorted(strata.items())}
    wanted = allocate(sizes, min(len(candidates), max(LEAST, ceil(SHARE * len(candidates)))))
    return [
        Drawn(one.id, name, wanted[name] / len(strata[name]))
        for name in sizes
        for one in sorted(strata[name], key=lambda one: _lot(seed, one.id))[: wanted[name]]
    ]


def allocate(sizes: dict[str, tuple[int, int]], total: int) -> dict[str, int]:
    """Return how many of each stratum (name -> size, weight) are drawn: at least one, together `total` or little more.

    In proportion to size times weight; a stratum that is drawn whole leaves the rest to the others.
    """
    left, open_strata, found = float(total), dict(sizes), {}
    while open_strata:
        whole = sum(size * weight for size, weight in open_strata.values())
        full = [name for name, (size, weight) in open_strata.items() if left * size * weight >= size * whole]
        if not full:
            break
        for name in full:
            found[name] = open_strata.pop(name)[0]
            left -= found[name]
    rest = sum(size * weight for size, weight in open_strata.values())
    for name, (size, weight) in open_strata.items():
        found[name] = min(size, max(1, ceil(left * size * weight / rest)))
    return found


def _lot(seed: str, report: str) -> bytes:
    return hashlib.sha256(f"{seed} {report}".encode()).digest()
