"""A handful of facts, written down by hand: two patients, three sessions, four alerts, a few reports."""

from dataclasses import replace
from typing import Any

import numpy as np

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

DAY, HOUR = 86_400_000_000, 3_600_000_000
NOW = 1_000 * DAY


def whole(*values: int) -> Any:
    return np.array(values, np.int64)


def named(*words: str | None) -> Named:
    """Return a column of these words, None for nobody."""
    names = tuple(sorted({word for word in words if word}))
    codes = [names.index(word) if word else NOBODY for word in words]
    return Named(names, np.array(codes, np.int32))


def severities(*values: int) -> Any:
    return np.array(values, np.uint8)


def flags(*values: int) -> Any:
    return np.array(values, np.bool_)


SITTINGS = Sittings(
    id=["s0", "s1", "s2"],
    patient=whole(0, 0, 1),
    episode=whole(0, 0, 1),
    at_us=whole(NOW - 60 * DAY, NOW - 30 * DAY, NOW - 40 * DAY),
    number=whole(1, 2, 1),
    until_us=whole(NOW - 30 * DAY, NONE, NONE),
    practitioner=named("Ada", "Ada", "Leo"),
    areas=np.array([1, 1, 2], np.uint64),
    area_names=("top", "crown"),
)
REPORTS = Reports(
    patient=whole(0, 0, 0, 1, 1),
    sitting=whole(0, 0, 1, NOBODY, 2),
    at_us=whole(NOW - 58 * DAY, NOW - 35 * DAY, NOW - 29 * DAY, NOW - 50 * DAY, NOW - 10 * DAY),
    received_us=whole(NOW - 58 * DAY, NOW - 35 * DAY, NOW - 29 * DAY, NOW - 50 * DAY, NOW - 10 * DAY),
    urgency=np.array([0, 2, 0, 3, 1], np.uint8),
    severity={"redness": severities(2, 1, 3, 4, NOT_ASKED), "swelling": severities(1, 2, 0, 0, 0)},
    has_sign=flags(0, 0, 0, 1, 0),
)
OPENED = whole(NOW - 35 * DAY, NOW - 10 * DAY, NOW - 9 * DAY, NOW - 2 * HOUR, NOW - 5 * DAY)
ALERTS = Alerts(
    id=["a0", "a1", "a2", "a3", "a4"],
    kind=named("report", "silence", "report", "report", "service"),
    urgency=np.array([3, 1, 2, 3, 3], np.uint8),
    patient=whole(0, 1, 0, 1, NOBODY),
    sitting=whole(0, 2, 1, 2, NOBODY),
    rule=named("beyond", None, "beyond", "fever", None),
    opened_us=OPENED,
    acked_us=whole(NOW - 35 * DAY + HOUR, NOW - 7 * DAY, NONE, NONE, NONE),
    reached_us=whole(NONE, NONE, NONE, NONE, NONE),
    closed_us=whole(NOW - 34 * DAY, NOW - 6 * DAY, NOW - 8 * DAY, NONE, NONE),
    open_acked_s=np.array([3600.0, 20 * 3600.0, 4 * 3600.0, 2 * 3600.0, 40 * 3600.0]),
    open_reached_s=np.zeros(5),
    open_closed_s=np.array([8 * 3600.0, 30 * 3600.0, 4 * 3600.0, 2 * 3600.0, 40 * 3600.0]),
    limit_s=whole(900, 16 * 3600, 8 * 3600, 900, NONE),
    is_by_hours=flags(0, 1, 1, 0, 0),
    is_exhausted=flags(0, 0, 0, 0, 0),
    outcome=named("infection", "other", "expected_healing", None, None),
    useful=named("useful", None, "not_needed", None, None),
    is_serious=flags(1, 0, 0, 0, 0),
    owner=named("Ada", "Leo", None, None, None),
)
NOTHING, NO_BYTES, NO_FLAGS = whole(), np.zeros(0, np.uint8), np.zeros(0, np.bool_)
FACTS = Facts(
    as_of_us=NOW,
    patients=Patients(["p0", "p1"], named("en", "es"), np.array([0, 5], np.uint8), whole(1980, 1990)),
    sittings=SITTINGS,
    uses=Uses(NOTHING, named(), named(), named()),
    reports=REPORTS,
    alerts=ALERTS,
    due=Due(NOTHING, NOTHING, NOTHING, named(), *[NOTHING] * 5, named(), named()),
    ratings=Ratings(NOTHING, NO_FLAGS, NOTHING, {}),
    sampled=Sampled(
        patient=whole(0, 1, 1),
        at_us=whole(NOW - 29 * DAY, NOW - 12 * DAY, NOW - 11 * DAY),
        stratum=named("calm", "calm", "calm"),
        chance=np.array([0.1, 0.1, 0.1]),
        verdict=named("right", "should_have_alerted", None),
    ),
    versions=(("d", "smp", "3"),),
)
EMPTY = replace(
    FACTS,
    patients=Patients([], named(), NO_BYTES, NOTHING),
    sittings=replace(
        SITTINGS, id=[], patient=NOTHING, episode=NOTHING, at_us=NOTHING, number=NOTHING, until_us=NOTHING,
        practitioner=named(), areas=NOTHING.astype(np.uint64), area_names=(),
    ),
    reports=Reports(NOTHING, NOTHING, NOTHING, NOTHING, NO_BYTES, {}, NO_FLAGS),
    alerts=Alerts(
        [], named(), NO_BYTES, NOTHING, NOTHING, named(), *[NOTHING] * 4, *[np.zeros(0)] * 3, NOTHING, NO_FLAGS,
        NO_FLAGS, named(), named(), NO_FLAGS, named(),
    ),
    sampled=Sampled(NOTHING, NOTHING, named(), np.zeros(0), named()),
)  # fmt: skip
