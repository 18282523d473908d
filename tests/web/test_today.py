"""The first question: all fine, something, worried; and what was there before."""

from typing import Any

import pytest

from triage.records import AlertRow, CheckInRow

from .browsing import store
from .conftest import House

__all__ = ["store"]  # a fixture: one engine is enough for what a form means
FINE = {"today": "fine", "none": "list", "send": "form"}


def later(house: House, minutes: int = 30) -> None:
    house.wiring.time = house.wiring.time.replace(minute=minutes)


def test_all_fine_never_ends_what_was_there_before(house: House) -> None:
    house.send(severity__redness="2", severity__itching="0")
    later(house)
    text = house.client.get(house.page).text
    assert 'name="gone.redness"' in text
    assert 'name="gone.itching"' not in text, "it was not there"
    house.send(**FINE)
    assert "redness" not in house.last()["symptoms"]
    assert house.last()["symptoms"]["itching"] == 0


def test_what_is_said_to_be_gone_is_none(house: House) -> None:
    house.send(severity__redness="2", severity__swelling="1")
    later(house)
    house.send(**FINE, gone__redness="yes", gone__swelling="yes")
    assert set(house.last()["symptoms"].values()) == {0}
    assert len(house.last()["symptoms"]) == 10
    later(house, 45)
    assert "gone.redness" not in house.client.get(house.page).text


def test_what_is_still_there_is_told_by_its_severity_and_nothing_else_is_said_to_be_fine(house: House) -> None:
    house.send(severity__redness="2", severity__swelling="1")
    later(house)
    house.send(**FINE, gone__redness="yes", gone__swelling="no", severity__swelling="1")
    assert house.last()["symptoms"] == {"redness": 0, "swelling": 1}


def test_gone_counts_only_with_all_fine(house: House) -> None:
    house.send(severity__redness="2")
    later(house)
    house.send(today="something", gone__redness="yes", severity__itching="1")
    assert house.last()["symptoms"] == {"itching": 1}


@pytest.mark.parametrize("missing", [{"none": []}, {"send": "enter"}])
def test_all_fine_needs_the_danger_signs_and_a_press(house: House, missing: dict[str, Any]) -> None:
    assert house.send(**FINE | missing).status_code == 422
    assert not house.rows(CheckInRow)


def test_who_is_worried_and_cannot_say_why_is_called(house: House) -> None:
    text = house.send(today="worried", none="list").text
    assert house.last()["wants_call"] is True
    assert [row.urgency for row in house.rows(AlertRow)] == [2]
    assert "usual at this stage" not in text


def test_who_is_worried_and_writes_it_down_is_called_too(house: House) -> None:
    house.send(today="worried", none="list", note="It does not feel right")
    assert house.last()["wants_call"] is True


def test_worried_about_what_is_usual_offers_a_call(house: House) -> None:
    text = house.send(today="worried", none="list", severity__redness="1").text
    assert "wants_call" not in house.last()
    assert "verdict self_care" in text
    assert "Ask for a call" in text
    assert "Ask for a call" not in house.send(today="something", severity__redness="1", key="k-2").text


def test_page_says_whose_it_is_and_what_to_do_when_it_is_not(house: House) -> None:
    text = house.client.get(house.page).text
    assert "\u2068S. S.\u2069, session of 27 February" in text, "initials stand in an order of their own"
    assert "Secret" not in text
    for where in ("who?not=me", "who?not=date", "settings", "mine"):
        assert f'href="{house.page}/{where}"' in text
