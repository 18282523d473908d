"""The audit in Chromium, from a narrow phone to a desk and in both schemes: pictures load, no fault that blocks."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.charts.samples import PICTURES
from tests.web.audit.conftest import counting
from tests.web.browsing import FAULTS, IN_CHROMIUM, look, served
from tests.web.conftest import House
from tests.web.desk.stories import tell
from tests.web.signing_in import let_in, signed_in
from triage.outcomes.catalogue import FIGURES

__all__ = ["look", "served"]  # fixtures
pytestmark = IN_CHROMIUM
PATHS = ("/audit", "/audit/figures/answered", "/audit/cases?of=late", "/audit/months")
LOADED = "Promise.all(Array.from(document.images).map((one) => { one.loading = 'eager'; return one.decode(); }))"


def test_from_a_number_to_its_cases_on_every_screen(
    served: tuple[House, str], look: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FIGURES, "answered", counting("answered", "Were alerts answered in time?", *PICTURES.values()))
    house, base = served
    tell(house)
    for width, scheme in ((320, "light"), (1280, "dark")):
        page = look(viewport={"width": width, "height": 740}, color_scheme=scheme, java_script_enabled=True)
        let_in(page.context, base, signed_in(house.wiring, house.staff[1]))
        for path in PATHS:
            page.goto(f"{base}{path}")
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            page.evaluate(LOADED)
            assert page.evaluate(FAULTS) == [], (path, width)
            found = Axe().run(page).response["violations"]
            bad = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
            assert bad == [], (path, width)
    page.goto(f"{base}/audit")
    page.get_by_role("link", name="The late ones").click()
    page.get_by_role("link", name="Sam Secret").click()
    expect(page.get_by_role("heading", name="Sam Secret")).to_be_visible()
