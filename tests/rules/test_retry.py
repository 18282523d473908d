"""Trying again: soon at first, then every two minutes, and never all at the same moment."""

from datetime import UTC, datetime, timedelta

import pytest

from triage.rules.retry import retry_at

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 120), (7, 120), (10**6, 120)]
)
def test_the_wait_doubles_up_to_two_minutes(attempts: int, seconds: int) -> None:
    assert retry_at(attempts, NOW, 0) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("attempts", [1, 4, 100])
def test_chance_adds_up_to_a_quarter(attempts: int) -> None:
    least, most = retry_at(attempts, NOW, 0) - NOW, retry_at(attempts, NOW, 1) - NOW
    assert most == least * 1.25
    assert least < retry_at(attempts, NOW, 0.5) - NOW < most
