"""How long to wait after too many wrong tries, in words and as a browser reads it."""

from datetime import datetime, timedelta

from triage.actions.throttling import TooMany

Waiting = tuple[int, str, int]  # status, words, seconds


def waiting(held: TooMany, now: datetime) -> Waiting:
    """Return what to answer to a try that was not looked at."""
    seconds = max(1, -(-(held.until - now) // timedelta(seconds=1)))
    minutes = -(-seconds // 60)
    when = "in a minute" if minutes == 1 else f"in {minutes} minutes"
    return 429, f"There were too many wrong tries, so this one was not looked at. Try again {when}.", seconds
