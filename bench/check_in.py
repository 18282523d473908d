"""POST /check-ins on SQLite (synchronous FULL), with keys, audit and idempotency on, against the floor in one run.

`python -m bench.check_in [SECONDS]`; prints a Markdown table.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from seeds.protocols import SHIPPED, read_folder
from triage.actions.enrol import enrol_patient
from triage.actions.identify import Actor
from triage.actions.new_clinic import open_clinic
from triage.actions.procedures import add_procedure
from triage.actions.turn import Turn
from triage.config import Settings
from triage.records import Session, lookups, migrate
from triage.wiring import Wiring, wire

PATIENTS = 500


def free_port() -> int:
    """Return a port that nobody has."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def prepare(folder: Path, **environ: str) -> list[str]:
    """Make a clinic with patients in a folder (`environ`: or elsewhere); return their tokens."""
    settings = Settings.from_environ({"TRIAGE_DATA_DIR": str(folder), **environ})
    wiring = wire(settings)
    migrate.upgrade(settings.database_url)
    with closing(wiring):
        options = {"name": "Bench", "lead_email": "lead@bench.example"}
        files = read_folder(SHIPPED)
        wiring.do(lambda session: open_clinic(session, options, files, wiring.now(), wiring.terms))
        return wiring.do(lambda session: _enrol(session, wiring))


def _enrol(session: Session, wiring: Wiring) -> list[str]:
    clinic, tokens = lookups.clinics(session)[0], []
    turn = Turn(Actor("key", "bench", clinic.id, "intake"), wiring.now(), wiring.terms)
    for number in range(PATIENTS):
        enrolled = enrol_patient(session, {"reference": f"P{number}"}, turn)
        add_procedure(session, {"patient_id": enrolled.patient.id, "at": turn.now - timedelta(hours=30)}, turn)
        tokens.append(enrolled.token)
    return tokens


def serve(kind: str, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a server: the product's own, or the floor under the same server flags."""
    if kind == "product":
        environ = {**os.environ, "TRIAGE_DATA_DIR": str(folder), "TRIAGE_PORT": str(port)}
        return subprocess.Popen([sys.executable, "-m", "triage.cli", "serve"], env=environ)
    return subprocess.Popen([sys.executable, "-m", "bench.floor_app", str(folder / "floor.sqlite3"), str(port)])


def wait(port: int) -> None:
    """Return when the server answers."""
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=1).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)


def measure(kind: str, folder: Path, tokens: list[str], connections: int, seconds: float) -> dict[str, float]:
    """Return the figures of one server at so many connections."""
    port = free_port()
    server = serve(kind, folder, port)
    try:
        wait(port)
        command = [sys.executable, "-m", "bench.load", str(port), str(connections), str(seconds)]
        done = subprocess.run(command, input="\n".join(tokens), capture_output=True, text=True, check=True)
        found: dict[str, float] = json.loads(done.stdout)
        return found
    finally:
        server.terminate()
        server.wait(30)


def main() -> None:
    """Measure floor, product, floor at 1, 8 and 64 connections."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    print("| connections | floor req/s | product req/s | ratio | product p50 / p99 ms | failed |")
    print("|--:|--:|--:|--:|--:|--:|")
    for connections in (1, 8, 64):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            tokens = prepare(folder)
            first = measure("floor", folder, tokens, connections, seconds)
            ours = measure("product", folder, tokens, connections, seconds)
            second = measure("floor", folder, tokens, connections, seconds)
        floor = (first["per_s"] + second["per_s"]) / 2
        print(
            f"| {connections} | {floor:.0f} | {ours['per_s']:.0f} | {ours['per_s'] / floor:.2f} "
            f"| {ours['p50_ms']:.0f} / {ours['p99_ms']:.0f} | {ours['failed']:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
