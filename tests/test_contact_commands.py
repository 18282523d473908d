"""The commands about contacts and text messages, as an operator types them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seeds.mailbox import Mailbox
from tests.channels.conftest import NOON
from triage.cli import main
from triage.records import migrate

Run = Callable[..., Result]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox(now=lambda: NOON)
    box.start()
    yield box
    box.stop()


@pytest.fixture
def run(tmp_path: Path, mailbox: Mailbox, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    for name in [name for name in os.environ if name.startswith("TRIAGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRIAGE_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("TRIAGE_SMTP_URL", f"smtp://127.0.0.1:{mailbox.smtp_port}")
    mask = os.umask(0o022)
    assert migrate.current(sqlite_url) == migrate.head()
    clinic = "clinic create --name North --lead-email lee@north.example".split()
    assert CliRunner().invoke(main, clinic).exit_code == 0
    yield lambda *words, **more: CliRunner().invoke(main, list(words), **more)
    os.umask(mask)


def test_a_contact_is_added_listed_tested_and_removed(run: Run, mailbox: Mailbox) -> None:
    added = run("contact", "add", "lee@north.example", "lee@home.example", "--urgency-from", "urgent")
    assert added.exit_code == 0, added.output
    contact = added.output.split(":")[0]
    lines = run("contact", "list", "lee@north.example").output.splitlines()
    assert [line.split()[2:] for line in lines] == [
        ["lee@north.example", "from", "routine", "verified"],
        ["lee@home.example", "from", "urgent", "not", "verified"],
    ]
    tested = run("contact", "test", "lee@north.example", contact)
    assert tested.output.startswith("sent: "), tested.output
    assert [mail.to for mail in mailbox.messages] == ["lee@home.example"]

    assert run("contact", "remove", "lee@north.example", contact).output == "removed\n"
    assert len(run("contact", "list", "lee@north.example").output.splitlines()) == 1
    assert run("contact", "test", "lee@north.example", contact).exit_code == 1


def test_mistakes_are_named(run: Run, mailbox: Mailbox) -> None:
    last = run("contact", "list", "lee@north.example").output.split()[0]
    for words, said in (
        (("contact", "list", "nobody@x.example"), "0 people"),
        (("contact", "add", "lee@north.example", "tgram://t/c"), "not switched on"),
        (("contact", "add", "lee@north.example", "nonsense"), "is no mail address"),
        (("contact", "remove", "lee@north.example", last), "only way left"),
        (("sms", "inbound", "--clinic", "x"), "no such clinic"),
    ):
        done = run(*words)
        assert done.exit_code == 1
        assert said in done.output, done.output
    mailbox.refuse.add("lee@north.example")
    refused = run("contact", "test", "lee@north.example", last)
    assert "not sent (for good)" in refused.output


def test_the_address_for_text_messages_is_shown_once(run: Run) -> None:
    first, second = run("sms", "inbound").output, run("sms", "inbound").output
    assert first.startswith("http://127.0.0.1:8000/in/sms/tas_")
    assert first != second
