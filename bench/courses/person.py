"""Who the patient is: sittings, skin, risk factors, and the habits of somebody who fills in a form."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bench.courses.body import EXPECTED, Curve, draw_curves

FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
SITTINGS = (0.1, 0.3, 0.45, 0.15)  # one to four; two or three are usual, shares are judgement
GAPS = {5: 0.04, 6: 0.08, 7: 0.5, 8: 0.1, 9: 0.06, 10: 0.08, 11: 0.03, 12: 0.03, 13: 0.02, 14: 0.06}  # days; judgement

# Shares among adults who have the procedure: general knowledge, no source in the evidence. Several are
# contraindications (S53), so they are rarer than in the population.
RISK_SHARES = {
    "diabetes": 0.05,
    "weak_immune_system": 0.02,
    "pregnancy": 0.002,
    "blood_thinner": 0.03,
    "heart_valve_disease": 0.01,
    "bleeding_disorder": 0.003,
    "liver_disease": 0.01,
    "scalp_skin_disease": 0.08,
    "keloid_history": 0.02,
    "isotretinoin": 0.005,
    "ink_allergy": 0.003,
    "anaesthetic_allergy": 0.003,
}


class Person(NamedTuple):
    """One patient. `curves` has one list for each procedure."""

    procedures: tuple[datetime, ...]
    curves: tuple[tuple[Curve, ...], ...]
    risk_factors: tuple[str, ...]
    hour: float  # of the day at which check-ins are asked
    names_all: bool  # fills in every symptom, zeros too; else only what is there or was
    states: float  # how often the course is tapped
    writes: float  # how often a note is written


def draw_person(rng: random.Random) -> Person:
    """Draw a patient from the seeded stream."""
    procedures = draw_procedures(rng)
    risk_factors = tuple(name for name, share in RISK_SHARES.items() if rng.random() < share)
    strength = draw_strength(rng, risk_factors)
    return Person(
        procedures=procedures,
        curves=tuple(tuple(draw_curves(rng, strength)) for _ in procedures),
        risk_factors=risk_factors,
        hour=18.0 if rng.random() < 0.7 else rng.uniform(8, 20.5),
        names_all=rng.random() < 0.8,
        states=rng.choice((0.5, 0.8, 0.95)),
        writes=rng.choice((0.0, 0.05, 0.2)),
    )


def draw_procedures(rng: random.Random) -> tuple[datetime, ...]:
    """Draw one to four sittings, 5 to 14 days apart, each ending between 10:30 and 18:00."""
    day, found = FIRST_DAY + timedelta(days=rng.randrange(200)), []
    for _ in range(rng.choices((1, 2, 3, 4), SITTINGS)[0]):
        found.append(day + timedelta(minutes=rng.randrange(630, 1081)))
        day += timedelta(days=rng.choices(tuple(GAPS), tuple(GAPS.values()))[0])
    return tuple(found)


def draw_strength(rng: random.Random, risk_factors: tuple[str, ...]) -> Mapping[str, float]:
    """Draw how strongly this patient's skin answers, as a factor for each symptom (judgement)."""
    own = rng.lognormvariate(0, 0.2)
    strength = dict.fromkeys(EXPECTED, own)
    if rng.random() < 0.2:
        strength["redness"] *= 0.6  # redness is less seen on brown or black skin (S14)
    if "scalp_skin_disease" in risk_factors:
        strength["itching"] *= 1.2
        strength["scabbing"] *= 1.2
    return strength
