"""Named places where a test kills the process, by TRIAGE_FAULT="point:action[:n]"; unset, nothing happens there.

Several are separated by commas. Actions: kill (SIGKILL), stop (SIGSTOP, until somebody sends SIGCONT), hang (for ever),
raise (SimulatedCrash). `n`: the n-th time that the place is reached; the first where it is left out.
"""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple, NoReturn

VARIABLE = "TRIAGE_FAULT"

# Each stands once in the code. `statement` is reached through a listener that the tests hang into SQLAlchemy.
POINTS = (
    "request_read",  # a check-in was read, and nothing of it is stored
    "before_commit",  # all is written, and nothing is committed
    "committed",  # and the caller has not heard of it
    "missed",  # a check-in counts as missed, and there is no alert yet
    "timer_advanced",  # an alert has moved, and nobody is told yet
    "claimed",  # a message is leased, and not sent
    "bytes_sent",  # the mail server has the whole mail, and has not answered
    "answered",  # it has answered, and that is not written
    "settled",  # how it went is written
    "statement",  # before each statement that goes to the database
)


class SimulatedCrash(BaseException):
    """The process ends here, as far as one test can do that; nobody catches it."""


class _Fault(NamedTuple):
    point: str
    action: str
    turn: int


def arm(text: str) -> Callable[[str], None]:
    """Return what is called at each point. ValueError, saying what would be right, for a text that plans nothing."""
    planned = [_read(part.strip()) for part in text.split(",") if part.strip()]
    if not planned:
        return _do_nothing
    reached: Counter[str] = Counter()
    lock = threading.Lock()

    def look(point: str) -> None:
        with lock:
            reached[point] += 1
            turn = reached[point]
        for fault in planned:
            if (fault.point, fault.turn) == (point, turn):
                _ACTIONS[fault.action]()

    return look


def _do_nothing(point: str) -> None:
    return None


def _read(part: str) -> _Fault:
    point, _, rest = part.partition(":")
    action, _, turn = rest.partition(":")
    if point not in POINTS or action not in _ACTIONS or not (turn or "1").isdecimal():
        raise ValueError(
            f"{VARIABLE}: {part!r}; give point:action[:n] with a point of {', '.join(POINTS)} "
            f"and an action of {', '.join(_ACTIONS)}"
        )
    return _Fault(point, action, int(turn or "1"))


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _hang() -> None:
    threading.Event().wait()


def _raise() -> NoReturn:
    raise SimulatedCrash


_ACTIONS: Mapping[str, Callable[[], None]] = {"kill": _kill, "stop": _stop, "hang": _hang, "raise": _raise}

at = arm(os.environ.get(VARIABLE, ""))
