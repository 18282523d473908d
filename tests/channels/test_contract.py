"""What every way out does, whichever it is."""

import io
from collections.abc import Callable

import pytest

from seeds.mailbox import Mailbox
from triage.channels import Attachment, Channel, Failed, Message, Sent
from triage.channels.console import ConsoleChannel
from triage.channels.smtp import SmtpChannel

MESSAGE = Message(
    "ada@clinic.example", "Bitte antworten: Größe", "Grüße\n\nhttps://clinic.example/a\n", "<1@c.example>"
)
INJECTIONS = [
    MESSAGE._replace(to="ada@clinic.example\nBcc: eve@clinic.example"),
    MESSAGE._replace(to="ada@clinic.example, eve@clinic.example"),
    MESSAGE._replace(to="not an address"),
    MESSAGE._replace(to=""),
    MESSAGE._replace(subject="Hello\r\nBcc: eve@clinic.example"),
    MESSAGE._replace(subject="Hello\u2028Bcc: eve@clinic.example"),
    MESSAGE._replace(message_id="<1@c>\nBcc: eve@clinic.example"),
    MESSAGE._replace(headers={"Date": "Fri, 01 May 2026 12:00:00 +0000\nBcc: eve@clinic.example"}),
    MESSAGE._replace(headers={"Bcc": "eve@clinic.example"}),
    MESSAGE._replace(headers={"X-A:\n": "b"}),
    MESSAGE._replace(attachments=(Attachment("a.pdf\nBcc: eve@clinic.example", "application/pdf", b"x"),)),
    MESSAGE._replace(attachments=(Attachment("a.pdf", "application/pdf\r\nBcc: eve@clinic.example", b"x"),)),
]
Way = tuple[Channel, Callable[[], str]]


@pytest.fixture(params=["smtp", "console"])
def way(request: pytest.FixtureRequest) -> Way:
    if request.param == "smtp":
        mailbox: Mailbox = request.getfixturevalue("mailbox")
        channel = SmtpChannel(f"smtp://127.0.0.1:{mailbox.smtp_port}", "c@clinic.example")
        return channel, lambda: "".join(mail.subject + mail.text for mail in mailbox.messages)
    stream = io.StringIO()
    return ConsoleChannel(stream), stream.getvalue


def test_a_message_arrives_whole(way: Way) -> None:
    channel, arrived = way
    assert isinstance(channel.send(MESSAGE), Sent)
    assert MESSAGE.subject in arrived()
    assert MESSAGE.text in arrived()


def test_the_same_message_twice_is_sent_twice(way: Way) -> None:
    channel, arrived = way
    channel.send(MESSAGE)
    channel.send(MESSAGE)
    assert arrived().count(MESSAGE.text) == 2


@pytest.mark.parametrize("message", INJECTIONS)
def test_an_injected_header_is_refused_for_good(way: Way, message: Message) -> None:
    channel, arrived = way
    result = channel.send(message)
    assert isinstance(result, Failed)
    assert result.permanent
    assert "eve" not in result.reason
    assert arrived() == ""


def test_odd_letters_in_the_text_do_not_stop_it(way: Way) -> None:
    channel, arrived = way
    result = channel.send(MESSAGE._replace(subject="odd \ud800", text="lone \ud800 and \U0001f600 and \x00 here"))
    assert isinstance(result, Sent)
    assert "lone" in arrived()
