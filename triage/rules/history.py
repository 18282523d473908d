"""What the earlier reports of an episode say about one symptom."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from triage.rules.protocol import ExpectedWindow, HistoryLimits
from triage.rules.vocabulary import Course


class Earlier(NamedTuple):
    """One earlier reading of one symptom, oldest first in a list of them."""

    severity: int
    course: str  # as stated; empty: not stated
    age: float  # hours before the judged report
    hour: float  # since the procedure that was the latest at its own time
    is_current: bool  # reported since the procedure that is the latest for the judged report


class Summary(NamedTuple):
    """One symptom's history. None: no such reading."""

    last: int | None = None  # since the latest procedure
    lowest: int | None = None  # in the last hours that count for a rapid rise
    has_gone: bool = False  # was there, then was 0, since the latest procedure
    before: int | None = None  # the latest reading that is old enough to show no improvement, unless it was gone since
    is_late: bool = (
        False  # has been there since a reading that was late by its own clock, whatever procedure came since
    )


EMPTY = Summary()


def summarise(readings: Sequence[Earlier], window: ExpectedWindow, limits: HistoryLimits) -> Summary:
    """Return the summary of one symptom's readings, oldest first."""
    current = [reading for reading in readings if reading.is_current]
    return Summary(
        last=current[-1].severity if current else None,
        lowest=min((reading.severity for reading in current if reading.age <= limits.rise_within_hours), default=None),
        has_gone=_has_gone(current),
        before=_severity_before(current, limits.not_improving_hours),
        is_late=window.late_new_from_hour is not None and _is_late(readings, window),
    )


def _has_gone(current: Iterable[Earlier]) -> bool:
    was_there = False
    for reading in current:
        if reading.severity:
            was_there = True
        elif was_there:
            return True
    return False


def _severity_before(current: Iterable[Earlier], hours: int) -> int | None:
    """Return the severity some hours ago, None where the symptom was gone at that time or later."""
    before: int | None = None
    for reading in current:
        if reading.severity == 0:
            before = None
        elif reading.age >= hours:
            before = reading.severity
    return before


def _is_late(readings: Iterable[Earlier], window: ExpectedWindow) -> bool:
    late, previous = False, None
    for reading in readings:
        late = reading.severity > 0 and (late or _began_late(reading, previous, window))
        previous = reading
    return late


def _began_late(reading: Earlier, previous: Earlier | None, window: ExpectedWindow) -> bool:
    if window.late_any_from_hour is not None and reading.hour >= window.late_any_from_hour:
        return True
    is_new = reading.course == "new" or (previous is not None and previous.severity == 0)
    return is_new and window.late_new_from_hour is not None and reading.hour >= window.late_new_from_hour


def derive_course(severity: int, last: int | None) -> Course:
    """Return the course that two readings show; unknown where there is no earlier one since the procedure."""
    if last is None:
        return Course.unknown
    if severity == last:
        return Course.same
    if severity < last:
        return Course.better
    return Course.worse if last else Course.new
