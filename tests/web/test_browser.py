"""The pages in Chromium on a small phone, with scripts switched off."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from triage.records import ExpectationRow, Store

from .conftest import Build, House

CHROMIUM = "/usr/bin/chromium"
FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync""".split()
pytestmark = [
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
  for (const one of all("label.row, .pill, summary, button:not(.first), a.call")) {
    const box = one.getBoundingClientRect();
    if (box.height && (box.height < 44 || box.width < 44)) faults.push("small target: " + one.textContent);
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) faults.push("scrolls sideways by " + wide + ": " + all("body *").filter(
    (one) => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map((one) => one.outerHTML.slice(0, 90)));
  return faults;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """One engine is enough to look at pages."""
    return sqlite_store


@pytest.fixture
def served(build: Build) -> Iterator[tuple[House, str]]:
    house = build()
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield house, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


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


def choose(page: Page, group: str, answer: str) -> None:
    page.get_by_role("group", name=group).locator("label", has_text=answer).first.click()


def test_patient_reports_and_reads_the_answer(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look()
    page.goto(base + house.page)
    page.get_by_label("None of these", exact=True).check()
    choose(page, "Redness", "Moderate")
    choose(page, "Redness", "Better")
    page.get_by_text("If you measured your temperature").click()
    page.get_by_label("Temperature", exact=True).fill("36,8")
    page.get_by_role("button", name="Send", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "What you told us is usual at this stage."
    assert house.last()["symptoms"] == {"redness": 2}
    assert house.last()["temperature"] == {"value": 36.8, "unit": "C"}


def test_well_person_needs_two_taps_on_the_page(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look()
    page.goto(base + house.page)
    page.get_by_label("I have none of the danger signs below").check()
    page.get_by_role("button", name="All fine").click()
    assert set(house.last()["symptoms"].values()) == {0}


def test_enter_key_never_says_all_fine(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look()
    page.goto(base + house.page)
    page.get_by_text("If you measured your temperature").click()
    page.get_by_label("Temperature", exact=True).fill("37.0")
    page.keyboard.press("Enter")
    page.get_by_text("We got it at").wait_for()
    assert "symptoms" not in house.last()


def test_questions_about_a_symptom_come_when_it_is_there(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look()
    page.goto(base + house.page)
    pain = page.get_by_role("group", name="Pain or soreness")
    assert not pain.get_by_text("Better", exact=True).is_visible()
    choose(page, "Pain or soreness", "Mild")
    assert pain.get_by_text("Better", exact=True).is_visible()


def test_practitioner_acknowledges(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    house.send(sign="pus")
    page = look()
    page.goto(base + house.ack_page())
    page.get_by_role("button", name="I have it").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you. You have it."


def test_a_page_that_is_seen_says_so_and_one_without_scripts_does_not(
    served: tuple[House, str], look: Callable[..., Page]
) -> None:
    house, base = served
    look().goto(base + house.page)
    assert [row.opened_at for row in house.rows(ExpectationRow)] == [None]

    page, refused = look(java_script_enabled=True), []
    page.on("console", lambda said: refused.append(said.text))
    with page.expect_response(lambda answer: answer.url.endswith("/opened")) as told:
        page.goto(base + house.page)
    assert (told.value.status, refused) == (204, [])
    assert [row.opened_at for row in house.rows(ExpectationRow)] == [house.wiring.time]


@pytest.mark.parametrize(("width", "text_size"), [(320, 16), (360, 16), (320, 32), (1280, 16)])
def test_every_page_is_accessible_at_its_width(
    served: tuple[House, str], look: Callable[..., Page], width: int, text_size: int
) -> None:
    house, base = served
    house.send(sign=["breathing_trouble"], severity__redness="1", temperature="hot")
    page = look(viewport={"width": width, "height": 740}, java_script_enabled=True, bypass_csp=True)
    for path in (house.page, "/c/unknown", house.ack_page(), "/a/unknown"):
        page.goto(base + path)
        page.add_style_tag(content=f"html {{ font-size: {text_size}px }}")
        assert page.evaluate(FAULTS) == [], path
    for symptoms in ({}, {"Redness": "Very severe", "Itching": "Mild"}):
        page.goto(base + house.page)
        for symptom, level in symptoms.items():
            choose(page, symptom, level)
        with page.expect_navigation():
            page.get_by_role("button", name="Send", exact=True).click()
        page.add_style_tag(content=f"html {{ font-size: {text_size}px }}")
        assert page.evaluate(FAULTS) == []
