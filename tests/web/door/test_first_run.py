"""The first clinic, opened in a browser with the code that the server prints."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.web.conftest import FILES, FixedWiring
from triage.actions.first_run import first_run_code_of
from triage.actions.terms import Terms
from triage.actions.totp import set_up_of
from triage.config import Settings
from triage.records import AuditEventRow, ClinicRow, FailedTryRow, ProtocolRow, StaffRow, Store, sign_in_lookups
from triage.web import add_pages
from triage.web.door.first_run import zone_choices

PASSWORD = "four plain words here"


class Empty:
    """A server with nothing in its database."""

    def __init__(self, store: Store, folder: Path, now: datetime) -> None:
        settings = Settings.from_environ({"TRIAGE_DATA_DIR": str(folder)})
        self.wiring = FixedWiring(settings, store, Terms(b"a secret of the tests", "http://127.0.0.1"), {})
        self.wiring.time, self.wiring.starter = now, FILES
        self.app = Flask("empty", static_folder=None)
        self.app.extensions["triage"] = self.wiring
        add_pages(self.app)
        self.client: FlaskClient = self.app.test_client()
        self.code = first_run_code_of(self.wiring.terms)

    def get(self, path: str) -> Any:
        return self.client.get(path, headers={"Accept-Language": "en-GB,de-DE"})

    def post(self, address: str = "127.0.0.1", **changes: str) -> Any:
        fields = {
            "code": self.code,
            "clinic": "North Clinic",
            "time_zone": "Europe/Berlin",
            "name": "Leo Lead",
            "email": "leo@north.example",
            "password": PASSWORD,
        }
        return self.client.post("/first-run", data=fields | changes, environ_overrides={"REMOTE_ADDR": address})

    def rows(self, table: Any) -> list[Any]:
        with self.wiring.store.read() as session:
            return list(session.exec(select(table)))


@pytest.fixture
def empty(store: Store, tmp_path: Path, now: datetime) -> Empty:
    return Empty(store, tmp_path, now)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/password"])
def test_without_a_clinic_every_door_leads_to_the_first_run(empty: Empty, path: str) -> None:
    assert empty.get(path).headers["Location"] == "/first-run"


def test_the_form_suggests_the_time_zone_of_the_browsers_country(empty: Empty) -> None:
    page = empty.get("/first-run").text
    assert '<option value="Europe/London" selected>United Kingdom</option>' in page
    assert dict(zone_choices())["America/New_York"] == "United States: New York"
    assert empty.code not in page


def test_the_first_clinic_is_ready_to_be_set_up(empty: Empty) -> None:
    answer = empty.post()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/codes?next=/office")
    [clinic], [lead], [protocol] = empty.rows(ClinicRow), empty.rows(StaffRow), empty.rows(ProtocolRow)
    assert (clinic.name, clinic.time_zone, clinic.ready_at, clinic.asks_code) == (
        "North Clinic",
        "Europe/Berlin",
        None,
        True,
    )
    assert (lead.name, lead.email, lead.role) == ("Leo Lead", "leo@north.example", "lead")
    assert protocol.state == "published"
    assert empty.get("/account").headers["Location"].startswith("/account/codes")
    page = empty.get("/account/codes?next=/office").text
    key = set_up_of(lead, clinic, empty.wiring.terms).key.replace(" ", "")
    form = {
        "form_key": page.split('name="form_key" value="')[1].split('"')[0],
        "next": "/office",
        "code": pyotp.TOTP(key).at(empty.wiring.time),
    }
    done = empty.client.post("/account/codes", data=form)
    assert 'href="/office"' in done.text
    assert empty.get("/account").status_code == 200


def test_it_is_done_once(empty: Empty) -> None:
    empty.post()
    again = Empty(empty.wiring.store, empty.wiring.settings.data_dir, empty.wiring.time)
    assert again.get("/first-run").headers["Location"] == "/sign-in"
    assert again.post(clinic="Another").headers["Location"] == "/sign-in"
    assert again.get("/sign-in").status_code == 200
    assert [row.name for row in empty.rows(ClinicRow)] == ["North Clinic"]


def test_every_fault_stands_beside_its_field_and_what_was_typed_stays(empty: Empty) -> None:
    answer = empty.post(clinic=" ", email="nowhere", password="short")
    assert answer.status_code == 422
    for name in ("clinic", "email", "password"):
        assert f'id="{name}-fault"' in answer.text
    assert 'value="Leo Lead"' in answer.text
    assert 'value="Europe/Berlin" selected' in answer.text
    assert "short" not in answer.text
    assert empty.post(time_zone="").status_code == 422
    assert empty.rows(ClinicRow) == []
    assert empty.rows(AuditEventRow) == []


def test_a_code_may_be_typed_in_any_way_but_not_guessed(empty: Empty) -> None:
    for _ in range(5):
        wrong = empty.post("203.0.113.9", code="AAAA-AAAA-AAAA")
        assert wrong.status_code == 403
        assert 'id="code-fault"' in wrong.text
    held = empty.post("203.0.113.9")
    assert (held.status_code, held.headers["Retry-After"]) == (429, "60")
    assert len(empty.rows(FailedTryRow)) == 5
    assert empty.post("198.51.100.7", code=empty.code.lower().replace("-", " ")).status_code == 303


def test_no_other_site_opens_a_clinic(empty: Empty) -> None:
    answer = empty.client.post("/first-run", headers={"Sec-Fetch-Site": "same-site"})
    assert answer.status_code == 403


def test_without_the_shipped_protocol_the_page_says_what_to_run(empty: Empty) -> None:
    empty.wiring.starter = {}
    answer = empty.get("/first-run")
    assert answer.status_code == 503
    assert "triage clinic create" in answer.text


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path / 'blank.db'}")) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/sign-in", "/first-run", "/password"])
def test_a_database_that_was_not_upgraded_says_what_to_run(
    blank: Store, tmp_path: Path, now: datetime, path: str
) -> None:
    answer = Empty(blank, tmp_path, now).get(path)
    assert answer.status_code == 503
    assert "triage db upgrade" in answer.text


def test_a_clinic_is_seen_whoever_made_it(empty: Empty) -> None:
    assert not empty.wiring.look(sign_in_lookups.has_clinic)
    empty.post()
    assert empty.wiring.look(sign_in_lookups.has_clinic)
