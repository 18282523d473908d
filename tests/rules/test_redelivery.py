"""When a webhook is posted again: spread over more than three days, then it is given up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from triage.rules.redelivery import BROKEN_AFTER, LEAST_TRIES, WAITS, is_broken, post_again_at

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_waits_grow_and_last_over_a_long_weekend() -> None:
    assert all(one < later for one, later in pairwise(WAITS))
    assert sum(WAITS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


@pytest.mark.parametrize("tries", range(1, len(WAITS) + 1))
def test_each_wait_is_as_drawn_up_and_at_most_a_quarter_longer(tries: int) -> None:
    wait = WAITS[tries - 1]
    assert post_again_at(tries, NOW, 0.0) == NOW + wait
    assert post_again_at(tries, NOW, 1.0) == NOW + wait * 1.25


def test_after_the_last_wait_it_is_given_up_whatever_was_asked() -> None:
    assert post_again_at(len(WAITS) + 1, NOW, 0.0) is None
    assert post_again_at(len(WAITS) + 1, NOW, 0.0, timedelta(hours=1)) is None


def test_who_asks_for_more_time_gets_it_and_who_asks_for_less_does_not() -> None:
    assert post_again_at(1, NOW, 0.0, timedelta(hours=1)) == NOW + timedelta(hours=1)
    assert post_again_at(4, NOW, 0.0, timedelta(seconds=1)) == NOW + WAITS[3]


@pytest.mark.parametrize(
    ("failing_for", "tries", "broken"),
    [
        (None, 9, False),
        (BROKEN_AFTER, LEAST_TRIES, True),
        (BROKEN_AFTER - timedelta(seconds=1), 9, False),
        (30 * DAY, LEAST_TRIES - 1, False),
    ],
)
def test_it_is_broken_after_days_of_failing_and_not_by_one_failure(
    failing_for: timedelta | None, tries: int, broken: bool
) -> None:
    assert is_broken(None if failing_for is None else NOW - failing_for, tries, NOW) is broken
