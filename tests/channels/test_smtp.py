"""Mail over real SMTP conversations: what arrives, and how each refusal is judged."""

import email
import email.policy
import socket
from collections.abc import Callable

import pytest

from seeds.mailbox import Mailbox
from triage.channels import Attachment, Failed, Message, Sent
from triage.channels.smtp import SmtpChannel

MESSAGE = Message("ada@clinic.example", "Bitte antworten", "Grüße\n", "<1@c.example>")


def channel_to(port: int, login: str = "", **options: float) -> SmtpChannel:
    return SmtpChannel(f"smtp://{login}127.0.0.1:{port}", "Praxis Süd <praxis@clinic.example>", **options)


def send(mailbox: Mailbox, message: Message = MESSAGE) -> Sent | Failed:
    return channel_to(mailbox.smtp_port).send(message)


def received(mailbox: Mailbox) -> email.message.EmailMessage:
    return email.message_from_bytes(mailbox.messages[-1].content, policy=email.policy.default)


def test_subject_and_text_arrive_as_written(mailbox: Mailbox) -> None:
    subject = "Größe, 日本語 und ein ziemlich langer Betreff, der nicht in eine Zeile passt – " * 3 + "Ende"
    text = "Grüße\n.\n..punkt\nFrom hier\n\n" + "lang " * 1000 + "\n" + "x" * 5000 + "\n日本語 😀\n"
    assert isinstance(send(mailbox, MESSAGE._replace(subject=subject, text=text)), Sent)
    assert mailbox.messages[0][:3] == ("ada@clinic.example", subject, text)


def test_no_line_on_the_wire_is_too_long(mailbox: Mailbox) -> None:
    send(mailbox, MESSAGE._replace(text="x" * 50_000))
    assert max(map(len, mailbox.messages[0].content.split(b"\r\n"))) <= 78
    assert mailbox.messages[0].content.isascii()


def test_headers_are_those_given_and_an_automatic_mail_says_so(mailbox: Mailbox) -> None:
    long_id = f"<{'a' * 90}@clinic.example>"
    headers = {
        "Date": "Fri, 01 May 2026 12:00:00 +0000",
        "References": f"<0@c.example> {long_id}",
        "In-Reply-To": long_id,
    }
    send(mailbox, MESSAGE._replace(message_id=long_id, headers=headers))
    mail = received(mailbox)
    assert mail["Message-ID"] == long_id
    assert mail["From"] == "Praxis Süd <praxis@clinic.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert {name: mail[name] for name in headers} == headers


def test_a_file_arrives_as_it_is_beside_the_text(mailbox: Mailbox) -> None:
    content = bytes(range(256)) * 500
    attached = Attachment("Bericht März.pdf", "application/pdf", content)
    assert isinstance(send(mailbox, MESSAGE._replace(attachments=(attached,))), Sent)
    assert mailbox.messages[0].text == MESSAGE.text, "the catching mail server shows the text all the same"
    (part,) = received(mailbox).iter_attachments()
    assert (part.get_filename(), part.get_content_type(), part.get_content()) == attached
    assert max(map(len, mailbox.messages[0].content.split(b"\r\n"))) <= 78


def test_an_address_with_an_umlaut_arrives(mailbox: Mailbox) -> None:
    assert isinstance(send(mailbox, MESSAGE._replace(to="jürgen@clinic.example")), Sent)
    assert mailbox.messages[0].to == "jürgen@clinic.example"


def test_what_the_server_said_is_kept_for_the_operator(mailbox: Mailbox) -> None:
    assert send(mailbox) == Sent(f"127.0.0.1:{mailbox.smtp_port}: 250 2.0.0 OK: kept as 1")


def test_a_refused_recipient_fails_for_good(mailbox: Mailbox) -> None:
    mailbox.refuse.add(MESSAGE.to)
    expected = f"127.0.0.1:{mailbox.smtp_port}: recipient refused: 550 5.1.1"
    assert send(mailbox) == Failed(permanent=True, reason=expected)


def test_a_deferred_recipient_fails_for_now_and_then_arrives(mailbox: Mailbox) -> None:
    mailbox.defer.add(MESSAGE.to)
    expected = f"127.0.0.1:{mailbox.smtp_port}: recipient refused: 451 4.3.0"
    assert send(mailbox) == Failed(permanent=False, reason=expected)
    mailbox.defer.clear()
    assert isinstance(send(mailbox), Sent)


def test_nobody_listening_fails_for_now(mailbox: Mailbox) -> None:
    mailbox.stop()
    assert send(mailbox) == Failed(False, f"127.0.0.1:{mailbox.smtp_port}: nobody is listening", of_channel=True)


