"""A picture of every screen that a patient meets, in each language, on a phone and on a desk, light and dark.

`python -m tests.web.screens FOLDER [--language en ...]` (`make screenshots`): the pages are the real ones over a real
database; nothing is asserted here, somebody looks.
"""

import argparse
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.chromium import CHROMIUM, FLAGS
from triage.config import Settings
from triage.records import migrate
from triage.wiring import Wiring, wire
from triage.words import languages

from .conftest import FixedWiring, House

NOW = datetime(2026, 3, 4, 17, 4, tzinfo=UTC)
WIDTHS = {"phone": 360, "desk": 1280}
NAMES = {"en": "Sam Secret", "es": "Sara Sanz", "ar": "سارة سالم"}


class Screen(NamedTuple):
    """One picture: how it is reached from the patient's link; `offline`: the network goes away before the last step."""

    name: str
    reach: Callable[[Page, str], object]


def press(page: Page, what: str) -> None:
    """Press the first button that is to be seen of those that fit a selector."""
    page.locator(what).locator("visible=true").first.click()


def to_danger(page: Page, link: str) -> None:
    """Go to the danger signs of somebody who has something."""
    page.goto(link)
    page.locator('[name="today"][value="something"]').check(force=True)
    press(page, "#step-today .next")


def to_symptoms(page: Page, link: str) -> None:
    """Go to the symptoms, and choose one."""
    to_danger(page, link)
    press(page, '#step-danger [data-when="none"]')
    choose(page, "redness", 2)


def choose(page: Page, symptom: str, level: int) -> None:
    """Say how strong a symptom is."""
    fold = page.locator(f'[data-symptom="{symptom}"]')
    if fold.count() and fold.first.evaluate("one => one.tagName == 'DETAILS' && !one.open"):
        fold.first.evaluate("one => { one.open = true }")
    page.locator(f'[name="severity.{symptom}"][value="{level}"]').check(force=True)


def answered(symptom: str, level: int) -> Callable[[Page, str], None]:
    """Return how to come to the answer to one symptom."""

    def reach(page: Page, link: str) -> None:
        to_symptoms(page, link)
        choose(page, "redness", 0)
        choose(page, symptom, level)
        send(page)

    return reach


def signed(sign: str) -> Callable[[Page, str], None]:
    """Return how to come to the answer to one danger sign."""

    def reach(page: Page, link: str) -> None:
        to_danger(page, link)
        page.locator(f'[name="sign"][value="{sign}"]').check(force=True)
        page.locator('[name="send"][value="danger"]').evaluate("one => one.form.requestSubmit(one)")
        page.locator(".verdict, .ambulance").first.wait_for()

    return reach


def send(page: Page) -> None:
    """Send the form, and wait for what comes of it."""
    page.locator('#step-symptoms [type="submit"]').first.click()
    page.locator(".verdict, .ambulance, #waiting").first.wait_for()


def not_sent(page: Page, link: str) -> None:
    """Send without a network."""
    to_symptoms(page, link)
    page.context.set_offline(True)
    send(page)


def unlocked(page: Page, link: str) -> None:
    """Go to the own history with the second factor."""
    page.goto(f"{link}/mine")
    page.locator("#factor").fill("1990")
    press(page, 'main button[type="submit"]')
    page.wait_for_load_state()


def at(path: str) -> Callable[[Page, str], object]:
    """Return how to come to a page below the link."""
    return lambda page, link: page.goto(link + path)


SCREENS = (
    Screen("01-first-open", at("/start")),
    Screen("02-landing", at("")),
    Screen("03-danger", to_danger),
    Screen("04-symptoms", to_symptoms),
    Screen("05-usual", answered("redness", 1)),
    Screen("06-same-day", answered("redness", 3)),
    Screen("07-urgent", signed("pus")),
    Screen("08-emergency", signed("breathing_trouble")),
    Screen("09-photos", at("/photos")),
    Screen("10-settings", at("/settings")),
    Screen("11-who", at("/who")),
    Screen("12-locked", at("/mine")),
    Screen("13-mine", unlocked),
    Screen("14-place", at("/place")),
    Screen("15-not-sent", not_sent),
    Screen("16-unknown-link", lambda page, link: page.goto(link[:-5] + "wrong")),
)


def found(wiring: Wiring, language: str, number: int) -> House:
    """Return a clinic of its own with one patient on day 3."""
    fixed = FixedWiring(wiring.settings, wiring.store, wiring.terms, {})
    fixed.time = NOW
    details = {"name": NAMES.get(language, NAMES["en"]), "language": language, "birth_year": 1990}
    return House(fixed, **details)


@contextmanager
def serve(house: House) -> Iterator[str]:
    """Yield the address of the patient's link while the pages are served."""
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{house.page}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def picture(browser: Browser, screen: Screen, link: str, file: Path, width: int, scheme: str) -> None:
    """Reach a screen as a person does, and write its picture."""
    context = browser.new_context(viewport={"width": width, "height": 760}, color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(8000)
    try:
        screen.reach(page, link)
        page.screenshot(path=file, full_page=True)
    finally:
        context.close()


def main() -> None:
    """Write the pictures, one folder a language."""
    options = argparse.ArgumentParser(prog="python -m tests.web.screens")
    options.add_argument("folder", type=Path)
    options.add_argument("--language", nargs="*", default=languages())
    options.add_argument("--only", default="", help="a part of the screens' names")
    chosen = options.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language in chosen.language:
            folder = chosen.folder / language
            folder.mkdir(parents=True, exist_ok=True)
            for screen in SCREENS:
                if chosen.only not in screen.name:
                    continue
                for place, width in WIDTHS.items():
                    for scheme in ("light", "dark") if place == "phone" else ("light",):
                        file = folder / f"{screen.name}-{place}-{scheme}.png"
                        settings = Settings.from_environ({"TRIAGE_DATA_DIR": tempfile.mkdtemp(dir=home)})
                        migrate.upgrade(settings.database_url)
                        with closing(wire(settings)) as wiring, serve(found(wiring, language, 0)) as link:
                            picture(browser, screen, link, file, width, scheme)
        browser.close()


if __name__ == "__main__":
    main()
