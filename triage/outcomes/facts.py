"""What a clinic has on record, as plain columns: all that its outcome statistics are made from.

Rows point at each other by their number; NONE and NOBODY stand for what is not there. Moments are microseconds since
1970, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from triage.outcomes.columns import Bytes, Flags, Masks, Whole

NONE = int(np.iinfo(np.int64).min)  # a moment or a number that is not there
NOBODY = -1  # a row or a name that is not there

Places = NDArray[np.int64]  # numbers of rows of another table
Reals = NDArray[np.float64]  # NaN: not there


class Named(NamedTuple):
    """A column of few words: each row has the place of its word in `names`, or NOBODY."""

    names: tuple[str, ...]
    code: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Patients:
    """Everybody whom the clinic looks after."""

    id: list[str]
    language: Named
    tone: Bytes  # Fitzpatrick's skin type, 1 to 6; 0: not recorded
    born: Whole  # year of birth


@dataclass(frozen=True, slots=True)
class Sittings:
    """Every procedure, ordered by patient, then by moment."""

    id: list[str]
    patient: Places
    episode: Places  # number of the episode; procedures of the same number belong together
    at_us: Whole  # when it ended
    number: Whole  # which session of its episode it was, from 1
    until_us: Whole  # when the patient's next procedure was; NONE: there was none
    practitioner: Named
    areas: Masks  # one bit an area, in the order of `area_names`; at most 64 areas, the rest are left out
    area_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Uses:
    """Every product that was used in a procedure."""

    sitting: Places
    role: Named  # pigment, diluent, anaesthetic, needle, ointment
    product: Named
    lot: Named  # NOBODY: not recorded


@dataclass(frozen=True, slots=True)
class Reports:
    """Every check-in that nobody disputes and no later one amends, ordered by patient, then by moment.

    Its urgency is that of the assessment that stands.
    """

    patient: Places
    sitting: Places  # the latest procedure at or before it; NOBODY: before the first
    at_us: Whole
    received_us: Whole
    urgency: Bytes  # 0 to 4
    severity: Mapping[str, Bytes]  # a column a symptom: 0 to 4, or NOT_ASKED (255)
    has_sign: Flags  # a danger sign was stated


@dataclass(frozen=True, slots=True)
class Alerts:
    """Every alert of every kind. An answer that has not come is NONE: the alert was open at `Facts.as_of_us`."""

    id: list[str]
    kind: Named  # report, silence, lot, service
    urgency: Bytes  # 1 to 4, the highest that it had
    patient: Places
    sitting: Places  # the latest procedure when it was opened
    rule: Named  # the rule of the most urgent finding when it was opened, of reports
    opened_us: Whole
    acked_us: Whole  # the first time that a human took it
    reached_us: Whole  # the first time that the patient was reached or replied to
    closed_us: Whole
    open_acked_s: Reals  # seconds of opening hours until each, or until as_of where it has not come
    open_reached_s: Reals
    open_closed_s: Reals
    limit_s: (
        Whole  # what its urgency promises until somebody takes it: seconds, of opening hours or not as `is_by_hours`
    )
    is_by_hours: Flags
    is_exhausted: Flags  # the ladder ended before anybody took it
    outcome: Named  # of OUTCOMES
    useful: Named  # of USEFUL
    is_serious: Flags  # closed with some seriousness
    owner: Named  # who took it first


@dataclass(frozen=True, slots=True)
class Due:
    """Every check-in that should have come."""

    patient: Places
    sitting: Places
    due_us: Whole
    state: Named  # of records: waiting, answered, late, missed, excused, opted_out, superseded
    sent_us: Whole
    delivered_us: Whole
    opened_us: Whole
    reminded_us: Whole
    answered_us: Whole
    silence: Named  # what the practitioner was told
    unasked: Named  # why no message asked


@dataclass(frozen=True, slots=True)
class Ratings:
    """How results were rated, the rating that stands; 1 to 5, 0: not answered."""

    sitting: Places  # the last procedure before it
    is_patients: Flags  # else the practitioner's
    at_us: Whole
    marks: Mapping[str, Bytes]  # density, dot_size, colour, evenness


@dataclass(frozen=True, slots=True)
class Sampled:
    """Reports without an alert that were drawn by lot, and what a human said of them."""

    patient: Places
    at_us: Whole
    stratum: Named
    chance: Reals
    verdict: Named  # right, should_have_alerted, cannot_tell; NOBODY: not reviewed yet


@dataclass(frozen=True, slots=True)
class Facts:
    """All of one clinic, up to a moment."""

    as_of_us: int
    patients: Patients
    sittings: Sittings
    uses: Uses
    reports: Reports
    alerts: Alerts
    due: Due
    ratings: Ratings
    sampled: Sampled
    versions: tuple[tuple[str, str, str], ...]  # digest, name and version of each protocol that judged
