"""Today's list: looked at before it is taken, a word on each line, never twice."""

import csv
import io
from typing import Any

import pytest

from tests.web.chair.conftest import enrol, open_one, patient_named
from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.records import ConsentRow, ExposureRow, NotificationRow, PatientRow, ProcedureRow

HEAD = "reference,name,email,ended,consent"
LIST = f"""{HEAD}
A-1,Ana Sol,ana@sol.example,14:30,yes
A-2,"Luz, Bo",bo@sol.example,2026-03-01 10:00,
A-3,Cem,,14:99,yes
"""


def send(desk: Desk, text: str, do: str = "take") -> Any:
    return desk.post("/chair/import", list=text, do=do)


def test_a_list_is_looked_at_before_anything_is_stored(desk: Desk, house: House) -> None:
    answer = send(desk, LIST, do="look")
    assert "This would become of it: 2 new, 0 sittings, 0 here already, 1 with faults" in answer.text
    assert "<b>ended</b>: this is no time; write it like 14:30, or 2026-03-04 14:30" in answer.text
    assert "Take 2 lines, leave out 1" in answer.text
    assert len(house.rows(PatientRow)) == 1


def test_faulty_lines_do_not_stop_good_ones(desk: Desk, house: House) -> None:
    answer = send(desk, LIST)
    assert "Taken: 2 enrolled, 0 sittings added, 0 were here already, 1 not taken" in answer.text
    ana, bo = patient_named(house, "Ana Sol"), patient_named(house, "Luz, Bo")
    assert (ana.reference, bo.reference) == ("A-1", "A-2")
    assert {row.patient_id for row in house.rows(ConsentRow)} == {ana.id}
    assert {row.patient_id for row in house.rows(NotificationRow)} == {ana.id}
    times = {row.patient_id: row.at.isoformat() for row in house.rows(ProcedureRow)}
    assert times[ana.id] == "2026-03-02T13:30:00+00:00"  # of today, in Berlin
    assert times[bo.id] == "2026-03-01T09:00:00+00:00"


def test_the_same_list_again_makes_nothing_twice(desk: Desk, house: House) -> None:
    without = "name,phone,ended\nAna Sol,0170 7654321,14:30\nBo Luz,,10:15\n"
    for text in (LIST, without, LIST, without):
        send(desk, text)
    assert len(house.rows(PatientRow)) == 1 + 4  # Ana of the second list is reached elsewhere: she may be another
    assert len(house.rows(ProcedureRow)) == 1 + 4


def test_a_client_who_was_enrolled_in_the_chair_is_known_again(desk: Desk, house: House) -> None:
    enrol(desk, contact="ana@sol.example")
    answer = send(desk, "name,email,ended\nANA SOL,Ana@Sol.example,09:00\n")
    assert "0 enrolled, 1 sittings added" in answer.text
    assert len(house.rows(PatientRow)) == 2


def test_a_name_alone_is_not_taken_for_somebody_who_is_here(desk: Desk, house: House) -> None:
    answer = send(desk, "name,ended\nSam Secret,09:00\n")
    assert "1 here fit, and may be others; give reference, phone or email" in answer.text
    assert len(house.rows(ProcedureRow)) == 1


def test_the_same_client_twice_in_one_list_is_enrolled_once(desk: Desk, house: House) -> None:
    text = f"{HEAD}\nA-1,Ana,ana@sol.example,09:00,\nA-1,Ana,ana@sol.example,09:00,\nA-1,Ana,ana@sol.example,11:00,\n"
    assert "1 new, 1 sittings, 1 here already" in send(desk, text, do="look").text
    assert "1 enrolled, 1 sittings added, 1 were here already" in send(desk, text).text
    assert len(house.rows(ProcedureRow)) == 3


def test_lots_of_open_bottles_are_noted(desk: Desk, house: House) -> None:
    open_one(desk)
    send(desk, "name,ended,lots,areas\nAna,09:00,l-77,top|crown\nBo,09:00,X-1,\n")
    (used,) = house.rows(ExposureRow)
    assert used.lot == "L-77"
    assert len(house.rows(PatientRow)) == 2


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"phone": "ask"}, "phone"),
        ({"phone": "a@b.example"}, "phone"),
        ({"email": "0170 1234567"}, "email"),
        ({"language": "klingon"}, "language"),
        ({"ended": ""}, "ended"),
        ({"ended": "23:59"}, "ended"),
        ({"areas": "nose"}, "areas"),
        ({"lots": "X"}, "lots"),
        ({"consent": "perhaps"}, "consent"),
        ({"birth year": "84"}, "birth year"),
        ({"birth year": "2012"}, "guardian"),
        ({"country": "Germany"}, "country"),
        ({"name": ""}, "name"),
    ],
)
def test_each_fault_names_its_column(desk: Desk, house: House, cells: dict[str, str], column: str) -> None:
    line = {"name": "Ana", "ended": "09:00", **cells}
    written = io.StringIO()
    csv.writer(written).writerows([list(line), list(line.values())])
    answer = send(desk, written.getvalue())
    assert f"<b>{column}</b>:" in answer.text
    assert len(house.rows(PatientRow)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The list is empty"),
        ("colour,size\nred,2\n", "names no column that is known"),
        ("name,name\na,b\n", "is there twice"),
        ("name,ended\n" + "a,09:00\n" * 501, "The list has 501 lines"),
        ("name,ended\n" + "a" * 1024 * 1024, "more than 1 mb"),
        ('name,ended\n"Ana"x,09:00\n', "Line 2 cannot be read"),
    ],
)
def test_what_is_no_list_is_refused_whole(desk: Desk, house: House, text: str, said: str) -> None:
    answer = send(desk, text)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert len(house.rows(PatientRow)) == 1


def test_a_file_of_windows_is_read(desk: Desk, house: House) -> None:
    data = {"form_key": desk.form_key, "do": "take"}
    file = (io.BytesIO("name;ended\r\nJosé Muñoz;09:00\r\n".encode("cp1252")), "today.csv")
    desk.client.post("/chair/import", data={**data, "file": file})
    assert patient_named(house, "José Muñoz")


def test_the_template_is_a_list_that_can_be_sent(desk: Desk, house: House) -> None:
    answer = desk.get("/chair/import/template.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "1 enrolled" in send(desk, answer.text).text
