"""What each screen weighs on its way to a phone that has never seen it, as Chromium counts it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from triage.actions.stop_links import stop_token

from ..browsing import IN_CHROMIUM, look, served, store, until
from ..conftest import House

__all__ = ["look", "served", "store"]  # fixtures
pytestmark = IN_CHROMIUM
MOST = 60_000  # bytes without photos: design, section 8


class Scales:
    """Adds up what a page loads, headers and all."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        session = page.context.new_cdp_session(page)
        session.on("Network.loadingFinished", self.add)
        session.send("Network.enable")

    def add(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])


def screens(house: House) -> dict[str, str]:
    house.send(sign="pus")
    stop = stop_token(house.wiring.terms, house.clinic.id, house.patient.id)
    return {"form": house.page, "gone": "/c/unknown", "stop": f"/o/{stop}", "ack": house.ack_page()}


@pytest.mark.parametrize("scripts", [True, False])
def test_every_screen_is_at_most_60_kb(served: tuple[House, str], look: Callable[..., Page], scripts: bool) -> None:
    house, base = served
    for name, path in screens(house).items():
        page = look(java_script_enabled=scripts)
        scales = Scales(page)
        page.goto(base + path, wait_until="networkidle")
        print(name, scales.bytes)  # shown by pytest -s
        assert 1_000 < scales.bytes <= MOST, name


def test_answer_adds_little_to_the_form(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look(java_script_enabled=True)
    page.goto(base + house.page, wait_until="networkidle")
    scales = Scales(page)
    page.evaluate("document.querySelector('[name=wants_call]').checked = true")
    report = ("POST", base + house.page)
    with page.expect_event("requestfinished", lambda request: (request.method, request.url) == report):
        page.evaluate("document.querySelector('#report').requestSubmit(document.querySelector('.send'))")
    expect(page.locator(".receipt")).to_be_visible()
    print("answer", scales.bytes)  # shown by pytest -s
    assert 1_000 < scales.bytes <= MOST // 2


def test_a_first_visit_with_all_that_the_worker_keeps_is_at_most_60_kb(
    served: tuple[House, str], look: Callable[..., Page]
) -> None:
    """The worker loads the page again, and what only other screens need: counted where it is sent."""
    house, base = served
    sent = []

    def weigh(response: Any) -> Any:
        sent.append(len(response.get_data()) + sum(len(name) + len(value) + 4 for name, value in response.headers))
        return response

    # What is first in that list runs last: on what is packed already.
    house.app.after_request_funcs.setdefault(None, []).insert(0, weigh)
    page = look(java_script_enabled=True)
    page.goto(base + house.page)
    until(page, "await caches.match(location.pathname)")
    print("everything", sum(sent))  # shown by pytest -s
    assert 10_000 < sum(sent) <= MOST
