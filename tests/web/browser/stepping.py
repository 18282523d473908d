"""The patient's page as a phone shows it, with scripts, in every language of the house."""

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page
from werkzeug.serving import make_server

from ..conftest import FILES, Build, House

PROTOCOL = FILES["protocol.toml"].replace('languages = ["en"]', 'languages = ["en", "es", "ar"]')
THREE_LANGUAGES = {**FILES, "protocol.toml": PROTOCOL}
Serve = Callable[..., tuple[House, str]]


class Taps:
    """A finger that counts what it does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def on(self, what: Locator) -> None:
        what.tap()
        self.count += 1

    def button(self, name: str) -> None:
        self.on(self.page.get_by_role("button", name=name, exact=True))

    def choice(self, name: str) -> None:
        self.on(self.page.locator("label", has_text=name).locator("visible=true").first)


@pytest.fixture
def serve(build: Build) -> Iterator[Serve]:
    """Serves a house; returns it and the address of its patient's page."""
    running = []

    def start(language: str = "en") -> tuple[House, str]:
        house = build(protocol=THREE_LANGUAGES, language=language)
        server = make_server("127.0.0.1", 0, house.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.append((server, thread))
        return house, f"http://127.0.0.1:{server.server_port}{house.page}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def phone(look: Callable[..., Page]) -> Callable[..., Page]:
    """Opens the page of a small phone with scripts."""

    def open_page(**how: object) -> Page:
        return look(**{"java_script_enabled": True, "has_touch": True} | how)

    return open_page
