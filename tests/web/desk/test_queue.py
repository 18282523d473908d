"""What waits at the desk is answered with one button; the banner says what is wrong with the service itself."""

from datetime import timedelta
from typing import Any

import pytest
from flask import render_template_string
from sqlmodel import select

from tests.web.conftest import Build, House
from tests.web.signing_in import Desk
from triage.actions import audit
from triage.actions.appointments import add_appointment
from triage.actions.health import LOOPS
from triage.actions.next_sessions import look_one
from triage.actions.rules_trouble import note_lack
from triage.actions.troubles import troubles
from triage.actions.upkeep import beat
from triage.records import AbsenceRow, AppointmentRow, NotificationRow, Session, ToReadRow
from triage.web.desk.appointments import appointment_lines
from triage.web.staff_page import StaffPage, for_staff

PAGE = """{% extends "desk/_desk.html" %}{% from "desk/_appointments.html" import appointments %}
{% block title %}Test{% endblock %}{% block main %}<h1>Test</h1>{{ appointments(page, patient_id, rows, "/desk") }}
{% endblock %}"""


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[0])


@pytest.fixture
def other(house: House) -> Desk:
    return Desk(house.app.test_client(), house.wiring, house.staff[1])


def one(house: House, table: Any) -> Any:
    with house.wiring.store.read() as session:
        return session.exec(select(table)).one()


def show(house: House, path: str = "/shown") -> None:
    """Add a page with the appointments of the patient, as the case shows them."""

    @for_staff("practitioner", "lead", "auditor")
    def view(page: StaffPage) -> str:
        rows = page.read(lambda session, turn: appointment_lines(session, page.clinic, house.patient.id, turn))
        return render_template_string(PAGE, page=page, rows=rows, patient_id=house.patient.id)

    house.app.add_url_rule(path, view_func=view)


def turn_all(house: House) -> None:
    """Let every loop of the clock have completed a cycle just now."""
    for loop in LOOPS:
        house.wiring.do(lambda session, loop=loop: beat(session, loop, "w", now=house.wiring.time, detail=None))


def banner(house: House) -> list[str]:
    found = house.wiring.look(lambda session: troubles(session, house.clinic, house.turn))
    return [line.what for line in found]


def test_a_note_is_read_with_one_button_and_whoever_comes_second_is_told(house: House, desk: Desk, other: Desk) -> None:
    house.send(symptoms__redness="0", note="is my hat too warm?")
    row = one(house, ToReadRow)
    answer = desk.post(f"/desk/to-read/{row.id}/read", back="/desk?lane=read")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk?lane=read")
    assert one(house, ToReadRow).read_by == house.staff[0].id
    second = other.post(f"/desk/to-read/{row.id}/read")
    assert second.status_code == 409
    assert "Dr. Ada Berg has read it already" in second.text


def test_all_of_a_patient_is_read_up_to_the_moment_of_the_page(house: House, desk: Desk) -> None:
    house.send(symptoms__redness="0", note="is my hat too warm?")
    early = (house.wiring.time - timedelta(minutes=1)).isoformat()
    desk.post(f"/desk/patients/{house.patient.id}/read", until=early)
    assert one(house, ToReadRow).read_at is None
    desk.post(f"/desk/patients/{house.patient.id}/read", until=house.wiring.time.isoformat())
    assert one(house, ToReadRow).read_at is not None
    assert desk.post(f"/desk/patients/{house.patient.id}/read", until="soon").status_code == 422


def test_a_form_goes_back_to_pages_of_ours_only(house: House, desk: Desk) -> None:
    house.send(symptoms__redness="0", note="is my hat too warm?")
    answer = desk.post(f"/desk/to-read/{one(house, ToReadRow).id}/read", back="//elsewhere.example")
    assert answer.headers["Location"].startswith("/desk") or answer.headers["Location"] == "/"


def test_a_session_is_noted_moved_and_cancelled_by_the_clocks_of_the_clinic(house: House, desk: Desk) -> None:
    day = house.wiring.time + timedelta(days=30)
    path = f"/desk/patients/{house.patient.id}/appointments"
    assert desk.post(path, day=f"{day:%Y-%m-%d}", time="10:00").status_code == 303
    row = one(house, AppointmentRow)
    assert row.at.isoformat().startswith(f"{day:%Y-%m-%d}T0")  # Berlin is ahead of UTC
    desk.post(f"/desk/appointments/{row.id}/move", day=f"{day:%Y-%m-%d}", time="11:30")
    assert one(house, AppointmentRow).at - row.at == timedelta(minutes=90)
    assert desk.post(path, day="soon", time="10:00").status_code == 422
    desk.post(f"/desk/appointments/{row.id}/cancel")
    assert one(house, AppointmentRow).cancelled_at == house.wiring.time


