"""The office of a clinic with a practitioner and a lead, seen by the lead; mail is caught."""

import pytest

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.channels import Failed, Message, Sent
from triage.records import AuditEventRow, Store


class Tray:
    """A way out that keeps what is sent, or refuses it where a test says so."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.refusal = ""

    def send(self, message: Message) -> Sent | Failed:
        if self.refusal:
            return Failed(permanent=False, reason=self.refusal)
        self.sent.append(message)
        return Sent("250 taken")


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """One engine is enough for pages; tests/actions asks both."""
    return sqlite_store


@pytest.fixture
def tray(house: House) -> Tray:
    tray = Tray()
    house.wiring.channels["email"] = tray
    return tray


@pytest.fixture
def lead(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[1])


def events(house: House, did: str) -> list[AuditEventRow]:
    """Return what the log has of one kind, the latest last."""
    rows = [row for row in house.rows(AuditEventRow) if row.did == did]
    return sorted(rows, key=lambda row: row.id)
