"""Real peers for the channels: the catching mail server, and servers that misbehave on purpose."""

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seeds.mailbox import Mailbox

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
Script = Callable[[socket.socket, threading.Event], None]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox(now=lambda: NOON)
    box.start()
    yield box
    box.stop()


@pytest.fixture
def open_mailbox() -> Iterator[Callable[..., Mailbox]]:
    with contextlib.ExitStack() as stops:

        def open_one(**options: object) -> Mailbox:
            box = Mailbox(now=lambda: NOON, **options)
            box.start()
            stops.callback(box.stop)
            return box

        yield open_one


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """Self-signed for 0.0.0.0: an address of this machine that is not spelled as loopback."""
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    names = ["-addext", "subjectAltName=IP:0.0.0.0", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run([*command.split(), *names], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return folder / "cert.pem", context


@pytest.fixture
def misbehave() -> Iterator[Callable[[Script], int]]:
    """Serve one connection with a script on a port of this machine; the event is set when the test is over."""
    over = threading.Event()
    with contextlib.ExitStack() as stops:

        def start(script: Script) -> int:
            listener = stops.enter_context(socket.create_server(("127.0.0.1", 0)))
            listener.settimeout(5)

            def serve() -> None:
                with contextlib.suppress(OSError):
                    peer, _ = listener.accept()
                    with peer:
                        peer.settimeout(5)
                        script(peer, over)

            thread = threading.Thread(target=serve)
            thread.start()
            stops.callback(thread.join)
            stops.callback(over.set)
            return listener.getsockname()[1]

        yield start
