"""A clinic whose web and clock are processes to be killed, and the ledger of what its mail server was given."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from email import message_from_bytes
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from seeds.mailbox import Mailbox
from tests.houses import SECRET, House, Patient
from triage.actions.checks import check_rows
from triage.records import AlertRow, CheckInRow, DeliveryRow, ExpectationRow, NotificationRow

DANGER = {"symptoms": {"redness": 3}, "course": {"redness": "worse"}, "signs": ["breathing_trouble"]}
PAT, LEAD = "pat@north.example", "lead@north.example"
DAILY = ("how the log of changes ends today", "the monthly report")  # how subjects end
STAFF = "@north.example"
AFTER_THE_LEASE = 60.0  # seconds; the lease is three time-outs of one second and five more
KILLED = -signal.SIGKILL
PAUSE = threading.Event()  # never set


def until(holds: Callable[[], Any], seconds: float = 12) -> Any:
    """Return what a question answers once it answers something; fail when that takes too long."""
    for _ in range(int(seconds * 50)):
        found = holds()
        if found:
            return found
        PAUSE.wait(0.02)
    raise AssertionError(f"not within {seconds} s")


class Forker:
    """The process that forks the others; ask it from one thread only."""

    def __init__(self) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TRIAGE_")}
        call = [sys.executable, "-m", "tests.faults.forker"]
        self.process = subprocess.Popen(call, env=clean, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **order: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self) -> None:
        self.process.communicate(timeout=10)


class Running:
    """One process of the service."""

    def __init__(self, forker: Forker, pid: int, port: int | None) -> None:
        self.forker, self.pid, self.port = forker, pid, port
        self.code: int | None = None

    def wait(self, seconds: float = 20) -> int:
        """The exit code; fail where it does not end."""
        if self.code is None:
            self.code = self.forker.ask(do="wait", pid=self.pid, seconds=seconds)
        assert self.code is not None, f"still running after {seconds} s"
        return self.code

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        if self.code is None:
            self.send(signal.SIGKILL)
            self.wait()

    def is_stopped(self) -> bool:
        """Tell whether it stands still after SIGSTOP."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


class Ledger:
    """What the mail server was given: who got how many messages, and how many of them once more."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    def check(self, expected: dict[str, int], copies: int = 0, of_staff: bool = False) -> None:
        """Compare with all that came, or with what came for staff: nothing missing, and nothing that was unexpected."""
        distinct = Counter(to for to, _ in self.times() if not of_staff or to.endswith(STAFF))
        assert distinct == expected
        assert self.copies() == copies

    def copies(self) -> int:
        """How many messages came once more, under a Message-ID that was there before."""
        return self.times().total() - len(self.times())

    def times(self) -> Counter[tuple[str, str]]:
        """How often each message came to each person, without what comes by the time of day."""
        read = [(str(mail.to), message_from_bytes(mail.content)) for mail in self.mailbox.messages]
        return Counter((to, str(mail["Message-ID"])) for to, mail in read if not str(mail["Subject"]).endswith(DAILY))


class Scene:
    """One clinic (`house`, in this process, for what comes before and after) and its processes."""

    def __init__(self, house: House, forker: Forker, folder: Path) -> None:
        self.house, self.forker = house, forker
        self.ledger = Ledger(house.mailbox)
        self.log = folder / "processes.log"
        self.environ = {
            "TRIAGE_DATA_DIR": str(folder),
            "TRIAGE_DATABASE_URL": house.wiring.settings.database_url,
            "TRIAGE_SECRET_KEY": SECRET.decode(),
            "TRIAGE_BASE_URL": "http://triage.test",
            "TRIAGE_SMTP_URL": f"smtp://127.0.0.1:{house.mailbox.smtp_port}",
            "TRIAGE_SMTP_TIMEOUT": "1",
            "TRIAGE_WEB_THREADS": "4",
        }
        self.processes: list[Running] = []

    def start(self, command: str, fault: str = "", ahead: float = 0, on_connect: tuple[str, ...] = ()) -> Running:
        """Start a process; a web process is returned once it answers."""
        port = free_port() if command == "serve" else None
        environ = self.environ | ({"TRIAGE_PORT": str(port)} if port else {})
        order = {"command": command, "environ": environ, "fault": fault, "ahead": ahead, "log": str(self.log)}
        pid = self.forker.ask(do="start", on_connect=on_connect, **order)
        running = Running(self.forker, pid, port)
        self.processes.append(running)
        if port:
            until(lambda: is_listening(port))
        return running

    def end(self) -> None:
        for running in self.processes:
            running.kill()

    def post(self, web: Running, patient: Patient, body: dict[str, Any], key: str) -> tuple[int, Any]:
        """Report as a phone does; 0 where no answer comes."""
        url = f"http://127.0.0.1:{web.port}/api/v1/check-ins"
        heads = {"Content-Type": "application/json", "Authorization": f"Bearer {patient.token}", "Idempotency-Key": key}
        request = urllib.request.Request(url, json.dumps(body).encode(), heads)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.loads(refusal.read())
        except OSError:
            return 0, None

    def rows(self, kind: type[Any]) -> list[Any]:
        return list(self.house.look(lambda session: session.exec(select(kind)).all()))

    def check_ins(self) -> set[str]:
        return {str(row.id) for row in self.rows(CheckInRow)}

    def alert(self) -> AlertRow:
        """The only alert that there is."""
        (row,) = self.rows(AlertRow)
        assert isinstance(row, AlertRow)
        return row

    def states(self) -> Counter[str]:
        """How many alert messages are in each state."""
        return Counter(row.state for row in self.rows(NotificationRow) if row.kind == "alert")

    def results(self) -> list[str]:
        """How each attempt ended, in order."""
        return [row.result for row in sorted(self.rows(DeliveryRow), key=lambda row: row.finished_at)]

    def expected(self) -> Counter[str]:
        return Counter(row.state for row in self.rows(ExpectationRow))

    def faults(self) -> list[str]:
        """What `triage db check` says."""
        wiring = self.house.wiring
        return list(self.house.look(partial(check_rows, now=self.house.now, terms=wiring.terms)))

    def execute(self, statement: str) -> None:
        with self.house.wiring.store.connect() as connection:
            connection.execute(text(statement))


def miss_a_check_in(house: House) -> datetime:
    """Let a patient with something to watch be asked, by mail, and not answer; return when that counts as silence.

    Until an hour before the clock has done whatever else there was to do.
    """
    house.report(house.patient(hours_ago=2, email="ana@patients.example"), symptoms={"redness": 1, "swelling": 1})
    for _ in range(100):
        house.later(hours=1)
        house.tick()
        rows = house.look(lambda session: session.exec(select(ExpectationRow)).all())
        asked = [row for row in rows if row.state == "waiting" and row.asked_at is not None]
        if asked and house.now + timedelta(hours=1) >= asked[0].alert_at:
            return asked[0].alert_at
    raise AssertionError("nobody was asked")


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def new_key() -> str:
    return str(uuid.uuid4())
