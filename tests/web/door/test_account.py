"""One's own account: sessions, devices, codes and password; what has weight is asked for again."""

import re

import pytest

from tests.web.conftest import House
from tests.web.door.conftest import (
    OTHER,
    PASSWORD,
    Visitor,
    ask_for_codes,
    code_of,
    later,
    next_phone,
    phone_of,
    sessions,
)
from triage.records import AuditEventRow, StaffSessionRow
from triage.web.staff_page import COOKIE

NEW = "quite another password"


@pytest.fixture
def ada(visitor: Visitor) -> Visitor:
    visitor.sign_in()
    return visitor


@pytest.fixture
def leo(house: House) -> Visitor:
    lead = Visitor(house, OTHER)
    lead.sign_in("leo@north.example")
    return lead


def events(house: House) -> list[str]:
    return [row.did for row in house.rows(AuditEventRow)]


def test_this_browser_is_marked_and_another_one_can_be_signed_out(house: House, ada: Visitor) -> None:
    other = Visitor(house, OTHER)
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1"
    other.sign_in()
    page = ada.get("/account").text
    assert page.count("this one") == 1
    assert "Safari on an iPhone" in page
    assert OTHER in page
    [path] = re.findall(r'action="(/account/sessions/[0-9a-f-]{36}/end)"', page)
    assert ada.submit(path).headers["Location"] == "/account?done=ended"
    assert other.get("/account").status_code == 303
    assert ada.submit(path).status_code == 404


def test_everywhere_else_can_be_signed_out_at_once(house: House, ada: Visitor) -> None:
    others = [Visitor(house, OTHER) for _ in range(3)]
    for other in others:
        other.sign_in()
    ada.submit("/account/sessions/others/end")
    assert [other.get("/account").status_code for other in others] == [303] * 3
    assert ada.get("/account").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(house: House, ada: Visitor, leo: Visitor) -> None:
    Visitor(house).sign_in()
    [path] = re.findall(r'action="(/account/sessions/[0-9a-f-]{36}/end)"', ada.get("/account").text)
    assert leo.submit(path).status_code == 404
    assert ada.submit(f"/account/staff/{house.staff[1].id}/sign-out").status_code == 403
    assert sessions(house, 0) == 2
    assert sessions(house, 1) == 1


def test_a_lead_signs_somebody_out_everywhere(house: House, ada: Visitor, leo: Visitor) -> None:
    assert "Dr. Ada Berg" in leo.get("/account").text
    assert "Leo" not in ada.get("/account").text.partition("<main")[2]
    answer = leo.submit(f"/account/staff/{house.staff[0].id}/sign-out", back="/office/staff")
    assert answer.headers["Location"] == "/office/staff"
    assert ada.get("/account").status_code == 303


def test_a_password_change_ends_all_other_sessions(house: House, ada: Visitor) -> None:
    other = Visitor(house, OTHER)
    other.sign_in()
    assert "not your password" in ada.submit("/account/password", old="no", password=NEW, again=NEW).text
    assert "not the same" in ada.submit("/account/password", old=PASSWORD, password=NEW, again="x").text
    assert "11 characters" in ada.submit("/account/password", old=PASSWORD, password="eleven sign", again="").text
    assert other.get("/account").status_code == 200
    done = ada.submit("/account/password", old=PASSWORD, password=NEW, again=NEW)
    assert done.headers["Location"] == "/account?done=password"
    assert other.get("/account").status_code == 303
    assert ada.get("/account").status_code == 200
    assert Visitor(house).sign_in().status_code == 403
    assert Visitor(house).sign_in(password=NEW).status_code == 303
    assert events(house).count("password_changed") == 1


@pytest.mark.parametrize(
    "weak", ["short", "aaaaaaaaaaaaaaaa", "123456789012", "ada@north.example!", "I am dr. ada berg"]
)
def test_a_password_that_is_guessed_easily_is_refused(house: House, ada: Visitor, weak: str) -> None:
    assert ada.submit("/account/password", old=PASSWORD, password=weak, again=weak).status_code == 422
    assert "password_changed" not in events(house)


def test_codes_begin_once_one_was_shown_and_a_new_phone_replaces_the_old(house: House, ada: Visitor) -> None:
    before = ada.get("/account/codes").text
    assert before == ada.get("/account/codes").text  # to look changes nothing
    assert "otpauth://totp/North%20Clinic:ada%40north.example" in before
    assert ada.submit("/account/codes", form_on="/account/codes", code=code_of(house)).status_code == 200
    later(house, seconds=60)
    old_phone, new_phone = phone_of(house), next_phone(house)
    now = house.wiring.time
    assert ada.submit("/account/codes", form_on="/account/codes", code=old_phone.at(now)).status_code == 403
    assert ada.submit("/account/codes", form_on="/account/codes", code=new_phone.at(now)).status_code == 200
    later(house, seconds=60)
    now = house.wiring.time
    for phone, status in ((old_phone, 403), (new_phone, 303)):
        other = Visitor(house, OTHER)
        other.sign_in()
        assert other.post("/sign-in/code", code=phone.at(now)).status_code == status


