"""Reporting without a network, in a real Chromium whose network is cut and which is killed."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from triage.actions.enrol import enrol_patient
from triage.actions.stop_links import stop_token
from triage.records import CheckInRow

from ..browsing import IN_CHROMIUM, store, until
from .unplugging import Line, Phone, line, phone

__all__ = ["line", "phone", "store"]  # fixtures
pytestmark = IN_CHROMIUM
HOUR = timedelta(hours=1)
FORGOTTEN = "!(await caches.keys()).some((name) => name.startsWith('link '))"
# The drafts and the reports that lie on the phone.
LEFT = """await (async () => {
  const answer = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const database = await answer(indexedDB.open("aftercare"));
  const all = (name) => answer(database.transaction(name).objectStore(name).getAll());
  return [await all("drafts"), await all("reports")];
})()"""
NOT_SENT = "Not sent yet"
NOT_SENT_TITLE = re.compile(f"^{NOT_SENT}")
TODAY = "How is the treated area today?"
USUAL = "What you told us is usual at this stage."


def say_itching(page: Page, level: int = 1) -> None:
    """Go the steps of somebody whose skin itches, a little unless said otherwise."""
    page.locator('[name="today"][value="something"]').check(force=True)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="None of these").click()
    page.locator('[data-symptom="itching"] > summary').click()
    page.locator(f'[name="severity.itching"][value="{level}"]').check(force=True)


def press_send(page: Page) -> None:
    page.locator('button[value="form"]:visible').first.click()


def keep_page(page: Page) -> None:
    """Wait until the worker has this page, as it has after the first seconds of any visit."""
    until(page, "await caches.match(location.pathname)")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def rows(line: Line) -> list[CheckInRow]:
    return line.house.rows(CheckInRow)


def left_on(page: Page) -> list[int]:
    """Return how many drafts and reports lie on the phone."""
    found: list[int] = page.evaluate(f"async () => ({LEFT}).map((all) => all.length)")
    return found


def shown(page: Page, text: str) -> None:
    expect(page.get_by_text(text).locator("visible=true").first).to_be_visible()


def fill_yesterday(page: Page) -> None:
    """Fill the form with the phone's clock where it was 26 hours ago; what sends it later has the clock of now."""
    page.clock.install(time=datetime.now(UTC) - 26 * HOUR)
    say_itching(page)


def test_killed_in_flight_mode_the_report_arrives_once_with_its_own_time(line: Line, phone: Phone) -> None:
    page = phone.open(line.link)
    keep_page(page)
    line.cut()
    phone.offline()
    fill_yesterday(page)
    press_send(page)
    heading(page, NOT_SENT)
    expect(page).to_have_title(NOT_SENT_TITLE)
    assert "tel:+49301234567" in page.locator("#waiting").inner_html()
    phone.kill()

    line.mend()
    made = line.house.wiring.time
    line.house.wiring.time += 26 * HOUR
    page = phone.open(line.link)
    shown(page, USUAL)  # by the page, or by the browser itself as soon as it runs (Background Sync)
    (row,) = rows(line)
    assert abs(row.at - made) < timedelta(minutes=1)
    assert row.received_at == line.house.wiring.time
    assert row.content["symptoms"] == {"itching": 1}
    assert left_on(page) == [0, 0]
    page.goto(line.link)
    heading(page, TODAY)
    assert len(rows(line)) == 1


def test_form_opens_without_a_network_and_goes_out_when_there_is_one(line: Line, phone: Phone) -> None:
    page = phone.open(line.link)
    keep_page(page)
    phone.kill()
    line.cut()
    page = phone.open(line.link)
    shown(page, "This page could not be loaded anew.")
    expect(page.get_by_text("Day 3 after your session")).not_to_be_visible()
    phone.offline()
    say_itching(page)
    press_send(page)
    heading(page, NOT_SENT)
    line.mend()
    phone.offline(False)
    heading(page, USUAL)
    expect(page).not_to_have_title(NOT_SENT_TITLE)
    assert [row.content["symptoms"] for row in rows(line)] == [{"itching": 1}]


