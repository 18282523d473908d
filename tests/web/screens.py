"""A picture of every screen that a patient meets, in each language, on a phone and on a desk, light and dark.

`python -m tests.web.screens FOLDER [--language en ...]` (`make screenshots`): the pages are the real ones over a real
database; nothing is asserted here, somebody looks.
"""

import argparse
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from seeds.demo import LOGO
from tests.chromium import CHROMIUM, FLAGS
from triage.actions.look import change_look, drawn
from triage.actions.replies import reply_to_patient
from triage.actions.stop_links import stop_token
from triage.config import Settings
from triage.records import AlertRow, migrate
from triage.wiring import Wiring, wire
from triage.words import languages

from .browsing import serving
from .conftest import FixedWiring, House

NOW = datetime(2026, 3, 4, 17, 4, tzinfo=UTC)
WIDTHS = {"phone": 360, "desk": 1280}
LOCALES = {"es": "es-ES", "ar": "ar-EG"}
NAMES = {"en": "Sam Secret", "es": "Sara Sanz", "ar": "سارة سالم"}


class Screen(NamedTuple):
    """One picture: how it is reached from the patient's link, and what happened before.

    `before` may return the path of another page to start from than the patient's.
    """

    name: str
    reach: Callable[[Page, str], object]
    before: Callable[[House], str | None] = lambda _: None


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
    with page.expect_navigation():
        press(page, 'main button[type="submit"]')


def reported(house: House) -> None:
    """Let the patient have reported yesterday."""
    house.wiring.time = NOW - timedelta(days=1)
    house.send(severity__redness="2", severity__itching="1", note="It itches at night.")
    house.wiring.time = NOW


def taken(house: House) -> None:
    """Let somebody have the alert about a report of an hour ago."""
    house.wiring.time = NOW - timedelta(hours=1)
    house.send(sign="pus")
    house.client.post(house.ack_page())
    house.wiring.time = NOW


def replied(house: House) -> None:
    """Let the practitioner have written back."""
    taken(house)
    alert, turn = house.rows(AlertRow)[0], house.turn._replace(now=NOW)
    said = {"text": "Come in at 15:00.\nBring your ointment."}
    house.wiring.do(lambda session: reply_to_patient(session, alert.id, said, turn))


def alerted(house: House) -> str:
    """Let an alert wait, and return the practitioner's page of it."""
    house.send(sign="pus")
    return house.ack_page()


def stoppable(house: House) -> str:
    """Return the page that ends the messages."""
    return f"/o/{stop_token(house.wiring.terms, house.clinic.id, house.patient.id)}"


def own_look(house: House) -> None:
    """Give the clinic its own colour and logo."""
    wanted = {"colour": "#7a1f5c", "logo": drawn(LOGO.read_bytes())}
    house.wiring.do(lambda session: change_look(session, wanted, house.turn))


def all_fine(page: Page, link: str) -> None:
    """Say that all is fine, where something was reported before."""
    page.goto(link)
    page.locator('[name="today"][value="fine"]').check(force=True)


def correcting(page: Page, link: str) -> None:
    """Go back to what was sent."""
    answered("redness", 3)(page, link)
    page.goto(link)
    page.locator('a[href*="correct="]').first.click()
    page.locator("html.steps .choice:has(:checked)").wait_for()


def posing(page: Page, link: str) -> None:
    """Agree to photos after a report."""
    answered("redness", 4)(page, link)
    page.locator('a[href*="/photos"]').first.click()
    page.locator('[name="agree"]').check()
    press(page, '[value="agree"][type="submit"]')
    page.locator(".pose").first.wait_for()


def pressed(path: str, what: str) -> Callable[[Page, str], None]:
    """Return how to come to what a button of a page below the link leads to."""

    def reach(page: Page, link: str) -> None:
        page.goto(link + path)
        with page.expect_navigation():
            press(page, what)

    return reach


def at(path: str) -> Callable[[Page, str], object]:
    """Return how to come to a page below the link."""
    return lambda page, link: page.goto(link + path)


def rating(page: Page, link: str) -> None:
    """Answer the first question about the result."""
    page.goto(link + "/result")
    page.locator('[name="density"][value="4"]').click()
    page.locator('[aria-pressed="true"]').wait_for()


def healed(house: House) -> None:
    """Let a month go by."""
    house.wiring.time += timedelta(days=30)


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
    Screen("17-earlier", at(""), reported),
    Screen("18-gone", all_fine, reported),
    Screen("19-seen", at(""), taken),
    Screen("20-reply", at(""), replied),
    Screen("21-correcting", correcting),
    Screen("22-stop", at(""), stoppable),
    Screen("23-stopped", pressed("", "main button"), stoppable),
    Screen("24-held", pressed("/who", '[value="me"]')),
    Screen("25-poses", posing),
    Screen("26-start-done", pressed("/start", "button.send")),
    Screen("27-mine-full", unlocked, replied),
    Screen("28-alert", at(""), alerted),
    Screen("29-own-look", at(""), own_look),
    Screen("30-result", rating, healed),
)


def found(wiring: Wiring, language: str) -> House:
    """Return a clinic of its own with one patient on day 3."""
    fixed = FixedWiring(wiring.settings, wiring.store, wiring.terms, {})
    fixed.time = NOW
    details = {"name": NAMES.get(language, NAMES["en"]), "language": language, "birth_year": 1990}
    return House(fixed, **details)


@contextmanager
def _pictured(wiring: Wiring, language: str, screen: Screen) -> Iterator[str]:
    """Found a clinic where all has happened that comes before a screen; yield the link while it is served."""
    house = found(wiring, language)
    path = screen.before(house) or house.page
    with serving(house) as base:
        yield base + path


def picture(browser: Browser, screen: Screen, link: str, file: Path, width: int, scheme: str) -> None:
    """Reach a screen as a person does, and write its picture."""
    locale = LOCALES.get(file.parent.name, "en-GB")
    context = browser.new_context(viewport={"width": width, "height": 760}, color_scheme=scheme, locale=locale)
    page = context.new_page()
    try:
        screen.reach(page, link)
        page.screenshot(path=file, full_page=True)
    finally:
        context.close()


def looks(place: str) -> tuple[str, ...]:
    """Return the colour schemes of a place: a desk is looked at in light only."""
    return ("light", "dark") if place == "phone" else ("light",)


def main() -> None:
    """Write the pictures, one folder a language."""
    options = argparse.ArgumentParser(prog="python -m tests.web.screens")
    options.add_argument("folder", type=Path)
    options.add_argument("--language", nargs="*", default=languages())
    options.add_argument("--only", default="", help="a part of the pictures' names, like 02-landing or phone-light")
    chosen = options.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    wanted = [
        (language, screen, place, scheme)
        for language in chosen.language
        for screen in SCREENS
        for place in WIDTHS
        for scheme in looks(place)
        if chosen.only in f"{screen.name}-{place}-{scheme}"
    ]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        empty = Path(home) / "empty.sqlite3"
        migrate.upgrade(f"sqlite:///{empty}")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language, screen, place, scheme in wanted:
            file = chosen.folder / language / f"{screen.name}-{place}-{scheme}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            settings = Settings.from_environ({"TRIAGE_DATA_DIR": tempfile.mkdtemp(dir=home)})
            shutil.copy(empty, settings.data_dir / "triage.sqlite3")
            with closing(wire(settings)) as wiring, _pictured(wiring, language, screen) as link:
                picture(browser, screen, link, file, WIDTHS[place], scheme)
        browser.close()


if __name__ == "__main__":
    main()
