"""The sample for review is judged by a human who sees neither whose report it is nor what came of it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from tests.houses import House, open_house
from tests.web.signing_in import Desk
from triage import daily
from triage.records import ReviewSampleRow, Session, StaffRow, Store, lookups


@pytest.fixture
def house(sqlite_store: Store, tmp_path: Path, now: datetime) -> Iterator[House]:
    with open_house(sqlite_store, tmp_path, now) as opened:
        yield opened


def desk_of(house: House, role: str) -> Desk:
    def find(session: Session) -> StaffRow:
        return lookups.staff_of(session, house.clinic_id, (role,))[0]

    return Desk(house.app.test_client(), house.wiring, house.look(find))


def samples(house: House) -> list[ReviewSampleRow]:
    return house.look(lambda session: list(session.exec(select(ReviewSampleRow).order_by(ReviewSampleRow.check_in_id))))


@pytest.fixture
def drawn(house: House) -> Callable[[], list[ReviewSampleRow]]:
    """A month with two quiet reports and one that alerted; and then the next month."""
    patient, other = house.patient(hours_ago=60, skin_tone=6), house.patient(hours_ago=60)
    house.report(patient, symptoms={"redness": 1})
    house.later(hours=1)
    house.report(other, symptoms={"redness": 0}, note="what I wrote")
    house.report(house.patient(hours_ago=60), signs=["fever"])
    house.later(days=31)
    house.run(daily.review)
    return lambda: samples(house)


@pytest.fixture
def desk(house: House, drawn: Callable[[], list[ReviewSampleRow]]) -> Desk:
    """Signed in once the month is over: a session does not last so long."""
    return desk_of(house, "practitioner")


def test_who_judges_sees_what_was_said_and_not_whose_it_is_nor_what_came_of_it(
    house: House, desk: Desk, drawn: Callable[[], list[ReviewSampleRow]]
) -> None:
    row = next(row for row in drawn() if row.stratum == "well_unknown")
    page = desk.get(f"/audit/review/{row.id}").text
    assert "what I wrote" in page
    assert str(row.patient_id) not in page
    assert "The service had said" not in page

    answer = desk.post(f"/audit/review/{row.id}", verdict="should_have_alerted", note="It is a new lump")
    assert answer.status_code == 303
    page = desk.get(f"/audit/review/{row.id}").text
    assert "The service had said" in page
    assert f"/desk/patients/{row.patient_id}" in page
    assert "It is a new lump" in page
    (other,) = [one.id for one in drawn() if one.id != row.id]
    assert f"/audit/review/{other}" in page
    assert "1 waits." in desk.get("/audit/review").text.replace("<b>", "")


def test_a_verdict_stands_and_takes_one_of_three_words(
    house: House, desk: Desk, drawn: Callable[[], list[ReviewSampleRow]]
) -> None:
    path = f"/audit/review/{drawn()[0].id}"
    assert desk.post(path, verdict="perhaps").status_code == 422
    assert desk.post(path, verdict="right").status_code == 303
    assert desk.post(path, verdict="cannot_tell").status_code == 409
    assert [row.verdict for row in drawn()] == ["right", None]


def test_an_auditor_reads_and_judges_nothing(house: House, drawn: Callable[[], list[ReviewSampleRow]]) -> None:
    body = {"name": "Aud", "email": "aud@north.example", "role": "auditor"}
    assert house.call("POST", "/staff", body, house.keys["admin"]).status_code == 201
    auditor, path = desk_of(house, "auditor"), f"/audit/review/{drawn()[0].id}"
    assert auditor.get(path).status_code == 200
    assert auditor.post(path, verdict="right").status_code == 403
    assert "Look at the next one" not in auditor.get("/audit/review").text
