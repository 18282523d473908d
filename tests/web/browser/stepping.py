"""The patient's page as a phone shows it, with scripts, in every language of the house."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page

from ..browsing import serving
from ..conftest import Build, House

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
    with ExitStack() as running:

        def start(language: str = "en") -> tuple[House, str]:
            house = build(language=language)
            return house, running.enter_context(serving(house)) + house.page

        yield start


@pytest.fixture
def phone(look: Callable[..., Page]) -> Callable[..., Page]:
    """Opens the page of a small phone with scripts."""

    def open_page(**how: object) -> Page:
        return look(**{"java_script_enabled": True, "has_touch": True} | how)

    return open_page
