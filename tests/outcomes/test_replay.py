"""Counting what another protocol would have done, and the exact test behind "has it changed?"."""

from datetime import UTC, datetime, timedelta
from math import comb

import numpy as np
import pytest

from triage.outcomes.paired import mcnemar_exact
from triage.outcomes.replay import Change, Compared, Labelled, Tally
from triage.outcomes.reports import micros
from triage.rules import Urgency

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
CALM, ROUTINE, TODAY, URGENT, EMERGENCY = Urgency


def counted(*reports: tuple[float, int, int]) -> Tally:
    """Return a tally of (days after a Monday, urgency before, urgency after)."""
    tally = Tally()
    days, before, after = zip(*reports, strict=True)
    at_us = np.array([micros(MONDAY + timedelta(days=day)) for day in days], np.int64)
    tally.add(Compared(at_us, np.array(before, np.uint8), np.array(after, np.uint8)), 1)
    return tally


def change(before: Urgency, after: Urgency, name: str = "c") -> Change:
    return Change(name, "p", MONDAY, 3, before, after, ("old",), ("new",))


@pytest.mark.parametrize(
    ("only_before", "only_after", "expected"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),  # 2 x 1/2
        (5, 0, 2 / 32),
        (2, 10, 2 * (1 + 12 + 66) / 2**12),
        (10, 2, 2 * (1 + 12 + 66) / 2**12),
        (7, 7, 1.0),
        (121, 59, 2 * sum(comb(180, k) for k in range(60)) / 2**180),
        (0, 900, 2.0**-899),
    ],
)
def test_mcnemars_test_is_exact(only_before: int, only_after: int, expected: float) -> None:
    assert mcnemar_exact(only_before, only_after) == pytest.approx(expected, rel=1e-9)


def test_mcnemars_test_takes_millions_of_pairs() -> None:
    assert mcnemar_exact(1_001_000, 1_000_000) == pytest.approx(0.4799, abs=1e-3)  # normal: z = 999 / sqrt(2,001,000)
    assert mcnemar_exact(3_000_000, 0) == 0.0


def test_counts_and_the_matrix_agree() -> None:
    result = counted((0, 0, 0), (1, 0, 1), (2, 3, 2), (3, 1, 0), (4, 4, 4)).result()
    assert result.before() == {"self_care": 2, "routine": 1, "same_day": 0, "urgent": 1, "emergency": 1}
    assert result.after() == {"self_care": 2, "routine": 1, "same_day": 1, "urgent": 0, "emergency": 1}
    assert result.matrix[URGENT][TODAY] == 1
    assert sum(map(sum, result.matrix)) == result.reports == 5


def test_parts_count_as_the_whole() -> None:
    reports = [(day, day % 5, (day * 3) % 5) for day in range(40)]
    whole, parts = counted(*reports), counted(*reports[:13])
    for start in (13, 26):
        part = reports[start : start + 14 - (start == 13)]
        days, before, after = zip(*part, strict=True)
        at_us = np.array([micros(MONDAY + timedelta(days=day)) for day in days], np.int64)
        parts.add(Compared(at_us, np.array(before, np.uint8), np.array(after, np.uint8)), 0)
    parts.add(Compared(np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(0, np.uint8)), 0)
    assert parts.result() == whole.result()


def test_alerting_is_routine_or_above_and_counted_by_week() -> None:
    result = counted((0, 1, 0), (6.99, 2, 2), (7, 0, 3), (7.5, 0, 0), (21, 1, 1)).result()
    assert [tuple(week) for week in result.weeks] == [
        ("2026-03-02", 2, 2, 1),
        ("2026-03-09", 2, 0, 1),
        ("2026-03-16", 0, 0, 0),
        ("2026-03-23", 1, 1, 1),
    ]
    alerting = result.alerting()
    assert (alerting["before"], alerting["after"]) == (3, 3)
    assert (alerting["only_before"], alerting["only_after"]) == (1, 1)
    assert alerting["before_per_week"] == pytest.approx(1.0)  # three in 21 days


def test_only_falls_below_urgent_lose_a_danger() -> None:
    lost = [change(b, a) for b in Urgency for a in Urgency if change(b, a).is_danger_lost]
    assert {(entry.before, entry.after) for entry in lost} == {
        (b, a) for b in (URGENT, EMERGENCY) for a in (CALM, ROUTINE, TODAY)
    }


def test_the_most_dangerous_changes_come_first() -> None:
    tally = counted((0, 0, 0))
    pairs = [(CALM, ROUTINE), (TODAY, CALM), (EMERGENCY, URGENT), (URGENT, TODAY), (CALM, EMERGENCY), (EMERGENCY, CALM)]
    tally.changes += [change(before, after) for before, after in pairs]
    ordered = [(entry.before, entry.after) for entry in tally.result().changes]
    assert ordered[:2] == [(EMERGENCY, CALM), (URGENT, TODAY)]
    assert ordered[2:4] == [(TODAY, CALM), (EMERGENCY, URGENT)]
    assert ordered[4:] == [(CALM, EMERGENCY), (CALM, ROUTINE)]
    assert len(tally.result().danger_lost()) == 2


def test_alerts_are_lost_or_saved_by_what_a_human_said_of_them() -> None:
    tally = counted((0, 0, 0))
    tally.labelled += [
        Labelled("lost", "p", MONDAY, "useful", TODAY, CALM),
        Labelled("kept", "p", MONDAY, "useful", TODAY, ROUTINE),
        Labelled("saved", "p", MONDAY, "not_needed", ROUTINE, CALM),
        Labelled("saved too", "p", MONDAY, "could_have_waited", ROUTINE, CALM),
        Labelled("never was", "p", MONDAY, "useful", CALM, CALM),
    ]
    told = tally.result().as_mapping()
    assert [alert["alert"] for alert in told["useful_alerts_lost"]] == ["lost"]
    assert [alert["alert"] for alert in told["needless_alerts_saved"]] == ["saved", "saved too"]
    assert told["labelled_alerts"] == {"could_have_waited": 1, "not_needed": 1, "useful": 3}


def test_nothing_counted_is_a_result_too() -> None:
    told = Tally().result().as_mapping()
    assert (told["reports"], told["first_at"], told["weeks"], told["danger_lost"]) == (0, None, [], [])
    assert told["alerting"]["before_per_week"] == 0.0
