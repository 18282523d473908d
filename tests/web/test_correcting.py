"""What a form is about: a report that it corrects, or a day that was missed."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from tests.houses import House as ClockHouse
from tests.houses import open_house
from triage.records import CheckInRow, ExpectationRow, Store

from .browsing import store
from .conftest import House

__all__ = ["store"]  # a fixture: one engine is enough for what a form means
HALF_AN_HOUR = timedelta(minutes=30)


def ticked(text: str) -> set[str]:
    return {f"{name}={value}" for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"[^>]* checked', text)}


def test_form_to_correct_shows_what_was_sent(house: House) -> None:
    said = {"severity__redness": "2", "course__redness": "worse", "where__redness": ["top", "left"], "none": "list"}
    more = {"treatment": "painkiller", "exposed": "sun", "temperature": "100.4", "unit": "F", "note": "It\nhurts"}
    answer = house.send(**said, **more, today="something").text
    (link,) = set(re.findall(r'href="([^"]+\?correct=[^"]+)"', answer))
    text = house.client.get(link).text
    assert ticked(text) >= {"today=something", "severity.redness=2", "course.redness=worse", "where.redness=top"}
    assert ticked(text) >= {"where.redness=left", "none=list", "treatment=painkiller", "exposed=sun", "unit=C"}
    assert 'value="38"' in text
    assert "It\nhurts</textarea>" in text
    assert "You are correcting the report that you sent today at 18:04" in text
    assert link in house.client.get(house.page).text, "the first page offers it as well"


def test_correction_is_a_new_version_for_the_same_moment_and_the_graver_result_stands(house: House) -> None:
    house.send(severity__redness="2", sign="pus", note="spots")
    (first,) = house.rows(CheckInRow)
    house.wiring.time += HALF_AN_HOUR
    text = house.send(severity__redness="1", none="list", amends=str(first.id)).text
    kept, second = sorted(house.rows(CheckInRow), key=lambda row: row.id)
    assert kept.content == first.content
    assert (second.amends, second.at) == (first.id, first.at)
    assert second.received_at == first.received_at + HALF_AN_HOUR
    assert "verdict urgent" in text
    assert "It counts for Monday 2 March, day 3." in text
    assert "day 3: mild" in re.findall("You told us: .*", house.client.get(house.page).text)[0]


def test_report_of_somebody_else_cannot_be_corrected(house: House) -> None:
    house.send(severity__redness="2")
    (first,) = house.rows(CheckInRow)
    house.wiring.do(lambda session: house.enrol_another(session))
    house.wiring.time += HALF_AN_HOUR
    house.client.post(house.other_page, data={"severity.redness": "1", "amends": str(first.id), "send": "form"})
    second = max(house.rows(CheckInRow), key=lambda row: row.id)
    assert (second.amends, second.at) == (None, house.wiring.time)
    shown = house.client.get(f"{house.other_page}?correct={first.id}").text
    assert "correcting" not in shown
    assert "severity.redness=2" not in ticked(shown)


@pytest.mark.parametrize("claimed", ["", "no id", "00000000-0000-0000-0000-000000000000", "<b>"])
def test_what_corrects_nothing_is_a_report_of_its_own(house: House, claimed: str) -> None:
    assert house.client.get(house.page, query_string={"correct": claimed}).status_code == 200
    assert house.send(severity__redness="1", amends=claimed).status_code == 200
    assert [row.amends for row in house.rows(CheckInRow)] == [None]


@pytest.fixture
def clinic(store: Store, tmp_path: Path, now: datetime) -> Iterator[ClockHouse]:
    with open_house(store, tmp_path, now.replace(hour=8)) as opened:
        yield opened


def test_missed_day_can_still_be_told_for_that_day(clinic: ClockHouse) -> None:
    ana = clinic.patient(hours_ago=2, email="ana@patients.example")
    page = f"/c/{ana.token}"
    for hours in (10, 20, 10):  # asked on Monday at six, reminded, missed on Tuesday at six
        clinic.later(hours=hours)
        clinic.tick()
        clinic.tick()
    rows = clinic.look(lambda session: session.exec(select(ExpectationRow)).all())
    (missed,) = [row for row in rows if row.state == "missed"]
    text = clinic.client.get(page).text
    assert re.search(r'value="now" checked><span>Now<', text)
    value = missed.due_at.isoformat()
    assert re.search(rf'value="{re.escape(value)}"><span>Monday 2 March, day 0<', text)

    answer = clinic.client.post(page, data={"severity.redness": "1", "about": value, "send": "form"}).text
    assert "It counts for Monday 2 March, day 0." in answer
    assert "You are on day 0." in answer
    (stored,) = clinic.look(lambda session: session.exec(select(CheckInRow)).all())
    assert (stored.at, stored.received_at) == (missed.due_at, clinic.now)

    clinic.later(hours=1)
    for claimed in (clinic.now + timedelta(days=1), clinic.now - timedelta(days=2), "yesterday"):
        claimed = claimed if isinstance(claimed, str) else claimed.isoformat()
        clinic.client.post(page, data={"severity.itching": "1", "about": claimed, "send": "form", "key": claimed})
    ats = clinic.look(lambda session: [row.at for row in session.exec(select(CheckInRow)).all()])
    assert set(ats) == {missed.due_at, clinic.now}, "only a day that was asked for and missed is believed"


def test_after_three_days_a_missed_day_is_past(clinic: ClockHouse) -> None:
    ana = clinic.patient(hours_ago=2, email="ana@patients.example")
    for hours in (10, 20, 10):
        clinic.later(hours=hours)
        clinic.tick()
        clinic.tick()
    assert 'name="about"' in clinic.client.get(f"/c/{ana.token}").text
    clinic.later(hours=48)
    assert "Monday 2 March" not in clinic.client.get(f"/c/{ana.token}").text
