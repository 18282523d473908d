"""`triage demo`: a clinic in a folder, with web, clock and a catching mail server, and what to try next."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seeds.mailbox import Mailbox
from seeds.play import play_all, try_out
from seeds.protocols import SHIPPED, read_folder
from seeds.try_it import commands
from triage.actions.identify import operator
from triage.actions.look import change_look, drawn
from triage.actions.new_clinic import open_clinic
from triage.actions.turn import Turn
from triage.clock import deliver, escalate, seal, silence
from triage.config import Settings
from triage.records import Session, lookups, migrate
from triage.wiring import Wiring, read_clock, wire

LADDER_DIVISOR = 60
COLOUR, LOGO = "#3f4a9b", Path(__file__).with_name("logo.png")
CLINIC = {
    "name": "Demo Clinic",
    "time_zone": "UTC",
    "phone": "+44 20 7946 0000",
    "lead_name": "Lee Okafor",
    "lead_email": "lead@clinic.example",
    "practitioner_name": "Pat Rivera",
    "practitioner_email": "practitioner@clinic.example",
}


def run(folder: Path, port: int) -> int:
    """Run the demo until it is stopped; return the exit status. A folder with a demo in it goes on where it stood."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if is_taken(port):
        print(f"port {port} is taken: stop what uses it, or give another with --port", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mailbox = Mailbox(now=read_clock)
    mailbox.start()
    environ = environ_of(folder, port, mailbox.smtp_port)
    access = prepare(folder, Settings.from_environ(environ), mailbox.url)
    crew = Crew({**os.environ, **environ})
    try:
        crew.start()
        if not _is_up(access["base_url"], stop, crew):
            print(f"the web process did not start on port {port}: is it taken?", file=sys.stderr)
            return 1
        print(commands(access, folder), flush=True)
        while not stop.wait(0.5):
            crew.replace_the_dead()
    finally:
        crew.stop()
        mailbox.stop()
    return 0


def is_taken(port: int) -> bool:
    """Tell whether somebody listens on the port already: perhaps this very demo."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def environ_of(folder: Path, port: int, smtp_port: int) -> dict[str, str]:
    """Return the settings that the demo's processes run with."""
    return {
        "TRIAGE_DATA_DIR": str(folder.resolve()),
        "TRIAGE_PORT": str(port),
        "TRIAGE_BASE_URL": f"http://127.0.0.1:{port}",
        "TRIAGE_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "TRIAGE_MAIL_FROM": "aftercare@clinic.example",
        "TRIAGE_LADDER_DIVISOR": str(LADDER_DIVISOR),
    }


def prepare(folder: Path, settings: Settings, mailbox_url: str) -> dict[str, Any]:
    """Make or top up the clinic in the folder and write access.json; the keys of an existing one stay."""
    wiring = wire(settings)
    try:
        migrate.upgrade(settings.database_url)
        access = _read_access(folder) or {}
        if not wiring.look(lookups.clinics):
            access = _open(wiring)
        access["base_url"], access["mailbox_url"] = settings.base_url, mailbox_url
        now = wiring.now()

        def play(session: Session) -> list[dict[str, str]]:
            clinic = lookups.clinics(session)[0]
            told = play_all(session, clinic, now=now, terms=wiring.terms)
            return try_out(session, clinic, now=now, terms=wiring.terms) + told

        access["patients"] = wiring.do(play)
        catch_up(wiring)
        _write_access(folder, access)
        return access
    finally:
        wiring.close()


def catch_up(wiring: Wiring) -> None:
    """Do what has come due in the stories' past, as a clock would have done in time: else the watcher finds it late."""
    for loop in (silence, escalate, deliver, seal):
        for piece in loop(wiring, "demo"):
            piece()


class Crew:
    """The demo's processes: started together, replaced when one dies, stopped by their pids."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        # What is set outside would point the demo's processes at somebody else's data.
        foreign = {name for name in environ if name.startswith("TRIAGE_")} - set(environ_of(Path(), 1, 1))
        self.environ = {name: value for name, value in environ.items() if name not in foreign}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start web and clock."""
        for name in ("serve", "clock"):
            self.processes[name] = subprocess.Popen([sys.executable, "-m", "triage.cli", name], env=self.environ)

    def is_alive(self, name: str) -> bool:
        """Tell whether a process runs."""
        return self.processes[name].poll() is None

    def replace_the_dead(self) -> None:
        """Start a process anew that has died; kill one to see what that costs: nothing."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                print(f"{name} has died (status {process.returncode}); starting it again", flush=True)
                self.processes[name] = subprocess.Popen([sys.executable, "-m", "triage.cli", name], env=self.environ)

    def stop(self) -> None:
        """Ask each process to end, and end those that do not."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _open(wiring: Wiring) -> dict[str, Any]:
    files = read_folder(SHIPPED)
    look = {"colour": COLOUR, "logo": drawn(LOGO.read_bytes())}

    def make(session: Session) -> dict[str, Any]:
        opened = open_clinic(session, CLINIC, files, wiring.now(), wiring.terms)
        clinic = lookups.clinics(session)[0]
        clinic.asks_code = False  # who tries it out has no phone to set up first
        change_look(session, look, Turn(operator(clinic.id, "demo"), wiring.now(), wiring.terms))
        return opened

    opened = wiring.do(make)
    return {"keys": opened["keys"], "staff": opened["staff"]}


def _read_access(folder: Path) -> dict[str, Any] | None:
    path = folder / "access.json"
    return json.loads(path.read_text()) if path.exists() else None


def _write_access(folder: Path, access: dict[str, Any]) -> None:
    """Write the file whole, readable by us alone: it holds keys."""
    order = ("base_url", "mailbox_url", "keys", "patients", "staff")
    draft = folder / f"access.json.{secrets.token_hex(4)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({name: access[name] for name in order}, file, indent=2)
    draft.replace(folder / "access.json")


def _is_up(base_url: str, stop: threading.Event, crew: Crew) -> bool:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{base_url}/health/live", timeout=2) as answer:
                return bool(answer.status == 200) and crew.is_alive("serve")
        except (urllib.error.URLError, OSError):
            if stop.wait(0.1) or not crew.is_alive("serve"):
                return False
    return False
