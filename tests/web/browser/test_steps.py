"""The form one step at a time: how many taps, what back does, where the focus is; nothing is sent by accident."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from triage.records import CheckInRow

from ..browsing import IN_CHROMIUM, look, store
from .stepping import Serve, Taps, phone, serve

__all__ = ["look", "phone", "serve", "store"]  # fixtures
pytestmark = IN_CHROMIUM
MARK = "window.stayed = true"


def test_well_in_three_taps_without_a_reload(serve: Serve, phone: Callable[..., Page]) -> None:
    house, address = serve()
    page = phone()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    page.evaluate(MARK)
    taps = Taps(page)
    taps.choice("All fine")
    taps.button("Continue")
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()
    assert page.evaluate("window.stayed")
    assert not house.rows(CheckInRow)
    taps.button("None of these. Send “All fine”")
    expect(page.locator(".verdict.self_care")).to_be_visible()
    assert taps.count == 3
    assert set(house.last()["symptoms"].values()) == {0}
    assert len(house.last()["symptoms"]) == 10
    assert len(house.last()["denied"]) == 27
    assert said == []


def test_one_tap_for_each_that_is_gone(serve: Serve, phone: Callable[..., Page]) -> None:
    house, address = serve()
    house.send(severity__redness="2", severity__itching="1")
    house.wiring.time += timedelta(days=1)
    page = phone()
    page.goto(address)
    expect(page.locator("html.steps .choice.fine")).to_be_visible()
    expect(page.get_by_text("Are they gone?")).not_to_be_visible()
    taps = Taps(page)
    taps.choice("All fine")
    for _ in range(2):
        taps.on(page.locator(".gone .pill:has([value=yes]):not(:has(:checked))").first)
    taps.button("Continue")
    taps.button("None of these. Send “All fine”")
    expect(page.locator(".verdict")).to_be_visible()
    assert taps.count == 5
    assert set(house.last()["symptoms"].values()) == {0}


def test_what_is_still_there_is_asked_how_strong_it_is(serve: Serve, phone: Callable[..., Page]) -> None:
    house, address = serve()
    house.send(severity__redness="2", severity__itching="1")
    house.wiring.time += timedelta(days=1)
    page = phone()
    page.goto(address)
    taps = Taps(page)
    taps.choice("All fine")
    taps.on(page.locator(".pill:has([name='gone.redness'][value=yes])"))
    taps.on(page.locator(".pill:has([name='gone.itching'][value=no])"))
    taps.button("Continue")
    taps.button("None of these")
    taps.on(page.locator("[data-symptom=itching] .pill", has_text="Mild"))
    taps.button("Send")
    expect(page.locator(".verdict")).to_be_visible()
    assert house.last()["symptoms"] == {"redness": 0, "itching": 1}


def test_one_symptom_in_seven_taps(serve: Serve, phone: Callable[..., Page]) -> None:
    house, address = serve()
    page = phone()
    page.goto(address)
    taps = Taps(page)
    taps.choice("Something")
    taps.button("Continue")
    taps.button("None of these")
    taps.on(page.locator("[data-symptom=redness] > summary"))
    taps.on(page.locator("[data-symptom=redness] .pill", has_text="Moderate"))
    taps.on(page.locator("[data-symptom=redness] .pill", has_text="Better"))
    taps.button("Send")
    expect(page.locator(".verdict.self_care")).to_be_visible()
    assert taps.count == 7
    assert house.last()["symptoms"] == {"redness": 2}
    assert house.last()["course"] == {"redness": "better"}
    assert len(house.last()["denied"]) == 27


def test_back_goes_one_step_back_and_keeps_every_answer(serve: Serve, phone: Callable[..., Page]) -> None:
    house, address = serve()
    page = phone()
    page.goto(address)
    taps = Taps(page)
    taps.choice("Something")
    taps.button("Continue")
    taps.choice("Blisters")
    taps.button("Continue")
    taps.on(page.locator("[data-symptom=pain] > summary"))
    taps.on(page.locator("[data-symptom=pain] .pill", has_text="Severe").first)
    page.go_back()
    expect(page.get_by_role("heading", name="Danger signs")).to_be_focused()
    expect(page.get_by_label("Blisters")).to_be_checked()
    taps.button("Back")
    expect(page.get_by_role("heading", name="How is the treated area today?")).to_be_focused()
    expect(page.get_by_label("Something, but no worry")).to_be_checked()
    page.go_forward()
    expect(page.get_by_role("heading", name="Danger signs")).to_be_focused()
    page.go_forward()
    expect(page.get_by_role("heading", name="How it looks and feels")).to_be_focused()
    taps.button("Send")
    expect(page.locator(".verdict")).to_be_visible()
    assert house.last()["signs"] == ["blisters"]
    assert house.last()["symptoms"] == {"pain": 3}


def test_a_danger_that_calls_for_an_ambulance_goes_first_and_the_rest_follows(
    serve: Serve, phone: Callable[..., Page]
) -> None:
    house, address = serve()
    page = phone()
    page.goto(address)
    taps = Taps(page)
    taps.choice("I am worried")
    taps.button("Continue")
    taps.choice("Trouble breathing")
    taps.button("Continue")
    expect(page.locator(".receipt")).to_be_attached()  # under the card, which comes up at once
    assert house.last()["signs"] == ["breathing_trouble"]
    taps.on(page.get_by_role("link", name="Tell us more"))
    taps.button("Continue")
    expect(page.get_by_label("Trouble breathing")).to_be_checked()
    taps.button("Continue")
    taps.on(page.locator("[data-symptom=swelling] > summary"))
    taps.on(page.locator("[data-symptom=swelling] .pill", has_text="Severe").first)
    taps.button("Send")
    expect(page.locator(".receipt")).to_be_attached()
    first, second = sorted(house.rows(CheckInRow), key=lambda row: row.id)
    assert (second.amends, second.at) == (first.id, first.at)
    assert second.content["symptoms"] == {"swelling": 3}
    assert second.content["signs"] == ["breathing_trouble"]


def test_a_tick_takes_back_that_there_were_none(serve: Serve, phone: Callable[..., Page]) -> None:
    house, address = serve()
    page = phone()
    page.goto(address)
    taps = Taps(page)
    taps.choice("Something")
    taps.button("Continue")
    taps.button("None of these")
    page.go_back()
    taps.choice("Blisters")
    expect(page.get_by_role("button", name="None of these")).not_to_be_visible()
    taps.button("Continue")
    taps.button("Send")
    expect(page.locator(".verdict")).to_be_visible()
    assert house.last()["signs"] == ["blisters"]
    assert "denied" not in house.last()


def test_keyboard_alone_reports_and_enter_sends_nothing_before_the_end(
    serve: Serve, phone: Callable[..., Page]
) -> None:
    house, address = serve()
    page = phone()
    page.goto(address)
    press = page.keyboard.press
    page.get_by_label("All fine").focus()
    press("Space")
    press("Enter")
    expect(page.get_by_role("heading", name="Danger signs")).to_be_focused()
    press("Tab")
    press("Tab")
    press("Enter")
    expect(page.get_by_role("heading", name="Danger signs")).to_be_visible()
    assert not house.rows(CheckInRow), "Enter in a list of danger signs says nothing"
    for _ in range(40):
        if page.evaluate("document.activeElement.dataset.when") == "fine":
            break
        press("Tab")
    press("Enter")
    expect(page.locator(".verdict.self_care")).to_be_visible()
    assert set(house.last()["symptoms"].values()) == {0}


def test_without_scripts_a_danger_can_be_sent_before_the_rest(serve: Serve, look: Callable[..., Page]) -> None:
    _, address = serve()
    page = look()
    page.goto(address)
    expect(page.locator("button.next:visible, button.back:visible, .progress:visible")).to_have_count(0)
    page.get_by_label("Trouble breathing").check()
    page.get_by_role("button", name="Send this now").click()
    expect(page.locator(".verdict.emergency")).to_be_visible()
    page.get_by_role("link", name="Tell us more").click()
    expect(page.get_by_label("Trouble breathing")).to_be_checked()
