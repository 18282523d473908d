"""From a report's HTTP answer to its alert's mail, idle, in real processes: woken by the commit, and by polling alone.

`python -m bench.wake [REPORTS] [POSTGRESQL_URL]`; prints a Markdown table. The floor is one SMTP conversation.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.check_in import free_port, prepare, wait
from seeds.mailbox import Mailbox
from triage.channels import Message
from triage.channels.smtp import SmtpChannel

POLLS_ONLY = """
import threading, triage.records.store as store
def listen(url, heard, stop):
    thread = threading.Thread(target=stop.wait)
    thread.start()
    return thread
store.listen = listen
from triage.cli import main
main(["clock"])
"""
PAUSE = threading.Event()


def measure(environ: dict[str, str], tokens: list[str], clock: list[str]) -> list[float]:
    """Return for each token the milliseconds from the answer to a danger until the mail about it has come in."""
    mailbox, port = Mailbox(now=lambda: datetime.now(UTC)), free_port()
    mailbox.start()
    own = {**os.environ, **environ, "TRIAGE_PORT": str(port), "TRIAGE_LADDER_DIVISOR": "1"}
    own["TRIAGE_SMTP_URL"] = f"smtp://127.0.0.1:{mailbox.smtp_port}"
    commands = [[sys.executable, "-m", "triage.cli", "serve"], [sys.executable, *clock]]
    running = [subprocess.Popen(command, env=own, stderr=subprocess.DEVNULL) for command in commands]
    try:
        wait(port)
        time.sleep(3)
        return [
            _one(f"http://127.0.0.1:{port}/api/v1/check-ins", token, mailbox, at) for at, token in enumerate(tokens)
        ]
    finally:
        for process in running:
            process.terminate()
            process.wait(20)
        mailbox.stop()


def _one(url: str, token: str, mailbox: Mailbox, number: int) -> float:
    PAUSE.wait(0.35 + number % 7 * 0.037)  # at any moment between two polls
    body = json.dumps({"at": datetime.now(UTC).isoformat(), "signs": ["pus"]}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    before = len(mailbox.messages)
    with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=20) as answer:
        assert answer.status == 201
        answer.read()
    began = time.perf_counter()
    assert mailbox.wait_for(before + 1, 20)
    return (time.perf_counter() - began) * 1000


def floor(count: int) -> list[float]:
    """Return what handing one mail over takes by itself."""
    mailbox = Mailbox(now=lambda: datetime.now(UTC))
    mailbox.start()
    channel = SmtpChannel(f"smtp://127.0.0.1:{mailbox.smtp_port}", "bench@localhost.localdomain")
    took = []
    for number in range(count):
        began = time.perf_counter()
        channel.send(Message("a@bench.example", "x", "x", f"<{number}@x>"))
        took.append((time.perf_counter() - began) * 1000)
    mailbox.stop()
    return took


def show(what: str, took: list[float]) -> None:
    """Print one row."""
    took = sorted(took)
    print(f"| {what} | {took[len(took) // 2]:.0f} | {took[int(len(took) * 0.99)]:.0f} | {took[-1]:.0f} |", flush=True)


def main(count: int, *urls: str) -> None:
    """Measure SQLite, and PostgreSQL where an empty database of one is given."""
    print("| report to mail, idle, ms | p50 | p99 | most |\n|---|--:|--:|--:|")
    show("one SMTP conversation (floor)", floor(count))
    for url in ("", *urls):
        with tempfile.TemporaryDirectory() as folder:
            environ = {"TRIAGE_DATA_DIR": folder} | ({"TRIAGE_DATABASE_URL": url} if url else {})
            tokens = prepare(Path(folder), **environ)
            for what, clock in (("woken", ["-m", "triage.cli", "clock"]), ("polling only", ["-c", POLLS_ONLY])):
                part, tokens = tokens[:count], tokens[count:]
                show(f"{'PostgreSQL' if url else 'SQLite'}, {what}", measure(environ, part, clock))


if __name__ == "__main__":
    given: list[Any] = sys.argv[1:]
    main(int(given[0]) if given else 100, *given[1:])
