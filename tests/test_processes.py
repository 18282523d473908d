"""The demo and the clock as real processes: killed with -9 at the worst moment, they lose nothing."""

import json
import os
import socket
import sqlite3
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from seeds.mailbox import Mailbox
from seeds.protocols import SHIPPED, read_folder
from tests import started
from tests.houses import OPTIONS, SECRET
from triage.actions.enrol import enrol_patient
from triage.actions.identify import Actor
from triage.actions.intake import Report, receive_check_in
from triage.actions.new_clinic import open_clinic
from triage.actions.procedures import add_procedure
from triage.actions.turn import Turn
from triage.config import Settings
from triage.records import Session, lookups, migrate
from triage.wiring import Wiring, wire

DANGER = {"symptoms": {"redness": 3}, "course": {"redness": "worse"}, "signs": ["breathing_trouble"]}
PATIENCE = threading.Event()  # never set: waiting on it is a pause that a signal can end


def until(holds: Callable[[], Any], seconds: float = 20) -> Any:
    """Return what a question answers once it answers something; fail when that takes too long."""
    for _ in range(int(seconds * 20)):
        found = holds()
        if found:
            return found
        PATIENCE.wait(0.05)
    raise AssertionError(f"not within {seconds} s")


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def process(*command: str, **environ: str) -> Iterator[ForkServerProcess]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRIAGE_")}
    running = started.start(*command, environ={**clean, **environ})
    try:
        yield running
    finally:
        running.terminate()
        running.join(15)
        running.kill()
        running.join(5)


def call(method: str, url: str, body: Any = None, key: str | None = None) -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def test_the_demo_does_the_main_job_and_starts_again_where_it_stood(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo folder", free_port()
    with process("demo", "--dir", str(folder), "--port", str(port)):
        access = until(lambda: (folder / "access.json").exists() and json.loads((folder / "access.json").read_text()))
        until(lambda: is_ready(access["base_url"]))
        patients = {patient["reference"]: patient for patient in access["patients"]}
        api, practitioner = f"{access['base_url']}/api/v1", access["keys"]["practitioner"]
        now = datetime.now(UTC).isoformat()

        calm = call("POST", f"{api}/check-ins", {"at": now, "symptoms": {"redness": 1}}, patients["try-day-0"]["token"])
        assert calm["assessment"]["urgency"] == "self_care"

        ill = call("POST", f"{api}/check-ins", {"at": now, **DANGER}, patients["try-day-5"]["token"])
        subject = "emergency"
        mails = until(lambda: mails_of(access, subject), 3)
        assert mails[0]["to"] == "practitioner@clinic.example"
        until(lambda: any(mail["to"] == "lead@clinic.example" for mail in mails_of(access, subject)), 10)

        alert = next(
            a for a in call("GET", f"{api}/alerts", key=practitioner)["items"] if a["id"] == ill["alert"]["id"]
        )
        acked = call("POST", f"{api}/alerts/{alert['id']}/acknowledge", {"epoch": alert["epoch"]}, practitioner)
        assert acked["state"] == "acked"

    with process("demo", "--dir", str(folder), "--port", str(port)):
        until(lambda: is_ready(access["base_url"]))
        again = json.loads((folder / "access.json").read_text())
        assert again["keys"] == access["keys"]
        assert again["staff"] == access["staff"]
        assert {p["token"] for p in again["patients"]} == {p["token"] for p in access["patients"]}
        assert call("GET", f"{api}/alerts?state=acked", key=practitioner)["items"]


def is_ready(base_url: str) -> bool:
    try:
        return bool(call("GET", f"{base_url}/health/ready")["status"] == "ok")
    except OSError:
        return False


def mails_of(access: dict[str, Any], subject: str) -> list[dict[str, Any]]:
    return [mail for mail in call("GET", f"{access['mailbox_url']}/messages.json") if subject in mail["subject"]]


def test_slow_connections_do_not_stop_the_service(tmp_path: Path) -> None:
    environ = {"TRIAGE_DATA_DIR": str(tmp_path), "TRIAGE_PORT": str(free_port())}
    settings = Settings.from_environ(environ)
    wire(settings).close()
    migrate.upgrade(settings.database_url)
    with process("serve", **environ):
        until(lambda: is_ready(settings.base_url))
        slow = [socket.create_connection(("127.0.0.1", settings.port)) for _ in range(40)]
        for connection in slow:
            connection.sendall(b"POST /api/v1/check-ins HTTP/1.1\r\nHost: x\r\nContent-Le")
        assert call("GET", f"{settings.base_url}/health/live") == {"status": "ok"}
        for connection in slow:
            connection.close()
        huge = urllib.request.Request(
            f"{settings.base_url}/api/v1/check-ins",
            data=b'{"note": "' + b"x" * 3_000_000 + b'"}',
            headers={"Content-Type": "application/json", "Authorization": "Bearer tap_x"},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(huge, timeout=10)
        with refused.value as answer:
            assert answer.status in (401, 413)
            assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.fixture
def hanging_server() -> Iterator[tuple[int, threading.Event]]:
    """A mail server that takes a connection and says nothing; the event tells that somebody is waiting in it."""
    connected = threading.Event()
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        held: list[socket.socket] = []

        def accept() -> None:
            try:
                while True:
                    held.append(server.accept()[0])
                    connected.set()
            except OSError:
                return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1], connected
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for connection in held:
            connection.close()


def test_a_clock_killed_between_claim_and_send_loses_no_mail(
    tmp_path: Path, hanging_server: tuple[int, threading.Event]
) -> None:
    port, connected = hanging_server
    environ = {
        "TRIAGE_DATA_DIR": str(tmp_path),
        "TRIAGE_SECRET_KEY": SECRET.decode(),
        "TRIAGE_SMTP_TIMEOUT": "1",
        "TRIAGE_SMTP_URL": f"smtp://127.0.0.1:{port}",
    }
    report_a_danger(environ)

    with process("clock", **environ) as clock:
        assert connected.wait(20)
        assert state_of_mail(tmp_path) == ["leased"]
        clock.kill()
        clock.join(5)

    mailbox = Mailbox(now=lambda: datetime.now(UTC))
    mailbox.start()
    try:
        with process("clock", **{**environ, "TRIAGE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.smtp_port}"}):
            assert mailbox.wait_for(1, 20)
            until(lambda: state_of_mail(tmp_path) == ["sent"])
        assert len(mailbox.messages) == 1
    finally:
        mailbox.stop()


def report_a_danger(environ: dict[str, str]) -> None:
    """Make a clinic in the folder with one alert whose mail has not gone out."""
    settings = Settings.from_environ(environ)
    wiring = wire(settings)
    migrate.upgrade(settings.database_url)
    with closing(wiring):
        files = read_folder(SHIPPED)
        wiring.do(lambda session: open_clinic(session, OPTIONS, files, wiring.now(), wiring.terms))
        wiring.do(lambda session: raise_danger(session, wiring))


def raise_danger(session: Session, wiring: Wiring) -> None:
    clinic, now = lookups.clinics(session)[0], wiring.now()
    intake = Turn(Actor("key", "test", clinic.id, "intake"), now, wiring.terms)
    patient = enrol_patient(session, {"reference": "A"}, intake).patient
    add_procedure(session, {"patient_id": patient.id, "at": now - timedelta(days=5)}, intake)
    body = {"at": now.isoformat(), **DANGER}
    receive_check_in(session, Report(body, json.dumps(body)), patient, intake)


def state_of_mail(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "triage.sqlite3")) as connection:
        return [row[0] for row in connection.execute("SELECT state FROM notification")]
