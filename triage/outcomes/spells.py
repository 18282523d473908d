"""How long a symptom lasted, as far as reports tell: each session's spell as the days between which it ended.

It ended after the last report that had it and before the first that had it no more, and nobody knows when in between:
to take the report's day for the healing's would measure our own reminders. A next session, or the last report, ends the
view while it is still there. What comes back later is a spell of its own and is counted apart.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.outcomes.columns import NOT_ASKED, Bytes, Flags, Whole
from triage.outcomes.facts import NOBODY, Facts, Places
from triage.outcomes.figure import Question
from triage.outcomes.replay import DAY_US

STEP = 0.25  # days: looks are moved to this grid, by three hours at most, so that equal intervals are counted once
HORIZON = 90.0  # days: an end beyond it counts as not seen
Reals = NDArray[np.float64]


class Spells(NamedTuple):
    """Sessions in which a symptom was there, or ended before anybody asked; `left` < end <= `right`, in days."""

    sitting: Places
    patient: Places
    left: Reals
    right: Reals  # infinite: it was still there at the last look
    has_come_back: Flags
    asked: int  # sessions in which it was asked of at all

    def some(self, rows: Places) -> "Spells":
        """Return some of them; of these nobody knows in how many sessions more it was asked of."""
        return Spells(
            self.sitting[rows],
            self.patient[rows],
            self.left[rows],
            self.right[rows],
            self.has_come_back[rows],
            len(rows),
        )


class Looks(NamedTuple):
    """The reports of sessions that fall into a question, in the order of the facts."""

    rows: Places
    sitting: Places
    day: Reals  # since the session, at least 0


def chosen_sittings(facts: Facts, question: Question) -> Flags:
    """Return which sessions fall into a question's span."""
    at = facts.sittings.at_us
    chosen = np.ones(len(at), np.bool_)
    if question.since_us is not None:
        chosen &= at >= question.since_us
    if question.until_us is not None:
        chosen &= at < question.until_us
    return chosen & (at <= question.as_of_us)


def looks_at(facts: Facts, chosen: Flags) -> Looks:
    """Return every report that counts from one of the chosen sessions."""
    reports = facts.reports
    rows = np.flatnonzero(reports.sitting != NOBODY)
    rows = rows[chosen[reports.sitting[rows]] & (reports.at_us[rows] <= facts.as_of_us)]
    sitting = reports.sitting[rows]
    day = (reports.at_us[rows] - facts.sittings.at_us[sitting]) / DAY_US
    return Looks(rows, sitting, np.maximum(day, 0.0))


def spells_of(facts: Facts, looks: Looks, symptom: str, *, begins_at_once: bool) -> Spells:
    """Return one symptom's spells.

    `begins_at_once`: it is expected right after the procedure, so that a session whose first report has it no more
    counts as ended before that report; of other symptoms a session that never had it has no spell.
    """
    severity: Bytes = facts.reports.severity[symptom][looks.rows]
    asked = severity != NOT_ASKED
    sitting, day, is_there = looks.sitting[asked], looks.day[asked], severity[asked] > 0
    if not len(sitting):
        nothing = np.empty(0, np.int64)
        return Spells(nothing, nothing, np.empty(0), np.empty(0), np.empty(0, np.bool_), 0)
    first = np.flatnonzero(np.r_[True, sitting[1:] != sitting[:-1]])  # reports are ordered by patient, then moment
    of = np.cumsum(np.r_[True, sitting[1:] != sitting[:-1]]) - 1
    rank = np.arange(len(sitting))
    begins = _first_where(is_there, of, len(first), rank)
    starts = first if begins_at_once else begins
    gone = _first_where(~is_there & (rank >= starts[of]), of, len(first), rank)
    last_there = _last_before(is_there, of, gone, len(first), rank)
    has_spell = np.ones(len(first), np.bool_) if begins_at_once else begins < len(sitting)
    left = np.where(last_there >= 0, day[last_there], 0.0)
    right = np.where(gone < len(sitting), day[np.minimum(gone, len(sitting) - 1)], np.inf)
    again = _first_where(is_there & (rank > gone[of]), of, len(first), rank) < len(sitting)
    kept = np.flatnonzero(has_spell)
    rounded = _rounded(left[kept], right[kept])
    where = sitting[first][kept]
    return Spells(where, facts.sittings.patient[where], *rounded, again[kept], len(first))


def _first_where(flags: Flags, of: Whole, groups: int, rank: Whole) -> Places:
    """Return for each group the first row with a flag; the number of all rows where there is none."""
    found = np.full(groups, len(rank))
    np.minimum.at(found, of[flags], rank[flags])
    return found


def _last_before(flags: Flags, of: Whole, limit: Places, groups: int, rank: Whole) -> Places:
    """Return for each group its last row with a flag before a row; -1 where there is none."""
    found = np.full(groups, -1)
    counted = flags & (rank < limit[of])
    np.maximum.at(found, of[counted], rank[counted])
    return found


def _rounded(left: Reals, right: Reals) -> tuple[Reals, Reals]:
    """Return intervals whose looks are moved to the nearest point of the grid.

    What ends beyond the horizon was not seen to end. Both ends of a look move together: to widen each interval instead
    would favour those whose look was late.
    """
    low, high = np.round(left / STEP) * STEP, np.round(right / STEP) * STEP
    high = np.maximum(high, low + STEP)
    return np.minimum(low, HORIZON), np.where(high > HORIZON, np.inf, high)
