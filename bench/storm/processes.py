"""The processes of one service, killed at random and started again by whoever holds them."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from triage.faults import POINTS

NAMED = 0.5  # of those that start again die a second time, by their own hand, at a named point
# Those that a process of each kind comes by.
OF_WEB = ("request_read", "before_commit", "committed", "timer_advanced")
OF_CLOCK = ("before_commit", "committed", "timer_advanced", "claimed", "bytes_sent", "answered", "settled")


EARLY = 0.2  # of the kills may come while a process is still starting


class Place(NamedTuple):
    """One process of the service: what it runs, and with what settings."""

    command: str
    environ: dict[str, str]


def free_port() -> int:
    """Return a port that nobody has."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def is_listening(port: int) -> bool:
    """Tell whether somebody takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Service:
    """Web and clock processes on one database; `storm` kills them, each is started again at once."""

    def __init__(self, environ: dict[str, str], webs: int, clocks: int, folder: Path) -> None:
        self.ports = [free_port() for _ in range(webs)]
        self.places = [Place("serve", {**environ, "TRIAGE_PORT": str(port)}) for port in self.ports]
        self.places += [Place("clock", environ)] * clocks
        self.log = (folder / "service.log").open("ab")
        self.running: list[subprocess.Popen[bytes]] = []
        self.begun = [0.0] * len(self.places)
        self.starting: set[int] = set()  # web processes that take no connections yet
        self.start_takes = 2.0
        self.kills: Counter[str] = Counter()
        self._pause = threading.Event()  # never set

    def start(self) -> None:
        """Start every process."""
        self.running = [self._begin(place) for place in self.places]

    def is_up(self) -> bool:
        """Tell whether every web process takes connections."""
        return all(map(is_listening, self.ports))

    def _victims(self, draw: random.Random) -> list[int]:
        """Return whom to kill: mostly those that have come to work since they were started, some before that."""
        if draw.random() < EARLY:
            return list(range(len(self.places)))
        up = [number for number, port in enumerate(self.ports) if is_listening(port)]
        old = time.monotonic() - 1.5 * self.start_takes
        return up + [number for number in range(len(self.ports), len(self.places)) if self.begun[number] < old]

    def _measure_start(self) -> None:
        """Note how long the latest web process took to come up: a clock takes about as long."""
        for number, port in enumerate(self.ports):
            if number in self.starting and is_listening(port):
                self.starting.discard(number)
                self.start_takes = time.monotonic() - self.begun[number]

    def storm(self, seconds: float, every: float, draw: random.Random) -> None:
        """Kill one process about every so many seconds, and start again whatever has died."""
        ends = time.monotonic() + seconds
        blow_at = time.monotonic()
        while time.monotonic() < ends:
            self._pause.wait(0.1)
            self._measure_start()
            for number, process in enumerate(self.running):
                if process.poll() is not None:
                    self._start_again(number)
            if time.monotonic() >= blow_at and (victims := self._victims(draw)):
                self._start_again(draw.choice(victims), draw if draw.random() < NAMED else None)
                blow_at = time.monotonic() + draw.uniform(0.2 * every, 1.8 * every)

    def settle(self) -> None:
        """Kill each once more, and start it with no fault planned."""
        for number in range(len(self.places)):
            self._start_again(number)

    def stop(self) -> list[int]:
        """End every process in good order; return their exit codes."""
        for process in self.running:
            process.terminate()
        codes = [process.wait(40) for process in self.running]
        self.log.close()
        return codes

    def kill_all(self) -> None:
        """End every process at once, at the end of a run that failed."""
        for process in self.running:
            process.kill()
            process.wait(10)

    def _start_again(self, number: int, draw: random.Random | None = None) -> None:
        """Kill a process, unless it has died by its own hand, and start it again."""
        place, process = self.places[number], self.running[number]
        is_alive = process.poll() is None
        if is_alive:
            process.kill()
        if process.wait(10) != -signal.SIGKILL:
            raise RuntimeError(f"{place.command} ended by itself with {process.returncode}: see the log")
        self.kills[f"{place.command} {'anywhere' if is_alive else 'at a named point'}"] += 1
        self.running[number] = self._begin(place, draw)
        self.begun[number] = time.monotonic()
        self.starting |= {number} & set(range(len(self.ports)))

    def _begin(self, place: Place, draw: random.Random | None = None) -> subprocess.Popen[bytes]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TRIAGE_")}
        fault = {}
        if draw is not None:
            point = draw.choice(OF_WEB if place.command == "serve" else OF_CLOCK)
            assert point in POINTS
            fault = {"TRIAGE_FAULT": f"{point}:kill:{draw.randint(1, 6)}"}
        command = [sys.executable, "-m", "triage.cli", place.command]
        return subprocess.Popen(command, env={**clean, **place.environ, **fault}, stdout=self.log, stderr=self.log)