def test_two_tabs_send_a_report_once(line: Line, phone: Phone) -> None:
    page = phone.open(line.link)
    keep_page(page)
    say_itching(page)
    other = phone.open(line.link)
    shown(other, "are still here")
    line.cut()
    phone.offline()
    press_send(page)
    heading(page, NOT_SENT)
    line.mend()
    phone.offline(False)
    heading(page, USUAL)
    other.bring_to_front()
    heading(other, USUAL)
    assert len(rows(line)) == len(set(line.posted)) == 1


def test_service_in_trouble_twice_gets_the_same_report_again(line: Line, phone: Phone) -> None:
    line.refusals = [("503 Service Unavailable", [])] * 2
    line.may_take.clear()
    page = phone.open(line.link)
    say_itching(page)
    press_send(page)
    heading(page, NOT_SENT)
    line.may_take.set()
    heading(page, USUAL)
    assert len(line.posted) == 3
    assert len(set(line.posted)) == len(rows(line)) == 1
    assert left_on(page) == [0, 0]


def test_what_only_looks_like_success_is_no_receipt(line: Line, phone: Phone) -> None:
    line.refusals = [("200 OK", [("Content-Type", "text/html")])]
    line.may_take.clear()
    page = phone.open(line.link)
    say_itching(page)
    press_send(page)
    heading(page, NOT_SENT)
    assert left_on(page)[1] == 1
    line.may_take.set()
    heading(page, USUAL)
    assert len(rows(line)) == 1


def test_what_is_refused_is_kept_and_said(line: Line, phone: Phone) -> None:
    line.refusals = [("403 Forbidden", [])]
    page = phone.open(line.link)
    say_itching(page)
    press_send(page)
    shown(page, "this service did not take it")
    assert left_on(page)[1] == 1
    page.get_by_role("button", name="Try again now").click()
    heading(page, USUAL)
    assert len(rows(line)) == 1


def test_what_has_waited_and_is_then_refused_as_empty_is_kept_and_said(line: Line, phone: Phone) -> None:
    page = phone.open(line.link)
    keep_page(page)
    line.cut()
    phone.offline()
    say_itching(page)
    press_send(page)
    heading(page, NOT_SENT)
    line.mend()
    line.refusals = [("422 Unprocessable Entity", [])] * 2
    phone.offline(False)
    shown(page, "this service did not take it")
    assert left_on(page)[1] == 1


def test_storage_that_never_answers_holds_up_no_report(line: Line, phone: Phone) -> None:
    page = phone.open("about:blank")
    page.add_init_script("IDBFactory.prototype.open = () => ({})")
    page.goto(line.link)
    say_itching(page)
    press_send(page)
    heading(page, USUAL)
    assert len(rows(line)) == 1


def test_an_answer_given_while_the_storage_is_opened_is_kept_and_not_overwritten(line: Line, phone: Phone) -> None:
    page = phone.open(line.link)
    keep_page(page)
    say_itching(page)
    until(page, f"({LEFT})[0].length === 1")
    page.add_init_script("""const open = IDBFactory.prototype.open;
        const told = new Promise((go) => { window.letOpen = go; });
        IDBFactory.prototype.open = function (...how) {
          const asked = {};
          told.then(() => {
            const real = open.apply(this, how);
            for (const name of ["onupgradeneeded", "onsuccess", "onerror", "onblocked"])
              real[name] = (event) => { asked.result = real.result; asked[name]?.(event); };
          });
          return asked;
        };""")
    page.reload()
    say_itching(page, 3)
    page.evaluate("window.letOpen()")
    until(page, f"""({LEFT})[0].some(({{ fields }}) => new Map(fields).get("severity.itching") === "3")""")
    expect(page.locator('[name="severity.itching"][value="3"]')).to_be_checked()


