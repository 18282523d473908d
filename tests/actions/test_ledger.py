"""What was expected, how it was asked for, and what became of it: over the real clock's loops, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House, Patient
from triage import clock
from triage.actions.enrol import patient_of
from triage.actions.expectations import note_opened
from triage.actions.identify import Actor
from triage.actions.turn import Turn
from triage.records import AlertRow, EpisodeRow, ExpectationRow, NotificationRow, Session

FINE = {"symptoms": {"redness": 0, "swelling": 0}}
MILD = {"symptoms": {"redness": 1}}
BEYOND = {"symptoms": {"redness": 3}, "course": {"redness": "worse"}}
on_one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what takes many turns
ASKS = ("check_in_request", "check_in_reminder")


@pytest.fixture
def ana(house: House) -> Patient:
    """Whose needling ended two hours ago, on a Monday at eight; the first question is due at six in the evening."""
    return house.patient(hours_ago=2, email="ana@patients.example")


def ledger(house: House, patient: Patient) -> list[ExpectationRow]:
    rows = select(ExpectationRow).where(ExpectationRow.patient_id == patient.uuid).order_by(ExpectationRow.id)
    return list(house.look(lambda session: session.exec(rows).all()))


def states(house: House, patient: Patient) -> list[str]:
    return [row.state for row in ledger(house, patient)]


def asked(house: House, patient: Patient) -> list[tuple[str, datetime]]:
    """Return the requests and reminders that were queued, and for when."""
    rows = select(NotificationRow).where(NotificationRow.patient_id == patient.uuid).order_by(NotificationRow.id)
    found = house.look(lambda session: session.exec(rows).all())
    return [(row.kind, row.not_before) for row in found if row.kind in ASKS]


def silences(house: House) -> list[tuple[str, str, str]]:
    rows = [alert for alert in house.alerts() if alert["kind"] == "silence"]
    return [(alert["urgency"], alert["condition"], alert["state"]) for alert in rows]


def abouts(house: House, patient: Patient) -> list[str]:
    return [row.silence for row in ledger(house, patient) if row.silence]


def go_to(house: House, text: str) -> None:
    """Move the clock to a moment of March 2026, and let it ask, remind, notice and send."""
    house.wiring.moment = datetime.fromisoformat(f"2026-03-{text}:00+00:00")
    turn(house)


def turn(house: House) -> None:
    for loop in (clock.silence, clock.deliver, clock.upkeep):
        house.run(loop)


def open_page(house: House, patient: Patient) -> bool:
    def work(session: Session) -> bool:
        by = Actor("patient", patient.id, house.clinic_id, "patient", patient_id=patient.uuid)
        return note_opened(session, patient_of(session, patient.uuid, by=by), Turn(by, house.now, house.wiring.terms))

    return bool(house.do(work))


def live(house: House, patient: Patient, days: float, answers: Any = None) -> None:
    """Let the clock turn when something may be due, at two and at six; `answers`: called after each turn."""
    end = house.now + timedelta(days=days)
    while house.now < end:
        here = house.now
        moments = (here.replace(hour=hour, minute=0) + timedelta(days=day) for day in (0, 1) for hour in (14, 18))
        house.wiring.moment = next(moment for moment in moments if moment > here)
        turn(house)
        if answers:
            answers()


def test_a_request_that_is_answered_leaves_all_its_times(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    (row,) = ledger(house, ana)
    assert (row.state, row.asks, row.asked_at, row.sent_at) == ("waiting", "message", house.now, house.now)

    house.later(minutes=5)
    assert open_page(house, ana)
    assert not open_page(house, ana)
    house.later(minutes=1)
    answer = house.report(ana, **FINE)

    row, following = ledger(house, ana)
    assert (row.state, row.answered_at, str(row.answered_by)) == ("answered", house.now, answer["id"])
    assert row.opened_at == house.now - timedelta(minutes=1)
    assert (following.state, following.due_at.isoformat()) == ("waiting", answer["next_check_in_at"])


def test_one_reminder_comes_20_hours_later_and_only_while_it_waits(house: House, ana: Patient) -> None:
    bo = house.patient(hours_ago=2, email="bo@patients.example")
    go_to(house, "02T18:00")
    house.report(bo, **FINE)

    go_to(house, "03T13:59")
    assert len(asked(house, ana)) == 1
    for _ in range(3):
        go_to(house, "03T14:00")

    assert [kind for kind, _ in asked(house, ana)] == list(ASKS)
    assert [kind for kind, _ in asked(house, bo)] == ["check_in_request"]
    assert len(house.mails("ana@")) == 3  # the link, the request, the reminder


def test_a_miss_in_the_first_days_is_told_after_a_day_and_becomes_a_call_after_two(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    open_page(house, ana)
    go_to(house, "03T14:00")
    go_to(house, "03T17:59")
    assert silences(house) == []

    go_to(house, "03T18:00")
    assert silences(house) == [("routine", "active", "open")]
    assert [row.about for row in _alerts(house)] == ["no_report"]

    go_to(house, "04T17:59")
    assert silences(house) == [("routine", "active", "open")]
    go_to(house, "04T18:00")
    assert silences(house) == [("same_day", "active", "open")]


def test_a_report_for_a_missed_day_leaves_the_question_of_today_open(house: House, ana: Patient) -> None:
    """A phone without a network sends yesterday's report today; how the patient is today is not known by that."""
    go_to(house, "02T18:00")
    open_page(house, ana)
    for moment in ("03T14:00", "03T18:00", "04T18:00"):
        go_to(house, moment)
    house.later(hours=1)
    house.report(ana, at=house.now - timedelta(hours=30), **FINE)

    assert states(house, ana) == ["late", "waiting"]
    late, asked_today = ledger(house, ana)
    assert (late.answered_at, late.raise_at) == (house.now, None)
    assert asked_today.asked_at is not None
    house.report(ana, **FINE)
    assert states(house, ana)[:2] == ["late", "answered"]


