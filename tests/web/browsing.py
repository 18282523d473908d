"""What the page tests in Chromium share; `browser` itself stands in tests/chromium.py, one for a whole run."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Worker
from werkzeug.serving import make_server

from tests.chromium import CHROMIUM
from triage.records import Store

from .conftest import Build, House

IN_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists() and not os.environ.get("CI"), reason=f"{CHROMIUM} is missing"),
]
# What an accessibility checker asks first; run from the test, not by the page.
FAULTS = """() => {
  const all = (what) => [...document.querySelectorAll(what)];
  const faults = [];
  for (const field of all("input:not([type=hidden]), textarea"))
    if (!field.labels.length || !field.labels[0].textContent.trim()) faults.push("no label: " + field.outerHTML);
  for (const group of all("fieldset")) if (!group.querySelector(":scope > legend")) faults.push("no legend");
  for (const button of all("button:not([aria-hidden])")) if (!button.textContent.trim()) faults.push("empty button");
  if (all("h1").length !== 1) faults.push("h1: " + all("h1").length);
  if (all("main").length !== 1) faults.push("main: " + all("main").length);
  if (!document.documentElement.lang) faults.push("no lang");
  if (!document.title) faults.push("no title");
  const ids = all("[id]").map((one) => one.id);
  if (new Set(ids).size !== ids.length) faults.push("an id twice");
  for (const one of all("[aria-labelledby], [aria-describedby]"))
    for (const id of (one.getAttribute("aria-labelledby") || one.getAttribute("aria-describedby")).split(" "))
      if (!document.getElementById(id)) faults.push("no such id: " + id);
  for (const one of all("label.row, .choice, .pill, summary, button:not(.first), a.call")) {
    const box = one.getBoundingClientRect();
    if (box.height && (box.height < 44 || box.width < 44)) faults.push("small target: " + one.textContent);
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) faults.push("scrolls sideways by " + wide + ": " + all("body *").filter(
    (one) => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map((one) => one.outerHTML.slice(0, 90)));
  return faults;
}"""


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """One engine is enough to look at pages."""
    return sqlite_store


@contextmanager
def serving(house: House) -> Iterator[str]:
    """Yield the address below which the pages of a house are served."""
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def served(build: Build) -> Iterator[tuple[House, str]]:
    house = build()
    with serving(house) as base:
        yield house, base


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_page(**how: Any) -> Page:
        how = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False} | how
        contexts.append(browser.new_context(**how))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def until(where: Page | Worker, holds: str) -> None:
    """Wait until something holds that a script of the page or of the worker can find out."""
    pause = "await new Promise((done) => { setTimeout(done, 20); })"
    script = f"async () => {{ for (let n = 0; n < 750; n++) {{ if ({holds}) return true; {pause}; }} return false; }}"
    assert where.evaluate(script), holds


def choose(page: Page, group: str, answer: str) -> None:
    """Choose one answer about a symptom, whose questions are unfolded first where they are not."""
    questions = page.locator("details.symptom", has=page.locator("summary", has_text=group))
    if questions.get_attribute("open") is None:
        questions.locator("summary").first.click()
    page.get_by_role("group", name=group).locator("label", has_text=answer).first.click()
