"""Danger first in Chromium: the card before anything is sent, the number of the place, and what the phone says."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from werkzeug.datastructures import MultiDict

from tests.web.browsing import FAULTS, IN_CHROMIUM, look, served, store
from tests.web.conftest import FILES, Build, House
from triage.records import CheckInRow, PatientRow
from triage.rules import COMMON, compile_protocol, read_check_in, read_protocol
from triage.rules.check_in import SAYS_NOTHING
from triage.rules.device import judge_as_phone
from triage.web.form import Asked, said

__all__ = ["look", "served", "store"]  # fixtures
pytestmark = IN_CHROMIUM

TYPED = [
    "",
    "37.4",
    "37,5",
    "38.0",
    "37.99",
    "38,1 °C",
    "100.3",
    "100.4 F",
    "103",
    "99.6f",
    "38 degrees",
    "٣٨٫٥",
    "٣٨.٥",
]
TYPED += ["hot", "12", "50", "86", "85.9", "30", "200", "38.1234", " 39 ", "۳۹,۲ C", "100.409 F"]
# Ticks what a case names, and returns what the form then holds and what the phone makes of it.
FILLED = """async ([cases, times]) => {
  const { judgeForm } = await import(document.querySelector('[href*="judge.js"]').href);
  const form = document.querySelector("#report");
  const done = [];
  for (const [number, fields] of cases.entries()) {
    form.reset();
    for (const [name, value] of fields)
      for (const field of form.querySelectorAll(`[name="${name}"]`))
        if (["radio", "checkbox"].includes(field.type)) field.checked ||= field.value === value;
        else field.value = value;
    const held = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    done.push([held, await judgeForm(form, new Date(times[number]))]);
  }
  return done;
}"""


def open_form(
    served: tuple[House, str], look: Callable[..., Page], clock_at: datetime | None = None, **how: Any
) -> Page:
    """Open the form and wait until the phone has all that it needs without a network; `clock_at`: its own clock."""
    house, base = served
    page = look(**{"java_script_enabled": True} | how)
    if clock_at:
        page.clock.install(time=clock_at)
    with page.expect_response("**/t/*.json"):
        page.goto(base + house.page)
    page.wait_for_load_state("networkidle")
    return page


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


def filled(chance: random.Random) -> list[tuple[str, str]]:
    """Draw what somebody might tick and type; most of it calm."""
    fields = [("today", chance.choice(["fine", "something", "worried", "worried"]))]
    for symptom in chance.sample(COMMON.symptoms, chance.choice([0, 0, 1, 2])):
        fields.append((f"severity.{symptom}", chance.choice("01234")))
        fields.append((f"course.{symptom}", chance.choice(["better", "same", "worse", "new"])))
        fields.append((f"where.{symptom}", chance.choice(COMMON.zones)))
    kinds = ("sign", COMMON.signs), ("result", COMMON.results), ("treatment", COMMON.treatments)
    for name, words in (*kinds, ("exposed", COMMON.exposures)):
        fields += [(name, word) for word in chance.sample(words, chance.choice([0, 0, 0, 1]))]
    fields.append(("temperature", chance.choice(TYPED) if chance.random() < 0.5 else ""))
    fields.append(("unit", chance.choice("CF")))
    fields += [("wants_call", "yes")] * (chance.random() < 0.1) + [("note", "pus and fever")] * (chance.random() < 0.3)
    return fields


def test_script_reads_a_form_as_the_service_does(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, _ = served
    page, chance = open_form(served, look), random.Random(5)
    tables = compile_protocol(read_protocol(FILES))
    began = house.wiring.time - timedelta(days=3, hours=8)
    hours = [chance.choice([0, 5.9995, 6, 24, 47.5, 80, 200, 400, 2159.9, 2160]) for _ in range(600)]
    times = [(began + timedelta(hours=hour)).isoformat() for hour in hours]
    done = page.evaluate(FILLED, [[filled(chance) for _ in hours], times])
    unread = 0
    asked = Asked(tables.protocol.vocabulary, frozenset(), datetime.now(UTC))
    for (held, judged), at, hour in zip(done, times, hours, strict=True):
        body = {"at": at, **said(MultiDict([*held, ("send", "form")]), asked)}
        check_in, faults = read_check_in(body, tables.protocol.vocabulary)
        assert judged["digest"] == tables.protocol.digest
        if any(fault.said != SAYS_NOTHING for fault in faults):  # only the service knows what to make of it
            assert judged["urgency"] not in ("self_care", "routine"), (held, hour)
            unread += 1
        else:
            assert judged["urgency"] == judge_as_phone(tables, check_in, hour).name, (held, hour)
    assert 0 < unread < 200
    assert {judged["urgency"] for _, judged in done} == {"self_care", "routine", "same_day", "urgent", "emergency", ""}


def press(page: Page, sign: str, button: str) -> None:
    """Tick a sign, wherever the steps have it, and press a button of the form."""
    page.locator(f"[name=sign][value={sign}]").evaluate("(box) => box.click()")
    page.locator(f"#report [value={button}]").first.evaluate("(button) => button.form.requestSubmit(button)")


def test_the_card_comes_without_a_network_and_claims_no_more_than_is_so(
    served: tuple[House, str], look: Callable[..., Page]
) -> None:
    house, _ = served
    page = open_form(served, look)
    page.context.set_offline(True)
    press(page, "breathing_trouble", "danger")
    card = page.get_by_role("dialog")
    title = card.get_by_role("heading", level=2)
    expect(title).to_be_focused()
    expect(title).to_have_text("Call 112 now")
    expect(card.get_by_role("link", name="Call 112")).to_have_attribute("href", "tel:112")
    expect(card.get_by_text("Not sent yet: your clinic does not know.")).to_be_visible()
    assert "has been told" not in card.inner_text()
    assert card.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert faults(page) == []
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("The clinic has been told.")).to_be_visible()
    expect(card).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Call 112 now")
    (row,) = house.rows(CheckInRow)
    assert row.content["signs"] == ["breathing_trouble"]
    assert (row.device["urgency"], row.device["expected"]) == ("emergency", "emergency")
    assert "device" not in row.review


def test_more_can_be_told_while_the_first_part_waits(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, _ = served
    page = open_form(served, look)
    page.context.set_offline(True)
    press(page, "breathing_trouble", "danger")
    expect(page.get_by_role("dialog").get_by_text("Not sent yet: your clinic does not know.")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Tell us more").click()
    expect(page.locator("#report")).to_be_visible()
    press(page, "fever", "form")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".receipt")).to_be_attached()  # of the rest, which goes after the first part
    expect(page.get_by_text("The clinic has been told.")).to_be_visible()
    first, rest = sorted(house.rows(CheckInRow), key=lambda row: len(row.content["signs"]))
    assert first.content["signs"] == ["breathing_trouble"]
    assert (set(rest.content["signs"]), rest.amends) == ({"breathing_trouble", "fever"}, first.id)


@pytest.mark.parametrize(("sign", "urgency"), [("fever", "urgent"), ("blisters", "same_day")])
def test_what_waits_is_never_said_to_have_reached_the_clinic(
    served: tuple[House, str], look: Callable[..., Page], sign: str, urgency: str
) -> None:
    """The protocol's own advice says that the clinic has been told: that is true of a report that has arrived."""
    page = open_form(served, look)
    page.context.set_offline(True)
    press(page, sign, "form")
    waiting = page.locator("#waiting")
    expect(waiting.locator(f".verdict.{urgency}")).to_contain_text("not sent yet: your clinic does not know")
    assert "told" not in waiting.inner_text()
    assert page.get_by_role("dialog").count() == 0
    assert faults(page) == []