@on_one_engine
def test_a_report_that_waited_on_a_phone_answers_no_later_question(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    house.report(ana, **MILD)
    go_to(house, "03T18:00")
    told = {"device_at": "2026-03-03T10:00:00Z", "device_now": house.now.isoformat()}
    house.client.post(f"/c/{ana.token}", data={"key": "k", "send": "form", "severity.redness": "0", **told})
    assert states(house, ana) == ["answered", "waiting"]

    go_to(house, "04T18:00")
    assert abouts(house, ana) == ["no_report"]


@on_one_engine
def test_who_sends_what_waited_has_found_the_page(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    told = {"device_at": "2026-03-02T10:00:00Z", "device_now": house.now.isoformat()}
    house.client.post(f"/c/{ana.token}", data={"key": "k", "send": "form", "severity.redness": "0", **told})
    go_to(house, "03T14:00")
    go_to(house, "03T18:00")
    assert abouts(house, ana) == ["no_report"]


def test_a_late_answer_clears_the_reason_and_stops_the_call_but_not_the_alert(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    open_page(house, ana)
    go_to(house, "03T14:00")
    go_to(house, "03T18:00")
    house.later(hours=2)
    house.report(ana, **FINE)

    assert silences(house) == [("routine", "cleared", "open")]
    late, following = ledger(house, ana)
    assert (late.state, late.silence, late.answered_at, late.raise_at) == ("late", "no_report", house.now, None)
    assert following.state == "waiting"
    go_to(house, "04T18:00")
    assert silences(house) == [("routine", "cleared", "open")]


def test_a_silence_that_a_human_has_closed_is_not_raised(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    open_page(house, ana)
    go_to(house, "03T14:00")
    go_to(house, "03T18:00")
    (alert,) = house.alerts()
    key = house.keys["practitioner"]
    house.call("POST", f"/alerts/{alert['id']}/resolve", {"epoch": alert["epoch"], "outcome": "other"}, key)

    go_to(house, "04T17:59")
    go_to(house, "04T18:00")
    assert house.alerts() == []


@on_one_engine
def test_who_never_opens_is_one_call_and_no_message_until_they_open(house: House, ana: Patient) -> None:
    live(house, ana, days=12)
    assert len(asked(house, ana)) == 2
    assert silences(house) == [("same_day", "active", "open")]
    assert abouts(house, ana) == ["never_opened"]

    assert open_page(house, ana)
    live(house, ana, days=8)
    assert len(asked(house, ana)) > 2


@on_one_engine
def test_a_call_task_for_who_never_opens_is_not_made_twice(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    go_to(house, "03T14:00")
    go_to(house, "03T18:00")
    (alert,) = house.alerts()
    key = house.keys["practitioner"]
    house.call("POST", f"/alerts/{alert['id']}/resolve", {"epoch": alert["epoch"], "outcome": "lost"}, key)
    live(house, ana, days=10)
    assert house.alerts() == []


@on_one_engine
def test_silence_after_a_report_beyond_normal_is_a_call_at_once(house: House) -> None:
    patient = house.patient(hours_ago=121)
    house.report(patient, **BEYOND)
    go_to(house, "03T18:00")
    go_to(house, "04T18:00")
    assert silences(house) == [("same_day", "active", "open")]


@on_one_engine
def test_a_symptom_is_asked_about_when_its_window_ends_and_daily_until_it_is_gone(house: House, ana: Patient) -> None:
    go_to(house, "05T12:00")  # day 3; redness is usually gone by day 4
    due = house.report(ana, **MILD)["next_check_in_at"]
    assert due.startswith("2026-03-06T18:00")
    for day in (6, 7, 8):
        go_to(house, f"0{day}T18:00")
        due = house.report(ana, symptoms={"itching": 0}, note="still a little red")["next_check_in_at"]
        assert due.startswith(f"2026-03-0{day + 1}T18:00")
    go_to(house, "09T18:00")
    due = house.report(ana, symptoms={"itching": 0, "redness": 0})["next_check_in_at"]
    assert not due.startswith("2026-03-10")


@on_one_engine
def test_two_quiet_misses_after_a_good_course_are_a_low_alert_and_one_is_none(house: House) -> None:
    patient = house.patient(hours_ago=24 * 8)
    house.report(patient, **FINE)
    told = []

    def note() -> None:
        told.append((states(house, patient).count("missed"), len(silences(house))))

    live(house, patient, days=24, answers=note)
    assert (1, 0) in told
    assert (1, 1) not in told
    assert silences(house) == [("routine", "active", "open")]
    assert abouts(house, patient) == ["quiet"]


@on_one_engine
def test_a_new_sitting_starts_the_days_anew_and_what_was_open_stays_open(house: House) -> None:
    patient = house.patient(hours_ago=24 * 8)
    house.report(patient, symptoms={"redness": 1})
    house.procedure(patient.id, hours_ago=1)
    assert ledger(house, patient)[-1].due_at == datetime.fromisoformat("2026-03-02T18:00:00+00:00")
    go_to(house, "02T18:00")
    go_to(house, "03T18:00")
    assert abouts(house, patient) == ["no_report"]


@on_one_engine
def test_nothing_goes_out_at_night_however_late_the_clock_is(house: House, ana: Patient) -> None:
    go_to(house, "02T23:30")
    assert [moment.isoformat() for _, moment in asked(house, ana)] == ["2026-03-03T08:00:00+00:00"]
    assert len(house.mails("ana@")) == 1
    go_to(house, "03T08:00")
    assert len(house.mails("ana@")) == 2
    (row,) = ledger(house, ana)
    assert (row.sent_at, row.remind_at) == (house.now, None)  # a reminder would come after the silence is told


@on_one_engine
def test_whom_no_message_reached_is_told_of_as_that(house: House, ana: Patient) -> None:
    house.mailbox.stop()
    try:
        go_to(house, "02T18:00")
        go_to(house, "03T18:00")
        assert abouts(house, ana) == ["not_sent"]
        assert [kind for kind, _ in asked(house, ana)] == ["check_in_request"]
    finally:
        house.mailbox.start()


@on_one_engine
def test_whom_nobody_asked_is_not_silent_unless_something_is_open(house: House) -> None:
    quiet, ill = house.patient(hours_ago=2, gets_mail=False), house.patient(hours_ago=30, gets_mail=False)
    house.report(ill, **MILD)
    live(house, quiet, days=4)
    assert abouts(house, quiet) == []
    assert {row.unasked_why for row in ledger(house, quiet)} == {"no_consent"}
    assert abouts(house, ill) == ["not_asked"]


def test_the_episode_waits_for_the_check_in_of_day_90(house: House) -> None:
    patient = house.patient(hours_ago=24 * 89)
    go_to(house, "03T17:59")  # 90 days and 8 hours after the sitting
    assert not _is_closed(house, patient)
    assert [kind for kind, _ in asked(house, patient)] == []
    go_to(house, "03T18:00")
    house.report(patient, **FINE)
    turn(house)
    assert _is_closed(house, patient)


@on_one_engine
def test_when_the_messages_are_used_up_the_clinic_is_told_once(house: House, ana: Patient) -> None:
    def answer() -> None:
        if [row for row in ledger(house, ana) if row.state == "waiting" and row.asked_at]:
            house.report(ana, symptoms={"redness": 3})

    live(house, ana, days=13, answers=answer)
    assert abouts(house, ana) == ["out_of_messages"]
    assert len(asked(house, ana)) == 8
    assert [row.state for row in ledger(house, ana) if row.unasked_why == "budget"] == ["missed"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_report_in_the_moment_of_the_miss_leaves_one_that_waits(house: House, ana: Patient) -> None:
    go_to(house, "02T18:00")
    open_page(house, ana)
    go_to(house, "03T14:00")
    house.wiring.moment = datetime.fromisoformat("2026-03-03T18:00:00+00:00")
    with ThreadPoolExecutor(2) as pool:
        work = [pool.submit(house.run, clock.silence), pool.submit(partial(house.report, ana, **FINE))]
    assert [done.exception() for done in work] == [None, None]
    assert states(house, ana) in (["answered", "waiting"], ["late", "waiting"])


def _alerts(house: House) -> list[AlertRow]:
    return list(house.look(lambda session: session.exec(select(AlertRow)).all()))


def _is_closed(house: House, patient: Patient) -> bool:
    rows = select(EpisodeRow).where(EpisodeRow.patient_id == patient.uuid)
    return bool(house.look(lambda session: session.exec(rows).one().closed_at))
