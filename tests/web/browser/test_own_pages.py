"""Start, settings, whose link and own history in Chromium: each language, on a narrow phone and a wide screen."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browsing import FAULTS, IN_CHROMIUM, look, served, store
from tests.web.conftest import Build, House

__all__ = ["look", "served", "store"]  # fixtures
pytestmark = IN_CHROMIUM
PAGES = ("start", "settings", "who", "mine")
SHOTS = os.environ.get("SCREENSHOTS_DIR")


@pytest.fixture
def build(build: Build) -> Build:
    """Found a house whose patient has a second factor."""
    return lambda **how: build(phone="+49 170 1234567", **how)


def check(page: Page, name: str) -> None:
    """Look for faults that block somebody; take a picture where a folder is named for it. The pages have no scripts,
    but axe does not come to an end where there may be none."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    assert page.evaluate(FAULTS) == [], name
    if name.endswith(("-es-320-light", "-ar-320-light", "-dark")):
        return  # axe finds what it finds in the English page; tests/web/test_contrast.py computes the colours
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == [], (
        name
    )


def open_history(page: Page) -> None:
    page.locator("#factor").fill("567")
    page.locator("form button.send").click()
    expect(page.locator("a[download]")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_pages_have_no_fault_in_any_language(
    served: tuple[House, str],
    look: Callable[..., Page],
    language: str,
) -> None:
    house, base = served
    house.send(severity__redness="2", sign="fever", note="my own words")
    house.client.post(f"{house.page}/settings", data={"language": language})
    for width, scheme in ((320, "light"), (1280, "dark")):
        page = look(viewport={"width": width, "height": 740}, color_scheme=scheme, java_script_enabled=True)
        for name in PAGES:
            page.goto(f"{base}{house.page}/{name}")
            check(page, f"{name}-{language}-{width}-{scheme}")
        open_history(page)
        check(page, f"history-{language}-{width}-{scheme}")


def test_the_first_open_by_keyboard(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look(java_script_enabled=True)
    page.goto(f"{base}{house.page}/start")
    page.get_by_label("Photos to the clinic", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="This is me, go on").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Saved. Thank you.")
    check(page, "started")


def test_not_me_takes_two_taps_and_shows_nothing_more(
    served: tuple[House, str],
    look: Callable[..., Page],
) -> None:
    house, base = served
    page = look(java_script_enabled=True)
    page.goto(f"{base}{house.page}/start")
    page.get_by_role("link", name="Not me, or the date is wrong").click()
    page.get_by_role("button", name="This is not me").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("We send no more messages here")
    assert "S. S." not in page.content()
    check(page, "held")
