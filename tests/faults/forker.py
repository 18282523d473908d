"""A process that has the whole service imported and forks it on demand: real ones, to be killed, in milliseconds.

Reads one JSON object a line, answers with one: `start` gives the pid of a new process, `wait` its exit code.
"""

import json
import os
import random
import sys
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event

import triage.clock
from triage import faults
from triage.clock import run_clock
from triage.config import Settings
from triage.records import migrate
from triage.serving import serve_app
from triage.wiring import Wiring, read_clock, wire


def serve(settings: Settings, order: dict[str, Any]) -> None:
    serve_app(settings, {})


def clock(settings: Settings, order: dict[str, Any]) -> None:
    """As `triage clock`, on a machine whose clock is so many seconds ahead."""
    run_clock(wire_ahead(settings, order))


def deliver(settings: Settings, order: dict[str, Any]) -> None:
    """One sender of a clock and nothing else: stopped outside of a transaction, it holds no lock on SQLite."""
    wiring = wire_ahead(settings, order)
    while True:
        for piece in triage.clock.deliver(wiring, "lonely"):
            piece()
        time.sleep(0.05)


def wire_ahead(settings: Settings, order: dict[str, Any]) -> Wiring:
    wiring, ahead = wire(settings), timedelta(seconds=order["ahead"])

    def now() -> datetime:
        # The scheduler of APScheduler itself wakes by the real time.
        is_scheduler = order["command"] == "clock" and threading.current_thread() is threading.main_thread()
        return read_clock() + ahead * (not is_scheduler)

    wiring.now = now  # type: ignore[method-assign]
    return wiring


def upgrade(settings: Settings, order: dict[str, Any]) -> None:
    migrate.upgrade(settings.database_url)


COMMANDS = {"serve": serve, "clock": clock, "deliver": deliver, "upgrade": upgrade}


def run(order: dict[str, Any]) -> None:
    """Be the process that was asked for, to its end."""
    descriptor = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    random.seed()
    environ = {**order["environ"], faults.VARIABLE: order["fault"]}
    faults.at = faults.arm(order["fault"])
    event.listen(Engine, "before_cursor_execute", lambda *_: faults.at("statement"))
    if order["on_connect"]:
        event.listen(Engine, "checkout", lambda raw, *_: prepare(raw, order["on_connect"]))
    COMMANDS[order["command"]](Settings.from_environ(environ), order)


def prepare(raw: Any, statements: Sequence[str]) -> None:
    for statement in statements:
        raw.execute(statement)


def wait(pid: int, seconds: float) -> int | None:
    """The exit code, minus the signal where it was one; None when it still runs after so long."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return None


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "wait":
            print(json.dumps(wait(order["pid"], order["seconds"])), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                run(order)
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
            finally:
                sys.stderr.flush()
                os._exit(code)
        print(json.dumps(pid), flush=True)


if __name__ == "__main__":
    main()
