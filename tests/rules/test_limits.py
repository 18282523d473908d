"""Limits delay and never drop: never more than the limit in any span, and nothing waits for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rules.ladder import DEFAULT_POLICY
from triage.rules.limits import ONE_CONTACT, Limit, free_at
from triage.rules.phones import is_same_number
from triage.rules.retry import retry_at

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LIMITS = st.lists(
    st.builds(Limit, st.integers(1, 7), st.integers(1, 90).map(lambda seconds: timedelta(seconds=seconds))),
    min_size=1,
    max_size=3,
)
ARRIVALS = st.lists(st.integers(0, 200), min_size=1, max_size=40).map(sorted)


def send_all(arrivals: list[int], limits: list[Limit]) -> list[datetime]:
    """Send each message as soon as the limits let it go, in order; return when each went."""
    sent: list[datetime] = []
    for seconds in arrivals:
        now = max([START + timedelta(seconds=seconds), *sent])
        at = free_at(sent, limits, now)
        assert free_at(sent, limits, at) == at  # whoever comes back at that moment may go
        sent.append(at)
    return sent


@given(ARRIVALS, LIMITS)
def test_no_span_holds_more_than_the_limit(arrivals: list[int], limits: list[Limit]) -> None:
    sent = send_all(arrivals, limits)
    for limit in limits:
        for first in sent:
            assert sum(first <= at < first + limit.span for at in sent) <= limit.most


@given(ARRIVALS, LIMITS)
def test_nothing_waits_longer_than_what_went_before_it_takes(arrivals: list[int], limits: list[Limit]) -> None:
    sent = send_all(arrivals, limits)
    for place, (seconds, at) in enumerate(zip(arrivals, sent, strict=True)):
        worst = sum((limit.span * (place // limit.most + 1) for limit in limits), timedelta())
        assert at - (START + timedelta(seconds=seconds)) <= worst


@given(st.permutations([START + timedelta(seconds=second) for second in range(0, 60, 8)]))
def test_the_order_in_which_they_are_counted_does_not_matter(sent: list[datetime]) -> None:
    assert free_at(sent, [Limit(3, timedelta(minutes=1))], START + timedelta(seconds=57)) == START + timedelta(
        seconds=40 + 60
    )


def test_one_contact_gets_six_in_a_minute_and_sixty_in_an_hour() -> None:
    six = [START + timedelta(seconds=second) for second in range(6)]
    assert free_at(six[:5], ONE_CONTACT, six[5]) == six[5]
    assert free_at(six, ONE_CONTACT, START + timedelta(seconds=30)) == START + timedelta(seconds=60)
    sixty = [START + timedelta(seconds=59 * number) for number in range(60)]
    assert free_at(sixty, ONE_CONTACT, sixty[-1] + timedelta(seconds=5)) == START + timedelta(hours=1)


def test_the_longest_wait_is_shorter_than_the_shortest_step() -> None:
    shortest = min(wait.wall for wait in DEFAULT_POLICY.step_wait.values() if wait.wall)
    assert retry_at(50, START, 1.0) - START < shortest


@pytest.mark.parametrize(
    ("asked_for", "seconds"),
    [(None, 5), (60.0, 60), (1.0, 5), (0.0, 5), (-7.0, 5), (1e300, 900), (float("inf"), 900), (float("nan"), 5)],
)
def test_who_asks_for_time_gets_it_within_reason(asked_for: float | None, seconds: int) -> None:
    assert retry_at(1, START, 0.0, asked_for) == START + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+49 30 1234567", "030 1234567", True),
        ("0049301234567", "+49 (30) 123-45-67", True),
        ("+15551234567", "5551234567", True),
        ("+15551234567", "+15551234568", False),
        ("1234567", "+49301234567", False),  # too short to be sure
        ("1234567", "12 345 67", True),
        ("", "", False),
        ("anonymous", "", False),
    ],
)
def test_one_number_is_known_in_many_spellings(one: str, other: str, same: bool) -> None:
    assert is_same_number(one, other) == is_same_number(other, one) == same
