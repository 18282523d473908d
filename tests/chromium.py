"""Chromium as the tests start it: one for a whole run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync""".split()
expect.set_options(timeout=15_000)  # milliseconds: on a busy machine a page takes its time


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser; each test opens a context of its own in it."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()
