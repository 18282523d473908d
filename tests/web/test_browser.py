"""The pages in Chromium on a small phone, with scripts switched off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from triage.records import ExpectationRow

from .browsing import FAULTS, IN_CHROMIUM, choose, look, served, store
from .conftest import House

__all__ = ["look", "served", "store"]  # fixtures
pytestmark = IN_CHROMIUM


def test_patient_reports_and_reads_the_answer(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look()
    page.goto(base + house.page)
    page.get_by_label("None of these", exact=True).check()
    choose(page, "Redness", "Moderate")
    choose(page, "Redness", "Better")
    page.get_by_text("If you measured your temperature").click()
    page.get_by_label("Temperature", exact=True).fill("36,8")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you told us is usual at this stage.")
    assert house.last()["symptoms"] == {"redness": 2}
    assert house.last()["temperature"] == {"value": 36.8, "unit": "C"}


def test_well_person_needs_three_taps_on_the_page(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look()
    page.goto(base + house.page)
    page.get_by_label("All fine").check()
    page.get_by_label("None of these", exact=True).check()
    page.get_by_role("button", name="Send this now").click()
    expect(page.get_by_text("We got it at")).to_be_visible()
    assert set(house.last()["symptoms"].values()) == {0}
    assert len(house.last()["denied"]) == 27


def test_enter_key_never_says_all_fine(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look()
    page.goto(base + house.page)
    page.get_by_label("All fine").check()
    page.get_by_label("None of these", exact=True).check()
    page.get_by_text("If you measured your temperature").click()
    page.get_by_label("Temperature", exact=True).fill("37.0")
    page.keyboard.press("Enter")
    expect(page.get_by_text("We got it at")).to_be_visible()
    assert "symptoms" not in house.last()


def test_questions_about_a_symptom_come_when_it_is_there(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look()
    page.goto(base + house.page)
    page.locator("summary", has_text="Pain or soreness").click()
    pain = page.get_by_role("group", name="Pain or soreness")
    expect(pain.locator("label", has_text="Mild")).to_be_visible()
    expect(pain.get_by_text("Better", exact=True)).not_to_be_visible()
    choose(page, "Pain or soreness", "Mild")
    expect(pain.get_by_text("Better", exact=True)).to_be_visible()


def test_practitioner_acknowledges(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    house.send(sign="pus")
    page = look()
    page.goto(base + house.ack_page())
    page.get_by_role("button", name="I have it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. You have it.")


def test_a_page_that_is_seen_says_so_and_one_without_scripts_does_not(
    served: tuple[House, str], look: Callable[..., Page]
) -> None:
    house, base = served
    look().goto(base + house.page)
    assert [row.opened_at for row in house.rows(ExpectationRow)] == [None]

    page, refused = look(java_script_enabled=True), []
    page.on("console", lambda said: refused.append(said.text))
    with page.expect_response(lambda answer: answer.url.endswith("/opened")) as told:
        page.goto(base + house.page)
    assert (told.value.status, refused) == (204, [])
    assert [row.opened_at for row in house.rows(ExpectationRow)] == [house.wiring.time]


@pytest.mark.parametrize(("width", "text_size"), [(320, 16), (360, 16), (320, 32), (1280, 16)])
def test_every_page_is_accessible_at_its_width(
    served: tuple[House, str], look: Callable[..., Page], width: int, text_size: int
) -> None:
    house, base = served
    house.send(sign=["breathing_trouble"], severity__redness="1", temperature="hot")
    page = look(viewport={"width": width, "height": 740}, java_script_enabled=True, bypass_csp=True)
    for path in (house.page, "/c/unknown", house.ack_page(), "/a/unknown"):
        page.goto(base + path)
        page.add_style_tag(content=f"html {{ font-size: {text_size}px }}")
        assert page.evaluate(FAULTS) == [], path
    for symptoms in ({}, {"Redness": "Very severe", "Itching": "Mild"}):
        page.goto(base + house.page)
        page.get_by_label("Something, but no worry").check()
        for button in ("Continue", "None of these"):
            page.get_by_role("button", name=button).click()
        for symptom, level in symptoms.items():
            choose(page, symptom, level)
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator(".receipt, #error").first.wait_for()
        page.add_style_tag(content=f"html {{ font-size: {text_size}px }}")
        assert page.evaluate(FAULTS) == []
