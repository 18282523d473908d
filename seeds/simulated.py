"""A clinic whose truth is known, drawn by lot as plain columns: what the outcome statistics must find in it.

Episodes of two sessions; each patient answers some of the check-ins, 40 to 90 in a hundred, however they are; three
symptoms heal by known distributions; one pigment lot is contaminated; one practitioner answers slowly.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.outcomes.columns import NOT_ASKED
from triage.outcomes.facts import (
    NOBODY,
    NONE,
    Alerts,
    Due,
    Facts,
    Named,
    Patients,
    Ratings,
    Reports,
    Sampled,
    Sittings,
    Uses,
)

HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
BEGAN_US = 1_735_689_600_000_000  # 2025-01-01
YEARS = 2
ASKED_ON = (0, 1, 2, 3, 5, 7, 10, 14, 21, 28, 42)  # days since a session
PIGMENT_LOTS, OTHER_LOTS, IN_USE = 60, 24, 4
CONTAMINATED, SLOW = "P-31", "Practitioner 4"
PRACTITIONERS = 8
ABNORMAL, CONTAMINATED_ABNORMAL = 0.03, 0.12  # share of sessions with an alert for the same day or above
QUICK_MIN, SLOW_MIN = 12.0, 240.0  # mean minutes until an alert is taken


@dataclass(frozen=True, slots=True)
class Weibull:
    """How long a symptom lasts, in days."""

    shape: float
    scale: float

    def quantile(self, share: float) -> float:
        """Return the day by which this share is over."""
        return float(self.scale * (-np.log(1 - share)) ** (1 / self.shape))

    def by(self, day: float) -> float:
        """Return the share that is over by a day."""
        return float(1 - np.exp(-((day / self.scale) ** self.shape)))

    def draw(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Return some durations."""
        found: NDArray[np.float64] = self.scale * rng.weibull(self.shape, size)
        return found


TRUTH: Mapping[str, Weibull] = {
    "redness": Weibull(1.6, 6.0),
    "swelling": Weibull(1.3, 2.2),
    "itching": Weibull(1.8, 8.5),
}


def simulated_clinic(episodes: int, seed: int, *, is_clean: bool = False) -> Facts:
    """Return such a clinic; `is_clean`: without a contaminated lot."""
    rng = np.random.default_rng(seed)
    sittings = _sittings(rng, episodes)
    uses, is_contaminated = _uses(rng, sittings)
    as_of_us = BEGAN_US + (YEARS * 365 + 60) * DAY_US
    patients = Patients(
        id=[str(number) for number in range(episodes)],
        language=_named(("en", "es", "ar"), rng.choice(3, episodes, p=(0.7, 0.2, 0.1))),
        tone=rng.integers(1, 7, episodes).astype(np.uint8),
        born=rng.integers(1955, 2004, episodes),
    )
    due = _due(rng, sittings, episodes)
    chance = np.where(is_contaminated & (not is_clean), CONTAMINATED_ABNORMAL, ABNORMAL)
    return Facts(
        as_of_us=as_of_us,
        patients=patients,
        sittings=sittings,
        uses=uses,
        reports=_reports(rng, sittings, due),
        alerts=_alerts(rng, sittings, chance),
        due=due,
        ratings=_no_ratings(),
        sampled=_no_samples(),
        versions=(("0" * 64, "smp", "simulated"),),
    )


def _named(names: tuple[str, ...], code: NDArray[np.int64]) -> Named:
    return Named(names, code.astype(np.int32))


def _sittings(rng: np.random.Generator, episodes: int) -> Sittings:
    """Two sessions each, the second one to two weeks after the first."""
    first = BEGAN_US + rng.integers(0, YEARS * 365 * DAY_US, episodes)
    second = first + (rng.uniform(7, 14, episodes) * DAY_US).astype(np.int64)
    at = np.stack([first, second], axis=1).ravel()
    until = np.full(len(at), NONE)
    until[::2] = second
    whose = np.repeat(np.arange(episodes), 2)
    names = tuple(f"Practitioner {number}" for number in range(1, PRACTITIONERS + 1))
    return Sittings(
        id=[str(number) for number in range(len(at))],
        patient=whose,
        episode=whose,
        at_us=at,
        number=np.tile([1, 2], episodes),
        until_us=until,
        practitioner=_named(names, np.repeat(rng.integers(0, PRACTITIONERS, episodes), 2)),
        areas=rng.integers(1, 8, len(at)).astype(np.uint64),
        area_names=("crown", "hairline", "scar"),
    )


def _uses(rng: np.random.Generator, sittings: Sittings) -> tuple[Uses, NDArray[np.bool_]]:
    """A lot of each role a session, out of those that are open at the time; whether the pigment's is contaminated."""
    roles = ("pigment", "diluent", "anaesthetic", "needle")
    length = YEARS * 365 * DAY_US * 1.05
    lots, names = list[NDArray[np.int64]](), list[str]()
    for role in roles:
        count = PIGMENT_LOTS if role == "pigment" else OTHER_LOTS
        newest = ((sittings.at_us - BEGAN_US) / length * count).astype(np.int64)
        lots.append(np.maximum(newest - rng.integers(0, IN_USE, len(newest)), 0) + len(names))
        names += [f"{role[0].upper()}-{number}" for number in range(count)]
    sitting = np.tile(np.arange(len(sittings.id)), len(roles))
    place = np.repeat(np.arange(len(roles)), len(sittings.id))
    products = tuple(f"The {role}" for role in roles)
    uses = Uses(sitting, _named(roles, place), _named(products, place), _named(tuple(names), np.concatenate(lots)))
    return uses, lots[0] == names.index(CONTAMINATED)