def test_what_is_an_emergency_only_now_shows_the_card_too(served: tuple[House, str], look: Callable[..., Page]) -> None:
    """A swollen face in the first hours stands among the other signs of the list, and is one all the same."""
    house, _ = served
    house.wiring.do(lambda session: house.treat(session, house.wiring.time - timedelta(hours=1)))
    page = open_form(served, look, clock_at=house.wiring.time)
    page.context.set_offline(True)
    press(page, "face_swelling", "form")
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize(
    ("judged", "note", "told", "not_told"),
    [
        ({"urgency": "emergency"}, False, "Call 112 now", "needs nobody"),
        ({"urgency": "urgent"}, True, "Nobody has read what you wrote", "needs nobody"),
        ({"urgency": "same_day"}, False, "your clinic does not know. Call your clinic today", "Nobody has read"),
        ({"urgency": "self_care"}, True, "What you ticked needs nobody at once. The answer comes", "usual"),
        ({"urgency": ""}, False, "This phone cannot work out how urgent it is.", "needs nobody"),
    ],
)  # fmt: skip
def test_an_unsent_report_is_answered_without_false_comfort(
    served: tuple[House, str], look: Callable[..., Page], judged: dict[str, str], note: bool, told: str, not_told: str
) -> None:
    page = open_form(served, look)
    script = """async ([judged, note]) => {
      const { phoneAnswer } = await import(document.querySelector('[src*="card.js"]').src);
      document.querySelector("main").prepend(phoneAnswer(judged, note));
      return document.querySelector("main").firstElementChild.innerText;
    }"""
    text = page.evaluate(script, [judged, note])
    assert told in text
    assert not_told not in text
    assert "has been told" not in text
    assert "It does not know your earlier reports or your illnesses." in text


def test_answer_of_an_emergency_fills_the_screen(served: tuple[House, str], look: Callable[..., Page]) -> None:
    house, base = served
    page = look(java_script_enabled=False)
    page.goto(base + house.page)
    page.get_by_label("Trouble breathing or swallowing").check()
    page.locator("button[value=danger]").click()
    card = page.locator(".ambulance")
    expect(card).to_contain_text("The clinic has been told.")
    box = card.bounding_box()
    assert box is not None
    assert box["y"] < 30
    assert box["height"] >= 740
    expect(page.get_by_role("link", name="Call 112")).to_be_in_viewport()


@pytest.mark.parametrize(("zone", "is_asked"), [("Europe/Madrid", True), ("Europe/Berlin", False)])
def test_the_phones_clock_suggests_a_country_and_decides_nothing(
    build: Build, served: tuple[House, str], look: Callable[..., Page], zone: str, is_asked: bool
) -> None:
    house, base = served
    place = f"{house.page}/place"
    house.client.post(place, data={"country": "DE"})
    page = open_form(served, look, timezone_id=zone)
    remark = page.get_by_text("Your phone’s clock is set for another country.")
    expect(remark).to_be_visible(visible=is_asked)
    page.goto(base + place)
    suggestion = page.get_by_text("Your phone’s clock is set for Spain. Are you there now?")
    expect(suggestion).to_be_visible(visible=is_asked)
    assert [row.staying_in for row in house.rows(PatientRow)] == ["DE"]
    if is_asked:
        page.get_by_role("button", name="Yes").click()
        expect(page.get_by_text("Call an ambulance. Country: Spain.")).to_be_visible()
        assert [row.staying_in for row in house.rows(PatientRow)] == ["ES"]
    assert faults(page) == []
    assert page.evaluate(FAULTS) == []