def test_codes_are_given_up_only_where_the_clinic_does_not_ask_for_them(house: House, ada: Visitor) -> None:
    ada.submit("/account/codes", form_on="/account/codes", code=code_of(house))
    assert "no codes any more" in ada.get("/account").text
    ask_for_codes(house, True)
    assert "no codes any more" not in ada.get("/account").text
    ask_for_codes(house, False)
    assert ada.submit("/account/codes/off").headers["Location"] == "/account?done=no-codes"
    assert Visitor(house, OTHER).sign_in().headers["Location"] == "/desk"


def test_new_recovery_codes_replace_the_old(house: House, ada: Visitor) -> None:
    first = re.findall(
        r"<code>(.{11})</code>", ada.submit("/account/codes", form_on="/account/codes", code=code_of(house)).text
    )
    second = re.findall(r"<code>(.{11})</code>", ada.submit("/account/codes/recovery").text)
    assert len({*first, *second}) == 20
    for code, status in ((first[0], 403), (second[0], 303)):
        other = Visitor(house, OTHER)
        other.sign_in()
        assert other.post("/sign-in/code", code=code).status_code == status


def test_a_lead_lets_somebody_whose_phone_is_lost_set_up_codes_anew(house: House, ada: Visitor, leo: Visitor) -> None:
    ask_for_codes(house, True)
    ada.submit("/account/codes", form_on="/account/codes", code=code_of(house))
    leo.submit("/account/codes", form_on="/account/codes", code=code_of(house, 1))
    assert ada.submit(f"/account/staff/{house.staff[1].id}/codes/off").status_code == 403
    leo.submit(f"/account/staff/{house.staff[0].id}/codes/off")
    assert ada.get("/account").headers["Location"].startswith("/account/codes")


def test_what_has_weight_is_asked_for_again_after_ten_minutes(house: House, ada: Visitor) -> None:
    assert ada.get("/account/codes").status_code == 200
    later(house, minutes=10)
    asked = ada.get("/account/codes?next=/desk")
    assert asked.headers["Location"] == "/confirm?next=%2Faccount%2Fcodes%3Fnext%3D%2Fdesk"
    refused = ada.submit("/account/codes/recovery")
    assert refused.headers["Location"] == "/confirm?next=%2Faccount%2Fcodes"
    page = "/confirm?next=/account/codes"
    assert ada.submit("/confirm", form_on=page, next="/account/codes", password="wrong").status_code == 403
    done = ada.submit("/confirm", form_on=page, next="/account/codes", password=PASSWORD)
    assert done.headers["Location"] == "/account/codes"
    assert ada.get("/account/codes").status_code == 200
    assert events(house).count("confirmed") == 1


def test_who_has_codes_confirms_with_one(house: House, ada: Visitor) -> None:
    ada.submit("/account/codes", form_on="/account/codes", code=code_of(house))
    later(house, minutes=11)
    page = "/confirm?next=/account"
    assert ada.submit("/confirm", form_on=page, password=PASSWORD).status_code == 403
    assert ada.submit("/confirm", form_on=page, password=PASSWORD, code="123456").status_code == 403
    assert ada.submit("/confirm", form_on=page, password="no", code=code_of(house)).status_code == 403
    assert ada.submit("/confirm", form_on=page, password=PASSWORD, code=code_of(house)).status_code == 303


def test_a_stolen_session_does_not_try_passwords_without_end(house: House, ada: Visitor) -> None:
    later(house, minutes=11)
    for _ in range(5):
        assert ada.submit("/confirm", form_on="/confirm", password="guessed").status_code == 403
    refused = ada.submit("/confirm", form_on="/confirm", password=PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    changed = ada.submit("/account/password", old=PASSWORD, password=NEW, again=NEW)
    assert changed.status_code == 429
    assert Visitor(house).sign_in().status_code == 303  # the owner comes in all the same


def test_a_session_is_noted_as_seen_every_five_minutes_at_most(house: House, ada: Visitor) -> None:
    def seen() -> object:
        [row] = house.rows(StaffSessionRow)
        return row.seen_at

    began = seen()
    later(house, minutes=4)
    ada.get("/account")
    assert seen() == began
    later(house, minutes=1)
    ada.get("/account")
    assert seen() == house.wiring.time
    assert ada.client.get_cookie(COOKIE) is not None
