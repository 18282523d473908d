"""The catching mail server: what its list, its page and its ports do."""

import json
import smtplib
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from seeds.mailbox import Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox(now=lambda: datetime(2026, 5, 1, 12, tzinfo=UTC))
    box.start()
    yield box
    box.stop()


def post(mailbox: Mailbox, text: str, *, subject: str = "Hello", to: tuple[str, ...] = ("ada@clinic.example",)) -> None:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, local_hostname="test") as session:
        session.send_message(mail, "c@clinic.example", to)


def fetch(mailbox: Mailbox, path: str) -> str:
    with urllib.request.urlopen(mailbox.url + path) as answer:
        return answer.read().decode()


def test_the_list_shows_each_mail_with_its_four_keys(mailbox: Mailbox) -> None:
    post(mailbox, "Grüße\n", subject="Größe")
    expected = {
        "to": "ada@clinic.example",
        "subject": "Größe",
        "text": "Grüße\n",
        "received_at": "2026-05-01T12:00:00.000+00:00",
    }
    assert json.loads(fetch(mailbox, "/messages.json")) == [expected]


def test_several_recipients_are_a_list(mailbox: Mailbox) -> None:
    post(mailbox, "Hello", to=("ada@clinic.example", "eve@clinic.example"))
    assert json.loads(fetch(mailbox, "/messages.json"))[0]["to"] == ["ada@clinic.example", "eve@clinic.example"]


def test_an_empty_mailbox_is_an_empty_list(mailbox: Mailbox) -> None:
    assert fetch(mailbox, "/messages.json") == "[]"
    assert "None yet" in fetch(mailbox, "/")


def test_a_script_in_a_mail_is_shown_and_not_run(mailbox: Mailbox) -> None:
    post(mailbox, '<script>alert(1)</script> https://c.example/"onclick=alert(1) $text', subject="<b>bold</b>")
    page = fetch(mailbox, "/")
    assert "<script" not in page
    assert "<b>" not in page
    assert '"onclick' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_links_can_be_followed(mailbox: Mailbox) -> None:
    post(mailbox, "Answer here: http://127.0.0.1:8000/a?b=1&c=2.\n")
    assert '<a href="http://127.0.0.1:8000/a?b=1&amp;c=2" rel="noreferrer">' in fetch(mailbox, "/")


def test_no_other_scheme_becomes_a_link(mailbox: Mailbox) -> None:
    post(mailbox, "javascript:alert(1) data:text/html,hello")
    assert "<a " not in fetch(mailbox, "/")


def test_the_page_shows_the_newest_first_and_reloads_itself(mailbox: Mailbox) -> None:
    post(mailbox, "older")
    post(mailbox, "newer")
    page = fetch(mailbox, "/")
    assert page.index("newer") < page.index("older")
    assert '<meta http-equiv="refresh"' in page


@pytest.mark.parametrize("path", ["/nothing", "/messages.json/", "/../etc/passwd"])
def test_nothing_else_is_there(mailbox: Mailbox, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(mailbox, path)
    assert caught.value.code == 404
    caught.value.close()


def test_a_mail_in_an_unknown_encoding_is_kept(mailbox: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, local_hostname="test") as session:
        raw = b"Subject: odd \xff\r\nContent-Type: text/plain; charset=klingon\r\n\r\nhe\xff there"
        session.sendmail("c@clinic.example", "ada@clinic.example", raw)
    assert "there" in json.loads(fetch(mailbox, "/messages.json"))[0]["text"]
    assert "there" in fetch(mailbox, "/")


def test_waiting_ends_when_the_mail_is_there_or_the_time_is_up(mailbox: Mailbox) -> None:
    assert not mailbox.wait_for(1, timeout=0.01)
    post(mailbox, "Hello")
    assert mailbox.wait_for(1, timeout=5)


def test_it_opens_again_on_the_same_ports_with_what_it_caught(mailbox: Mailbox) -> None:
    post(mailbox, "before")
    ports = mailbox.smtp_port, mailbox.url
    mailbox.stop()
    mailbox.start()
    post(mailbox, "after")
    assert (mailbox.smtp_port, mailbox.url) == ports
    assert [mail.text for mail in mailbox.messages] == ["before\n", "after\n"]


def test_it_stops_while_somebody_is_still_talking(mailbox: Mailbox) -> None:
    with socket.create_connection(("127.0.0.1", mailbox.smtp_port), timeout=5) as peer:
        assert peer.recv(1000).startswith(b"220")
        mailbox.stop()
        mailbox.stop()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", mailbox.smtp_port), timeout=5)


def test_a_taken_port_is_told_at_once_and_nothing_stays_open(mailbox: Mailbox) -> None:
    second = Mailbox(http_port=int(mailbox.url.rpartition(":")[2]), now=mailbox._now)
    with pytest.raises(OSError, match="in use"):
        second.start()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", second.smtp_port or 1), timeout=5)
