"""What takes what we send over HTTP: a real server in a thread that answers as the test says and keeps what came."""

import base64
import contextlib
import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Arrived(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: datetime

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Verify as the convention says, written anew here: one of the signatures must be ours."""
        key = base64.b64decode(secret.split("_", 1)[1])
        signed = b".".join([self.headers["webhook-id"].encode(), self.headers["webhook-timestamp"].encode(), self.body])
        expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        return expected in self.headers["webhook-signature"].split(" ")


class Receiver:
    """`answers` are given one after the other, then `answer` for ever: a status with headers.

    While `goes_on` is not set it holds its answer back. `url` is a webhook's, `push_url` an Apprise service's.
    """

    def __init__(self, host: str, tls: ssl.SSLContext | None) -> None:
        self.arrived: list[Arrived] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.answer: tuple[int, dict[str, str]] = (204, {})
        self.server = ThreadingHTTPServer((host, 0), self._taking())
        self.port = self.server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://{host}:{self.port}/hooks?of=triage"
        self.push_url = f"json://user:sesame@{host}:{self.port}/hook"
        self.goes_on = threading.Event()
        self.goes_on.set()
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)

    def _taking(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heads = {name.lower(): value for name, value in self.headers.items()}
                receiver.arrived.append(Arrived(self.path, heads, body, datetime.now(UTC)))
                status, headers = receiver.answers.pop(0) if receiver.answers else receiver.answer
                receiver.goes_on.wait(10)
                with contextlib.suppress(OSError):  # who was kept waiting may have hung up
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                pass

        return Taking


@contextmanager
def open_receiver(host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Yield a receiver that is listening."""
    receiver = Receiver(host, tls)
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.goes_on.set()
        receiver.server.shutdown()
        thread.join()
        receiver.server.server_close()
