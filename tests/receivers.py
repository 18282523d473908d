"""A service of one's own that takes messages over HTTP: answers as it is told, and keeps what it was sent."""

import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """What it answers may change at any time; while `goes_on` is not set it holds its answer back."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.url = ""


@contextmanager
def open_receiver() -> Iterator[Receiver]:
    """Yield a receiver that listens on this machine."""
    receiver = Receiver()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.sent.append((self.path, json.loads(body)))
            receiver.goes_on.wait(10)
            with contextlib.suppress(OSError):
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        receiver.url = f"json://user:sesame@127.0.0.1:{server.server_port}/hook"
        try:
            yield receiver
        finally:
            receiver.goes_on.set()
            server.shutdown()
            thread.join()
