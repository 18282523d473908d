"""How a scalp heals: for each sitting and symptom a smooth course between the evidence's low and high.

Onset, peak and resolution are columns of the symptom table in the clinical evidence; `caps` is its column "beyond
normal" turned round: what a natural course never exceeds. How many people have a symptom at all, and how strong it
gets, no source says: judgement.
"""

import math
import random
from collections.abc import Mapping
from typing import NamedTuple

HOURS = 24.0
TAIL = 0.1  # judgement: one course in ten keeps a mild trace past the usual range, up to the last cap
QUIET = 0.5  # below half a step a symptom is reported as none


class Expected(NamedTuple):
    """What the evidence says of one symptom. Times in days after the sitting; day N ends at N + 1."""

    share: float  # of sittings that have it at all; judgement
    peaks: tuple[float, ...]  # weights of mild, moderate, severe at the peak; judgement
    onset: tuple[float, float]
    peak: tuple[float, float]
    resolves: tuple[float, float]  # the middle 90 %
    caps: tuple[tuple[float, int], ...]  # from this day on, at most this severity; ends with 0


EXPECTED: Mapping[str, Expected] = {
    # S1-S6, S9: mild trace to day 7; severe after 48 h, moderate after day 4, any after day 7 are beyond normal
    "redness": Expected(0.95, (0.3, 0.5, 0.2), (0, 0), (0, 1), (1, 4), ((2, 2), (5, 1), (8, 0))),
    # S1, S8, S10: any after day 5 is beyond normal
    "swelling": Expected(0.6, (0.6, 0.35, 0.05), (0, 0), (0.2, 1), (1, 4), ((2, 2), (6, 0))),
    # S2, S16: raised needle points; day 8 and later is beyond normal
    "bumps": Expected(0.5, (0.7, 0.3), (0, 0), (0, 1), (2, 7), ((8, 0),)),
    # S2, S17, S18: severe at any time, moderate after day 7, any after day 14 are beyond normal
    "itching": Expected(0.7, (0.65, 0.35), (1.5, 3), (3, 6), (4, 7), ((0, 2), (8, 1), (15, 0))),
    # S5, S12: severe after 24 h is beyond normal; 0.5 to 3 days
    "pain": Expected(0.8, (0.6, 0.35, 0.05), (0, 0), (0, 0.1), (0.5, 3), ((1, 2), (2, 1), (4, 0))),
    # S10, S19: after day 3 is beyond normal
    "warmth": Expected(0.5, (0.7, 0.3), (0, 0), (0, 1), (1, 3), ((4, 0),)),
    # S7: a week or ten days
    "tightness": Expected(0.4, (0.7, 0.3), (0, 0.5), (2, 4), (5, 10), ((11, 0),)),
    # S2, S6, S11: most off by day 7, about 10 days; any after day 14 is beyond normal
    "scabbing": Expected(0.85, (0.55, 0.4, 0.05), (1, 3), (3, 6), (5, 10), ((8, 2), (11, 1), (15, 0))),
    # S13: up to 24 h
    "bleeding": Expected(0.4, (0.9, 0.1), (0, 0), (0, 0.05), (0.1, 1), ((1, 0),)),
    # S9, S13: 1 to 2 days, after day 2-3 beyond normal
    "weeping": Expected(0.3, (0.8, 0.2), (0, 0), (0, 0.6), (1, 2), ((2, 1), (4, 0))),
}


class Curve(NamedTuple):
    """The smooth course of one symptom after one sitting. Times in days."""

    symptom: str
    onset: float
    peak_at: float
    height: float  # in steps of severity
    gone: float  # where it falls below half a step
    shape: float  # 1 falls in a line, more falls fast first

    def level(self, day: float) -> float:
        """Return how strong it is on this day, in steps of severity; 0 before the onset and after the end."""
        if day < self.onset or day >= self.gone:
            return 0.0
        if day < self.peak_at:
            return self.height * (0.3 + 0.7 * (day - self.onset) / (self.peak_at - self.onset))
        fallen = (day - self.peak_at) / (self.gone - self.peak_at)
        return QUIET + (self.height - QUIET) * float((1 - fallen) ** self.shape)


def draw_curves(rng: random.Random, strength: Mapping[str, float]) -> list[Curve]:
    """Return the courses of one sitting; `strength` multiplies the height of a symptom in this patient."""
    curves = []
    for symptom, expected in EXPECTED.items():
        if rng.random() >= expected.share:
            continue
        height = rng.choices(range(1, len(expected.peaks) + 1), expected.peaks)[0] * strength.get(symptom, 1.0)
        onset, peak_at = rng.uniform(*expected.onset), rng.uniform(*expected.peak)
        gone = _draw_end(rng, expected)
        peak_at = min(max(peak_at, onset), onset + (gone - onset) / 2)
        if height > QUIET and gone > onset:
            curves.append(Curve(symptom, onset, peak_at, height, gone, rng.uniform(1.0, 2.0)))
    return curves


def _draw_end(rng: random.Random, expected: Expected) -> float:
    """Draw when it is gone: log-normal with the evidence's range as its middle 90 %, or a trace up to the last cap."""
    low, high = expected.resolves
    last = expected.caps[-1][0]
    if rng.random() < TAIL:
        return rng.uniform(min(high, last), last)
    middle, spread = (math.log(low) + math.log(high)) / 2, (math.log(high) - math.log(low)) / (2 * 1.645)
    return min(rng.lognormvariate(middle, spread), last)


def cap_on(symptom: str, day: float) -> int:
    """Return the highest severity that the evidence calls natural on this day."""
    cap = 3  # very severe is natural on no day
    for start, level in EXPECTED[symptom].caps:
        if day >= start:
            cap = level
    return cap
