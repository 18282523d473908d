"""The console: readable, harmless to a terminal, and a broken stream is no crash."""

import io

from triage.channels import Attachment, Failed, Message
from triage.channels.console import ConsoleChannel

MESSAGE = Message("ada@clinic.example", "Hello", "Text", "<1@c.example>", {"Date": "Fri, 01 May 2026 12:00:00 +0000"})


def test_the_whole_message_is_written_as_text() -> None:
    stream = io.StringIO()
    ConsoleChannel(stream).send(MESSAGE)
    assert stream.getvalue() == (
        "To: ada@clinic.example\nSubject: Hello\nMessage-ID: <1@c.example>\n"
        "Date: Fri, 01 May 2026 12:00:00 +0000\n\nText\n\n"
    )


def test_control_sequences_do_not_reach_the_terminal() -> None:
    stream = io.StringIO()
    ConsoleChannel(stream).send(MESSAGE._replace(text="\x1b]0;owned\x07"))
    assert "\x1b" not in stream.getvalue()


def test_a_stream_without_umlauts_takes_them_written_out() -> None:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii") as stream:
        ConsoleChannel(stream).send(MESSAGE._replace(text="Grüße"))
        assert b"Gr\\xfc\\xdfe" in raw.getvalue()


def test_a_closed_stream_is_a_passing_failure() -> None:
    stream = io.StringIO()
    stream.close()
    assert ConsoleChannel(stream).send(MESSAGE) == Failed(False, "the stream cannot be written to")


def test_an_attached_file_is_named_and_not_printed() -> None:
    stream = io.StringIO()
    ConsoleChannel(stream).send(MESSAGE._replace(attachments=(Attachment("report.pdf", "application/pdf", b"%PDF"),)))
    assert "Attached: report.pdf (4 bytes)" in stream.getvalue()
    assert "%PDF" not in stream.getvalue()
