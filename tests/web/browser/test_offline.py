"""Reporting without a network, in a real Chromium whose network is cut and which is killed."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from triage.records import CheckInRow

from ..browsing import IN_CHROMIUM, browser, store
from .conftest import Line, Phone

__all__ = ["browser", "store"]  # fixtures
pytestmark = IN_CHROMIUM
HOUR = timedelta(hours=1)
NOT_SENT = "Not sent yet"
USUAL = "What you told us is usual at this stage."


def say_itching(page: Page) -> None:
    """Go the steps of somebody whose skin itches a little."""
    page.locator('[name="today"][value="something"]').check(force=True)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="None of these").click()
    page.locator('[data-symptom="itching"] > summary').click()
    page.locator('[name="severity.itching"][value="1"]').check(force=True)


def press_send(page: Page) -> None:
    page.locator('button[value="form"]:visible').first.click()


def keep_page(page: Page) -> None:
    """Wait until the worker has this page, as it has after the first seconds of any visit."""
    page.evaluate("""async () => {
      while (!(await caches.match(location.pathname))) await new Promise((done) => { setTimeout(done, 20); });
    }""")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text, timeout=15_000)


def rows(line: Line) -> list[CheckInRow]:
    return line.house.rows(CheckInRow)


def left_on(page: Page) -> list[int]:
    """Return how many drafts and reports lie on the phone."""
    found: list[int] = page.evaluate("""async () => {
      const answer = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
      const database = await answer(indexedDB.open("aftercare"));
      const count = (name) => answer(database.transaction(name).objectStore(name).count());
      return [await count("drafts"), await count("reports")];
    }""")
    return found


def test_killed_in_flight_mode_the_report_arrives_once_with_its_own_time(line: Line, phone: Phone) -> None:
    page = phone.open(line.link)
    keep_page(page)
    page.clock.install(time=line.house.wiring.time)
    line.cut()
    phone.context.set_offline(True)
    say_itching(page)
    press_send(page)
    heading(page, NOT_SENT)
    assert page.title().startswith(NOT_SENT)
    assert "tel:+49301234567" in page.locator("#waiting").inner_html()
    phone.kill()

    line.mend()
    made, line.house.wiring.time = line.house.wiring.time, line.house.wiring.time + 26 * HOUR
    page = phone.open("about:blank")
    page.clock.install(time=line.house.wiring.time)
    page.goto(line.link)
    heading(page, USUAL)
    expect(page.locator(".receipt")).to_contain_text("This is how it was yesterday at")
    (row,) = rows(line)
    assert timedelta() <= row.at - made < timedelta(minutes=2)
    assert (row.received_at, row.review) == (line.house.wiring.time, [])
    assert row.content["symptoms"] == {"itching": 1}
    assert left_on(page) == [0, 0]
    page.goto(line.link)
    heading(page, "How are you today?")
    assert len(rows(line)) == 1