def test_answers_survive_a_reload_and_a_kill_but_not_their_sending(line: Line, phone: Phone) -> None:
    page = phone.open(line.link)
    keep_page(page)
    say_itching(page)
    until(page, f"""({LEFT})[0].some(({{ fields }}) => new Map(fields).get("severity.itching") === "1")""")
    page.reload()
    shown(page, "are still here")
    phone.kill()
    page = phone.open(line.link)
    shown(page, "are still here")
    expect(page.locator('[name="severity.itching"][value="1"]')).to_be_checked()
    page.locator('[name="today"][value="something"]').check(force=True)
    page.evaluate("document.querySelector('#report').requestSubmit(document.querySelector('.send'))")
    heading(page, USUAL)
    page.goto(line.link)
    heading(page, TODAY)
    expect(page.locator("#report :checked:not([name=unit])")).to_have_count(0)


def test_another_patients_answers_are_never_shown_and_their_report_is_sent(line: Line, phone: Phone) -> None:
    house = line.house
    other = house.wiring.do(lambda session: enrol_patient(session, {"reference": "P-2"}, house.turn))
    page = phone.open(line.link)
    keep_page(page)
    line.cut()
    phone.offline()
    say_itching(page)
    press_send(page)
    heading(page, NOT_SENT)
    line.mend()
    phone.offline(False)
    page = phone.open(f"{line.base}/c/{other[1]}")
    heading(page, TODAY)
    assert line.answered.wait(15), "whoever opens the page sends what waits on this phone"
    expect(page.locator("#report :checked:not([name=unit])")).to_have_count(0)
    assert page.locator("#status").inner_text() == ""
    assert [row.patient_id for row in rows(line)] == [house.patient.id]


def test_answer_that_came_while_nobody_looked_is_told_at_the_next_visit(line: Line, phone: Phone) -> None:
    """The browser sends by itself, without a page: the first line of the answer waits, and is wiped once told."""
    page = phone.open(line.link)
    keep_page(page)
    line.cut()
    phone.offline()
    say_itching(page)
    press_send(page)
    heading(page, NOT_SENT)
    page.goto("about:blank")
    line.mend()
    phone.offline(False)
    wake_worker(phone)
    assert line.answered.wait(15)
    assert len(rows(line)) == 1
    page = phone.open(line.link)
    shown(page, "has been sent")
    shown(page, USUAL)
    page.reload()
    heading(page, TODAY)
    assert page.locator("#status").inner_text() == ""


def wake_worker(phone: Phone) -> None:
    """Let the worker send what waits, as when the browser wakes it; Chromium may have done so, or be about it."""
    assert phone.context is not None
    (worker,) = phone.context.service_workers
    worker.evaluate("""async () => {
      const waits = [];
      dispatchEvent(Object.assign(new Event("sync"), { tag: "reports", waitUntil: (work) => waits.push(work) }));
      await Promise.allSettled(waits);
    }""")
    until(worker, f"!({LEFT})[1].length")


def test_only_the_form_is_kept_and_a_link_that_is_gone_is_forgotten(line: Line, phone: Phone) -> None:
    page = phone.open(line.link)
    keep_page(page)
    until(page, "await caches.match(document.querySelector('#report').dataset.tables, { ignoreVary: true })")
    say_itching(page)
    press_send(page)
    heading(page, USUAL)
    kept = page.evaluate("""async () => {
      const found = [];
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) found.push(url);
      return found;
    }""")
    form, tables = sorted(url.removeprefix(line.base) for url in kept if "/static/" not in url)
    assert form == line.house.page
    assert tables.startswith("/t/")
    line.house.revoke()
    page.goto(line.link)
    heading(page, "This link does not work")
    until(page, FORGOTTEN)


def test_stop_forgets_the_forms_on_this_phone(line: Line, phone: Phone) -> None:
    page = phone.open(line.link)
    keep_page(page)
    say_itching(page)
    terms = line.house.wiring.terms
    page.goto(f"{line.base}/o/{stop_token(terms, line.house.clinic.id, line.house.patient.id)}")
    page.get_by_role("button", name="Stop the messages").click()
    heading(page, "You get no messages from us")
    until(page, FORGOTTEN)
    assert left_on(page) == [0, 0]
