"""From the answer to a report to the first mail about it: under a load of check-ins, and when nothing else happens.

`python -m bench.latency [--minutes 5] [--rate 20]`; SQLite with synchronous FULL, serve and clock as in production, a
mail server that catches. Prints a Markdown table; exit 1 where a promise is not kept.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import select

from bench.storm.people import CALM, ask, settle_in
from bench.storm.processes import Service
from bench.storm.tally import read_mail
from seeds.mailbox import Mailbox
from triage.config import Settings
from triage.records import NotificationRow, migrate
from triage.wiring import Wiring, wire

CLINICS = 60  # so that no one person is written to more often than a person can be
DANGEROUS = 0.1  # of the reports; each of another patient, so that each opens an alert
PROMISE, IDLE_PROMISE = 3.0, 1.0  # seconds, p99
IDLE_REPORTS = 60


class Run(NamedTuple):
    """What one run found: seconds from answer to mail, how many answers failed, how many mails never came."""

    took: list[float]
    reports: int
    failed: int
    missing: int


class Bench:
    """One service under load; knows when each alert was answered."""

    def __init__(self, wiring: Wiring, mailbox: Mailbox, port: int, tokens: list[str], seed: int = 1) -> None:
        self.wiring, self.mailbox, self.port = wiring, mailbox, port
        self.draw = random.Random(seed)
        self.fresh = iter(tokens)
        self.calm = tokens[-200:]

    def run(self, moments: Iterator[tuple[float, bool]]) -> Run:
        """Send a report at each moment (seconds from now; is it dangerous?), and wait for its mail."""
        answered: dict[str, datetime] = {}
        statuses: list[int] = []

        def report(token: str, said: dict[str, Any]) -> None:
            body = json.dumps({"at": datetime.now(UTC).isoformat(), **said})
            heads = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
            status, answer = ask("POST", self.port, "/check-ins", body, heads)
            at = datetime.now(UTC)
            statuses.append(status)
            if status == 201 and "signs" in said:
                answered[answer["alert"]["id"]] = at

        began = time.monotonic()
        with ThreadPoolExecutor(32) as pool:
            for moment, is_dangerous in moments:
                threading.Event().wait(max(0.0, began + moment - time.monotonic()))
                if is_dangerous:
                    pool.submit(report, next(self.fresh), {"signs": ["fever"]})
                else:
                    pool.submit(report, self.draw.choice(self.calm), CALM)
        arrived = self._arrivals(answered)
        took = [(arrived[alert] - at).total_seconds() for alert, at in answered.items() if alert in arrived]
        return Run(took, len(statuses), sum(status != 201 for status in statuses), len(answered) - len(took))

    def _arrivals(self, answered: dict[str, datetime]) -> dict[str, datetime]:
        """Return when the first mail about each alert came, once all have or half a minute has gone."""
        ends = time.monotonic() + 30
        first: dict[str, datetime] = {}
        while time.monotonic() < ends and len(first) < len(answered):
            threading.Event().wait(0.5)
            rows = self.wiring.look(
                lambda session: session.exec(select(NotificationRow.id, NotificationRow.alert_id)).all()
            )
            alerts = {notification: str(alert) for notification, alert in rows}
            for mail in map(read_mail, list(self.mailbox.messages)):
                alert = alerts.get(mail.notification_id) if mail.notification_id else None
                if alert in answered:
                    first.setdefault(alert, mail.at)
        return first


def under_load(rate: float, seconds: float, draw: random.Random) -> Iterator[tuple[float, bool]]:
    """Yield the moments of a steady load."""
    for number in range(int(rate * seconds)):
        yield number / rate, draw.random() < DANGEROUS


def when_idle(draw: random.Random) -> Iterator[tuple[float, bool]]:
    """Yield a dangerous report now and then, at no fixed distance from the clock's beats."""
    moment = 0.0
    for _ in range(IDLE_REPORTS):
        moment += draw.uniform(0.4, 1.4)
        yield moment, True


def show(name: str, run: Run, promise: float) -> bool:
    """Print one line; return whether the promise was kept."""
    cuts = statistics.quantiles(run.took, n=100, method="inclusive")
    kept = cuts[98] < promise and not run.failed and not run.missing
    figures = f"{cuts[49]:.2f} | {cuts[98]:.2f} | {max(run.took):.2f} | {promise:g}"
    print(f"| {name} | {run.reports} | {len(run.took)} | {figures} | {run.failed} | {run.missing} |", flush=True)
    return kept


def main() -> int:
    """Measure idle first, then under load."""
    options = argparse.ArgumentParser(prog="python -m bench.latency")
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--rate", type=float, default=20)
    chosen = options.parse_args()
    seconds = chosen.minutes * 60
    wanted = int(chosen.rate * seconds * DANGEROUS * 1.3) + IDLE_REPORTS + 300
    mailbox = Mailbox(now=lambda: datetime.now(UTC))
    mailbox.start()
    with tempfile.TemporaryDirectory() as name:
        environ = {"TRIAGE_DATA_DIR": name, "TRIAGE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.smtp_port}"}
        settings = Settings.from_environ(environ)
        with closing(wire(settings)) as wiring:
            migrate.upgrade(settings.database_url)
            clinics = settle_in(wiring, CLINICS, wanted // CLINICS + 1)
            tokens = [token for turn in zip(*(clinic.tokens for clinic in clinics), strict=True) for token in turn]
            service = Service(environ, webs=1, clocks=1, folder=Path(name))
            service.start()
            try:
                while not service.is_up():
                    threading.Event().wait(0.1)
                bench = Bench(wiring, mailbox, service.ports[0], tokens)
                draw = random.Random(1)
                print("| | reports | alerts | p50 s | p99 s | longest s | p99 promised | failed | no mail |")
                print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
                kept = show("idle", bench.run(when_idle(draw)), IDLE_PROMISE)
                load = bench.run(under_load(chosen.rate, seconds, draw))
                kept &= show(f"{chosen.rate:g} a second, {chosen.minutes:g} minutes", load, PROMISE)
            finally:
                service.kill_all()
    mailbox.stop()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
