"""Answers in Chromium: on a phone with one hand, two practitioners at once, without a network."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.browsing import FAULTS, IN_CHROMIUM, look, served, store
from tests.web.conftest import House
from tests.web.signing_in import let_in, signed_in
from triage.records import AlertRow, PatientRow, StaffRow
from triage.words import word

__all__ = ["look", "served", "store"]  # fixtures
pytestmark = IN_CHROMIUM


class Desks:
    """A served clinic with one alert, and people who open the worklist in browsers of their own."""

    def __init__(self, house: House, base: str, open_page: Callable[..., Page]) -> None:
        self.house, self.base, self.open_page = house, base, open_page
        with house.wiring.store.connect() as connection:
            connection.execute(PatientRow.metadata.tables["patient"].update().values(phone="+49 170 1234567"))
        assert house.send(sign="fever").status_code == 200

    def open(self, number: int, **how: Any) -> Page:
        page = self.open_page(**({"java_script_enabled": True} | how))
        let_in(page.context, self.base, signed_in(self.house.wiring, self.house.staff[number]))
        page.goto(f"{self.base}/desk")
        return page

    @property
    def alert(self) -> AlertRow:
        (row,) = self.house.rows(AlertRow)
        return row

    def owner(self) -> str | None:
        names = {row.id: row.name for row in self.house.rows(StaffRow)}
        return names.get(self.alert.owner_id)


@pytest.fixture
def desks(served: tuple[House, str], look: Callable[..., Page]) -> Desks:
    return Desks(*served, look)


def check(page: Page) -> None:
    assert page.evaluate(FAULTS) == []
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_two_practitioners_press_and_the_second_reads_who_has_it(desks: Desks) -> None:
    ada, leo = desks.open(0), desks.open(1)
    ada.get_by_role("button", name="Take").click()
    expect(ada.locator("#told")).to_contain_text("You have it until")
    leo.get_by_role("button", name="Take").click()
    expect(leo.locator("#told")).to_contain_text("Dr. Ada Berg has taken it.")
    row = leo.locator("article.row-of")
    expect(row).to_contain_text("Dr. Ada Berg has it until")
    expect(row.get_by_role("button", name="Take")).to_have_count(0)
    expect(row).to_be_focused()
    assert desks.owner() == "Dr. Ada Berg"
    check(leo)
    ada.get_by_role("button", name="Undo").click()
    expect(ada.locator("#told")).to_contain_text("Taken back")
    assert desks.owner() is None


def test_a_call_a_message_and_a_close_on_a_phone(desks: Desks) -> None:
    page = desks.open(0)
    expect(page.get_by_role("link", name="Call", exact=True)).to_have_attribute("href", "tel:+491701234567")
    page.get_by_role("link", name="Not reached").click()
    page.get_by_label("In 15 minutes").check()
    check(page)
    page.get_by_role("button", name="Note the call").click()
    expect(page.locator("#told")).to_contain_text("Call again today at 18:19.")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Write to the patient").click()
    expect(page.locator(".asked")).to_contain_text("This is not enough for an urgent alert: call.")
    page.get_by_text("Come in", exact=True).click()
    page.get_by_role("link", name="Use this text").and_(page.locator(":visible")).click()
    expect(page.get_by_label("Your message")).to_have_value(word("en", "template_come_in_text"))
    check(page)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#told")).to_contain_text("Message written.")
    page.get_by_role("link", name="Close").click()
    page.get_by_label("Irritation").check()
    page.get_by_role("button", name="Useful").click()
    expect(page.locator(".wrong")).to_contain_text("none of these")
    page.get_by_label("None of these").check()
    check(page)
    page.get_by_role("button", name="Useful").click()
    expect(page.locator("#told")).to_contain_text("Closed.")
    row = desks.alert
    assert (row.state, row.outcome, row.seriousness, row.useful) == ("resolved", "irritation", [], "useful")


def test_watched_reached_given_back_handed_on_and_told_at_once(desks: Desks) -> None:
    page = desks.open(0)
    told = page.locator("#told")

    def ask(name: str) -> None:
        page.get_by_text("More", exact=True).click()
        page.get_by_role("link", name=name).click()
        expect(page.locator(".asked")).to_be_visible()

    ask("Watch until")
    page.get_by_label("Why it can wait").fill("She comes in at five.")
    page.get_by_role("button", name="Watch it").click()
    expect(told).to_contain_text("Nobody is told until")
    page.get_by_role("button", name="Reached", exact=True).click()
    expect(told).to_contain_text("Call noted.")
    ask("Give back")
    page.get_by_role("button", name="Give it back").click()
    expect(told).to_contain_text("Given back")
    ask("Ask a colleague")
    page.get_by_role("combobox", name="Colleague").select_option(label="Leo")
    page.get_by_role("button", name="Ask them").click()
    expect(told).to_contain_text("They were asked.")
    ask("Tell the next people now")
    page.get_by_role("button", name="Tell them now").click()
    expect(told).to_contain_text("cannot be taken back")
    check(page)
    assert desks.alert.state == "open"


def test_without_a_network_nothing_is_stored_and_it_says_so(desks: Desks) -> None:
    page = desks.open(0)
    page.context.set_offline(True)
    page.get_by_role("button", name="Take").click()
    expect(page.locator("#told")).to_contain_text("nothing is known to be stored")
    assert desks.owner() is None
    page.context.set_offline(False)
    page.get_by_role("button", name="Take").click()
    expect(page.locator("#told")).to_contain_text("You have it until")
    assert desks.owner() == "Dr. Ada Berg"


def test_without_scripts_it_is_taken_and_taken_back(desks: Desks) -> None:
    page = desks.open(0, java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.get_by_role("button", name="Take").click()
    page.wait_for_url("**/desk?undo=*")
    expect(page.locator("#told")).to_contain_text("You have it until")
    check_without_scripts = page.locator("article.row-of").bounding_box()
    assert check_without_scripts is not None
    assert check_without_scripts["width"] <= 320
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#told")).to_contain_text("Taken back")
    assert desks.owner() is None
