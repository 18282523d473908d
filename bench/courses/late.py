"""Late papules, as mycobacteria make them: 3 to 30 days after a sitting and later, quiet at first (S31-S36)."""

import random

from bench.courses.stages import DAY, Plan, Stage, fever

CLEAR = 5.0  # days since any other sitting, so that the papules cannot be fresh needle points
WORSE = (("pus",), ("swollen_nodes",), ("tender_nodes",))


def papules_that_worsen(rng: random.Random) -> Plan:
    """New papules, days to weeks later pus, nodes or fever (S33, S35, S36); a quarter shows that at once."""
    begin = _begin(rng)
    follows = fever(rng) if rng.random() < 0.2 else Stage(0, signs=rng.choice(WORSE))
    later = begin + (0.0 if rng.random() < 0.25 else rng.uniform(3, 14)) * DAY
    worse = follows._replace(hour=later, levels={"bumps": 2.0, "itching": 1.0})
    first = Stage(begin, levels={"bumps": rng.choice((1.0, 2.0)), "itching": rng.choice((0.0, 1.0))})
    return Plan((worse,) if later == begin else (first, worse), clear_days=CLEAR)


def papules_that_stay_quiet(rng: random.Random) -> Plan:
    """New papules that stay, without pus, nodes or fever: the practitioner today, not the doctor tonight."""
    begin = _begin(rng)
    levels = {"bumps": rng.choice((1.0, 2.0)), "itching": rng.choice((0.0, 1.0))}
    return Plan((Stage(begin, levels=levels), Stage(begin + 7 * DAY, levels=levels)), clear_days=CLEAR)


def papules_hidden_by_a_sitting(rng: random.Random) -> Plan:
    """Begun after sitting 1, first told one to three days after sitting 3, when needle bumps are usual too."""
    hours = rng.uniform(0.8, 3) * DAY
    levels = {"bumps": 2.0, "itching": rng.choice((0.0, 1.0))}
    return Plan(
        (Stage(hours, levels=levels), Stage(hours + 4 * DAY, levels=levels), Stage(hours + 8 * DAY, levels=levels)),
        sitting=2,
        sittings=3,
    )


def papules_from_before(rng: random.Random) -> Plan:
    """Begun and told between two sittings; the patient goes to the next one all the same, and nodes or pus follow."""
    begin = rng.uniform(4, 4.9) * DAY  # before the next sitting, which is 5 days away at the soonest
    first = Stage(begin, levels={"bumps": 1.0})
    worse = Stage(begin + rng.uniform(7, 14) * DAY, levels={"bumps": 2.0}, signs=rng.choice(WORSE))
    return Plan((first, worse), sitting=0, sittings=2, keeps_going=True)


def _begin(rng: random.Random) -> float:
    """Draw the hour of the first papules: day 4 to 30, one in ten weeks later (granuloma, slow mycobacteria)."""
    return (rng.uniform(4, 30) if rng.random() < 0.9 else rng.uniform(30, 80)) * DAY
