"""One post: signed, sent to the address that was checked, within a bounded time; what came of it is a value."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.receivers import Receiver, open_receiver
from triage.channels import Failed, Sent
from triage.channels.webhook import Post, Posted, WebhookChannel, sign

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
OLD, NEW = "whsec_b2xkIGtleSBvZiB0aGUgdGVzdHMgMTIzNDU=", "whsec_bmV3IGtleSBvZiB0aGUgdGVzdHMgMTIzNDU="
BODY = b'{"type":"alert.opened"}'
Misbehave = Callable[[Callable[[socket.socket, threading.Event], None]], int]


def post(url: str, *secrets: str) -> Post:
    return Post(url, "msg_1", NOON, BODY, secrets or (NEW,))


def send(url: str, **options: Any) -> Posted:
    return WebhookChannel(**({"allow_private": True, "timeout": 2.0} | options)).send(post(url))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with open_receiver() as opened:
        yield opened


def test_the_signature_is_that_of_the_convention() -> None:
    """The test vector that the convention's own libraries share."""
    signed = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_post_arrives_whole_and_signed_with_every_secret(receiver: Receiver) -> None:
    posted = WebhookChannel(allow_private=True).send(post(receiver.url, NEW, OLD))

    assert posted == Posted(Sent(f"127.0.0.1:{receiver.port}: answered 204"), 204)
    (arrived,) = receiver.arrived
    assert (arrived.path, arrived.body) == ("/hooks?of=triage", BODY)
    assert arrived.headers["content-type"] == "application/json"
    assert arrived.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert arrived.headers["webhook-id"] == "msg_1"
    assert arrived.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert arrived.is_signed_with(NEW)
    assert arrived.is_signed_with(OLD)
    assert not arrived._replace(body=BODY + b" ").is_signed_with(NEW)


@pytest.mark.parametrize(
    ("status", "headers", "result"),
    [
        (200, {}, Sent),
        (299, {}, Sent),
        (410, {}, (True, None)),
        (400, {}, (False, None)),
        (404, {}, (False, None)),
        (500, {"Retry-After": "7"}, (False, None)),
        (503, {}, (False, None)),
        (503, {"Retry-After": "120"}, (False, 120.0)),
        (429, {"Retry-After": "Fri, 01 May 2026 12:01:30 GMT"}, (False, 90.0)),
        (429, {"Retry-After": "Fri, 01 May 2020 12:01:30 GMT"}, (False, 0.0)),
        (429, {"Retry-After": "9" * 400}, (False, 86400.0)),
        (429, {"Retry-After": "Fri, 01 May 9026 12:01:30 GMT"}, (False, 86400.0)),
        (429, {"Retry-After": "soon"}, (False, None)),
        (429, {"Retry-After": "-5"}, (False, None)),
    ],
)
def test_the_status_decides(receiver: Receiver, status: int, headers: dict[str, str], result: Any) -> None:
    receiver.answer = (status, headers)

    posted = send(receiver.url)

    assert posted.status == status
    if result is Sent:
        assert isinstance(posted.result, Sent)
    else:
        assert isinstance(posted.result, Failed)
        assert (posted.result.permanent, posted.result.retry_after) == result


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answer = (status, {"Location": receiver.url})

    assert send(receiver.url).result == Failed(False, f"127.0.0.1:{receiver.port}: answered {status}")
    assert len(receiver.arrived) == 1


def hang(peer: socket.socket, over: threading.Event) -> None:
    over.wait(10)


def drip(peer: socket.socket, over: threading.Event) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while not over.wait(0.05):
        peer.sendall(b"x")


def greet_for_ever(peer: socket.socket, over: threading.Event) -> None:
    while not over.wait(0.05):
        peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize("script", [hang, drip, greet_for_ever])
def test_who_keeps_us_waiting_is_left_in_time(misbehave: Misbehave, script: Any) -> None:
    port = misbehave(script)
    channel = WebhookChannel(allow_private=True, timeout=0.4)
    began = time.monotonic()

    result = channel.send(post(f"http://127.0.0.1:{port}/")).result

    assert result == Failed(False, f"127.0.0.1:{port}: no answer in time")
    assert time.monotonic() - began < channel.longest_seconds + 1


def test_who_takes_it_and_then_drips_has_taken_it(misbehave: Misbehave) -> None:
    def take_and_drip(peer: socket.socket, over: threading.Event) -> None:
        peer.recv(10_000)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not over.wait(0.05):
            peer.sendall(b"x")

    channel = WebhookChannel(allow_private=True, timeout=0.3)
    began = time.monotonic()

    assert isinstance(channel.send(post(f"http://127.0.0.1:{misbehave(take_and_drip)}/")).result, Sent)
    assert time.monotonic() - began < channel.longest_seconds + 1


