"""The printed page in Chromium: it fits a phone and a desk, in both colour schemes, and on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.browsing import IN_CHROMIUM
from triage.paper import as_html, build_sheet
from triage.rules import Tables

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HIDDEN = """[...document.querySelectorAll("svg.band rect, svg.band text")].filter((one) => {
  const box = one.getBoundingClientRect(), frame = one.closest("svg").getBoundingClientRect();
  return box.right > frame.right + 1 || box.left < frame.left - 1;
}).length"""
GROUND = "getComputedStyle(document.body).backgroundColor"
pytestmark = IN_CHROMIUM


@pytest.mark.parametrize("width", [320, 360, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_fits_its_screen(browser: Browser, shipped: Tables, tmp_path: Path, width: int, scheme: str) -> None:
    file = tmp_path / "protocol.html"
    file.write_text(as_html(build_sheet(shipped, "en")))
    context = browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    failures: list[str] = []
    page.on("console", lambda message: failures.append(message.text))
    page.goto(file.as_uri())
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(HIDDEN) == 0
    page.emulate_media(media="print")
    assert page.evaluate(GROUND) == "rgb(255, 255, 255)"
    assert failures == []
    context.close()
