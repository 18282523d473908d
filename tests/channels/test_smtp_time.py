"""A server that is slow, silent or gone holds the sender for a bounded time only."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from triage.channels import Failed, Message, Sent
from triage.channels.smtp import SmtpChannel

MESSAGE = Message("ada@clinic.example", "Hello", "Text\n", "<1@c.example>")
TIMEOUT = 0.2
GREETED = b"220 ready\r\n"
TLS_RECORD = b"\x16\x03\x03\x40\x00"


@contextmanager
def within_limit(channel: SmtpChannel) -> Iterator[None]:
    begin = time.monotonic()
    yield
    assert (
        time.monotonic() - begin < channel.longest_seconds + 2
    )  # a busy machine; without the limit it would be for ever


def channel_to(port: int, scheme: str = "smtp") -> SmtpChannel:
    return SmtpChannel(f"{scheme}://127.0.0.1:{port}", "c@clinic.example", timeout=TIMEOUT)


def drip(peer: socket.socket, over: threading.Event, drop: bytes) -> None:
    while not over.wait(TIMEOUT / 10):
        peer.sendall(drop)


def say_nothing(peer: socket.socket, over: threading.Event) -> None:
    over.wait()


def drip_the_greeting(peer: socket.socket, over: threading.Event) -> None:
    drip(peer, over, b"2")


def drip_lines_without_end(peer: socket.socket, over: threading.Event) -> None:
    peer.sendall(GREETED)
    drip(peer, over, b"250-and more\r\n")


def drip_the_tls_handshake(peer: socket.socket, over: threading.Event) -> None:
    peer.sendall(TLS_RECORD)
    drip(peer, over, b"x")


def drip_the_handshake_after_starttls(peer: socket.socket, over: threading.Event) -> None:
    peer.sendall(GREETED)
    peer.recv(1000)
    peer.sendall(b"250-me\r\n250 STARTTLS\r\n")
    peer.recv(1000)
    peer.sendall(b"220 go\r\n")
    drip_the_tls_handshake(peer, over)


def accept_nothing_more(peer: socket.socket, over: threading.Event) -> None:
    """Stop reading in the middle of a mail, so that the sender's buffers fill up."""
    peer.sendall(GREETED)
    for answer in (b"250 me\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
        peer.recv(1000)
        peer.sendall(answer)
    over.wait()


@pytest.mark.parametrize(
    ("scheme", "script"),
    [
        ("smtp", say_nothing),
        ("smtp", drip_the_greeting),
        ("smtp", drip_lines_without_end),
        ("smtp", drip_the_handshake_after_starttls),
        ("smtp", accept_nothing_more),
        ("smtps", say_nothing),
        ("smtps", drip_the_tls_handshake),
    ],
)
def test_a_slow_server_is_given_up_in_time(misbehave: Callable[..., int], scheme: str, script: object) -> None:
    channel = channel_to(misbehave(script), scheme)
    with within_limit(channel):
        result = channel.send(MESSAGE._replace(text="x" * 8_000_000 if script is accept_nothing_more else "Text"))
    assert isinstance(result, Failed)
    assert not result.permanent
    assert result.reason.endswith("no answer in time")
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def test_a_server_that_is_only_slow_gets_its_time(misbehave: Callable[..., int]) -> None:
    def answer_slowly(peer: socket.socket, over: threading.Event) -> None:
        for answer in (GREETED, b"250 me\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n", b"250 kept\r\n"):
            over.wait(TIMEOUT / 4)
            peer.sendall(answer)
            peer.recv(10_000)

    assert isinstance(channel_to(misbehave(answer_slowly)).send(MESSAGE), Sent)


def test_a_mail_that_was_accepted_is_sent_whatever_comes_after(misbehave: Callable[..., int]) -> None:
    def hang_at_the_end(peer: socket.socket, over: threading.Event) -> None:
        for answer in (GREETED, b"250 me\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n", b"250 kept as 7\r\n"):
            peer.sendall(answer)
            peer.recv(10_000)
        over.wait()

    channel = channel_to(misbehave(hang_at_the_end))
    with within_limit(channel):
        result = channel.send(MESSAGE)
    assert isinstance(result, Sent)
    assert result.detail.endswith("250 kept as 7")
