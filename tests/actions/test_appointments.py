"""The next session: looked at a day before, told and decided about where the last one is not over, never calmed."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House, Patient
from triage import clock
from triage.actions.appointments import cancel_appointment, decide_appointment, move_appointment
from triage.actions.errors import Conflict, Invalid
from triage.actions.identify import Actor
from triage.actions.next_sessions import look_one, sessions_to_decide
from triage.actions.turn import Turn
from triage.records import AppointmentRow, AuditEventRow, NotificationRow, StaffRow, invariants, queue_lookups

CALM = {"symptoms": {"redness": 0, "swelling": 0, "pain": 0}}
RED = {"symptoms": {"redness": 2}}


@pytest.fixture
def ana(house: House) -> Patient:
    """Whose last session was twenty days ago."""
    return house.patient(hours_ago=480, reference="A-1")


def person(house: House, role: str = "practitioner") -> Turn:
    staff = next(row for row in rows(house, StaffRow) if row.role == role)
    by = Actor("staff", str(staff.id), house.clinic_id, role, staff_id=staff.id)
    return Turn(by, house.now, house.wiring.terms)


def rows(house: House, table: Any) -> list[Any]:
    return list(house.look(lambda session: session.exec(select(table).order_by(table.id)).all()))


def comes(house: House, patient: Patient, **ahead: float) -> uuid.UUID:
    at = house.now + timedelta(**ahead)
    answer = house.post("/appointments", {"patient_id": patient.id, "at": at.isoformat()})
    assert answer.status_code == 201, answer.json
    return uuid.UUID(answer.json["id"])


def the_one(house: House) -> AppointmentRow:
    (row,) = rows(house, AppointmentRow)
    assert isinstance(row, AppointmentRow)
    return row


def notices(house: House) -> list[NotificationRow]:
    return [row for row in rows(house, NotificationRow) if row.about == "next_session"]


def look(house: House, **later: float) -> None:
    house.later(**later)
    house.run(clock.desk)


def open_questions(house: House) -> list[Any]:
    return list(house.look(lambda session: sessions_to_decide(session, person(house))))


def do(house: House, work: Callable[..., Any], *said: Any, role: str = "practitioner") -> Any:
    turn = person(house, role)
    return house.do(lambda session: work(session, *said, turn))


def test_a_session_that_is_over_troubles_nobody(house: House, ana: Patient) -> None:
    comes(house, ana, days=2)
    house.report(ana, **CALM)
    look(house, days=1, minutes=1)
    assert the_one(house).looked_at == house.now
    assert the_one(house).why_not is None
    assert (notices(house), open_questions(house)) == ([], [])


def test_what_is_not_over_is_told_before_it_and_stays_until_somebody_decides(house: House, ana: Patient) -> None:
    which = comes(house, ana, days=2)
    house.report(ana, **RED)
    look(house, hours=23)
    assert the_one(house).looked_at is None
    look(house, hours=2)
    assert any("moderate" in reason for reason in the_one(house).why_not or ())
    assert len(notices(house)) == len({row.staff_id for row in notices(house)}) > 0
    house.run(clock.deliver)
    mail = next(mail for mail in house.mails() if "needs your decision" in mail.subject)
    assert not [word for word in ("edness", "moderate", "A-1") if word in f"{mail.subject} {mail.text}"]
    (question,) = open_questions(house)
    assert (question.reference, question.is_missed) == ("A-1", False)
    do(house, decide_appointment, which, "postpone", "still red, in two weeks")
    assert open_questions(house) == []
    decided = [event for event in rows(house, AuditEventRow) if event.did == "appointment_decided"]
    assert [event.after["reason"] for event in decided] == ["still red, in two weeks"]


def test_silence_is_not_over(house: House, ana: Patient) -> None:
    comes(house, ana, days=2)
    look(house, days=1, minutes=1)
    assert the_one(house).why_not == ["There is no report since the last session."]


def test_whoever_has_had_no_session_yet_has_none_to_get_over(house: House) -> None:
    comes(house, house.patient(hours_ago=None), days=2)
    look(house, days=1, minutes=1)
    assert (the_one(house).why_not, the_one(house).looked_at) == (None, house.now)


def test_a_report_after_the_look_may_raise_and_never_calms(house: House, ana: Patient) -> None:
    which = comes(house, ana, days=2)
    house.report(ana, **CALM)
    look(house, days=1, minutes=1)
    house.later(minutes=5)
    house.report(ana, **RED)
    look(house, seconds=1)
    first = the_one(house).why_not
    told = len(notices(house))
    assert first
    assert told
    do(house, decide_appointment, which, "go_ahead", "it is the hat")
    house.later(minutes=5)
    house.report(ana, **CALM)
    look(house, seconds=1)
    assert (the_one(house).why_not, the_one(house).decision, len(notices(house))) == (first, "go_ahead", told)
    house.later(minutes=5)
    house.report(ana, symptoms={"redness": 4}, course={"redness": "worse"})
    look(house, seconds=1)
    assert the_one(house).decision is None
    assert len(notices(house)) > told


def test_what_nobody_decided_in_time_is_shown_as_missed(house: House, ana: Patient) -> None:
    which = comes(house, ana, days=2)
    look(house, days=3)
    (question,) = open_questions(house)
    assert question.is_missed
    assert notices(house) == []  # it is too late to be told before it
    do(house, cancel_appointment, which)
    assert open_questions(house) == []


def test_one_decides_and_the_other_is_told(house: House, ana: Patient) -> None:
    which = comes(house, ana, days=2)
    look(house, days=1, minutes=1)
    with pytest.raises(Invalid):
        do(house, decide_appointment, which, "go_ahead", "  ")
    do(house, decide_appointment, which, "go_ahead", "called: all is well")
    with pytest.raises(Conflict, match="Pat has decided it already: go ahead"):
        do(house, decide_appointment, which, "postpone", "no", role="lead")


def test_who_decides_without_the_latest_report_is_asked_to_look_again(house: House, ana: Patient) -> None:
    which = comes(house, ana, days=2)
    look(house, days=1, minutes=1)
    seen = the_one(house).looked_at
    house.report(ana, **RED)
    look(house, minutes=1)
    with pytest.raises(Conflict, match="look at the reasons"):
        house.do(lambda session: decide_appointment(session, which, "go_ahead", "fine", turn=person(house), seen=seen))


def test_an_appointment_that_is_moved_is_looked_at_anew(house: House, ana: Patient) -> None:
    which = comes(house, ana, days=2)
    look(house, days=1, minutes=1)
    do(house, decide_appointment, which, "postpone", "no report")
    do(house, move_appointment, which, house.now + timedelta(days=14))
    row = the_one(house)
    assert (row.looked_at, row.why_not, row.decision) == (None, None, None)
    assert row.look_at == row.at - timedelta(days=1) or row.look_at.weekday() == 4


def test_a_cancelled_appointment_is_not_looked_at(house: House, ana: Patient) -> None:
    do(house, cancel_appointment, comes(house, ana, days=2))
    look(house, days=1, minutes=1)
    assert the_one(house).looked_at is None


def test_two_clocks_look_once_and_one_that_jumps_back_loses_nothing(house: House, ana: Patient) -> None:
    which = comes(house, ana, days=9)
    house.later(days=8, minutes=1)
    key = (house.clinic_id, which)
    with ThreadPoolExecutor(4) as pool:
        work = partial(look_one, key=key, clock=house.wiring.turn("desk"))
        did = list(pool.map(lambda _: house.do(work), range(4)))
    assert did.count(True) == 1
    assert len({row.created_at for row in notices(house)}) == 1
    house.later(days=-5)
    house.report(ana, **RED)
    house.run(clock.desk)
    assert any("moderate" in reason for reason in the_one(house).why_not or ())
    due = house.look(partial(queue_lookups.appointments_to_look_at, now=house.now, limit=9))
    assert due == []


def test_a_look_that_did_not_come_is_a_breach(house: House, ana: Patient) -> None:
    comes(house, ana, days=2)
    house.later(days=1, hours=1)
    found = house.look(lambda session: [breach.name for breach in invariants.broken(session, now=house.now)])
    assert "look_overdue" in found


def test_the_api_notes_moves_cancels_and_decides(house: House, ana: Patient) -> None:
    which = comes(house, ana, days=2)
    assert comes(house, ana, days=2) == which
    key = house.keys["practitioner"]
    past = {"patient_id": ana.id, "at": (house.now - timedelta(days=1)).isoformat()}
    assert house.post("/appointments", past).status_code == 422
    moved = house.post(f"/appointments/{which}/move", {"at": (house.now + timedelta(days=3)).isoformat()})
    assert datetime.fromisoformat(moved.json["at"]) == house.now + timedelta(days=3)
    said = {"decision": "postpone", "reason": "the patient asked for it"}
    assert house.post(f"/appointments/{which}/decide", said).status_code == 403
    assert house.post(f"/appointments/{which}/decide", said, key).json["decision"] == "postpone"
    assert house.post(f"/appointments/{which}/cancel", {}, key).json["cancelled_at"]
    listed = house.call("GET", f"/patients/{ana.id}/appointments", key=key)
    assert [item["id"] for item in listed.json["items"]] == [str(which)]
