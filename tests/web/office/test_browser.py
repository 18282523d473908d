"""The office in Chromium: a clinic of one set up by its pages alone, on a phone; no page with a fault that blocks."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browsing import FAULTS, IN_CHROMIUM, look, served
from tests.web.conftest import House
from tests.web.signing_in import let_in, signed_in
from triage.web.office import ADDRESSES

__all__ = ["look", "served"]  # fixtures
pytestmark = IN_CHROMIUM
PAGES = [path for path, method, _ in ADDRESSES if method == "GET" and "<" not in path]


def enter(house: House, base: str, page: Page) -> None:
    """Sign the lead in."""
    let_in(page.context, base, signed_in(house.wiring, house.staff[1]))


def test_no_page_has_a_fault_that_blocks(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    for width, scheme in ((320, "light"), (1280, "dark")):
        page = look(viewport={"width": width, "height": 740}, color_scheme=scheme, java_script_enabled=True)
        enter(house, base, page)
        for path in (*PAGES, f"/office/staff/{house.staff[0].id}"):
            page.goto(f"{base}{path}")
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert page.evaluate(FAULTS) == [], (path, width)
            found = Axe().run(page).response["violations"]
            bad = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
            assert bad == [], (path, width)


def test_a_clinic_is_set_up_by_its_pages_alone_without_scripts(
    served: tuple[House, str], look: Callable[..., Page]
) -> None:
    house, base = served
    page = look()
    enter(house, base, page)
    page.goto(f"{base}/office")
    page.get_by_role("link", name="See the hours").click()
    page.get_by_label("Saturday, span 1, from").fill("10:00")
    page.get_by_label("Saturday, span 1, to").fill("14:00")
    page.get_by_label("Public holidays of").select_option("DE")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".card.said")).to_have_text("✓ Saved.")
    expect(page.get_by_text("public holidays in the coming year")).to_be_visible()

    page.goto(f"{base}/office/policy/change")
    page.get_by_role("group", name="Step 1").get_by_label("All leads").check()
    page.get_by_role("button", name="See what would change").first.click()
    expect(page.get_by_text("Step 1 tells the practitioners and the leads; before: the practitioners.")).to_be_visible()
    page.get_by_role("button", name="Use this policy").click()
    expect(page.locator(".card.said")).to_contain_text("The new policy counts")

    page.goto(f"{base}/office/log")
    expect(page.get_by_role("listitem").filter(has_text="changed who is told when")).to_contain_text("Leo")
    expect(page.get_by_role("listitem").filter(has_text="hours on Sat")).to_contain_text("10:00 to 14:00")