def test_the_case_says_why_the_last_session_is_not_over_and_takes_the_decision(house: House, desk: Desk) -> None:
    show(house)
    assert "None is noted" in desk.get("/shown").text

    def plan(session: Session) -> AppointmentRow:
        return add_appointment(session, house.patient.id, house.wiring.time + timedelta(days=2), house.turn)

    row = house.wiring.do(plan)
    assert "It is looked at" in desk.get("/shown").text
    house.wiring.time += timedelta(days=1, minutes=1)
    house.wiring.do(lambda session: look_one(session, (row.clinic_id, row.id), house.wiring.turn("desk")))
    desk = Desk(house.app.test_client(), house.wiring, house.staff[0])  # nobody stays signed in for a day
    page = desk.get("/shown").text
    assert "There is no report since the last session." in page
    assert "Let it go ahead" in page
    seen = one(house, AppointmentRow).looked_at.isoformat()
    said = {"decision": "postpone", "reason": "no word of her", "seen": seen, "back": "/shown"}
    assert desk.post(f"/desk/appointments/{row.id}/decide", **said).headers["Location"] == "/shown"
    page = desk.get("/shown").text
    assert "Dr. Ada Berg postponed it" in page
    assert "no word of her" in page
    assert "Let it go ahead" not in page
    assert desk.post(f"/desk/appointments/{row.id}/decide", **said).status_code == 409


def test_nothing_is_said_while_all_is_well(house: House, desk: Desk) -> None:
    show(house)
    turn_all(house)
    seal_all(house)
    assert banner(house) == []
    assert "clock does not turn" not in desk.get("/shown").text


def test_a_clock_that_does_not_turn_is_the_first_thing_that_is_said(house: House, desk: Desk) -> None:
    show(house)
    page = desk.get("/shown").text
    assert page.index('role="status"') < page.index("The clock does not turn") < page.index("<main")
    assert "start its clock" in page


def test_rules_that_are_missing_are_said(build: Build) -> None:
    house = build(protocol=None)
    house.wiring.do(lambda session: note_lack(session, "", house.turn))
    assert any("No rules are in effect" in line for line in banner(house))


def test_messages_that_failed_are_said_until_one_arrives(house: House) -> None:
    turn_all(house)
    seal_all(house)
    at = house.wiring.time - timedelta(hours=1)
    add(house, state="failed", created_at=at, failed_by="contact")
    assert banner(house) == ["A message was not delivered in the last 24 hours."]
    add(house, state="pending", created_at=at, failed_by="channel", attempts=1)
    assert any("Mail cannot be sent now" in line for line in banner(house))
    house.turn = house.turn._replace(now=house.turn.now + timedelta(days=2))
    assert not any("not delivered" in line for line in banner(house))


def test_everybody_away_and_nobody_standing_in_is_said(house: House) -> None:
    turn_all(house)
    seal_all(house)
    for person in house.staff:
        now = house.wiring.time
        away = AbsenceRow(
            clinic_id=house.clinic.id,
            staff_id=person.id,
            starts_at=now - timedelta(days=1),
            ends_at=now + timedelta(days=1),
            notice="back tomorrow",
            made_at=now,
            made_by="tests",
        )
        write(house, away)
    assert any("Nobody is on duty" in line for line in banner(house))


def test_the_banner_is_asked_for_once_in_ten_seconds(house: House, desk: Desk) -> None:
    show(house)
    assert "The clock does not turn" in desk.get("/shown").text
    turn_all(house)
    assert "The clock does not turn" in desk.get("/shown").text
    house.wiring.time += timedelta(seconds=11)
    assert "The clock does not turn" not in desk.get("/shown").text


def add(house: House, **values: Any) -> None:
    person = house.staff[0]
    told = {"kind": "notice", "about": "on_call_gap", "channel": "email", "contact": "ada@north.example"}
    row = NotificationRow(
        clinic_id=person.clinic_id, staff_id=person.id, **told, not_before=house.wiring.time, **values
    )
    write(house, row)


def write(house: House, row: Any) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(type(row).metadata.tables[row.__tablename__].insert().values(**row.model_dump()))


def seal_all(house: House) -> None:
    house.wiring.do(lambda session: audit.seal(session, house.clinic.id))
