"""A whole clinic for a test: real wiring, a real database, a clock that the test moves, a mail server that catches."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient

from seeds.factories import PatientFactory
from seeds.mailbox import Mailbox
from seeds.protocols import SHIPPED, read_folder
from triage import clock
from triage.actions.new_clinic import open_clinic
from triage.actions.terms import Terms
from triage.app import create_app
from triage.channels.smtp import SmtpChannel
from triage.config import Settings
from triage.records import Session, Store
from triage.wiring import Wiring

SECRET = b"a secret of the tests, long enough"
OPTIONS = {
    "name": "North Clinic",
    "time_zone": "UTC",
    "lead_name": "Lee",
    "lead_email": "lead@north.example",
    "practitioner_name": "Pat",
    "practitioner_email": "pat@north.example",
}


class Letterbox(Mailbox):
    """A mail server without its page, which no house looks at, and whose end would take 25 ms more."""

    def _start_http(self, stops: ExitStack) -> int:
        return 0


class MovableWiring(Wiring):
    """Wiring whose clock stands still until the test moves it."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class Patient(NamedTuple):
    """An enrolled patient."""

    id: str
    token: str

    @property
    def uuid(self) -> uuid.UUID:
        return uuid.UUID(self.id)


class House:
    """One clinic, its app, and its clock; keys of a second clinic can be had to test the walls."""

    def __init__(self, wiring: MovableWiring, mailbox: Mailbox, app: Flask) -> None:
        self.wiring = wiring
        self.mailbox = mailbox
        self.app = app
        self.client: FlaskClient = self.app.test_client()
        self.opened = self.open(OPTIONS)
        self.keys: dict[str, str] = self.opened["keys"]

    @property
    def clinic_id(self) -> uuid.UUID:
        return uuid.UUID(self.opened["clinic"]["id"])

    @property
    def now(self) -> datetime:
        return self.wiring.moment

    def open(self, options: dict[str, str]) -> dict[str, Any]:
        """Open a clinic and return its keys."""
        files = read_folder(SHIPPED)
        return self.do(partial(open_clinic, options=options, files=files, now=self.now, terms=self.wiring.terms))

    def do(self, work: Callable[[Session], Any]) -> Any:
        return self.wiring.do(work)

    def look(self, work: Callable[[Session], Any]) -> Any:
        return self.wiring.look(work)

    def later(self, **span: float) -> None:
        """Move the clock."""
        self.wiring.moment += timedelta(**span)

    def tick(self) -> None:
        """Let every loop of the clock run one cycle."""
        for loop in (clock.silence, clock.desk, clock.escalate, clock.deliver, clock.seal, clock.upkeep):
            self.run(loop)

    def run(self, loop: clock.Loop) -> None:
        """Let one loop run one cycle; what goes wrong in it comes out."""
        for piece in loop(self.wiring, "test-clock"):
            piece()

    def call(self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str) -> Any:
        """Call the API; return the response."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            named["Authorization"] = f"Bearer {key}"
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=named)

    def post(self, path: str, body: Any, key: str | None = None, **headers: str) -> Any:
        return self.call("POST", path, body, key or self.keys["intake"], **headers)

    def patient(self, hours_ago: float | None = 120, gets_mail: bool = True, **values: Any) -> Patient:
        """Enrol a patient whose procedure ended some hours ago; None: without a procedure."""
        body = PatientFactory(consent__at=self.now.isoformat(), **values)
        if not gets_mail:
            del body["consent"]
        answer = self.post("/patients", body)
        assert answer.status_code == 201, answer.json
        if hours_ago is not None:
            self.procedure(answer.json["id"], hours_ago)
        return Patient(answer.json["id"], answer.json["check_in_token"])

    def procedure(self, patient_id: str, hours_ago: float) -> dict[str, Any]:
        at = (self.now - timedelta(hours=hours_ago)).isoformat()
        answer = self.post("/procedures", {"patient_id": patient_id, "at": at})
        assert answer.status_code == 201, answer.json
        return dict(answer.json)

    def report(self, patient: Patient, idempotency: str | None = None, at: datetime | None = None, **said: Any) -> Any:
        """Report as the patient; return the answer's JSON."""
        headers = {"Idempotency_Key": idempotency} if idempotency else {}
        body = {"at": (at or self.now).isoformat(), **said}
        answer = self.call("POST", "/check-ins", body, patient.token, **headers)
        assert answer.status_code == 201, answer.json
        return answer.json

    def alerts(self, state: str = "open") -> list[dict[str, Any]]:
        answer = self.call("GET", f"/alerts?state={state}", key=self.keys["practitioner"])
        return list(answer.json["items"])

    def mails(self, to: str = "") -> list[Any]:
        """Return what arrived so far for an address."""
        return [mail for mail in self.mailbox.messages if to in str(mail.to)]


SPARE: list[Flask] = []  # apps of houses that are gone: to build one takes longer than most tests


@contextmanager
def take_app(wiring: MovableWiring) -> Iterator[Flask]:
    """Yield an app that serves this wiring; it keeps nothing else of its house, and goes to the next one."""
    app = SPARE.pop() if SPARE else create_app(wiring)
    app.extensions["triage"] = wiring
    try:
        yield app
    finally:
        SPARE.append(app)


@contextmanager
def open_house(store: Store, folder: Path, now: datetime) -> Iterator[House]:
    """Yield a house on a store, with a real mail server to send to."""
    mailbox = Letterbox(now=lambda: now)
    mailbox.start()
    environ = {
        "TRIAGE_DATA_DIR": str(folder),
        "TRIAGE_DATABASE_URL": store.url.render_as_string(hide_password=False),
        "TRIAGE_BASE_URL": "http://triage.test",
        "TRIAGE_SMTP_URL": f"smtp://127.0.0.1:{mailbox.smtp_port}",
    }
    settings = Settings.from_environ(environ)
    channel = SmtpChannel(environ["TRIAGE_SMTP_URL"], settings.mail_from, timeout=2.0)
    wiring = MovableWiring(settings, store, Terms(SECRET, settings.base_url), {"email": channel})
    wiring.moment = now
    try:
        with take_app(wiring) as app:
            yield House(wiring, mailbox, app)
    finally:
        mailbox.stop()
