"""A service that can be cut off, and phones whose browser can be killed."""

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page
from werkzeug.serving import BaseWSGIServer, make_server

from tests.chromium import CHROMIUM, FLAGS

from ..conftest import Build, House


class Line:
    """The house behind a network that can be cut, and a service that can be in trouble."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.refusals: list[tuple[str, list[tuple[str, str]]]] = []  # what the next POSTs get instead of an answer
        self.posted: list[str] = []
        self.may_take = threading.Event()  # until then a report that is not refused waits
        self.may_take.set()
        self.answered = threading.Event()  # a report has been taken in
        self.server: BaseWSGIServer | None = None
        self.port = 0
        self.mend()

    def mend(self) -> None:
        self.server = make_server("127.0.0.1", self.port, self.answer, threaded=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def cut(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()
            self.server = None

    def answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        is_report = environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] == self.house.page
        if is_report:
            self.posted.append(environ.get("HTTP_IDEMPOTENCY_KEY", ""))
        if is_report and self.refusals:
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            start(*self.refusals.pop(0))
            return [b"<h1>in trouble</h1>"]
        if is_report:
            self.may_take.wait()
        answer = self.house.app(environ, start)
        if is_report:
            self.answered.set()
        return answer

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def link(self) -> str:
        return self.base + self.house.page


class Phone:
    """A browser with a profile of its own on disk; what is killed leaves what a phone without battery leaves."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser, self.folder = browser, folder
        self.context: BrowserContext | None = None

    def open(self, address: str, **how: Any) -> Page:
        if self.context is None:
            self.context = self.browser.browser_type.launch_persistent_context(
                self.folder, executable_path=CHROMIUM, args=FLAGS, viewport={"width": 360, "height": 740}, **how
            )
        page = self.context.new_page()
        page.goto(address)
        return page

    def offline(self, is_offline: bool = True) -> None:
        """Switch flight mode on or off, as the pages see it; the line itself is cut and mended apart."""
        assert self.context is not None
        self.context.set_offline(is_offline)

    def kill(self) -> None:
        """Kill every process of this very browser, as the system does when memory runs out."""
        mark = f"--user-data-dir={self.folder}".encode()
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and mark in read_bytes(folder / "cmdline"):
                os.kill(int(folder.name), signal.SIGKILL)
        with suppress(Error):  # its connection has ended with it, or is about to
            self.close()
        self.context = None
        for lock in self.folder.glob("Singleton*"):
            lock.unlink()

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


@pytest.fixture
def line(build: Build) -> Iterator[Line]:
    made = Line(build())
    yield made
    made.may_take.set()
    made.cut()


@pytest.fixture
def phone(browser: Browser, tmp_path: Path) -> Iterator[Phone]:
    made = Phone(browser, tmp_path / "phone")
    yield made
    made.close()
    shutil.rmtree(tmp_path / "phone", ignore_errors=True)
