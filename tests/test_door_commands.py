"""What whoever runs the server can do at the door: the first run's code, and who cannot come in any more."""

import http.client
import json
import urllib.parse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from tests.started import start
from tests.test_cli import call
from tests.test_processes import free_port, is_ready, until
from triage.config import Settings
from triage.records import AuditEventRow, StaffRow, Store

LEAD = "lee@north.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a migrated database."""
    assert call("db", "upgrade", folder=tmp_path).returncode == 0
    return tmp_path


def create(folder: Path) -> dict[str, str]:
    done = call("clinic", "create", "--name", "North Clinic", "--lead-email", LEAD, folder=folder)
    assert done.returncode == 0, done.stderr
    [lead] = json.loads(done.stdout)["staff"]
    return dict(lead)


@contextmanager
def served(folder: Path, **environ: str) -> Iterator[str]:
    """A web process; yields its address."""
    port = free_port()
    process = start(
        "serve", environ={"TRIAGE_DATA_DIR": str(folder), "TRIAGE_PORT": str(port), **environ}, folder=folder
    )
    try:
        until(lambda: is_ready(f"http://127.0.0.1:{port}"))
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join()


def post(address: str, path: str, form: dict[str, str], **headers: str) -> http.client.HTTPResponse:
    with closing(http.client.HTTPConnection(address, timeout=10)) as connection:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, urllib.parse.urlencode(form), kind | named)
        answer = connection.getresponse()
        answer.read()
        return answer


def test_the_code_that_the_server_prints_opens_the_first_clinic(folder: Path) -> None:
    (folder / "in").touch()
    with served(folder) as address:
        printed = (folder / "out").read_text()
        assert f"http://{address}/first-run" in printed
        code = printed.split()[-1]
        form = {"code": code, "clinic": "North Clinic", "time_zone": "UTC", "name": "Lee", "email": LEAD}
        answer = post(address, "/first-run", {**form, "password": "four plain words here"})
        assert (answer.status, answer.getheader("Location")) == (303, "/account/codes?next=/office")
        assert post(address, "/first-run", form).getheader("Location") == "/sign-in"


def test_the_code_is_printed_only_as_long_as_there_is_no_clinic(folder: Path) -> None:
    first, again = (call("first-run-code", folder=folder).stdout for _ in range(2))
    assert first == again
    create(folder)
    done = call("first-run-code", folder=folder)
    assert done.returncode == 1
    assert "there is a clinic already" in done.stderr


def test_an_operator_lets_somebody_set_a_password_and_new_codes(folder: Path) -> None:
    create(folder)
    printed = call("staff", "link", LEAD.upper(), folder=folder).stdout
    assert printed.startswith("http://127.0.0.1:8000/password/tai_")
    assert "no one-time codes" in call("staff", "codes-off", LEAD, folder=folder).stderr.lower()
    settings = Settings.from_environ({"TRIAGE_DATA_DIR": str(folder)})
    with closing(Store(settings.database_url)) as store, store.connect() as connection:
        connection.execute(StaffRow.metadata.tables["staff"].update().values(totp_at=datetime.now(UTC)))
    assert "is asked for no code" in call("staff", "codes-off", LEAD, folder=folder).stdout
    assert call("staff", "link", "nobody@north.example", folder=folder).returncode == 1


def test_a_trusted_proxy_says_from_where_somebody_tries(folder: Path) -> None:
    create(folder)
    (folder / "in").touch()
    form, claimed = {"email": LEAD, "password": "guessed"}, "203.0.113.9"
    with served(folder, TRIAGE_TRUSTED_PROXY="127.0.0.1") as address:
        assert post(address, "/sign-in", form, X_Forwarded_For=claimed).status == 403
    assert failed_from(folder) == [claimed]


def test_without_one_nobody_can_claim_an_address(folder: Path) -> None:
    create(folder)
    (folder / "in").touch()
    with served(folder) as address:
        form = {"email": LEAD, "password": "guessed"}
        assert post(address, "/sign-in", form, X_Forwarded_For="203.0.113.9").status == 403
    assert failed_from(folder) == ["127.0.0.1"]


def failed_from(folder: Path) -> list[str]:
    settings = Settings.from_environ({"TRIAGE_DATA_DIR": str(folder)})
    with closing(Store(settings.database_url)) as store, store.read() as session:
        events = session.exec(select(AuditEventRow).where(AuditEventRow.did == "sign_in_failed")).all()
        return [(event.after or {})["address"] for event in events]
