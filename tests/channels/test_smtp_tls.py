"""Encryption: used when offered, verified away from this machine, and never traded for a password in the clear."""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from seeds.mailbox import Mailbox
from triage.channels import Failed, Message, Sent
from triage.channels.smtp import SmtpChannel

MESSAGE = Message("ada@clinic.example", "Hello", "Text\n", "<1@c.example>")
# Reaches this machine but is not spelled as loopback, so it is treated as a host far away.
FAR = "0.0.0.0"
Open = Callable[..., Mailbox]
Certificate = tuple[Path, ssl.SSLContext]


def send(host: str, port: int, *, login: str = "", scheme: str = "smtp") -> Sent | Failed:
    return SmtpChannel(f"{scheme}://{login}{host}:{port}", "c@clinic.example", timeout=5).send(MESSAGE)


def test_starttls_is_used_on_this_machine_even_when_nobody_signed(open_mailbox: Open, certificate: Certificate) -> None:
    box = open_mailbox(tls=certificate[1], logins={"ada": "secret"})  # takes a login after STARTTLS only
    assert isinstance(send("127.0.0.1", box.smtp_port, login="ada:secret@"), Sent)
    assert box.messages


def test_a_certificate_that_nobody_signed_is_refused_from_far(open_mailbox: Open, certificate: Certificate) -> None:
    box = open_mailbox(tls=certificate[1])
    assert send(FAR, box.smtp_port) == Failed(
        False, f"{FAR}:{box.smtp_port}: the certificate is not trusted", of_channel=True
    )
    assert not box.messages


def test_a_certificate_that_the_operator_trusts_is_taken_from_far(
    open_mailbox: Open, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    box = open_mailbox(tls=certificate[1])
    assert isinstance(send(FAR, box.smtp_port), Sent)


def test_a_password_does_not_go_far_in_the_clear(open_mailbox: Open) -> None:
    box = open_mailbox(logins={"ada": "secret"})
    result = send(FAR, box.smtp_port, login="ada:secret@")
    assert isinstance(result, Failed)
    assert not result.permanent
    assert "no STARTTLS offered" in result.reason
    assert not box.messages


def test_without_a_password_a_server_without_starttls_is_used(open_mailbox: Open) -> None:
    assert isinstance(send(FAR, open_mailbox().smtp_port), Sent)


@pytest.mark.parametrize(("host", "arrives"), [("127.0.0.1", True), (FAR, False)])
def test_tls_from_the_first_byte_follows_the_same_rule(
    misbehave: Callable[..., int], certificate: Certificate, host: str, arrives: bool
) -> None:
    def accept_a_mail(peer: socket.socket, over: threading.Event) -> None:
        with certificate[1].wrap_socket(peer, server_side=True) as inside:
            for answer in (b"220 hi", b"250 me", b"250 ok", b"250 ok", b"354 go on", b"250 kept", b"221 bye"):
                inside.sendall(answer + b"\r\n")
                inside.recv(10_000)

    assert isinstance(send(host, misbehave(accept_a_mail), scheme="smtps"), Sent) is arrives


def test_the_mailbox_stops_even_in_the_middle_of_a_handshake(open_mailbox: Open, certificate: Certificate) -> None:
    box = open_mailbox(tls=certificate[1])
    with socket.create_connection(("127.0.0.1", box.smtp_port), timeout=5) as peer, peer.makefile("rb") as answers:
        peer.sendall(b"EHLO test\r\nSTARTTLS\r\n")
        assert any(line.startswith(b"220 Ready") for line in answers)
        box.stop()
