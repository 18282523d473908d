"""The worklist: what stands in which lane, in which order, and what it says of each."""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select

from tests.houses import House, open_house
from tests.web.signing_in import Desk
from triage.records import AlertRow, Session, StaffRow, Store


@pytest.fixture
def house(sqlite_store: Store, tmp_path: Path, now: datetime) -> Iterator[House]:
    with open_house(sqlite_store, tmp_path, now) as opened:
        yield opened


@pytest.fixture
def desk(house: House) -> Desk:
    return desk_of(house, "pat@north.example")


def desk_of(house: House, email: str) -> Desk:
    staff = house.look(lambda session: session.exec(select(StaffRow).where(StaffRow.email == email)).one())
    return Desk(house.app.test_client(), house.wiring, staff)


def lane(text: str, name: str) -> str:
    """Return the part of a page that a lane takes up."""
    return text.partition(f'data-lane="{name}"')[2].partition('data-lane="')[0]


def names(text: str) -> list[str]:
    return re.findall(r'<h3><a href="/desk/patients/[^"]*">([^<]*)<', text)


def urgent(house: House, name: str) -> str:
    return str(house.report(house.patient(name=name), signs=["fever"])["alert"]["id"])


def mild(house: House, name: str) -> str:
    return str(house.report(house.patient(name=name, hours_ago=200), symptoms={"redness": 2})["alert"]["id"])


def mark(session: Session, house: House, alert_id: str, **values: object) -> None:
    table = AlertRow.metadata.tables["alert"]
    session.connection().execute(table.update().where(table.c.id == uuid.UUID(alert_id)).values(**values))


def take(house: House, alert_id: str, key: str = "practitioner") -> None:
    assert house.call("POST", f"/alerts/{alert_id}/acknowledge", {"epoch": 1}, house.keys[key]).status_code == 200


def test_a_quiet_clinic_says_so_in_words(desk: Desk, house: House) -> None:
    assert "Nothing waits for you" in desk.get("/desk").text
    assert "No check-in is expected in the next 24 hours." in desk.get("/desk").text
    house.patient(hours_ago=3)
    assert "1 check-in is expected in the next 24 hours." in desk.get("/desk").text


def test_each_alert_stands_in_its_lane_with_its_number(house: House, desk: Desk) -> None:
    urgent(house, "Una")
    mild(house, "Mia")
    text = desk.get("/desk").text
    assert names(lane(text, "urgent")) == ["Una"]
    assert names(lane(text, "review")) == ["Mia"]
    assert 'data-count="urgent">1<' in text
    assert 'data-waiting="2"' in text


def test_what_is_ones_own_stays_and_what_others_have_is_watched(house: House, desk: Desk) -> None:
    take(house, urgent(house, "Mine"))
    take(house, urgent(house, "Theirs"), key="admin")
    text = desk.get("/desk").text
    assert names(lane(text, "urgent")) == ["Mine"]
    assert "You have it" in lane(text, "urgent")
    assert names(lane(text, "watching")) == ["Theirs"]
    assert "<b>Lee</b> has it" in lane(text, "watching")


def test_what_is_overdue_comes_first_then_what_is_worse_then_who_wants_a_call_then_age(
    house: House, desk: Desk
) -> None:
    alerts = {name: mild(house, name) for name in ("Old", "Calls", "Worse", "Late")}
    house.do(partial(mark, house=house, alert_id=alerts["Calls"], wants_call=True))
    house.do(partial(mark, house=house, alert_id=alerts["Worse"], is_worse=True))
    house.do(partial(mark, house=house, alert_id=alerts["Late"], promised_at=house.now, promise="broken"))
    text = desk.get("/desk").text
    assert names(lane(text, "review")) == ["Late", "Worse", "Calls", "Old"]
    assert "Wants a call" in text
    assert "Overdue" in text


def test_a_row_says_why_and_what_its_clock_does_next(house: House, desk: Desk) -> None:
    patient = house.patient(name="Ana Ito", reference="P-7", language="es", hours_ago=130)
    house.report(patient, symptoms={"redness": 1})
    house.later(minutes=1)
    house.report(patient, symptoms={"redness": 3})
    row = lane(desk.get("/desk").text, "urgent")
    assert "Redness severe on day 5" in row
    assert "Day 5" in row
    assert ">es<" in row
    assert "of 4: 1, 3" in row
    assert re.search(r"Next: \w+.* (is|are) told today ", row)


