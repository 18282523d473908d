"""Every screen on small phones: wide enough, large enough, for every eye and ear, and light to carry."""

import gzip
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from triage.words import word

from ..browsing import FAULTS, IN_CHROMIUM, look, store
from .stepping import Serve, phone, serve

__all__ = ["look", "phone", "serve", "store"]  # fixtures
pytestmark = IN_CHROMIUM
MOST_BYTES = 60_000
UNFOLD = 'document.querySelectorAll("details.fold, details.before").forEach((fold) => { fold.open = true; })'
OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def screens(page: Page, address: str, language: str) -> Iterator[str]:
    """Go through all screens; yield the name of each."""

    def press(name: str) -> None:
        page.get_by_role("button", name=word(language, name), exact=True).click()

    page.goto(address)
    yield "first"
    page.locator(".choice.fine").click()
    page.evaluate(UNFOLD)
    yield "first, all unfolded"
    page.locator(".choice.something").click()
    press("continue")
    yield "danger"
    page.locator('[data-when="none"]').click()
    page.locator("[data-symptom=redness] .pill:has([value='2'])").click()
    page.locator("[data-symptom=bumps] > summary").click()
    page.locator("[data-symptom=bumps] .pill:has([value='4'])").click()
    yield "symptoms"
    press("add_more")
    page.evaluate(UNFOLD)
    yield "more"
    page.locator("#step-more button.send").click()
    page.locator(".verdict").wait_for()
    yield "answer"
    page.locator(".links a").first.click()
    page.locator("html.steps .choice.something:has(:checked)").wait_for()
    yield "correcting"


@pytest.mark.parametrize(
    ("language", "width", "text_size"), [("en", 320, 16), ("es", 320, 32), ("ar", 320, 32), ("ar", 1280, 16)]
)
def test_every_screen_fits(serve: Serve, phone: Callable[..., Page], language: str, width: int, text_size: int) -> None:
    house, address = serve(language)
    house.send(severity__redness="2", key="earlier")
    page = phone(viewport={"width": width, "height": 700}, bypass_csp=True)
    larger = f"document.documentElement.style.fontSize = '{text_size}px'"
    for screen in screens(page, address, language):
        page.evaluate(larger)
        assert page.evaluate(FAULTS) == [], screen


@pytest.mark.parametrize("language", ["en", "ar"])  # tests/web/test_contrast.py knows the colours of both schemes
def test_axe_finds_nothing_serious(serve: Serve, phone: Callable[..., Page], language: str) -> None:
    house, address = serve(language)
    house.send(severity__redness="2", key="earlier")
    page = phone()
    found = []
    for screen in screens(page, address, language):
        violations = Axe().run(page, options=OPTIONS).response["violations"]
        found += [
            (screen, one["id"], node["html"][:120])
            for one in violations
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
    assert found == []


def test_every_screen_is_light(serve: Serve, phone: Callable[..., Page]) -> None:
    house, address = serve()
    house.send(severity__redness="2", key="earlier")
    page = phone()
    got: dict[str, int] = {}

    def weigh(response: Response) -> None:
        body = b"" if response.status == 204 else response.body()
        got[response.url] = len(gzip.compress(body))

    page.on("response", weigh)
    for _ in screens(page, address, "en"):
        pass
    page.wait_for_load_state("networkidle")
    assert len(got) >= 4
    assert sum(got.values()) <= MOST_BYTES, got
