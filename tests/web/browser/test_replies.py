"""A reply in Chromium: what somebody really sees counts as read, and the clinic's own look reaches the page."""

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from seeds.demo import LOGO
from triage.actions.look import change_look, drawn
from triage.actions.replies import reply_to_patient
from triage.records import AlertRow, ReplyRow

from ..browsing import IN_CHROMIUM, look, served, store
from ..conftest import House

__all__ = ["look", "served", "store"]  # fixtures
pytestmark = IN_CHROMIUM


def write_back(house: House, text: str) -> None:
    alert: Any = house.rows(AlertRow)[0]
    turn = house.turn._replace(now=house.wiring.time)
    house.wiring.do(lambda session: reply_to_patient(session, alert.id, {"text": text}, turn))


def test_a_reply_that_was_on_the_screen_is_read_and_none_that_came_after(
    served: tuple[House, str], look: Callable[..., Page]
) -> None:
    house, base = served
    house.send(sign="pus")
    write_back(house, "Come in at 15:00.")
    page = look(java_script_enabled=False)
    page.goto(base + house.page)
    expect(page.get_by_text("Come in at 15:00.")).to_be_visible()
    assert house.rows(ReplyRow)[0].read_at is None, "without scripts nothing is told"

    page = look(java_script_enabled=True)
    page.add_init_script("Object.defineProperty(document, 'visibilityState', {get: () => window.seen || 'hidden'})")
    page.goto(base + house.page)
    write_back(house, "And bring the ointment.")
    with page.expect_response("**/opened") as told:
        page.evaluate("() => { window.seen = 'visible'; document.dispatchEvent(new Event('visibilitychange')); }")
    assert told.value.status == 204
    read = {row.text: row.read_at is not None for row in house.rows(ReplyRow)}
    assert read == {"Come in at 15:00.": True, "And bring the ointment.": False}


def test_the_clinics_colour_and_logo_reach_the_page_in_both_schemes(
    served: tuple[House, str], look: Callable[..., Page]
) -> None:
    house, base = served
    logo = drawn(LOGO.read_bytes())
    house.wiring.do(lambda session: change_look(session, {"colour": "#7a1f5c", "logo": logo}, house.turn))
    seen = []
    for scheme in ("light", "dark"):
        page = look(java_script_enabled=True, color_scheme=scheme)
        refused: list[str] = []
        page.on("console", lambda message, into=refused: into.append(message.text))
        page.goto(base + house.page)
        seen.append(page.evaluate("() => getComputedStyle(document.querySelector('a')).color"))
        box = page.locator("img.logo").bounding_box()
        assert box is not None
        assert box["height"] == 32
        call = page.locator(".head .call").bounding_box()
        assert call is not None
        assert call["y"] < box["y"] + 32, "the logo leaves the number its place on a small screen"
        assert refused == []
        found = Axe().run(page).response["violations"]
        assert [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")] == []
    assert seen[0] == "rgb(122, 31, 92)"
    assert seen[1] not in ("rgb(111, 208, 207)", seen[0])
