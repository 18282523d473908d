"""The link that ends messages: looking changes nothing, the buttons act, and so does the mail program's own."""

from datetime import datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.actions.outboxes import notifications
from tests.houses import House, Patient, open_house
from triage import clock
from triage.records import PatientRow, Store
from triage.words import words_of

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def house(sqlite_store: Store, tmp_path: Path, now: datetime):
    with open_house(sqlite_store, tmp_path, now) as opened:
        yield opened


@pytest.fixture
def patient(house: House) -> Patient:
    enrolled = house.patient(hours_ago=2, email="ana@patients.example")
    house.tick()
    return enrolled


def heads_of(house: House) -> dict[str, str]:
    return dict(message_from_bytes(house.mails("ana@")[-1].content).items())


def link_of(house: House) -> str:
    found = heads_of(house)["List-Unsubscribe"].strip("<>").replace("\n ", "").replace("\r", "")
    assert found.startswith("http://triage.test/o/")
    assert found in house.mails("ana@")[-1].text
    return found.removeprefix("http://triage.test")


def stopped_at(house: House, patient: Patient) -> datetime | None:
    return house.look(lambda session: session.get(PatientRow, (house.clinic_id, patient.uuid)).opted_out_at)


def test_every_mail_to_a_patient_can_be_ended_from_the_mail_program(house: House, patient: Patient) -> None:
    heads = heads_of(house)
    assert heads["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert heads["Auto-Submitted"] == "auto-generated"
    answer = house.client.post(link_of(house), data=ONE_CLICK)

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert stopped_at(house, patient) == house.now


def test_a_scanner_that_opens_every_link_stops_nothing(house: House, patient: Patient) -> None:
    link = link_of(house)
    for method in ("GET", "HEAD", "OPTIONS"):
        assert house.client.open(link, method=method).status_code == 200
    assert house.client.post(link).status_code == 422
    assert house.client.post(link, data={"do": "something"}).status_code == 422

    assert stopped_at(house, patient) is None


def test_stopped_is_stopped_until_started_again(house: House, patient: Patient) -> None:
    link = link_of(house)
    page = house.client.post(link, data={"do": "stop"}).text
    assert "You get no messages from us" in page
    house.client.post(link, data={"do": "stop"})
    house.later(days=1)
    house.tick()
    assert len(house.mails("ana@")) == 1
    assert house.report(patient, symptoms={"redness": 1})["assessment"]["urgency"] == "self_care"

    assert "You get messages from us" in house.client.post(link, data={"do": "start"}).text
    assert stopped_at(house, patient) is None
    house.wiring.moment = house.now.replace(hour=18)
    house.tick()
    assert len(house.mails("ana@")) > 1


def test_what_was_queued_before_the_stop_is_not_sent(house: House, patient: Patient) -> None:
    link = link_of(house)
    house.wiring.moment = house.now.replace(hour=18)
    house.run(clock.silence)
    assert [row.state for row in notifications(house, kind="check_in_request")] == ["pending"]
    house.client.post(link, data=ONE_CLICK)
    house.run(clock.deliver)

    assert [row.state for row in notifications(house, kind="check_in_request")] == ["cancelled"]
    assert len(house.mails("ana@")) == 1


def test_the_link_stops_its_own_patient_only(house: House, patient: Patient) -> None:
    other = house.patient(hours_ago=2, email="bo@patients.example")
    house.client.post(link_of(house), data=ONE_CLICK)

    assert stopped_at(house, other) is None


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: t + "A", lambda t: "/o/tao_", lambda t: "/o/x.y"])
def test_a_link_that_was_not_made_here_does_nothing(house: House, patient: Patient, spoil) -> None:
    link = spoil(link_of(house))
    looked = house.client.get(link, headers={"Accept-Language": "es"})
    assert looked.status_code == 404
    assert words_of("es")["gone_title"] in looked.text  # the patients' page, not the one for staff
    assert house.client.post(link, data=ONE_CLICK).status_code == 404
    assert stopped_at(house, patient) is None


def test_the_link_of_another_patient_cannot_be_put_together(house: House, patient: Patient) -> None:
    other = house.patient(hours_ago=2, email="ben@patients.example")
    house.tick()
    own = link_of(house)
    mail = message_from_bytes(house.mails("ben@")[-1].content)["List-Unsubscribe"].strip("<>").replace("\n ", "")
    ids, _ = mail.replace("\r", "").split(".")[-2:]
    forged = "/o/" + ids.rsplit("/", 1)[-1] + "." + own.rsplit(".", 1)[-1]

    assert house.client.post(forged, data=ONE_CLICK).status_code == 404
    assert stopped_at(house, other) is None


def test_where_several_share_the_contact_the_page_asks_whom(house: House, patient: Patient) -> None:
    def name(who: Patient, name: str) -> None:
        table = PatientRow.metadata.tables["patient"]
        with house.wiring.store.connect() as connection:
            connection.execute(table.update().where(table.c.id == who.uuid).values(name=name))

    twin = house.patient(hours_ago=2, email="ANA@patients.example")
    other = house.patient(hours_ago=2, email="bo@patients.example")
    name(patient, "Sam Secret")
    name(twin, "Ana Bo")
    link = link_of(house)
    page = house.client.get(link).text
    assert "Stop the messages for S. S." in page
    assert "Stop the messages for A. B." in page
    assert "Secret" not in page

    house.client.post(link, data={"do": "stop", "who": twin.id})
    assert (stopped_at(house, patient), stopped_at(house, twin)) == (None, house.now)
    assert house.client.post(link, data={"do": "stop", "who": other.id}).status_code == 404
    assert stopped_at(house, other) is None
    house.client.post(link, data={"do": "stop", "who": "all"})
    assert stopped_at(house, patient) == stopped_at(house, twin) == house.now
    page = house.client.post(link, data={"do": "start", "who": "all"}).text
    assert "Stop the messages for all" in page
    assert stopped_at(house, patient) is None


def test_their_messages_say_for_whom_they_are(house: House) -> None:
    for name in ("Sam Secret", "Ana Bo"):
        house.patient(hours_ago=2, email="both@patients.example", name=name)
    house.tick()
    subjects = [mail.subject for mail in house.mails("both@")]

    assert sorted(subjects) == [
        "North Clinic: your link (For A. B.)",
        "North Clinic: your link (For S. S.)",
    ]
    assert not any("Secret" in mail.text for mail in house.mails("both@"))
