"""Signing in and out: passwords, codes, trusted devices, two clinics, and who may try how often."""

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from tests.web.conftest import House
from tests.web.door.conftest import (
    OTHER,
    PASSWORD,
    STRANGE,
    Visitor,
    ask_for_codes,
    code_of,
    later,
    sessions,
    staff_of,
)
from triage.actions import passwords
from triage.actions.clinics import Person, create_clinic
from triage.actions.passwords import hash_password
from triage.records import AuditEventRow, FailedTryRow, StaffRow
from triage.web.door.cookies import HALF_WAY, TRUSTED
from triage.web.staff_page import COOKIE


def set_up_codes(house: House, visitor: Visitor) -> list[str]:
    """Let somebody who is signed in set up codes, and return their recovery codes."""
    answer = visitor.submit("/account/codes", form_on="/account/codes", code=code_of(house))
    assert answer.status_code == 200, answer.text
    later(house, seconds=60)  # the code of now is used
    return [line.split("<code>")[1].split("</code>")[0] for line in answer.text.splitlines() if "<li><code>" in line]


def did(house: House, what: str) -> list[AuditEventRow]:
    with house.wiring.store.read() as session:
        return list(session.exec(select(AuditEventRow).where(AuditEventRow.did == what)))


def test_a_password_leads_to_the_page_that_was_asked_for(visitor: Visitor) -> None:
    asked = visitor.get("/account?done=ended")
    assert asked.headers["Location"] == "/sign-in?next=%2Faccount%3Fdone%3Dended"
    answer = visitor.sign_in(next="/account?done=ended")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?done=ended")
    assert "Dr. Ada Berg" in visitor.get("/account").text


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "", "/a\nb"])
def test_nobody_is_led_to_another_host(visitor: Visitor, to: str) -> None:
    assert visitor.sign_in(next=to).headers["Location"] == "/desk"


def test_address_and_case_do_not_matter_but_the_password_does(house: House, visitor: Visitor) -> None:
    assert visitor.sign_in(" ADA@North.example ").status_code == 303
    wrong = Visitor(house).sign_in(password=PASSWORD.upper())
    assert wrong.status_code == 403
    assert 'value="ada@north.example"' in wrong.text  # what was typed is kept, but for the password
    assert PASSWORD.upper() not in wrong.text
    nobody = Visitor(house).sign_in("\0nobody@north.example")
    assert nobody.status_code == 403
    assert nobody.text.replace("nobody@", "ada@").replace("\0", "") == wrong.text


def test_a_form_of_another_site_signs_nobody_in(visitor: Visitor) -> None:
    answer = visitor.post("/sign-in", {"Sec-Fetch-Site": "cross-site"}, email="ada@north.example", password=PASSWORD)
    assert answer.status_code == 403
    assert visitor.client.get_cookie(COOKIE) is None


