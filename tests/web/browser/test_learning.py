"""Pages of the audit and of the result on a small phone: nothing scrolls sideways, every field has its name."""

from collections.abc import Callable

from playwright.sync_api import Browser, expect

from tests.web.browsing import FAULTS, IN_CHROMIUM, serving, store
from tests.web.conftest import House
from tests.web.screens import healed
from tests.web.signing_in import let_in, signed_in
from tests.web.staff_screens import fill
from triage.records import ReviewSampleRow
from triage.web.audit.review import VERDICT_WORDS

__all__ = ["store"]  # a fixture
pytestmark = IN_CHROMIUM
SMALL = {"width": 320, "height": 640}


def test_the_pages_fit_a_small_phone_and_a_tap_is_enough(browser: Browser, build: Callable[..., House]) -> None:
    house = build()
    fill(house)
    sample = house.rows(ReviewSampleRow)[0].id
    with serving(house) as base:
        context = browser.new_context(viewport=SMALL, java_script_enabled=True)
        let_in(context, base, signed_in(house.wiring, house.staff[1]))
        page = context.new_page()
        for path in ("/audit/review", f"/audit/review/{sample}", "/audit/windows"):
            page.goto(base + path)
            assert page.evaluate(FAULTS) == [], path
        page.goto(f"{base}/audit/review/{sample}")
        page.get_by_text(VERDICT_WORDS["right"]).click()
        page.get_by_role("button", name="Keep the verdict").click()
        expect(page.get_by_text("The service had said")).to_be_visible()

        healed(house)
        page.goto(f"{base}{house.page}/result")
        page.locator('[name="colour"][value="4"]').click()
        expect(page.locator('[name="colour"][aria-pressed="true"]')).to_contain_text("Good")
        assert page.evaluate(FAULTS) == []
        context.close()