def test_an_endless_answer_is_not_read(misbehave: Misbehave) -> None:
    written: list[int] = []

    def pour(peer: socket.socket, over: threading.Event) -> None:
        peer.recv(10_000)
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not over.is_set():
            written.append(peer.send(b"x" * 65536))

    assert isinstance(send(f"http://127.0.0.1:{misbehave(pour)}/").result, Sent)
    assert sum(written) < 20_000_000


@pytest.mark.parametrize("said", [b"", b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"220 mail.example ESMTP\r\n"])
def test_what_is_no_http_is_trouble_that_may_pass(misbehave: Misbehave, said: bytes) -> None:
    def say(peer: socket.socket, over: threading.Event) -> None:
        peer.recv(10_000)
        peer.sendall(said)

    posted = send(f"http://127.0.0.1:{misbehave(say)}/")

    assert posted.status is None
    assert isinstance(posted.result, Failed)
    assert not posted.result.permanent


def test_nobody_listening_is_trouble_that_may_pass() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}/").result == Failed(False, f"127.0.0.1:{port}: nobody is listening")


def test_over_tls_only_who_can_prove_the_name_gets_it(
    certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_receiver("0.0.0.0", certificate[1]) as receiver:
        distrusted = send(receiver.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        trusted = send(receiver.url)
        other_name = send(receiver.url.replace("0.0.0.0", "127.0.0.1"))

    assert distrusted.result == Failed(False, f"0.0.0.0:{receiver.port}: the certificate is not trusted")
    assert isinstance(trusted.result, Sent)
    assert other_name.result == Failed(False, f"127.0.0.1:{receiver.port}: the certificate is not trusted")
    assert len(receiver.arrived) == 1


INSIDE = """https://127.0.0.1:{} https://[::1]:{} https://10.0.0.1:{} https://169.254.169.254:{}
    https://[::ffff:127.0.0.1]:{} https://0.0.0.0:{} https://2130706433:{} https://localhost:{} http://127.0.0.1:{}
    https://127.1:{} https://[::]:{} https://[64:ff9b::7f00:1]:{}""".split()


@pytest.mark.parametrize("url", INSIDE)
def test_what_is_inside_is_not_called_unless_set(url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        posted = send(url.format(listener.getsockname()[1]), allow_private=False)
        assert isinstance(posted.result, Failed)
        with pytest.raises(TimeoutError):
            listener.accept()


class Resolver:
    """A name server of the enemy: it answers each question with the next addresses."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def __call__(self, host: str, port: int, **_: Any) -> list[Any]:
        found = self.answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port)) for address in found]


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["169.254.169.254"]])
def test_a_name_that_leads_inside_is_not_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, answer: list[str]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(answer))

    result = send(f"https://evil.example:{receiver.port}/", allow_private=False).result

    assert result == Failed(False, f"evil.example:{receiver.port}: the name leads into a private network")
    assert receiver.arrived == []


def test_the_address_that_was_checked_is_the_one_that_is_called(
    certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: the first answer is allowed, the second one leads inside. 127.0.0.2 stands for the world here."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with open_receiver("127.0.0.2") as outside, socket.create_server(("127.0.0.1", outside.port)) as inside:
        resolver = Resolver(["127.0.0.2"], ["127.0.0.1"])
        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        channel = WebhookChannel(timeout=2.0, allows=lambda address: address == "127.0.0.2")

        # The receiver there speaks no TLS, so that it is reached shows in how the conversation fails.
        result = channel.send(post(f"https://rebinding.example:{outside.port}/")).result

        assert result == Failed(False, f"rebinding.example:{outside.port}: no TLS connection")
        assert resolver.answers == [["127.0.0.1"]]
        inside.settimeout(0.05)
        with pytest.raises(TimeoutError):
            inside.accept()


def test_what_has_become_of_a_name_since_is_seen_at_the_next_post(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(["127.0.0.2"], ["127.0.0.1"]))
    channel = WebhookChannel(timeout=2.0, allows=lambda address: address == "127.0.0.2")
    url = f"https://rebinding.example:{receiver.port}/"

    first, second = channel.send(post(url)).result, channel.send(post(url)).result

    assert first == Failed(False, f"rebinding.example:{receiver.port}: nobody is listening")
    assert second == Failed(False, f"rebinding.example:{receiver.port}: the name leads into a private network")
