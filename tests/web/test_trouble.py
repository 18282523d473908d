"""A full disk: the patient gets a page that says that nothing was stored, a program a 503; afterwards all goes on."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.houses import House, open_house
from triage.records import CheckInRow, Store, lookups

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def house(store: Store, tmp_path: Path, now: datetime) -> Iterator[House]:
    with open_house(store, tmp_path, now) as opened:
        yield opened


def set_disk(store: Store, pages: int) -> None:
    """SQLite's own limit stands in for the disk: it answers as a full one does."""
    with store.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").close()


def test_nothing_is_half_stored_on_a_full_disk(house: House) -> None:
    patient = house.patient()
    body = {"at": house.now.isoformat(), "note": "x" * 20_000, "signs": ["fever"]}  # fills what the file has left
    set_disk(house.wiring.store, 1)

    for attempt in range(40):
        answer = house.call("POST", "/check-ins", body, patient.token, Idempotency_Key=f"k{attempt}")
        if answer.status_code != 201:
            break
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    form = {"severity.redness": "1", "note": "x" * 2000}
    for number in range(40):  # a smaller report may still have found room
        page = house.client.post(f"/c/{patient.token}", data={**form, "key": f"p{number}"})
        if page.status_code != 200:
            break
    assert page.status_code == 503
    assert "nothing was stored" in page.text
    assert page.headers["Content-Security-Policy"]

    set_disk(house.wiring.store, 1_000_000)
    stored = house.look(lambda session: lookups.count_of(session, CheckInRow))
    assert stored == attempt + number
    again = house.call("POST", "/check-ins", body, patient.token, Idempotency_Key=f"k{attempt}")
    assert again.status_code == 201


def test_a_huge_form_gets_a_page(house: House) -> None:
    page, form = f"/c/{house.patient().token}", {"note": "x" * 2_000_000}
    huge = house.client.post(page, data=form)

    assert huge.status_code == 413
    assert "nothing was stored" in huge.text
    assert "no se ha guardado nada" in house.client.post(page, data=form, headers={"Accept-Language": "es"}).text
