"""Notes, photos and problems wait for a human: a working day, then people on duty hear of it, once for all of it."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House, Patient
from triage import clock
from triage.actions import audit
from triage.actions.errors import Conflict, NotAllowed
from triage.actions.identify import Actor
from triage.actions.photos import Upload, add_photo, erase_photo, see_photo
from triage.actions.to_read import count_to_read, read_all, read_one, tell_overdue, waiting_to_read
from triage.actions.turn import Turn
from triage.pictures import Drawn
from triage.records import (
    AlertRow,
    AuditEventRow,
    ConsentRow,
    NotificationRow,
    PatientRow,
    PhotoRow,
    Session,
    StaffRow,
    ToReadRow,
    invariants,
)

NOTE = {"symptoms": {"redness": 0}, "note": "my hat rubs a little, is that fine?"}


@pytest.fixture
def ana(house: House) -> Patient:
    return house.patient(hours_ago=48, reference="A-1", name="Ana")


def rows(house: House, table: Any = ToReadRow) -> list[Any]:
    return list(house.look(lambda session: session.exec(select(table).order_by(table.id)).all()))


def person(house: House, role: str) -> Turn:
    staff = next(row for row in rows(house, StaffRow) if row.role == role)
    by = Actor("staff", str(staff.id), house.clinic_id, role, staff_id=staff.id)
    return Turn(by, house.now, house.wiring.terms)


def notices(house: House) -> list[NotificationRow]:
    return [row for row in rows(house, NotificationRow) if row.about == "to_read"]


def send_photo(house: House, patient: Patient, content: bytes = b"a picture") -> uuid.UUID:
    by = Actor("patient", patient.id, house.clinic_id, "patient", patient_id=patient.uuid)
    turn = Turn(by, house.now, house.wiring.terms)
    upload = Upload(Drawn(content, content.hex().ljust(64, "0"), 10, 10), "top")

    def work(session: Session) -> uuid.UUID:
        whose = session.get(PatientRow, (house.clinic_id, patient.uuid))
        assert whose is not None
        return add_photo(session, whose, upload, turn).id

    return uuid.UUID(str(house.do(work)))


def agree_to_photos(house: House, patient: Patient) -> None:
    by = Actor("patient", patient.id, house.clinic_id, "patient", patient_id=patient.uuid)
    turn = Turn(by, house.now, house.wiring.terms)

    def work(session: Session) -> None:
        told = {"patient_id": patient.uuid, "purpose": "photos", "text": "photos", "version": "1"}
        consent = ConsentRow(clinic_id=house.clinic_id, **told, at=house.now, given_by="patient")
        session.add(consent)
        audit.record(session, turn, "consent_given", ("patient", patient.id), after={"purpose": "photos"})

    house.do(work)


def test_a_note_is_work_for_a_human_for_one_working_day(house: House, ana: Patient) -> None:
    house.report(ana, **NOTE)
    (row,) = rows(house)
    assert (row.kind, row.due_at) == ("note", house.now + timedelta(days=1))
    (waiting,) = house.look(lambda session: waiting_to_read(session, person(house, "practitioner")))
    assert (waiting.reference, waiting.kind, waiting.excerpt) == ("A-1", "note", NOTE["note"])
    assert house.look(lambda session: count_to_read(session, person(house, "lead"))) == (1, row.due_at)


def test_what_could_not_be_read_is_a_second_thing_to_read(house: House, ana: Patient) -> None:
    house.report(ana, **NOTE | {"symptoms": {"redness": 0, "glow": 2}})
    assert sorted(row.kind for row in rows(house)) == ["note", "problem"]


def test_a_report_without_words_is_nothing_to_read(house: House, ana: Patient) -> None:
    house.report(ana, symptoms={"redness": 1})
    assert rows(house) == []


def test_who_reads_second_is_told_who_had_read_it(house: House, ana: Patient) -> None:
    house.report(ana, **NOTE)
    row_id = rows(house)[0].id
    house.do(lambda session: read_one(session, row_id, person(house, "practitioner")))
    with pytest.raises(Conflict, match="Pat has read it already"):
        house.do(lambda session: read_one(session, row_id, person(house, "lead")))
    with pytest.raises(Conflict, match="Pat has read it already"):
        house.do(lambda session: read_all(session, ana.uuid, house.now, person(house, "lead")))
    assert [event.actor_id for event in rows(house, AuditEventRow) if event.did == "to_read_read"] == [
        person(house, "practitioner").by.id
    ]


def test_only_a_person_reads(house: House, ana: Patient) -> None:
    house.report(ana, **NOTE)
    nobody = Turn(Actor("operator", "op", house.clinic_id, "admin"), house.now, house.wiring.terms)
    with pytest.raises(NotAllowed):
        house.do(lambda session: read_one(session, rows(house)[0].id, nobody))


def test_what_comes_while_somebody_reads_stays_to_be_read(house: House, ana: Patient) -> None:
    house.report(ana, **NOTE)
    until = house.now
    house.later(minutes=1)
    house.report(ana, **NOTE | {"note": "one thing more"})
    assert house.do(lambda session: read_all(session, ana.uuid, until, person(house, "lead"))) == 1
    assert [row.read_at is None for row in rows(house)] == [False, True]


def test_a_photo_that_is_read_is_seen_and_one_that_is_seen_is_read(house: House, ana: Patient) -> None:
    house.report(ana, symptoms={"redness": 0})
    agree_to_photos(house, ana)
    first, second = send_photo(house, ana, b"one"), send_photo(house, ana, b"two")
    reader = person(house, "practitioner")
    by_photo = {row.photo_id: row for row in rows(house)}
    house.do(lambda session: read_one(session, by_photo[first].id, reader))
    house.do(lambda session: see_photo(session, second, reader))
    assert {row.seen_by for row in rows(house, PhotoRow)} == {reader.by.staff_id}
    assert {row.read_by for row in rows(house)} == {reader.by.staff_id}


def test_a_photo_that_its_patient_erases_waits_for_nobody(house: House, ana: Patient) -> None:
    house.report(ana, symptoms={"redness": 0})
    agree_to_photos(house, ana)
    photo = send_photo(house, ana)
    by = Actor("patient", ana.id, house.clinic_id, "patient", patient_id=ana.uuid)
    house.do(lambda session: erase_photo(session, photo, Turn(by, house.now, house.wiring.terms)))
    assert rows(house) == []
    assert list(house.look(lambda session: list(invariants.broken(session, now=house.now)))) == []


def test_people_on_duty_hear_once_that_things_are_overdue_and_again_a_working_day_later(
    house: House, ana: Patient
) -> None:
    house.report(ana, **NOTE)
    house.later(minutes=10)
    house.report(ana, **NOTE | {"note": "hello?"})
    house.run(clock.desk)
    assert notices(house) == []
    house.later(days=1)
    for _ in range(3):
        house.run(clock.desk)
        house.run(clock.deliver)
    told = notices(house)
    assert len(told) == len({row.staff_id for row in told}) > 0
    mail = next(mail for mail in house.mails() if "waits to be read" in mail.subject)
    assert "/desk" in mail.text
    assert not [word for word in ("hello", "redness", "Ana") if word in f"{mail.subject} {mail.text}"]
    house.later(hours=12)
    house.run(clock.desk)
    assert len(notices(house)) == len(told)
    house.later(hours=13)
    house.run(clock.desk)
    assert len(notices(house)) == 2 * len(told)


def test_nobody_is_told_of_what_was_read_meanwhile(house: House, ana: Patient) -> None:
    house.report(ana, **NOTE)
    house.later(days=2)
    house.run(clock.desk)
    house.do(lambda session: read_all(session, ana.uuid, house.now, person(house, "lead")))
    house.run(clock.deliver)
    assert not [mail for mail in house.mails() if "waits to be read" in mail.subject]


def test_two_clocks_tell_once_whatever_the_clock_of_the_machine_does(house: House, ana: Patient) -> None:
    house.report(ana, **NOTE)
    house.later(days=30)
    work = partial(tell_overdue, clinic_id=house.clinic_id)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: house.do(partial(work, clock=house.wiring.turn("desk"))), range(4)))
    assert sorted(told) == [0, 0, 0, 1]
    house.later(days=-20)
    house.run(clock.desk)
    assert len({row.created_at for row in notices(house)}) == 1


def test_the_alert_knows_whether_the_latest_report_got_worse_and_who_wants_a_call(house: House, ana: Patient) -> None:
    def marks() -> tuple[bool, bool]:
        (alert,) = [a for a in house.look(_alerts) if a.kind == "report"]
        return alert.is_worse, alert.wants_call

    house.report(ana, symptoms={"redness": 4}, wants_call=True)
    assert marks() == (False, True)
    house.later(hours=3)
    house.report(ana, symptoms={"redness": 4}, course={"redness": "worse"})
    assert marks() == (True, True)
    house.report(ana, at=house.now - timedelta(hours=2), symptoms={"redness": 4}, course={"redness": "same"})
    assert marks() == (True, True)
    house.later(hours=3)
    house.report(ana, symptoms={"redness": 3}, course={"redness": "better"})
    assert marks() == (False, True)


def _alerts(session: Session) -> list[Any]:
    from_rows: list[Any] = list(session.exec(select(AlertRow)).all())
    return from_rows
