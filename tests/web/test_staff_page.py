"""What holds for every page for staff: nobody sees it without signing in, no other site's form is taken."""

import pytest

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.web.staff_page import COOKIE


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[0])


def test_who_is_not_signed_in_is_sent_to_the_door(house: House) -> None:
    answer = house.client.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


def test_a_form_of_another_site_ends_no_session(desk: Desk) -> None:
    answer = desk.client.post("/sign-out", data={"form_key": "guessed"})
    assert answer.status_code == 403
    assert "nothing was changed" in answer.text
    assert desk.client.get_cookie(COOKIE) is not None


def test_signing_out_ends_the_session_itself_and_not_the_cookie_alone(desk: Desk, house: House) -> None:
    cookie = desk.client.get_cookie(COOKIE)
    assert cookie is not None
    assert desk.post("/sign-out").status_code == 303
    desk.client.set_cookie(COOKIE, cookie.value)
    assert desk.post("/sign-out").headers["Location"] == "/sign-in"
