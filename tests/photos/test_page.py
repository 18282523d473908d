"""The photo page: offered and never required, nothing without consent, and a report stays whatever becomes of it."""

import re
import resource
import signal
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House
from tests.photos.made import save, scene
from tests.photos.sending import agree, reporter, send
from triage.actions.identify import identify
from triage.actions.photos import NotTaken, Upload, add_photo
from triage.actions.turn import Turn
from triage.pictures import Drawn
from triage.records import AlertRow, AuditEventRow, CheckInRow, ConsentRow, NotificationRow, PhotoRow, Session
from triage.web.photos import OFFERED_ON
from triage.web.visit import patient_row

PICTURE = save(scene(60, 40), "JPEG")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine is enough for pages."""
    return sqlite_url


def rows(house: House, table: Any) -> list[Any]:
    return house.look(lambda session: list(session.exec(select(table).order_by(table.id))))


def page_of(house: House, path: str) -> str:
    answer = house.client.get(path)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def answered(house: House, token: str, **form: Any) -> str:
    return str(house.client.post(f"/c/{token}", data={"send": "form", "key": "k", **form}).get_data(as_text=True))


def test_a_photo_goes_with_its_report_to_a_human_and_to_no_alert(house: House) -> None:
    by = reporter(house)
    assert "Sent. Your clinic has this photo now." in send(house, by, PICTURE, "back").get_data(as_text=True)
    (photo,) = rows(house, PhotoRow)
    (report,) = rows(house, CheckInRow)
    assert (str(photo.check_in_id), photo.pose, photo.source) == (by.report, "back", "patient")
    assert (photo.width, photo.height, photo.seen_at) == (60, 40, None)
    assert report.review == ["photo"]
    assert house.wiring.shelf.size(photo.digest) == photo.size
    assert rows(house, AlertRow) == []
    assert "photo_added" in [event.did for event in rows(house, AuditEventRow)]


def test_a_photo_calms_no_urgency_and_tells_nobody_again(house: House) -> None:
    by = reporter(house, signs=["fever"])
    before = [(row.urgency, row.state, row.epoch) for row in rows(house, AlertRow)], len(rows(house, NotificationRow))
    assert send(house, by, PICTURE).status_code == 200
    after = [(row.urgency, row.state, row.epoch) for row in rows(house, AlertRow)], len(rows(house, NotificationRow))
    assert after == before
    assert rows(house, CheckInRow)[0].review == ["photo"]


def test_without_consent_none_is_taken_and_nothing_is_ticked_beforehand(house: House) -> None:
    patient = house.patient()
    report = house.report(patient, symptoms={"redness": 0})["id"]
    path = f"/c/{patient.token}/photos"
    shown = page_of(house, f"{path}?report={report}")
    assert 'name="agree" value="yes"' in shown
    assert "checked" not in shown
    assert 'type="file"' not in shown

    by = reporter(house)._replace(patient=patient, report=report)
    refused = send(house, by, PICTURE)
    assert refused.status_code == 422
    assert "Please tick that your clinic may have your photos" in refused.get_data(as_text=True)
    assert house.client.post(path, data={"do": "agree"}).status_code == 422
    assert rows(house, PhotoRow) == []

    taken = house.client.post(path, data={"do": "agree", "agree": "yes", "report": report}).get_data(as_text=True)
    assert taken.count('type="file"') == 8
    assert f'value="{report}"' in taken
    agree(house, patient)
    kept = [row for row in rows(house, ConsentRow) if row.purpose == "photos" and row.patient_id == patient.uuid]
    assert [row.given_by for row in kept] == ["the patient"]
    assert "North Clinic" in kept[0].text
    assert send(house, by, PICTURE).status_code == 200


def test_consent_to_messages_is_none_to_photos_and_a_withdrawn_one_ends(house: House) -> None:
    by = reporter(house)

    def withdraw(session: Any) -> None:
        for row in session.exec(select(ConsentRow).where(ConsentRow.purpose == "photos")):
            row.withdrawn_at = house.now
            session.add(row)
        session.add(AuditEventRow(clinic_id=house.clinic_id, at=house.now, actor_kind="operator", actor_id="t",
                                  did="consent_withdrawn", thing_kind="patient", thing_id=by.patient.id))  # fmt: skip

    house.do(withdraw)
    assert [row.purpose for row in rows(house, ConsentRow) if row.withdrawn_at is None] == ["messages"]
    assert send(house, by, PICTURE).status_code == 422


def test_the_same_photo_sent_twice_is_one(house: House) -> None:
    by = reporter(house)
    for _ in range(3):
        assert send(house, by, PICTURE, by_script=True).json == {
            "again": False, "kept": True, "said": "✓ Sent. Your clinic has this photo now.",
        }  # fmt: skip
    assert len(rows(house, PhotoRow)) == 1


def test_looking_changes_nothing(house: House) -> None:
    by = reporter(house)
    send(house, by, PICTURE)
    tables = (PhotoRow, CheckInRow, AuditEventRow, ConsentRow)
    before = [[row.model_dump() for row in rows(house, table)] for table in tables]
    photo = rows(house, PhotoRow)[0].id
    for path in (by.page, f"{by.page}?report={by.report}", f"{by.page}?report=x", f"{by.page}/{photo}.jpg"):
        for method in ("GET", "HEAD"):
            assert house.client.open(path, method=method).status_code in (200, 404)
    assert [[row.model_dump() for row in rows(house, table)] for table in tables] == before


def test_the_own_photos_are_shown_to_nobody_without_the_second_factor(house: House) -> None:
    by = reporter(house)
    send(house, by, PICTURE)
    photo = rows(house, PhotoRow)[0]
    assert house.client.get(f"{by.page}/{photo.id}.jpg").status_code == 404
    assert house.client.post(f"{by.page}/{photo.id}/erase").status_code == 404
    assert rows(house, PhotoRow)[0].erased_at is None
    assert photo.digest not in page_of(house, f"{by.page}?report={by.report}")


def test_it_is_offered_on_few_days_and_after_what_is_beyond_normal(house: House) -> None:
    for day in (0, 1, 2, 3, 4, 7, 8, 14, 28, 29):
        patient = house.patient(hours_ago=24 * day + 20)
        text = answered(house, patient.token, **{"severity.redness": "0"})
        assert ("/photos?report=" in text) == (day in OFFERED_ON), day
    worse = answered(house, house.patient(hours_ago=24 * 5).token, **{"severity.redness": "4"})
    assert (offer := re.search(r'href="(/c/[^"]+/photos\?report=[0-9a-f-]+)"', worse))
    assert "Photos for your clinic" in page_of(house, offer[1])
    assert "/photos?report=" not in answered(house, house.patient(hours_ago=30).token, sign="breathing_trouble")


@pytest.mark.parametrize("token", ["tap_unknown", "x" * 300])
def test_an_unknown_link_shows_and_takes_nothing(house: House, token: str) -> None:
    by = reporter(house)
    stranger = by._replace(patient=by.patient._replace(token=token))
    assert house.client.get(stranger.page).status_code == 404
    assert send(house, stranger, PICTURE).status_code == 404
    assert rows(house, PhotoRow) == []


def test_a_report_of_somebody_else_is_none(house: House) -> None:
    ana, bo = reporter(house), reporter(house)
    assert send(house, ana, PICTURE, report=bo.report).status_code == 200
    (photo,) = rows(house, PhotoRow)
    assert (str(photo.patient_id), photo.check_in_id) == (ana.patient.id, None)
    assert [row.review for row in rows(house, CheckInRow)] == [[], []]


def test_nothing_chosen_or_no_report_is_said_in_words(house: House) -> None:
    by = reporter(house)
    empty = house.client.post(by.page, data={"pose": "top", "report": by.report})
    assert (empty.status_code, "There is no photo yet" in empty.get_data(as_text=True)) == (422, True)
    newcomer = by._replace(patient=house.patient(hours_ago=None))
    agree(house, newcomer.patient)
    assert "Please send a report first" in send(house, newcomer, PICTURE).get_data(as_text=True)


def test_there_is_an_end_to_how_many(house: House) -> None:
    by = reporter(house)
    pictures = (save(scene(20 + number, 20), "PNG") for number in range(100))
    said = [send(house, by, next(pictures), by_script=True).json["said"] for _ in range(7)]
    assert [text.startswith("✓") for text in said] == [True] * 6 + [False]
    assert "6 photos already" in said[6]

    def write(number: int) -> None:
        """Write a row as an upload would, without drawing."""
        drawn = Drawn(b"", f"{number:064}", 1, 1)

        def work(session: Session) -> None:
            turn = Turn(identify(session, by.patient.token), house.now, house.wiring.terms)
            add_photo(session, patient_row(session, turn.by), Upload(drawn, "top"), turn)

        house.do(work)

    house.later(minutes=1)
    for number in range(24):
        write(number)
    with pytest.raises(NotTaken) as refused:
        write(24)
    assert refused.value.reason == "too_many_hour"
    house.later(hours=2)
    for number in range(24, 34):
        write(number)
    with pytest.raises(NotTaken) as refused:
        write(34)
    assert refused.value.reason == "too_many_episode"


def test_a_full_disk_is_said_in_words_nothing_is_half_written_and_the_report_stays(house: House) -> None:
    by = reporter(house)
    large = save(scene(900, 700), "JPEG", quality=95)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    house.wiring.shelf.put(b"x")
    files, reports = files_of(house), rows(house, CheckInRow)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8000, limit[1]))  # stands in for it
        answer = send(house, by, large, by_script=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert answer.status_code == 503
    assert answer.json["again"] is True
    assert "Your report is safe" in answer.json["said"]
    assert files_of(house) == files
    assert rows(house, CheckInRow) == reports
    assert rows(house, PhotoRow) == []
    assert send(house, by, large).status_code == 200


def files_of(house: House) -> list[str]:
    return sorted(str(path) for path in house.wiring.shelf.folder.rglob("*") if path.is_file())


def test_a_late_photo_of_a_closed_episode_is_taken(house: House) -> None:
    by = reporter(house)
    house.wiring.moment += timedelta(days=120)
    assert send(house, by, PICTURE, report="").status_code == 200
