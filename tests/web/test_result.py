"""The page of the result: one tap an answer, no scripts needed; the case shows both sides, each by itself at first."""

import re
from collections.abc import Callable

import pytest

from tests.web.browsing import store
from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.records import RatingRow
from triage.records.outcome import ASPECTS

__all__ = ["store"]  # a fixture: one engine is enough to look at pages


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    found = build(language="en")
    found.wiring.time = found.wiring.time.replace(month=4)  # day 34
    return found


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[0])


def rate_whole(house: House, mark: str = "4") -> str:
    for name in ASPECTS:
        page = house.client.post(f"{house.page}/result", data={name: mark})
        assert page.status_code == 200
    return page.text


def test_each_tap_is_kept_and_the_last_one_is_thanked_for(house: House) -> None:
    assert "How does the result look?" in house.client.get(house.page).text  # it is offered
    page = rate_whole(house)

    assert page.count('aria-pressed="true"') == 4
    assert "Your clinic sees your answers" in page
    (row,) = house.rows(RatingRow)
    assert [getattr(row, name) for name in ASPECTS] == [4, 4, 4, 4]
    assert "How does the result look?" not in house.client.get(house.page).text  # and not offered any more


def test_before_day_28_the_page_says_from_when_on(house: House) -> None:
    house.wiring.time = house.wiring.time.replace(month=3)
    assert "27 March 2026 on" in house.client.get(f"{house.page}/result").text
    assert "How does the result look?" not in house.client.get(house.page).text
    assert house.client.post(f"{house.page}/result", data={"density": "4"}).status_code == 409
    assert house.rows(RatingRow) == []


@pytest.mark.parametrize("fields", [{}, {"density": "9"}, {"hue": "3"}, {"density": "four"}])
def test_what_is_no_answer_changes_nothing(house: House, fields: dict[str, str]) -> None:
    page = house.client.post(f"{house.page}/result", data=fields)
    assert page.status_code == 422
    assert "nothing has changed" in page.text
    assert house.rows(RatingRow) == []


def test_the_case_shows_the_patients_marks_once_the_practitioner_has_given_theirs(house: House, desk: Desk) -> None:
    rate_whole(house, "2")
    case = f"/desk/patients/{house.patient.id}"
    assert "<td>Fair</td>" not in desk.get(case).text
    for name in ASPECTS:
        assert desk.post(f"{case}/rating", **{name: "5"}).status_code == 303
    page = re.sub(r"\s+", " ", desk.get(case).text)

    assert page.count("<td>Fair</td> <td>Very good</td>") == 4
    assert [row.rated_by for row in house.rows(RatingRow)] == ["patient", "practitioner"]
    assert house.rows(RatingRow)[1].staff_id == house.staff[0].id
