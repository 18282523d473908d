"""What the patient's page says of their last report, and of what a practitioner wrote back."""

from datetime import timedelta
from typing import Any

import pytest

from triage.actions.replies import reply_to_patient
from triage.records import AlertRow, ReplyRow, Store
from triage.words import word

from .conftest import Build, House

NASTY = "Wash it with <b>cool</b> water.\nAnd come in at 15:00 & bring {name}."


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """One engine is enough to look at pages."""
    return sqlite_store


def write_back(house: House, text: str = NASTY) -> None:
    alert: Any = max(house.rows(AlertRow), key=lambda row: row.id)
    turn = house.turn._replace(now=house.wiring.time)
    house.wiring.do(lambda session: reply_to_patient(session, alert.id, {"text": text}, turn))


def page_of(house: House) -> str:
    return str(house.client.get(house.page).get_data(as_text=True))


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_reply_stands_on_the_page_as_plain_text(build: Build, language: str) -> None:
    house = build(language=language)
    house.send(sign="pus")
    assert word(language, "status_not_seen") in page_of(house)
    house.wiring.time += timedelta(minutes=5)
    write_back(house)

    page = page_of(house)
    (row,) = house.rows(ReplyRow)
    assert f'data-reply="{row.id}"' in page
    assert "&lt;b&gt;cool&lt;/b&gt; water.\nAnd come in at 15:00 &amp; bring {name}." in page
    assert "Dr. Ada Berg" in page
    assert word(language, "status_heading") in page
    assert word(language, "status_not_seen") not in page
    assert row.read_at is None, "looking changes nothing"
    assert page.index("data-reply") < page.index("<form"), "what is new stands first"
    house.client.post(f"{house.page}/opened", data={"reply": str(row.id)})
    assert (again := page_of(house)).index("data-reply") > again.index("<form")


def test_who_has_sent_nothing_is_shown_what_the_clinic_wrote(house: House) -> None:
    house.send(sign="pus")
    write_back(house, "We have moved to 5 Mill Lane.")
    with house.wiring.store.connect() as connection:
        connection.execute(AlertRow.metadata.tables["check_in"].update().values(source="service"))
    page = page_of(house)
    assert "Your clinic has written to you" in page
    assert "Mill Lane" in page
    assert "Your last report" not in page


def test_a_beacon_names_what_stood_on_the_page(house: House) -> None:
    house.send(sign="pus")
    write_back(house)
    (row,) = house.rows(ReplyRow)
    assert house.client.post(f"{house.page}/opened", data={"reply": str(row.id)}).status_code == 204
    assert house.rows(ReplyRow)[0].read_at == house.wiring.time
