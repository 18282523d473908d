"""What one process knows of a way out that is shut: it is knocked at now and then, and no message is tried meanwhile.

So a mail server that is down costs no attempts, and when it is back the messages go in their own order.
"""

import threading
from datetime import datetime, timedelta

FIRST_KNOCK, LONGEST_KNOCK = timedelta(seconds=2), timedelta(seconds=15)


class Outage:
    """Whether a channel is shut as a whole. The threads of one process share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._knocks = 0
        self._next_at: datetime | None = None

    @property
    def is_on(self) -> bool:
        """Tell whether the channel was found shut."""
        return self._next_at is not None

    def begin(self, now: datetime) -> None:
        """Note that the channel is shut."""
        with self._lock:
            if self._next_at is None:
                self._knocks, self._next_at = 0, now + FIRST_KNOCK

    def is_due(self, now: datetime) -> bool:
        """Tell whether the caller is to knock now; nobody else is told so until the next time."""
        with self._lock:
            if self._next_at is None or now < self._next_at:
                return False
            self._knocks += 1
            self._next_at = now + min(FIRST_KNOCK * 2 ** min(self._knocks, 8), LONGEST_KNOCK)
            return True

    def end(self) -> None:
        """Note that the channel is open again."""
        with self._lock:
            self._next_at = None