def test_a_hash_of_old_parameters_is_made_anew(house: House, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:

    before = staff_of(house).password_hash
    dearer = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", dearer)
    assert visitor.sign_in().status_code == 303
    after = staff_of(house).password_hash
    assert after != before
    assert after is not None
    assert not dearer.check_needs_rehash(after)
    assert Visitor(house).sign_in().status_code == 303
    assert staff_of(house).password_hash == after


def test_codes_are_asked_for_once_they_are_set_up(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    assert len(set_up_codes(house, visitor)) == 10
    other = Visitor(house, OTHER)
    answer = other.sign_in(next="/account")
    assert answer.headers["Location"] == "/sign-in/code?next=%2Faccount"
    assert other.client.get_cookie(COOKIE) is None
    assert other.get("/account").status_code == 303
    assert "Your code" in other.get("/sign-in/code?next=/account").text
    assert other.post("/sign-in/code", code="000000").status_code == 403
    answer = other.post("/sign-in/code", code=code_of(house), next="/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert other.get("/account").status_code == 200


def test_a_code_is_taken_once_and_one_step_of_drift_is_forgiven(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    set_up_codes(house, visitor)

    def enter(code: str) -> int:
        browser = Visitor(house, OTHER)
        browser.sign_in()
        return int(browser.post("/sign-in/code", code=code).status_code)

    assert enter(code_of(house, off=-2)) == 403
    assert enter(code_of(house, off=2)) == 403
    assert enter(code_of(house, off=1)) == 303
    assert enter(code_of(house, off=1)) == 403  # a second time
    assert enter(code_of(house)) == 403  # an older one than the one taken
    later(house, seconds=60)
    assert enter(" ".join(code_of(house))) == 303


def test_a_recovery_code_stands_in_for_the_phone_once(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    codes = set_up_codes(house, visitor)
    for expected in (303, 403):
        browser = Visitor(house, OTHER)
        browser.sign_in()
        assert browser.post("/sign-in/code", code=codes[0].upper().replace("-", " ")).status_code == expected
    assert [event.after for event in did(house, "recovery_code_used")] == [{"left": 9}]
    assert "9 of your recovery codes are left" in visitor.get("/account").text


def test_a_trusted_device_is_asked_again_after_30_days_and_the_password_always(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    set_up_codes(house, visitor)
    desk = Visitor(house, OTHER)
    desk.sign_in()
    assert desk.post("/sign-in/code", code=code_of(house), trust="yes").status_code == 303
    desk.forget(COOKIE)
    later(house, days=29)
    assert desk.sign_in(password="something else here").status_code == 403
    assert desk.sign_in().headers["Location"] == "/desk"
    desk.forget(COOKIE)
    later(house, days=2)
    assert desk.sign_in().headers["Location"] == "/sign-in/code"


def test_a_device_trusted_by_one_asks_the_other_and_ended_asks_again(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    set_up_codes(house, visitor)
    visitor.forget(COOKIE)
    visitor.sign_in()
    assert visitor.post("/sign-in/code", code=code_of(house), trust="yes").status_code == 303
    stolen = visitor.client.get_cookie(TRUSTED)
    assert stolen is not None
    page = visitor.get("/account").text
    path = next(part.split('"')[0] for part in page.split('action="') if part.startswith("/account/devices/"))
    assert visitor.submit(path).headers["Location"] == "/account?done=device"
    visitor.forget(COOKIE)
    assert visitor.sign_in().headers["Location"] == "/sign-in/code"


def test_the_step_between_password_and_code_cannot_be_made_up_or_kept(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    set_up_codes(house, visitor)
    browser = Visitor(house, OTHER)
    for kept in ("", "...", "99999999999.abc.def", f"99999999999.{'0' * 64}.x"):
        browser.client.set_cookie(HALF_WAY, kept)
        assert browser.post("/sign-in/code", code=code_of(house)).headers["Location"].startswith("/sign-in?after=late")
    browser.sign_in()
    later(house, minutes=11)
    assert browser.post("/sign-in/code", code=code_of(house)).headers["Location"].startswith("/sign-in?after=late")


def test_who_works_at_two_clinics_chooses_one(house: House, visitor: Visitor) -> None:
    second = {"name": "South Clinic", "time_zone": "UTC", "asks_code": False}
    people = [Person("Ada", "Ada@north.example", "auditor", PASSWORD)]
    terms, now = house.wiring.terms, house.wiring.time
    south, _ = house.wiring.do(lambda session: create_clinic(session, second, people, "tests", now, terms))
    assert visitor.sign_in(next="/account").headers["Location"] == "/sign-in/clinic?next=%2Faccount"
    page = visitor.get("/sign-in/clinic?next=/account").text
    assert "North Clinic" in page
    assert "South Clinic" in page
    assert visitor.post("/sign-in/clinic", clinic="elsewhere").headers["Location"].startswith("/sign-in?after=late")
    assert visitor.post("/sign-in/clinic", clinic=str(south.id), next="/account").headers["Location"] == "/account"
    assert "Auditor at South Clinic" in visitor.get("/account").text
    with house.wiring.store.connect() as connection:  # another password there: no choice
        table = StaffRow.metadata.tables["staff"]
        changed = table.update().where(table.c.clinic_id == south.id).values(password_hash=hash_password("x" * 12))
        connection.execute(changed)
    assert Visitor(house).sign_in().headers["Location"] == "/desk"


def test_who_must_set_up_codes_can_do_nothing_else(house: House, visitor: Visitor) -> None:
    ask_for_codes(house, True)
    assert visitor.sign_in(next="/account").headers["Location"] == "/account"
    assert visitor.get("/account").headers["Location"] == "/account/codes?next=%2Faccount"
    page = visitor.get("/account/codes?next=/account").text
    assert "<svg" in page
    wrong = visitor.submit("/account/codes", form_on="/account/codes", code="000000")
    assert wrong.status_code == 403
    assert visitor.get("/account").status_code == 303
    assert len(set_up_codes(house, visitor)) == 10
    assert visitor.get("/account").status_code == 200


def test_wrong_tries_take_growing_waits_that_say_when(house: House, visitor: Visitor) -> None:
    waits = []
    for _ in range(5):
        assert visitor.sign_in(password="guessed").status_code == 403
    for _ in range(7):
        refused = visitor.sign_in(password=PASSWORD)  # right, and refused all the same: nobody learns that it is
        assert refused.status_code == 429
        assert "too many wrong tries" in refused.text
        waits.append(int(refused.headers["Retry-After"]))
        later(house, seconds=waits[-1])
        assert visitor.sign_in(password="guessed").status_code == 403
    assert waits == [60, 120, 240, 480, 900, 900, 900]
    later(house, minutes=15)
    assert visitor.sign_in().status_code == 303


def test_a_stranger_shuts_nobody_out_of_a_browser_that_they_have_used(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    assert visitor.is_known
    visitor.forget(COOKIE)
    stranger = Visitor(house, OTHER)
    while stranger.sign_in(password="guessed").status_code == 403:
        pass
    assert Visitor(house, "192.0.2.1").sign_in().status_code == 429
    assert visitor.sign_in().status_code == 303


def test_a_known_browser_is_counted_too(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.forget(COOKIE)
    for _ in range(5):
        assert visitor.sign_in(password="guessed").status_code == 403
    assert visitor.sign_in().status_code == 429
    assert Visitor(house).sign_in().status_code == 303  # by itself: it does not count for others


def test_one_network_that_tries_many_accounts_is_held_up(house: House) -> None:
    stranger = Visitor(house, "2001:db8:1:2::1")
    for number in range(30):
        assert stranger.sign_in(f"p{number}@north.example").status_code == 403
    assert stranger.sign_in("fresh@north.example").status_code == 429
    assert Visitor(house, "2001:db8:1:2:ffff::9").sign_in().status_code == 429  # the same network
    assert Visitor(house, "2001:db8:1:3::1").sign_in().status_code == 303


def test_codes_are_not_guessed_either(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    set_up_codes(house, visitor)
    thief = Visitor(house, OTHER)
    thief.sign_in()
    for guess in range(5):
        assert thief.post("/sign-in/code", code=f"{guess:06}").status_code == 403
    assert thief.post("/sign-in/code", code=code_of(house)).status_code == 429
    visitor.forget(COOKIE)
    visitor.sign_in()
    assert visitor.post("/sign-in/code", code=code_of(house)).status_code == 303  # the browser that is known


def test_the_log_tells_of_failures_once_a_minute_and_never_what_was_typed(house: House, visitor: Visitor) -> None:
    for _ in range(3):
        visitor.sign_in(password="guessed words")
    visitor.sign_in("nobody@north.example")
    later(house, minutes=1, seconds=1)
    visitor.sign_in(password="guessed words")
    events = did(house, "sign_in_failed")
    assert [event.thing_id for event in events] == [str(house.staff[0].id)] * 2
    assert events[0].after is not None
    assert events[0].after["address"] == STRANGE
    assert "guessed" not in str(events)
    assert not any("@" in row.what or STRANGE in row.what for row in house.rows(FailedTryRow))


def test_a_session_ends_after_a_day_or_four_hours_unseen(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    for _ in range(3):
        later(house, hours=3, minutes=59)
        assert visitor.get("/account").status_code == 200
    later(house, minutes=4)  # 12 hours and a minute
    assert visitor.get("/account").status_code == 303
    visitor.sign_in()
    later(house, hours=4)
    assert visitor.get("/account").status_code == 303
    assert sessions(house) == 1  # not ended by anybody, but it opens nothing


def test_signing_out_says_so(house: House, visitor: Visitor) -> None:
    visitor.sign_in()
    answer = visitor.submit("/sign-out")
    assert answer.headers["Location"] == "/sign-in?after=out"
    assert "You are signed out." in visitor.get("/sign-in?after=out").text
    assert sessions(house) == 0
    assert [event.did for event in did(house, "signed_out")] == ["signed_out"]
