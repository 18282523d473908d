"""The page behind an alert's link: looking changes nothing, the button acts once."""

from datetime import timedelta

import pytest

from triage.records import AlertRow

from .conftest import House


@pytest.fixture
def link(house: House) -> str:
    """The link in the first message about an urgent report."""
    house.send(sign="pus")
    return house.ack_page()


def test_looking_acknowledges_nothing(house: House, link: str) -> None:
    house.wiring.time += timedelta(minutes=7)
    before = house.counts()
    page = house.client.get(link)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "7 minutes ago" in text
    assert "Urgent" in text
    assert "I have it" in text
    assert house.counts() == before
    assert house.rows(AlertRow)[0].state == "open"


def test_a_scanner_that_tries_every_method_acknowledges_nothing(house: House, link: str) -> None:
    before = house.counts()
    for method, status in (("GET", 200), ("HEAD", 200), ("OPTIONS", 200), ("PUT", 405), ("DELETE", 405)):
        assert house.client.open(link, method=method).status_code == status
    assert house.counts() == before
    assert house.rows(AlertRow)[0].state == "open"


@pytest.mark.parametrize("path", ["/o/", "/v/", "/c/"])
def test_a_token_acts_on_its_own_page_only(house: House, link: str, path: str) -> None:
    token = link.removeprefix("/a/")
    assert house.client.post(path + token, data={"do": "stop"}).status_code == 404
    assert house.client.post(f"/a/{house.token}").status_code == 404
    assert house.rows(AlertRow)[0].state == "open"


def test_page_shows_neither_patient_nor_health(house: House, link: str) -> None:
    page = house.client.get(link)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert not [word for word in ("Sam Secret", "P-1", "pus", "Thick", "scalp") if word in text]


def test_button_acknowledges(house: House, link: str) -> None:
    page = house.client.post(link)
    assert page.status_code == 200
    assert "You have it" in page.get_data(as_text=True)
    alert = house.rows(AlertRow)[0]
    assert (alert.state, alert.owner_id) == ("acked", house.staff[0].id)


def test_second_press_explains(house: House, link: str) -> None:
    house.client.post(link)
    page = house.client.post(link)
    assert page.status_code == 409
    assert "You have it" in page.get_data(as_text=True)
    assert "<button" not in page.get_data(as_text=True)


def test_link_older_than_a_day_explains(house: House, link: str) -> None:
    house.wiring.time += timedelta(hours=25)
    assert "run out" in house.client.get(link).get_data(as_text=True)
    assert house.client.post(link).status_code == 409
    assert house.rows(AlertRow)[0].state == "open"


def test_worse_report_makes_the_link_out_of_date(house: House, link: str) -> None:
    house.wiring.time += timedelta(minutes=20)
    house.send(sign="breathing_trouble", key="k-2")
    assert "out of date" in house.client.get(link).get_data(as_text=True)
    assert house.client.post(link).status_code == 409


def test_unknown_link_is_a_plain_page(house: House) -> None:
    for page in (house.client.get("/a/taa_unknown"), house.client.post("/a/taa_unknown")):
        assert page.status_code == 404
        assert "This link does not work" in page.get_data(as_text=True)
