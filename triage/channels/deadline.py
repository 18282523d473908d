"""Bounds a conversation over TCP in all: the name look-up, each address, and every byte after that.

A socket's own time-out starts anew with each byte, so a peer that drips would hold the sender for ever.
"""

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

_Address = tuple[Any, ...]


class Deadline:
    """A moment some seconds ahead, on the clock that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Give the seconds left, never quite zero, because zero means 'do not wait' to a socket."""
        return max(0.001, self._ends_at - time.monotonic())


class ForbiddenAddress(OSError):
    """The name leads to an address that must not be reached."""


def dial(
    host: str, port: int, *, timeout: float, deadline: Deadline, allows: Callable[[str], bool] | None = None
) -> socket.socket:
    """Connect to the first address that answers; raises OSError when none does in time.

    `allows` is asked about each address of the name before any is tried, and what it was asked about is what is
    connected to: the name is looked up once. Raises ForbiddenAddress where it refuses one; None: all are allowed.
    """
    failure = OSError("the name has no address")
    found = _look_up(host, port, min(timeout, deadline.remaining()))
    if allows is not None and not all(allows(str(address[0])) for *_, address in found):
        raise ForbiddenAddress
    for family, kind, number, _, address in found:
        sock = socket.socket(family, kind, number)
        try:
            sock.settimeout(min(timeout, deadline.remaining()))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
            sock.settimeout(timeout)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def _look_up(host: str, port: int, seconds: float) -> list[_Address]:
    # The system's resolver cannot be interrupted, so it gets a thread that may be left behind: it sends nothing.
    answers: queue.SimpleQueue[list[_Address] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except OSError as error:
            answers.put(error)
        except UnicodeError:
            answers.put(socket.gaierror(socket.EAI_NONAME, "not a host name"))

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise socket.gaierror(socket.EAI_AGAIN, "no answer in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


@contextlib.contextmanager
def cut_off(sock: socket.socket, deadline: Deadline) -> Iterator[threading.Event]:
    """Shut the connection down at the deadline, whatever it is doing; the event says that this has happened.

    The watchdog holds a duplicate of the descriptor: shutting that down ends the connection even after TLS was
    wrapped around it, and cannot hit another connection that got the same number after a close.
    """
    handle = sock.dup()
    expired = threading.Event()

    def cut() -> None:
        expired.set()
        with contextlib.suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    watchdog = threading.Timer(deadline.remaining(), cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield expired
    finally:
        watchdog.cancel()
        watchdog.join()
        handle.close()
