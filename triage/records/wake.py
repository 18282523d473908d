"""A hint from whoever commits to the clock that something waits to be sent, so that it need not poll to find out.

Only a hint: it may be lost, come twice or come from anybody, and nothing but speed depends on it. PostgreSQL carries it
itself (NOTIFY, in the transaction). On SQLite, where all is on one host, it is an empty datagram to a socket in Linux's
abstract namespace, which has no file and no mode; elsewhere there is none.
"""

import hashlib
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
from sqlalchemy import URL, text

LOG = logging.getLogger(__name__)
CHANNEL = "triage_wake"
NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', '')")
APART = 0.02  # seconds between two hints that are passed on: a storm is one hint
LISTEN_FOR = 1.0  # seconds until one looks whether to stop
TRY_AGAIN = 2.0
CONNECTION = {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


def wake(address: str | None) -> None:
    """Send a hint to the clock of an SQLite file; where nobody listens, nothing happens."""
    if address is not None:
        with suppress(OSError), closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as own:
            own.setblocking(False)
            own.sendto(b"", address)


def listen(url: URL, heard: Callable[[], None], stop: threading.Event) -> threading.Thread:
    """Start a thread that passes hints on until `stop`; lost connections are made anew, in silence but for the log."""

    def run() -> None:
        while not stop.is_set():
            try:
                for _ in hints(url, stop):
                    heard()
                    stop.wait(APART)
            except (OSError, psycopg.Error) as error:
                LOG.info("no hints, only polling, for now: %s", type(error).__name__)
            stop.wait(TRY_AGAIN)

    thread = threading.Thread(target=run, name="wake", daemon=True)
    thread.start()
    return thread


def hints(url: URL, stop: threading.Event) -> Iterator[None]:
    """Yield once for all hints that have come since; end with `stop`. Raises OSError or psycopg's Error."""
    if url.get_backend_name() == "sqlite":
        address = address_of(str(url.database))
        if address is not None:
            yield from _datagrams(address, stop)
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(plain, autocommit=True, **CONNECTION)) as connection:  # type: ignore[arg-type]
        connection.execute(f"LISTEN {CHANNEL}")
        yield  # what was committed before one listened
        while not stop.is_set():
            if any([*connection.notifies(timeout=LISTEN_FOR, stop_after=1)]):
                [*connection.notifies(timeout=0)]
                yield


def address_of(file: str) -> str | None:
    """Return where the clock of an SQLite file listens; None where the system has no such place."""
    if not sys.platform.startswith("linux"):
        return None
    return "\0triage-" + hashlib.sha256(str(Path(file).resolve()).encode()).hexdigest()[:32]


def _datagrams(address: str, stop: threading.Event) -> Iterator[None]:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as own:
        own.bind(address)
        yield
        while not stop.is_set():
            own.settimeout(LISTEN_FOR)
            with suppress(TimeoutError):
                own.recv(1)
                own.setblocking(False)
                with suppress(BlockingIOError):
                    while True:
                        own.recv(1)
                yield
