"""The call to a dead-man's switch: 2xx counts, all else is a failure in words, and nothing holds it up for long."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import pytest

from triage.channels import Failed, Sent
from triage.channels.ping import ping

Answer = Callable[[socket.socket], None]


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """A server that answers one call."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            with suppress(OSError), closing(server.accept()[0]) as connection:
                connection.settimeout(10)
                answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/a/b?c=d"
        thread.join(10)
        assert not thread.is_alive()


def status(line: str) -> Answer:
    def answer(connection: socket.socket) -> None:
        asked = connection.recv(4096)
        assert asked.startswith(b"GET /a/b?c=d HTTP/1.1\r\n")
        connection.sendall(f"HTTP/1.1 {line}\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n".encode())

    return answer


def hang(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def drip(connection: socket.socket) -> None:
    connection.recv(4096)
    while True:
        connection.sendall(b"H")  # ends when the other side has gone
        threading.Event().wait(0.05)


def babble(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(b"220 mail.example ESMTP\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (status("200 OK"), Sent("HTTP 200")),
        (status("204 No Content"), Sent("HTTP 204")),
        (status("302 Found"), Failed(False, "HTTP 302")),
        (status("404 Not Found"), Failed(False, "HTTP 404")),
        (babble, Failed(False, "BadStatusLine")),
    ],
)
def test_only_2xx_has_been_heard(answer: Answer, expected: Sent | Failed) -> None:
    with answering(answer) as url:
        assert ping(url) == expected


@pytest.mark.parametrize("answer", [hang, drip])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_switch_that_does_not_answer_is_left_in_time(answer: Answer, scheme: str) -> None:
    began = time.monotonic()
    with answering(answer) as url:
        assert isinstance(ping(url.replace("http", scheme), seconds=0.3), Failed)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://", "http://127.0.0.1:99999/", "https://[/"])
def test_an_address_where_nobody_is_fails_in_words(url: str) -> None:
    failed = ping(url, seconds=2)
    assert isinstance(failed, Failed)
    assert "127" not in failed.reason