def _due(rng: np.random.Generator, sittings: Sittings, episodes: int) -> Due:
    """Who is asked when, and whether they answer: by their own habit, which has nothing to do with how they are."""
    count = len(sittings.id)
    sitting = np.repeat(np.arange(count), len(ASKED_ON))
    at = sittings.at_us[sitting] + np.tile(ASKED_ON, count) * DAY_US + 8 * HOUR_US
    is_before_next = (sittings.until_us[sitting] == NONE) | (at < sittings.until_us[sitting])
    sitting, at = sitting[is_before_next], at[is_before_next]
    patient = sittings.patient[sitting]
    answers = rng.random(len(at)) < rng.uniform(0.4, 0.9, episodes)[patient]
    answered = at + (rng.exponential(6, len(at)) * HOUR_US).astype(np.int64)
    ends = np.where(sittings.until_us[sitting] == NONE, np.iinfo(np.int64).max, sittings.until_us[sitting])
    answers &= answered < ends
    nothing = np.full(len(at), NONE)
    unnamed = _named((), np.full(len(at), NOBODY))
    return Due(
        patient=patient,
        sitting=sitting,
        due_us=at,
        state=_named(("missed", "answered"), answers.astype(np.int64)),
        sent_us=at,
        delivered_us=nothing,
        opened_us=np.where(answers, answered, NONE),
        reminded_us=nothing,
        answered_us=np.where(answers, answered, NONE),
        silence=unnamed,
        unasked=unnamed,
    )


def _reports(rng: np.random.Generator, sittings: Sittings, due: Due) -> Reports:
    """What was answered: each symptom is there until it has healed."""
    came = np.flatnonzero(due.answered_us != NONE)
    came = came[np.lexsort((due.answered_us[came], due.patient[came]))]
    sitting, at = due.sitting[came], due.answered_us[came]
    day = (at - sittings.at_us[sitting]) / DAY_US
    severity = {
        symptom: (day < truth.draw(rng, len(sittings.id))[sitting]).astype(np.uint8) for symptom, truth in TRUTH.items()
    }
    assert all(NOT_ASKED not in readings for readings in severity.values())
    return Reports(
        patient=due.patient[came],
        sitting=sitting,
        at_us=at,
        received_us=at,
        urgency=np.zeros(len(came), np.uint8),
        severity=severity,
        has_sign=np.zeros(len(came), np.bool_),
    )


def _alerts(rng: np.random.Generator, sittings: Sittings, chance: NDArray[np.float64]) -> Alerts:
    """An alert after each session that goes wrong, taken sooner or later by whoever did the session."""
    sitting = np.flatnonzero(rng.random(len(sittings.id)) < chance)
    count = len(sitting)
    opened = sittings.at_us[sitting] + (rng.uniform(1, 6, count) * DAY_US).astype(np.int64)
    is_slow = sittings.practitioner.code[sitting] == sittings.practitioner.names.index(SLOW)
    waited = rng.exponential(np.where(is_slow, SLOW_MIN, QUICK_MIN)) * 60.0
    taken = opened + (waited * 1_000_000).astype(np.int64)
    closed = taken + (rng.exponential(20, count) * HOUR_US).astype(np.int64)
    useful = rng.random(count) < 0.7
    words = ("useful", "not_needed")
    return Alerts(
        id=[str(number) for number in range(count)],
        kind=_named(("report",), np.zeros(count, np.int64)),
        urgency=rng.choice(np.array([2, 3], np.uint8), count, p=(0.7, 0.3)),
        patient=sittings.patient[sitting],
        sitting=sitting,
        rule=_named(("combination.infection",), np.zeros(count, np.int64)),
        opened_us=opened,
        acked_us=taken,
        reached_us=taken,
        closed_us=closed,
        open_acked_s=waited,
        open_reached_s=waited,
        open_closed_s=(closed - opened) / 1_000_000.0,
        limit_s=np.full(count, 3600),
        is_by_hours=np.zeros(count, np.bool_),
        is_exhausted=waited > 4 * 3600,
        outcome=_named(("suspected_infection", "irritation"), (~useful).astype(np.int64)),
        useful=_named(words, (~useful).astype(np.int64)),
        is_serious=useful & (rng.random(count) < 0.1),
        owner=Named(sittings.practitioner.names, sittings.practitioner.code[sitting]),
    )


def _no_ratings() -> Ratings:
    nothing = np.zeros(0, np.int64)
    return Ratings(sitting=nothing, is_patients=np.zeros(0, np.bool_), at_us=nothing, marks={})


def _no_samples() -> Sampled:
    nothing = np.zeros(0, np.int64)
    unnamed = _named((), nothing)
    return Sampled(patient=nothing, at_us=nothing, stratum=unnamed, chance=np.zeros(0), verdict=unnamed)
