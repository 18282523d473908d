"""How a danger unfolds: stages, each adding to the one before, on top of a body that otherwise heals."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

DAY = 24.0


class Stage(NamedTuple):
    """What is to be seen from this hour on. Hours are counted from the end of the sitting that caused it."""

    hour: float
    levels: Mapping[str, float] = {}  # steps of severity, at least
    signs: tuple[str, ...] = ()
    celsius: float | None = None
    outside: bool = False  # the redness reaches beyond the treated area
    treatment: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    note: str = ""
    says: str = ""  # the sign that the note alone tells; empty: the note tells none
    settles: bool = False  # nothing of the stages before is left


class Plan(NamedTuple):
    """A danger to come: which sitting caused it, and its stages in the order of time."""

    stages: tuple[Stage, ...]
    sitting: int | None = None  # place of the sitting that caused it; None: any
    sittings: int = 1  # how many sittings the patient must have had
    keeps_going: bool = False  # later sittings take place all the same
    clear_days: float = 0.0  # no other sitting in so many days before the first stage
    liver: bool = False  # liver disease (Vibrio, S37)


Draw = Callable[[random.Random], Plan]


def unfold(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return the stages with everything that the earlier ones brought and that has not settled."""
    full: list[Stage] = []
    for stage in stages:
        if not full or stage.settles:
            full.append(stage)
            continue
        last = full[-1]
        levels = {**last.levels}
        for symptom, level in stage.levels.items():
            levels[symptom] = max(level, levels.get(symptom, 0.0))
        full.append(
            stage._replace(
                levels=levels,
                signs=tuple(dict.fromkeys((*last.signs, *stage.signs))),
                celsius=stage.celsius or last.celsius,
                outside=stage.outside or last.outside,
                treatment=tuple(dict.fromkeys((*last.treatment, *stage.treatment))),
            )
        )
    return tuple(full)


def spread_out(rng: random.Random, start: float, parts: Sequence[Stage], gap: tuple[float, float]) -> tuple[Stage, ...]:
    """Return the parts one after another from hour `start` on; a third of them come together with the next one."""
    stages, hour = [], start
    for part in parts:
        stages.append(part._replace(hour=hour))
        hour += 0.05 if rng.random() < 1 / 3 else rng.uniform(*gap)
    return _merge(stages)


def _merge(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Join stages that come within minutes: they are one report."""
    joined: list[Stage] = []
    for stage in unfold(stages):
        if joined and stage.hour - joined[-1].hour < 0.2:
            joined[-1] = stage._replace(hour=joined[-1].hour)
        else:
            joined.append(stage)
    return tuple(joined)


def fever(rng: random.Random) -> Stage:
    """Draw a fever as people report it: ticked, measured, or both (38.0 C is where it starts, S60)."""
    celsius = round(rng.uniform(38.0, 39.8), 1)
    draw = rng.random()
    if draw < 0.5:
        return Stage(0, signs=("fever",))
    return Stage(0, celsius=celsius, signs=("fever",) if draw < 0.75 else ())
