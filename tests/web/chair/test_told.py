"""Reports that staff write down for a client: marked so, judged at once, answered in both languages."""

from typing import Any

import pytest

from tests.web.conftest import House
from tests.web.signing_in import Desk
from triage.records import AlertRow, CheckInRow, KeptReportRow, StaffRow


def tell(desk: Desk, house: House, **typed: Any) -> Any:
    form = {"key": "k-1", "send": "form", "by_way": "telephone", **typed}
    fields = {name.replace("__", "."): value for name, value in form.items()}
    return desk.post(f"/desk/patients/{house.patient.id}/report", **fields)


def test_what_was_told_is_kept_with_who_wrote_it_down_and_how(desk: Desk, house: House) -> None:
    answer = tell(desk, house, today="something", severity__redness="1", none="list")
    (row,) = house.rows(CheckInRow)
    assert (row.source, row.recorded_by, row.by_way) == ("staff", house.staff[0].id, "telephone")
    assert row.content["symptoms"] == {"redness": 1}
    page = desk.get(answer.headers["Location"]).text
    assert "Written down by Dr. Ada Berg" in page
    assert "By telephone" in page


def test_a_danger_sign_that_was_told_raises_an_alert_at_once(desk: Desk, house: House) -> None:
    answer = tell(desk, house, sign="breathing_trouble", send="danger", by_way="in_person")
    (alert,) = house.rows(AlertRow)
    assert alert.urgency == 4
    page = desk.get(answer.headers["Location"]).text
    assert 'class="verdict emergency"' in page
    assert 'href="tel:112"' in page


def test_the_answer_is_in_the_clients_words_and_in_english(desk: Desk, house: House) -> None:
    house.client.post(f"{house.page}/start", data={"language": "es"})
    spoken = house.client.get(house.page).text
    answer = tell(desk, house, sign="fever")
    page = desk.get(answer.headers["Location"]).text
    assert ('lang="es"' in page) == ('<html lang="es"' in spoken)
    assert 'lang="en"' in page


def test_the_same_form_twice_is_one_report(desk: Desk, house: House) -> None:
    first, second = (tell(desk, house, severity__pain="2") for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(house.rows(CheckInRow)) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [({}, "Nothing was said yet"), ({"severity__redness": "1", "by_way": "dream"}, "This is missing")],
)
def test_what_is_missing_is_asked_for(desk: Desk, house: House, typed: dict[str, str], said: str) -> None:
    answer = tell(desk, house, **typed)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert house.rows(CheckInRow) == []


def test_what_cannot_be_read_is_asked_again_and_a_danger_in_it_is_kept(desk: Desk, house: House) -> None:
    answer = tell(desk, house, temperature="very hot", sign="fever", note="said on the phone")
    assert answer.status_code == 422
    assert "said on the phone" in answer.text
    assert "an alert was raised" in answer.text
    assert len(house.rows(KeptReportRow)) == len(house.rows(AlertRow)) == 1


def test_a_report_of_somebody_elses_is_not_shown(desk: Desk, house: House) -> None:
    report = tell(desk, house, severity__pain="1").headers["Location"].rpartition("/")[2]
    house.wiring.do(house.enrol_another)
    other = house.other_page  # only to have another patient
    assert house.client.get(other).status_code == 200
    assert desk.get(f"/desk/patients/{house.clinic.id}/report/{report}").status_code == 404


def test_an_auditor_writes_nothing_down(desk: Desk, house: House) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(StaffRow.metadata.tables["staff"].update().values(role="auditor"))
    assert tell(desk, house, severity__pain="1").status_code == 403
    assert house.rows(CheckInRow) == []
