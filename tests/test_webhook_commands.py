"""The commands about webhooks, as an operator types them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.houses import OPTIONS, SECRET, open_house
from triage.cli.webhooks import webhook as commands
from triage.records import Store

Run = Callable[..., Result]
BY = ("--by", "Lee Okafor")


@pytest.fixture
def run(sqlite_url: str, tmp_path: Path, now: object) -> Run:
    """Run a command on a database with two clinics; words of it are given apart."""
    store = Store(sqlite_url)
    with open_house(store, tmp_path / "open", now) as house:  # type: ignore[arg-type]
        house.open({**OPTIONS, "name": "South Clinic"})
    store.close()
    environ = {
        "TRIAGE_DATABASE_URL": sqlite_url,
        "TRIAGE_DATA_DIR": str(tmp_path),
        "TRIAGE_SECRET_KEY": SECRET.decode(),
    }

    def command(*words: str, **more: str) -> Result:
        return CliRunner().invoke(commands, words, env=environ | more)

    return command


def added(run: Run) -> tuple[str, str]:
    """Add a webhook at each clinic; return the id and the secret of the first."""
    done = run("add", "https://hooks.example.org/x", "--event", "alert.opened", *BY)
    assert done.exit_code == 0, done.output
    found = re.findall(r"^(\w+) Clinic: (\S+) (whsec_\S+)$", done.output, re.MULTILINE)
    assert [name for name, _, _ in found] == ["North", "South"]
    return found[0][1], found[0][2]


def test_a_webhook_is_added_tested_switched_and_listed(run: Run) -> None:
    webhook, secret = added(run)

    assert run("test", webhook, *BY).output.endswith("is due\n")
    assert run("disable", webhook, *BY).output == "switched off\n"
    off = run("test", webhook, *BY)
    assert (off.exit_code, off.output) == (1, "Error: The webhook is switched off; switch it on first.\n")
    listed = run("list").output
    assert re.search(rf"{webhook}  https://hooks.example.org/x  alert.opened  off: by_hand  1 +0 +-", listed)
    assert secret not in listed
    assert run("enable", webhook, *BY).output == "switched on\n"
    assert run("rotate", webhook, *BY).output.startswith("whsec_")
    assert run("dead", webhook).output.split() == "delivery event made at attempts last error".split()


def test_a_resend_is_of_one_or_of_a_span(run: Run) -> None:
    webhook, _ = added(run)
    delivery = run("test", webhook, *BY).output.split()[1]

    assert run("resend", webhook, "--delivery", delivery, *BY).output == "1 due again\n"
    assert run("resend", webhook, "--since", "2026-01-01T00:00:00Z", "--only-failed", *BY).output == "0 due again\n"
    for wrong in ((), ("--delivery", delivery, "--only-failed"), ("--until", "2026-01-01T00:00:00Z")):
        assert run("resend", webhook, *wrong, *BY).exit_code == 2
    assert run("resend", webhook, "--since", "yesterday", *BY).exit_code == 2


def test_what_is_wrong_is_said_in_a_sentence(run: Run) -> None:
    nobody = "00000000-0000-7000-8000-000000000000"
    inside = run("add", "https://10.0.0.1/x", *BY)
    assert inside.exit_code == 1
    assert "private network" in inside.output
    allowed = run("add", "http://10.0.0.1/x", *BY, TRIAGE_ALLOW_PRIVATE_TARGETS="true")
    assert allowed.exit_code == 0, allowed.output
    assert run("disable", allowed.output.split()[2], *BY).output == "switched off\n"  # though it is not allowed now
    assert "no clinic has a webhook" in run("enable", nobody, *BY).output
    assert run("add", "https://hooks.example.org/", "--event", "alert.eaten", *BY).exit_code == 2