def test_every_address_of_a_name_is_tried(mailbox: Mailbox) -> None:
    """The name localhost often means ::1 first, where the mailbox does not listen."""
    channel = SmtpChannel(f"smtp://localhost:{mailbox.smtp_port}", "c@clinic.example")
    assert isinstance(channel.send(MESSAGE), Sent)


def test_an_unknown_host_fails_for_now() -> None:
    result = SmtpChannel("smtp://mail.nowhere.invalid:25", "c@clinic.example", timeout=0.3).send(MESSAGE)
    assert result == Failed(False, "mail.nowhere.invalid:25: the host name cannot be resolved", of_channel=True)


def test_a_login_is_used(open_mailbox: Callable[..., Mailbox]) -> None:
    box = open_mailbox(logins={"praxis@süd": "p@ss/wört"})
    login = "praxis%40s%C3%BCd:p%40ss%2Fw%C3%B6rt@"
    assert isinstance(channel_to(box.smtp_port, login).send(MESSAGE), Sent)


def test_a_wrong_password_is_the_operators_to_mend(open_mailbox: Callable[..., Mailbox]) -> None:
    box = open_mailbox(logins={"praxis": "right"})
    result = channel_to(box.smtp_port, "praxis:wrong@").send(MESSAGE)
    assert result == Failed(
        False, f"127.0.0.1:{box.smtp_port}: login refused (TRIAGE_SMTP_URL): 535 5.7.8", of_channel=True
    )


def test_a_server_that_wants_a_login_does_not_condemn_the_recipient(open_mailbox: Callable[..., Mailbox]) -> None:
    box = open_mailbox(logins={"praxis": "right"})
    result = channel_to(box.smtp_port).send(MESSAGE)
    assert result == Failed(False, f"127.0.0.1:{box.smtp_port}: recipient refused: 530 5.7.0")


def test_a_server_without_login_is_named_when_a_user_is_given(mailbox: Mailbox) -> None:
    result = channel_to(mailbox.smtp_port, "praxis:secret@").send(MESSAGE)
    assert isinstance(result, Failed)
    assert not result.permanent
    assert "offers no login" in result.reason
    assert "secret" not in result.reason


REPLIES = [
    (b"MAIL", b"550 5.7.1 sender not allowed", False),
    (b"MAIL", b"501 5.1.7 bad sender", False),
    (b"RCPT", b"554 5.7.1 Relay access denied", False),
    (b"RCPT", b"550 no such user", True),
    (b"RCPT", b"421 4.3.2 going down", False),
    (b"DATA", b"554 no valid recipients", True),
    (b"DATA", b"451 4.3.0 later", False),
    (b".", b"552 5.3.4 too big", True),
    (b".", b"554 5.7.1 looks like spam: Bitte antworten", False),
    (b".", b"452 4.3.1 disk full", False),
    (b"MAIL", b"what?", False),
    (b"RCPT", b"", False),
]


@pytest.mark.parametrize(("at", "reply", "permanent"), REPLIES)
def test_only_what_speaks_against_recipient_or_mail_is_final(
    misbehave: Callable[..., int], at: bytes, reply: bytes, permanent: bool
) -> None:
    result = channel_to(misbehave(lambda peer, _: converse(peer, {at: reply})), timeout=2).send(MESSAGE)
    assert isinstance(result, Failed)
    assert result.permanent is permanent
    assert "antworten" not in result.reason


def converse(peer: socket.socket, special: dict[bytes, bytes]) -> None:
    """Say yes to everything but what is special; an empty answer hangs up."""
    peer.sendall(b"220 ready\r\n")
    within_mail = False
    for line in peer.makefile("rb"):
        word = line.strip().split(b" ")[0].upper()
        if within_mail and word != b".":
            continue
        answer = special.get(word, b"354 go on" if word == b"DATA" else b"250 ok")
        if not answer:
            return
        within_mail = answer.startswith(b"354")
        peer.sendall(answer + b"\r\n")


def test_a_server_is_probed_without_a_mail(mailbox: Mailbox) -> None:
    assert channel_to(mailbox.smtp_port).probe() is None
    mailbox.stop()
    failed = channel_to(mailbox.smtp_port).probe()
    assert failed == Failed(False, f"127.0.0.1:{mailbox.smtp_port}: nobody is listening", of_channel=True)
    assert mailbox.messages == []


def test_a_wrong_password_is_found_by_the_probe(open_mailbox: Callable[..., Mailbox]) -> None:
    box = open_mailbox(logins={"praxis": "right"})
    failed = channel_to(box.smtp_port, "praxis:wrong@").probe()
    assert failed is not None
    assert failed.of_channel
