"""Bottles at the chair: opened with their lot, refused when expired, marked as empty."""

import pytest

from tests.web.chair.conftest import open_one
from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.records import AuditEventRow, BottleRow


def test_a_bottle_is_opened_and_emptied(desk: Desk, house: House) -> None:
    open_one(desk, maker="Inkworks", shade="Ash")
    page = desk.get("/chair/bottles").text
    assert "Black 3 Ash (Inkworks)" in page
    assert "lot L-77 · good until 2027-06-30" in page
    (row,) = house.rows(BottleRow)
    for _ in range(2):
        assert desk.post(f"/chair/bottles/{row.id}/empty").status_code == 303
    assert "No bottle is open" in desk.get("/chair/bottles").text
    did = [event.did for event in house.rows(AuditEventRow) if event.thing_kind == "bottle"]
    assert did == ["bottle_opened", "bottle_emptied"]


def test_former_bottles_are_suggested(desk: Desk) -> None:
    open_one(desk, maker="Inkworks")
    assert '<option value="Inkworks"></option>' in desk.get("/chair/bottles").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"expiry": "2026-03-01"}, "This lot has expired"),
        ({"expiry": "soon"}, "This is no date"),
        ({"lot": " "}, "This is missing"),
        ({"product": ""}, "This is missing"),
        ({"role": "varnish"}, "is not known"),
    ],
)
def test_what_is_wrong_with_a_bottle_is_said(desk: Desk, house: House, typed: dict[str, str], said: str) -> None:
    form = {"role": "pigment", "product": "Black 3", "lot": "L-77", "maker": "Kept Maker", **typed}
    answer = desk.post("/chair/bottles", **form)
    assert (answer.status_code, said in answer.text, "Kept Maker" in answer.text) == (422, True, True)
    assert house.rows(BottleRow) == []


def test_a_lot_is_still_good_on_its_last_day(desk: Desk, house: House) -> None:
    open_one(desk, expiry=house.wiring.time.date().isoformat())
    assert len(house.rows(BottleRow)) == 1


def test_a_bottle_of_nobody_is_not_emptied(desk: Desk) -> None:
    assert desk.post("/chair/bottles/018f0000-0000-7000-8000-000000000000/empty").status_code == 404
