"""The link in the chair: seen by who asked for it, opened by the client, shared without a word of health, on a slip."""

from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest

from tests.web.chair.conftest import code_on, enrol, patient_named
from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.actions.new_link import give_new_link
from triage.actions.short_codes import LASTS, MOST_OF_ADDRESS, MOST_OF_ALL
from triage.records import AuditEventRow, FailedTryRow, ShortCodeRow
from triage.words import words_of

OF_HEALTH = "scalp treat heal symptom micropig wound doctor patient tattoo medic".split()


@pytest.fixture
def done(desk: Desk) -> str:
    return str(enrol(desk, contact="+49 170 7654321").headers["Location"])


def slip_code(desk: Desk, done: str) -> str:
    slip = done.replace("done", "slip")
    assert desk.post(slip).headers["Location"] == slip
    return code_on(desk.get(slip).text)


def try_code(house: House, code: str, **how: str) -> object:
    return house.app.test_client().post("/go", data={"code": code}, **how)


def test_the_page_says_that_the_link_was_opened(desk: Desk, house: House, done: str) -> None:
    page = desk.get(done).text
    assert "Not opened yet" in page
    link = page.split('class="address">http://127.0.0.1')[1].split("<")[0]
    assert house.client.post(f"{link}/opened").status_code == 204
    for address in (done, f"{done}/opened"):
        assert "✓ Opened at 18:04" in desk.get(address).text  # in Berlin
    assert patient_named(house, "Ana Sol").first_opened_at is not None


def test_what_is_shared_says_nothing_of_health(desk: Desk, done: str) -> None:
    page = unescape(desk.get(done).text)
    hrefs = [part.split('"')[0] for part in page.split('href="')[1:]]
    shared = [unquote(href) for href in hrefs if href.startswith(("sms:", "https://wa.me/?text=", "mailto:"))]
    assert len(shared) == 3
    assert shared[0].startswith("sms:+491707654321?body=Your aftercare page of North Clinic: http://127.0.0.1/c/tap_")
    assert not [word for word in OF_HEALTH for one in shared if word in one.partition("http://127")[0].lower()]


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_the_words_of_the_message_carry_the_link_alone(language: str) -> None:
    assert words_of(language)["share_text"].count("{") == 2
    assert words_of(language)["share_text"].endswith(" {link}")


def test_who_did_not_enrol_asks_for_the_link_and_the_log_says_so(lead: Desk, house: House, done: str) -> None:
    assert "/c/tap_" not in lead.get(done).text
    assert lead.get(done.replace("done", "slip")).status_code == 303
    lead.post(done)
    assert "/c/tap_" in lead.get(done).text
    shown = [row for row in house.rows(AuditEventRow) if row.did == "link_shown"]
    assert {row.actor_id for row in shown} == {str(staff.id) for staff in house.staff}


def test_the_code_to_scan_is_whole_at_any_size(desk: Desk, done: str) -> None:
    drawn = desk.get(done).text.split('<div class="code"')[1].split(">")[1]
    assert "viewBox=" in drawn
    assert " width=" not in drawn  # a size would cut it off where its place is smaller


def test_looking_at_the_pages_writes_nothing(desk: Desk, house: House, done: str) -> None:
    slip_code(desk, done)
    before = house.counts()
    for path in (done, f"{done}/opened", done.replace("done", "slip"), "/go", "/chair", "/desk/patients?q=ana"):
        assert desk.get(path).status_code == 200
    assert house.counts() == before


def test_the_code_of_the_slip_opens_the_right_page(desk: Desk, house: House, done: str) -> None:
    code = slip_code(desk, done)
    assert code == code_on(desk.get(done.replace("done", "slip")).text)  # printed again, it is the same
    link = desk.get(done).text.split('class="address">http://127.0.0.1')[1].split("<")[0]
    for typed in (code, code.lower(), code.replace(" ", ""), f" {code[:4]}-{code[5:]} "):
        answer = try_code(house, typed)
        assert (answer.status_code, answer.headers["Location"]) == (303, link)
    (row,) = house.rows(ShortCodeRow)
    assert code.replace(" ", "") not in str(row)
    assert [event.did for event in house.rows(AuditEventRow)].count("short_code_used") == 1


def test_a_code_in_the_address_does_nothing(desk: Desk, house: House, done: str) -> None:
    answer = house.client.get(f"/go?code={slip_code(desk, done)}")
    assert answer.status_code == 200
    assert "tap_" not in answer.text
    assert house.rows(ShortCodeRow)[0].used_at is None


def test_a_new_slip_ends_the_code_before(desk: Desk, house: House, done: str) -> None:
    first, second = slip_code(desk, done), slip_code(desk, done)
    assert first != second
    assert try_code(house, first).status_code == 422
    assert try_code(house, second).status_code == 303


def test_a_code_runs_out(desk: Desk, house: House, done: str) -> None:
    code = slip_code(desk, done)
    house.wiring.time += LASTS - timedelta(seconds=1)
    assert try_code(house, code).status_code == 303
    house.wiring.time += timedelta(seconds=1)
    assert try_code(house, code).status_code == 422


def test_a_slip_does_not_lead_to_a_link_that_was_made_after_it(desk: Desk, house: House, done: str) -> None:
    code = slip_code(desk, done)
    house.wiring.time += timedelta(hours=1)
    turn, ana = house.turn._replace(now=house.wiring.time), patient_named(house, "Ana Sol")
    house.wiring.do(lambda session: give_new_link(session, ana.id, turn))
    assert try_code(house, code).status_code == 422


def test_wrong_codes_are_answered_in_words_and_then_wait(desk: Desk, house: House, done: str) -> None:
    code = slip_code(desk, done)
    for _ in range(MOST_OF_ADDRESS):
        answer = try_code(house, "ACDE 2345", headers={"Accept-Language": "es"})
        assert (answer.status_code, "Este código no se conoce" in answer.text) == (422, True)
    assert try_code(house, code).status_code == 429
    assert try_code(house, code, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 303
    house.wiring.time += timedelta(hours=1, seconds=1)
    assert try_code(house, code).status_code == 303
    assert "127.0.0.1" not in str(house.rows(FailedTryRow))


def test_guessing_from_many_addresses_waits_too(desk: Desk, house: House, done: str) -> None:
    code = slip_code(desk, done)
    for guess in range(MOST_OF_ALL):
        try_code(house, "no code", environ_base={"REMOTE_ADDR": f"192.0.2.{guess}"})
    assert try_code(house, code, environ_base={"REMOTE_ADDR": "198.51.100.1"}).status_code == 429


def test_the_slip_speaks_the_clients_language(desk: Desk) -> None:
    done = enrol(desk, name="سارة سالم", contact="sara@s.example", language="es", agree="es").headers["Location"]
    slip = desk.post(done.replace("done", "slip")).headers["Location"]
    page = desk.get(slip).text
    assert '<html lang="es" dir="ltr">' in page
    assert "+49 30 1234567" in page
    assert "http://127.0.0.1/go" in page