def test_filters_are_in_the_address_and_what_they_leave_out_is_said(house: House, desk: Desk) -> None:
    urgent(house, "Una Berg")
    mild(house, "Mia")
    found = desk.get("/desk?q=berg").text
    assert names(found) == ["Una Berg"]
    assert "1 more that waits is left out here" in found
    assert names(desk.get("/desk?level=urgent&lane=urgent").text) == ["Una Berg"]
    assert names(desk.get("/desk?who=me").text) == []
    assert names(desk.get("/desk?kind=silence").text) == []
    assert len(names(desk.get("/desk?days=28&who=nobody").text)) == 2
    assert len(names(desk.get("/desk?days=7").text)) == 1
    assert names(desk.get("/desk?q=%25").text) == []


@pytest.mark.parametrize("query", ["lane=no", "from=x&lane=urgent", "who=y", "level=z", "days=-1", "days=99999999"])
def test_what_an_address_asks_for_in_unknown_words_leaves_nothing_out(house: House, desk: Desk, query: str) -> None:
    urgent(house, "Una")
    assert names(desk.get(f"/desk?{query}").text) == ["Una"]


def test_a_long_lane_goes_on_on_another_page(house: House, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.actions.lanes.GLANCE", 2)
    monkeypatch.setattr("triage.actions.lanes.PAGE", 2)
    for number in range(5):
        mild(house, f"Nr {number}")
    first = desk.get("/desk").text
    assert names(first) == ["Nr 0", "Nr 1"]
    more = re.search(r'href="([^"]*)">Show the next of 5', first)
    assert more is not None
    assert names(desk.get(more.group(1).replace("&amp;", "&")).text) == ["Nr 2", "Nr 3"]


def test_the_lists_alone_are_given_once_until_something_changes(house: House, desk: Desk) -> None:
    mild(house, "Mia")
    first = desk.get("/desk/rows")
    again = {"headers": {"If-None-Match": first.headers["ETag"]}}
    assert "<html" not in first.text
    assert names(first.text) == ["Mia"]
    assert desk.get("/desk/rows", **again).status_code == 304
    urgent(house, "Una")
    assert desk.get("/desk/rows", **again).status_code == 200


def test_a_change_to_a_patient_is_a_change_to_the_lists(house: House, desk: Desk) -> None:
    patient = house.patient(name="Mia", hours_ago=200)
    house.report(patient, symptoms={"redness": 2})
    tag = desk.get("/desk/rows").headers["ETag"]
    changed = house.call("PATCH", f"/patients/{patient.id}", {"language": "es"}, house.keys["practitioner"])
    assert changed.status_code == 200, changed.json
    assert desk.get("/desk/rows", headers={"If-None-Match": tag}).status_code == 200


def test_a_note_waits_to_be_read_until_somebody_says_that_they_have(house: House, desk: Desk) -> None:
    house.report(house.patient(name="Ana"), symptoms={"redness": 0}, note="May I swim?")
    row = lane(desk.get("/desk").text, "read")
    assert names(row) == ["Ana"]
    assert "May I swim?" in row
    form = re.search(r'action="(/desk/to-read/[^"]*)"', row)
    assert form is not None
    assert desk.post(form.group(1), back="/desk").status_code == 303
    assert names(lane(desk.get("/desk").text, "read")) == []


def test_nobody_else_sees_a_clinics_worklist(house: House, desk: Desk) -> None:
    urgent(house, "Una")
    house.open({"name": "South", "time_zone": "UTC", "lead_name": "Sue", "lead_email": "sue@south.example"})
    assert names(desk_of(house, "sue@south.example").get("/desk").text) == []
    assert house.client.get("/desk/rows").status_code == 303


def test_an_auditor_sees_it_and_is_offered_no_answer(house: House) -> None:
    urgent(house, "Una")
    house.do(partial(make_auditor, email="lead@north.example"))
    text = desk_of(house, "lead@north.example").get("/desk").text
    assert names(text) == ["Una"]
    assert "/take" not in text


def make_auditor(session: Session, email: str) -> None:
    table = StaffRow.metadata.tables["staff"]
    session.connection().execute(table.update().where(table.c.email == email).values(role="auditor"))


def test_the_mark_of_the_tab_carries_the_number(desk: Desk) -> None:
    assert ">3<" in desk.get("/desk/mark-3.svg").text
    assert ">9+<" in desk.get("/desk/mark-123.svg").text
