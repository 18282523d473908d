"""A real app over a real database: one clinic with the shipped protocol, one practitioner, one patient on day 3."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from triage.actions.clinics import Person, create_clinic
from triage.actions.enrol import enrol_patient
from triage.actions.identify import Actor
from triage.actions.lifecycle import publish
from triage.actions.procedures import add_procedure
from triage.actions.telling import ack_token
from triage.actions.terms import Terms
from triage.actions.turn import Turn
from triage.config import Settings
from triage.records import (
    AlertRow,
    AssessmentRow,
    AuditEventRow,
    CheckInRow,
    IdempotencyRow,
    NotificationRow,
    PatientTokenRow,
    Store,
    lookups,
)
from triage.records.audit import READ
from triage.web import add_pages
from triage.wiring import Wiring

SHIPPED = Path(__file__).parents[2] / "seeds" / "protocols" / "smp"
FILES = {path.name: path.read_text() for path in sorted(SHIPPED.glob("*.toml"))}
CLINIC = {"name": "North Clinic", "time_zone": "Europe/Berlin", "phone": "+49 30 1234567"}
WRITTEN = (CheckInRow, AssessmentRow, AlertRow, NotificationRow, AuditEventRow, IdempotencyRow)


class FixedWiring(Wiring):
    """A wiring whose clock stands still until a test moves it."""

    time: datetime

    def now(self) -> datetime:
        return self.time


class House:
    """The app, a client of it, and who is in it."""

    def __init__(self, wiring: FixedWiring, protocol: dict[str, str] | None = FILES, **patient: str) -> None:
        self.wiring = wiring
        self.details = {"reference": "P-1", "name": "Sam Secret", **patient}
        self.app = Flask("house", static_folder=None)
        self.app.extensions["triage"] = wiring
        add_pages(self.app)
        self.client: FlaskClient = self.app.test_client()
        wiring.do(lambda session: self._found(session, protocol))

    def _found(self, session: Any, protocol: dict[str, str] | None) -> None:
        now, terms = self.wiring.time, self.wiring.terms
        people = [
            Person("Dr. Ada Berg", "ada@north.example", "practitioner"),
            Person("Leo", "leo@north.example", "lead"),
        ]
        self.clinic, self.staff = create_clinic(session, CLINIC, people, "tests", now - timedelta(days=30), terms)
        session.flush()
        ada = Actor("staff", str(self.staff[0].id), self.clinic.id, "lead", staff_id=self.staff[0].id)
        self.turn = Turn(ada, now, terms)
        if protocol:
            publish(session, protocol, self.turn)
        self.patient, self.token = enrol_patient(session, self.details, self.turn)
        session.flush()
        self.treat(session, now - timedelta(days=3, hours=8))

    def enrol_another(self, session: Any) -> None:
        """Enrol a second patient of the clinic, whose page is `other_page`."""
        other, token = enrol_patient(session, {"reference": "P-2", "name": "Bo Other"}, self.turn)
        session.flush()
        add_procedure(session, {"patient_id": other.id, "at": self.turn.now - timedelta(days=3)}, self.turn)
        self.other_page = f"/c/{token}"

    def treat(self, session: Any, at: datetime) -> None:
        add_procedure(session, {"patient_id": self.patient.id, "at": at, "areas": ["top"]}, self.turn)

    @property
    def page(self) -> str:
        return f"/c/{self.token}"

    def counts(self) -> list[int]:
        """Return how many rows there are of what is written; that somebody looked is noted and changes nothing."""
        counted = self.wiring.look(lambda session: [lookups.count_of(session, table) for table in WRITTEN])
        counted[WRITTEN.index(AuditEventRow)] -= sum(row.did == READ for row in self.rows(AuditEventRow))
        return counted

    def rows(self, table: Any) -> list[Any]:
        with self.wiring.store.read() as session:
            return list(session.exec(select(table)))

    def last(self) -> dict[str, Any]:
        return max(self.rows(CheckInRow), key=lambda row: row.id).content

    def send(self, **fields: Any) -> Any:
        return self.client.post(self.page, data={"key": "k-1", "send": "form", **_dotted(fields)})

    def ack_page(self) -> str:
        """Return the address in the first message about the alert."""
        told = min((row for row in self.rows(NotificationRow) if row.kind == "alert"), key=lambda row: row.id)
        return f"/a/{ack_token(self.wiring.terms, told.clinic_id, told.id)}"

    def revoke(self) -> None:
        with self.wiring.store.connect() as connection:
            table = PatientTokenRow.metadata.tables["patient_token"]
            connection.execute(table.update().values(revoked_at=self.wiring.time))


def _dotted(fields: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("__", "."): value for name, value in fields.items()}


Build = Callable[..., House]


@pytest.fixture
def build(store: Store, now: datetime, tmp_path: Path) -> Build:
    """Founds a house; `protocol=None`: a clinic that has published none."""
    settings = Settings.from_environ({"TRIAGE_DATA_DIR": str(tmp_path)})
    wiring = FixedWiring(settings, store, Terms(b"a secret of the tests", "http://127.0.0.1"), {})
    wiring.time = now.replace(hour=17, minute=4)
    return lambda **how: House(wiring, **how)


@pytest.fixture
def house(build: Build) -> House:
    return build()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    with closing(Store(sqlite_url)) as opened:
        yield opened
