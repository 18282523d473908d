"""When a patient is asked, and whether the question is answered."""

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from statistics import NormalDist

DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 28, 56, 90)  # patient reporting 3.1, after the evening of day 0
WEEKLY = (7, 14, 21, 28, 56, 90)
# Who never answers at all: 13 % of 12,433 after procedures (S83: 87 % answered at least once). No source gives a
# share at 90 % response: judgement.
NEVER = {0.65: 0.13, 0.9: 0.03}
SPREAD = 1.0  # of the patients' own rates, on the logit scale (judgement)


def response_rate(rng: random.Random, response: float) -> float:
    """Draw the share of questions that this patient answers, so that `response` is answered over all patients."""
    never, rate = rng.random(), rng.gauss(0, 1)
    silent = NEVER.get(response, 0.0)
    if never < silent:
        return 0.0
    return _logistic(_middle(response / (1 - silent)) + SPREAD * rate)


@cache
def _middle(mean: float) -> float:
    """Return the logit around which rates must spread so that their mean is this one."""
    if mean >= 1:
        return 50.0
    low, high = -10.0, 10.0
    points = [NormalDist().inv_cdf((number + 0.5) / 400) for number in range(400)]
    for _ in range(50):
        middle = (low + high) / 2
        found = sum(_logistic(middle + SPREAD * point) for point in points) / len(points)
        low, high = (middle, high) if found < mean else (low, middle)
    return low


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def answer_delay(rng: random.Random) -> timedelta:
    """Draw how long an answer takes: half within 10 minutes, 80 % within 2 hours (SmartVax), the rest within 14."""
    place = rng.random()
    if place < 0.5:
        return timedelta(minutes=rng.uniform(1, 10))
    if place < 0.8:
        return timedelta(minutes=rng.uniform(10, 120))
    return timedelta(hours=rng.uniform(2, 14))


class Asking:
    """The check-ins of one patient, asked one after another; what was answered decides what is asked next."""

    def __init__(self, procedures: tuple[datetime, ...], hour: float, rng: random.Random) -> None:
        self._procedures, self._hour, self._rng = procedures, hour, rng
        self._extra = False  # something was worse or beyond its time: ask again tomorrow
        self._fine = 0  # reports in a row with nothing at all

    def heard(self, is_fine: bool, is_worrying: bool) -> None:
        """Take note of an answer."""
        self._fine = self._fine + 1 if is_fine else 0
        self._extra = is_worrying

    def moments(self) -> Iterator[datetime]:
        """Give the times of the questions. A new sitting ends the schedule of the one before."""
        for number, procedure in enumerate(self._procedures):
            after = self._procedures[number + 1 : number + 2]
            self._extra, self._fine = False, 0
            yield procedure + timedelta(hours=self._rng.uniform(1.5, 5))
            day = 1
            while day <= DAYS[-1]:
                moment = self._moment(procedure, day)
                if after and moment >= after[0]:
                    break
                if self._is_asked(day) and moment > procedure + timedelta(hours=6):
                    self._extra = False
                    yield moment
                day += 1

    def _moment(self, procedure: datetime, day: int) -> datetime:
        midnight = procedure.replace(hour=0, minute=0)
        return midnight + timedelta(days=day, hours=self._hour)

    def _is_asked(self, day: int) -> bool:
        if self._extra:
            return True
        if day > 5 and self._fine >= 2:
            return day in WEEKLY
        return day in DAYS
