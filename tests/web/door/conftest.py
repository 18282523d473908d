"""A clinic whose people have passwords, and a browser that fills in the forms at the door."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from tests.web.conftest import Build, House
from triage.actions.passwords import hash_password
from triage.actions.totp import set_up_of
from triage.records import ClinicRow, StaffRow, sign_in_lookups
from triage.records.store import Store
from triage.web.door.cookies import KNOWN

PASSWORD = "four plain words here"
STRANGE, OTHER = "203.0.113.9", "198.51.100.7"  # addresses out in the world


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """One engine is enough for the pages; tests/actions looks at both."""
    return sqlite_store


class Visitor:
    """A browser before the door, with a network address."""

    def __init__(self, house: House, address: str = STRANGE) -> None:
        self.house, self.address = house, address
        self.client: FlaskClient = house.app.test_client()

    def get(self, path: str) -> Any:
        return self.client.get(path, environ_overrides={"REMOTE_ADDR": self.address})

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> Any:
        """Send a form; where a page gives the form a key, it is looked up first."""
        how: Any = {"environ_overrides": {"REMOTE_ADDR": self.address}, "headers": headers, "buffered": True}
        return self.client.post(path, data=fields, **how)

    def submit(self, path: str, form_on: str = "/account/password", **fields: str) -> Any:
        """Send a form of somebody who is signed in."""
        found = re.search(r'name="form_key" value="([^"]+)"', self.get(form_on).text)
        assert found, form_on
        return self.post(path, form_key=found[1], **fields)

    def sign_in(self, email: str = "ada@north.example", password: str = PASSWORD, **more: str) -> Any:
        return self.post("/sign-in", email=email, password=password, **more)

    def forget(self, *cookies: str) -> None:
        for name in cookies:
            self.client.delete_cookie(name)

    @property
    def is_known(self) -> bool:
        return self.client.get_cookie(KNOWN) is not None


def later(house: House, **span: float) -> None:
    house.wiring.time += timedelta(**span)


def staff_of(house: House, number: int = 0) -> StaffRow:
    """Return somebody as the row stands now: 0 is the practitioner, 1 the lead."""
    key = house.staff[number]
    row = house.wiring.look(lambda session: session.get(StaffRow, (key.clinic_id, key.id)))
    assert row is not None
    return row


def phone_of(house: House, number: int = 0) -> pyotp.TOTP:
    """Return the phone that shows the codes of somebody, or will do so once they are set up."""
    staff = staff_of(house, number)
    if staff.totp_at is not None:  # what set_up_of shows is the next one
        staff.totp_generation -= 1
    return pyotp.TOTP(set_up_of(staff, house.clinic, house.wiring.terms).key.replace(" ", ""))


def next_phone(house: House, number: int = 0) -> pyotp.TOTP:
    """Return the phone that is about to be set up."""
    set_up = set_up_of(staff_of(house, number), house.clinic, house.wiring.terms)
    return pyotp.TOTP(set_up.key.replace(" ", ""))


def code_of(house: House, number: int = 0, off: int = 0) -> str:
    """Return the code that somebody's phone shows now, or some steps off."""
    return phone_of(house, number).at(house.wiring.time + off * timedelta(seconds=30))


def ask_for_codes(house: House, asks: bool) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(ClinicRow.metadata.tables["clinic"].update().values(asks_code=asks))


def sessions(house: House, number: int = 0) -> int:
    staff = staff_of(house, number)
    return house.wiring.look(lambda session: len(sign_in_lookups.sessions_of(session, staff, house.wiring.time)))


@pytest.fixture
def house(build: Build) -> House:
    """A clinic that asks for no codes; tests that want them say so."""
    made = build(protocol=None)
    with made.wiring.store.connect() as connection:
        table = StaffRow.metadata.tables["staff"]
        connection.execute(table.update().values(password_hash=hash_password(PASSWORD)))
    ask_for_codes(made, False)
    return made


@pytest.fixture
def visitor(house: House) -> Visitor:
    return Visitor(house)
