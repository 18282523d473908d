"""When to post a webhook again, when to give it up, and when its endpoint counts as broken."""

from datetime import datetime, timedelta

# A program may be down over a long weekend: together these are 75 hours and a half.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
BROKEN_AFTER = timedelta(days=5)
LEAST_TRIES = 3  # of one delivery, so that an endpoint without traffic is not given up at its first failure since long


def post_again_at(tries: int, now: datetime, chance: float, asked: timedelta | None = None) -> datetime | None:
    """Return when to post again after so many failures; None: it is given up and becomes a dead letter.

    `chance` from 0 to 1 adds up to a quarter and so spreads what failed together. `asked`: how long the other side
    wants us to wait: it makes a wait longer, never shorter, or its tries would be used up at once.
    """
    if tries > len(WAITS):
        return None
    wait: timedelta = WAITS[tries - 1] * (1 + chance / 4)
    return now + max(wait, asked or wait)


def is_broken(failing_since: datetime | None, tries: int, now: datetime) -> bool:
    """Tell whether an endpoint that has just failed has done so for too long; `tries`: of that delivery."""
    return failing_since is not None and tries >= LEAST_TRIES and now - failing_since >= BROKEN_AFTER
