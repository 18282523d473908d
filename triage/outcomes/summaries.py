"""The history of every check-in as one code a symptom, from the readings of many patients at once.

The meaning is `rules/history.py`; here the same is said with running maxima over columns.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.outcomes.columns import NOT_ASKED, Bytes, Codes, Flags, Whole
from triage.rules import Course, Tables
from triage.rules.forms import BEFORES, LOWESTS, NEVER
from triage.rules.protocol import ExpectedWindow, HistoryLimits
from triage.rules.tables import FULL

HOUR_US = 3_600_000_000
LONGEST_US = 400 * 24 * HOUR_US  # of one patient's reports, as far as the order of moments is concerned
MOST_PATIENTS = 200_000  # at a time: what fits with LONGEST_US into 64 bits

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Moments:
    """When each check-in was; rows are ordered by patient, then by moment."""

    patient: Whole  # number of the patient, rising from 0; after a gap that no history bridges, as good as another
    sitting: Whole  # number of the patient's procedure that was the latest at the row's own time
    at_us: Whole  # microseconds since any fixed moment
    hour: Whole  # whole hours since that procedure

    def first_of_patient(self) -> Index:
        """Return for each row the first row of its patient."""
        return _first_of(self.patient)

    def first_of_sitting(self) -> Index:
        """Return for each row the first row of its patient that counts from the same procedure."""
        return _first_of(self.patient, self.sitting)


def odd_rows(moments: Moments, follow_up_hours: int) -> Flags:
    """Return the rows whose history these columns do not tell, to be judged one by one.

    They are those of patients who reported twice for one moment, from the second of them on, and those with reports
    from before the follow-up.
    """
    first = moments.first_of_patient()
    is_old = moments.at_us - moments.at_us[first] > follow_up_hours * HOUR_US
    is_second = np.zeros(len(first), np.bool_)
    is_second[1:] = (moments.at_us[1:] == moments.at_us[:-1]) & (moments.patient[1:] == moments.patient[:-1])
    found: Flags = is_old | (last_where(is_second) >= first)
    return found


def derive_codes(
    tables: Tables, moments: Moments, severity: dict[str, Bytes], stated: dict[str, Bytes]
) -> dict[str, Codes]:
    """Return the code of each row's history, a column a symptom. ValueError for more than MOST_PATIENTS patients."""
    if len(moments.patient) and moments.patient[-1] >= MOST_PATIENTS:
        raise ValueError(f"more than {MOST_PATIENTS} patients at a time")
    limits = tables.protocol.history
    look = LookBack(moments, limits)
    codes = {}
    for symptom, readings in severity.items():
        table = tables.symptoms[symptom]
        asked = Asked(readings)
        code = look.last(asked) * BEFORES
        if FULL in table.needs:
            code = ((code + look.before(asked)) * LOWESTS + look.lowest(asked)) * 4 + look.has_gone(asked) * 2
        else:
            code = (code * LOWESTS + NEVER) * 4
        codes[symptom] = (code + look.is_late(asked, stated[symptom], table.window)).astype(np.uint16)
    return codes


class Asked:
    """One symptom's readings: where it was asked, and the last place at or before each row where something held."""

    def __init__(self, readings: Bytes) -> None:
        self.readings = readings
        self.is_asked = readings != NOT_ASKED
        self.is_gone = readings == 0
        self.is_there = self.is_asked & ~self.is_gone
        self.last_asked = last_where(self.is_asked)
        self.last_gone = last_where(self.is_gone)
        self.last_there = last_where(self.is_there)


class LookBack:
    """What lies before each row, by the clock of its procedure and by the patient's."""

    def __init__(self, moments: Moments, limits: HistoryLimits) -> None:
        self.hour = moments.hour
        self.patient = moments.first_of_patient()
        self.sitting = moments.first_of_sitting()
        order = moments.patient * LONGEST_US + np.minimum(moments.at_us - moments.at_us[self.patient], LONGEST_US - 1)
        old_enough = order - limits.not_improving_hours * HOUR_US
        self.old_enough = np.searchsorted(order, old_enough, side="right") - 1
        self.recent = _recent_pairs(moments.at_us, self.sitting, limits.rise_within_hours * HOUR_US)

    def last(self, asked: Asked) -> Index:
        """Return the severity at the last reading since the latest procedure, or NEVER."""
        at = before_row(asked.last_asked)
        return np.where(at >= self.sitting, asked.readings[at], NEVER).astype(np.int64)

    def before(self, asked: Asked) -> Index:
        """Return the latest severity that is old enough to show no improvement; 0: none, or it was gone since."""
        at = np.where(self.old_enough >= self.sitting, asked.last_asked[self.old_enough], -1)
        is_kept = (at >= self.sitting) & (before_row(asked.last_gone) < at)
        return np.where(is_kept, asked.readings[at], 0).astype(np.int64)

    def lowest(self, asked: Asked) -> Index:
        """Return the lowest severity of the hours that count for a rapid rise, or NEVER."""
        lowest = np.full(len(asked.readings), NEVER, np.int64)
        for rows, earlier in self.recent:
            readings = np.minimum(asked.readings[earlier], NEVER)  # not asked is as good as none
            lowest[rows] = np.minimum(lowest[rows], readings)
        return lowest

    def has_gone(self, asked: Asked) -> Index:
        """Return 1 where it was there and then 0, since the latest procedure."""
        there_before = before_row(asked.last_there)
        came_to_an_end = last_where(asked.is_gone & (there_before >= self.sitting))
        return (before_row(came_to_an_end) >= self.sitting).astype(np.int64)

    def is_late(self, asked: Asked, stated: Bytes, window: ExpectedWindow) -> Index:
        """Return 1 where it has been there since a reading that was late, whatever procedure came since."""
        if window.late_new_from_hour is None:
            return np.zeros(len(stated), np.int64)
        previous = before_row(asked.last_asked)
        was_gone = (previous >= self.patient) & asked.is_gone[previous]
        is_late = ((stated == Course.new) | was_gone) & (self.hour >= window.late_new_from_hour)
        if window.late_any_from_hour is not None:
            is_late |= self.hour >= window.late_any_from_hour
        began = last_where(asked.is_there & is_late)[previous]
        ended = last_where(asked.is_gone & (self.hour >= window.late_hidden_until_hour))[previous]
        is_kept = (previous >= self.patient) & (began >= self.patient) & (began > ended)
        return is_kept.astype(np.int64)


def last_where(flags: Flags) -> Index:
    """Return for each row the last row up to it at which a flag is set, or -1."""
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), -1))


def before_row(found: Index) -> Index:
    """Return what held before each row instead of at it."""
    return np.concatenate(([-1], found[:-1])) if len(found) else found


def _first_of(*keys: Whole) -> Index:
    """Return for each row the first row of the unbroken run with the same keys."""
    rows = len(keys[0])
    starts = np.zeros(rows, np.bool_)
    starts[:1] = True
    for key in keys:
        starts[1:] |= key[1:] != key[:-1]
    return last_where(starts)


def _recent_pairs(at_us: Whole, sitting: Index, within_us: int) -> list[tuple[Index, Index]]:
    """Return (rows, earlier rows): every pair of the same sitting that lies at most so far apart."""
    pairs = []
    rows = np.arange(len(at_us))
    step = 1
    while len(rows):
        earlier = rows - step
        is_near = (earlier >= sitting[rows]) & (at_us[rows] - at_us[earlier] <= within_us)
        rows = rows[is_near]
        if len(rows):
            pairs.append((rows, rows - step))
        step += 1
    return pairs
