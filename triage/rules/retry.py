"""What to do after a delivery that failed for now."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=2)  # with the spread below half of the shortest step of the ladder
LONGEST_ASKED_FOR = timedelta(minutes=15)
MOST_DOUBLINGS = 10


def retry_at(attempts: int, now: datetime, chance: float, asked_for: float | None = None) -> datetime:
    """Return when to try again after so many attempts: 5 s doubled each time up to 2 min, and up to a quarter more.

    `chance` from 0 to 1 spreads the tries of many messages. `asked_for`: the seconds that the other side wants to be
    left alone for, kept up to 15 min; None: it said nothing. It never gives up: whether a message is still wanted is
    asked before each send.
    """
    wait: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, MOST_DOUBLINGS), LONGEST_WAIT)
    if asked_for is not None:
        wait = max(wait, timedelta(seconds=max(0.0, min(asked_for, LONGEST_ASKED_FOR.total_seconds()))))
    return now + wait * (1 + chance / 4)
