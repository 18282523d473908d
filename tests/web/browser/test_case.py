"""The case in Chromium: its chart shows under our policy, and nothing keeps anybody from reading it."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browsing import FAULTS, IN_CHROMIUM, look, served, store
from tests.web.conftest import House
from tests.web.desk.stories import tell
from tests.web.signing_in import let_in, signed_in

__all__ = ["look", "served", "store"]  # fixtures
pytestmark = IN_CHROMIUM
# How many pixels of the chart are neither its ground nor nearly so: drawn in a canvas, as it is shown.
INKED = """(picture) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const seen = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  let green = 0, orange = 0;
  for (let at = 0; at < seen.length; at += 4) {
    if (seen[at] === 0xe6 && seen[at + 1] === 0xf3 && seen[at + 2] === 0xea) green += 1;
    if (seen[at] === 0x9c && seen[at + 1] === 0x2f && seen[at + 2] === 0x00) orange += 1;
  }
  return [canvas.width, green > 500, orange > 50];
}"""


def test_the_chart_shows_with_its_colours_under_our_policy(
    served: tuple[House, str], look: Callable[..., Page]
) -> None:
    house, base = served
    tell(house)
    for width, drawn in ((360, 340), (1280, 900)):
        page = look(viewport={"width": width, "height": 740}, java_script_enabled=True, color_scheme="light")
        said: list[str] = []
        page.on("console", lambda line, said=said: said.append(line.text))
        let_in(page.context, base, signed_in(house.wiring, house.staff[0]))
        page.goto(f"{base}/desk/patients/{house.patient.id}", wait_until="networkidle")
        assert page.locator(".course img").evaluate(INKED) == [drawn, True, True]
        assert said == []


def test_nothing_keeps_anybody_from_reading_a_case(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    tell(house)
    for width, scheme in ((320, "light"), (1280, "dark")):
        page = look(viewport={"width": width, "height": 740}, color_scheme=scheme, java_script_enabled=True)
        let_in(page.context, base, signed_in(house.wiring, house.staff[0]))
        page.goto(f"{base}/desk/patients/{house.patient.id}#log", wait_until="networkidle")
        expect(page.get_by_role("columnheader", name="Before and after")).to_be_visible()
        assert page.evaluate(FAULTS) == []
        found = Axe().run(page).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        assert [(one["id"], one["nodes"][0]["html"]) for one in serious] == []
