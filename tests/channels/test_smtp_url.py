"""Settings of the mail channel: read as written, refused with words that help and without the password."""

import pytest

from triage.channels.smtp import SmtpChannel, parse_smtp_url
from triage.channels.smtp_url import Server

GOOD = {
    "smtp://mail.example.org:587": Server("mail.example.org", 587, False),
    "smtps://mail.example.org:465/": Server("mail.example.org", 465, True),
    "smtp://ada:p%40ss%3Aw%2F%C3%B6@mail.example.org:587": Server("mail.example.org", 587, False, "ada", "p@ss:w/ö"),
    "smtp://ada%40example.org:secret@[::1]:25": Server("::1", 25, False, "ada@example.org", "secret"),
    "smtp://bücher.example:25": Server("xn--bcher-kva.example", 25, False),
}
BAD = {
    "": "neither smtp:// nor smtps://",
    "mail.example.org:25": "neither smtp:// nor smtps://",
    "https://mail.example.org:25": "neither smtp:// nor smtps://",
    "smtp://mail.example.org": "the port is missing",
    "smtp://:25": "the host is missing",
    "smtp://a..b:25": "cannot be read",
    "smtp://ada:secret@mail.example.org:port": "cannot be read",
    "smtp://ada:secret@mail.example.org:99999": "cannot be read",
    "smtp://ada:secret@[::1:25": "cannot be read",
    "smtp://ada:secret/more@mail.example.org:25": "cannot be read",
    "smtp://ada:secret%FF@mail.example.org:25": "cannot be read",
    "smtp://ada:secret%0A@mail.example.org:25": "control character",
    "smtp://ada:secret@mail.example.org:25\n": "a space or a control character",
    "smtp://ada@mail.example.org:25": "belong together",
    "smtp://:secret@mail.example.org:25": "belong together",
    "smtp://mail.example.org:25/queue": "after the port",
    "smtp://mail.example.org:25?tls=yes": "after the port",
}


@pytest.mark.parametrize(("url", "server"), GOOD.items())
def test_a_good_url_is_read(url: str, server: Server) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(("url", "words"), BAD.items())
def test_a_bad_url_is_named_with_what_would_be_right(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^TRIAGE_SMTP_URL: .*right would be smtp://host:port") as caught:
        parse_smtp_url(url)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_password_does_not_show_in_a_traceback() -> None:
    assert repr(parse_smtp_url("smtp://ada:secret@mail.example.org:25")) == "Server(mail.example.org:25)"


@pytest.mark.parametrize("sender", ["", "clinic", "a@b\nBcc: c@d", "a@b, c@d", "Ä <ä@example.org>"])
def test_a_bad_sender_is_named(sender: str) -> None:
    with pytest.raises(ValueError, match="TRIAGE_MAIL_FROM"):
        SmtpChannel("smtp://127.0.0.1:25", sender)
