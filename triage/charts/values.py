"""What a chart shows, as plain values. Days are counted from the first sitting that is shown; severities are 0 to 4."""

from typing import NamedTuple


class Step(NamedTuple):
    """From a day on, a severity of at most this much is expected."""

    from_day: float
    at_most: int


class Dot(NamedTuple):
    """One severity that was reported. `is_beyond`: a rule found it; `is_doubted`: corrected since, or not theirs."""

    day: float
    severity: int
    is_beyond: bool = False
    is_doubted: bool = False


class Lane(NamedTuple):
    """One symptom: what was expected, first step first, and what was reported, oldest first."""

    label: str
    expected: tuple[Step, ...]
    dots: tuple[Dot, ...]


class Mark(NamedTuple):
    """A report that came, whatever it said; `is_doubted` as of its dots."""

    day: float
    is_doubted: bool = False


class Alarm(NamedTuple):
    """An alert that was opened; urgency 1 to 4."""

    day: float
    urgency: int


class Chart(NamedTuple):
    """One course of a patient. `today` None: it is over, and today is not on it."""

    days: float  # where it ends
    sittings: tuple[float, ...]  # the first at day 0
    reports: tuple[Mark, ...]
    missed: tuple[float, ...]  # when reports were due that never came
    alarms: tuple[Alarm, ...]
    lanes: tuple[Lane, ...]
    today: float | None
    caption: str  # by which protocol version
