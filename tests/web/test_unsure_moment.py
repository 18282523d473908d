"""A report for a day long past may be about now: by a phone's clock that jumped, or by a form that was left open."""

from datetime import datetime, timedelta

import pytest

from triage.records import AlertRow, AssessmentRow, CheckInRow
from triage.rules import Urgency

from .conftest import House

DAY = timedelta(days=1)
RED = {"severity__redness": "3"}  # usual on the day of the session, beyond it on day 9


def last(house: House) -> tuple[CheckInRow, AssessmentRow]:
    row = max(house.rows(CheckInRow), key=lambda found: found.id)
    (judged,) = [found for found in house.rows(AssessmentRow) if found.check_in_id == row.id and not found.replaced_at]
    return row, judged


def waited(house: House, made: datetime, **fields: str) -> tuple[CheckInRow, AssessmentRow]:
    told = {"device_at": made.isoformat(), "device_now": house.wiring.time.isoformat()}
    assert house.send(**fields, **told).status_code == 200
    return last(house)


def test_a_clock_that_jumped_hides_no_danger(house: House) -> None:
    """The phone came back from an empty battery with an old date, and got the right one with the network."""
    house.wiring.time += 6 * DAY
    made = house.wiring.time - 9 * DAY
    row, judged = waited(house, made, **RED)

    assert row.at == made
    assert judged.urgency >= Urgency.same_day
    assert [alert.kind for alert in house.rows(AlertRow)] == ["report"]


def test_what_waited_for_hours_is_judged_for_its_own_time(house: House) -> None:
    house.wiring.time -= 3 * DAY
    _, judged = waited(house, house.wiring.time - timedelta(hours=6), **RED)
    assert judged.urgency == Urgency.self_care


def test_an_old_form_to_correct_hides_no_danger(house: House) -> None:
    house.wiring.time -= 3 * DAY
    house.send(severity__redness="2")
    first, _ = last(house)
    house.wiring.time += 9 * DAY
    house.send(amends=str(first.id), **RED)
    row, judged = last(house)

    assert (row.amends, row.at) == (first.id, first.at)
    assert judged.urgency >= Urgency.same_day


def test_correcting_a_correction_day_after_day_hides_no_danger(house: House) -> None:
    house.wiring.time -= 3 * DAY
    house.send(severity__redness="2")
    for _ in range(9):
        former, _ = last(house)
        house.wiring.time += timedelta(hours=20)
        house.send(amends=str(former.id), **RED)

    assert last(house)[1].urgency >= Urgency.same_day


def test_a_danger_that_came_late_holds_up_what_is_calm_afterwards(house: House) -> None:
    house.wiring.time += 6 * DAY
    waited(house, house.wiring.time - 9 * DAY, sign="pus")
    house.wiring.time += timedelta(hours=1)
    house.client.post(house.page, data={"key": "k-2", "send": "form", "severity.redness": "0", "none": "list"})
    assert last(house)[1].urgency >= Urgency.same_day


@pytest.mark.parametrize("days", [2, 8])
def test_calm_for_a_day_long_past_is_not_calm_now(house: House, days: int) -> None:
    house.wiring.time += 6 * DAY
    made = house.wiring.time - days * DAY
    row, judged = waited(house, made, severity__redness="0")
    assert (row.at, judged.urgency) == (made, Urgency.self_care)
