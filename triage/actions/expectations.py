"""Check-ins that should come: planned, moved, answered, opened. Asked for: requests.py. Missed: silences.py."""

import uuid
from datetime import datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.first_open import note_first_opened
from triage.actions.last_known import last_known
from triage.actions.ledger import Ledger, open_ledger, sittings_of, why_unasked
from triage.actions.turn import ClockTurn, Turn
from triage.records import EpisodeRow, ExpectationRow, NotificationRow, PatientRow, Session, lookups
from triage.rules.budget import plan_next, put_off
from triage.rules.schedule import (
    JUST_REPORTED,
    Reported,
    clocks,
    move_to,
    next_check_in_at,
    next_hour,
    reminder_at,
)

LATE = timedelta(hours=1)  # a request that goes out later than that is reminded of later too
STILL_PRESSING = 2  # in a row without an answer; then the days of the schedule count again: somebody was told


class Answer(NamedTuple):
    """A report that has just come, and what it says of how soon to ask again."""

    check_in_id: uuid.UUID
    at: datetime  # what it is about, which may be long before it came
    reported: Reported
    sittings: int  # procedures of the episode so far


def expect_next(
    session: Session, patient: PatientRow, episode: EpisodeRow, *, now: datetime, answer: Answer | None = None
) -> datetime | None:
    """Plan the next check-in and settle the one that waited; return when it is due.

    None: the plan is over, or no message is left for what is open. `answer` None: nothing was reported, something else
    has changed; what was open before stays open. A check-in that nobody has been asked for yet is moved; there is one
    line in the ledger for each that somebody was asked for.
    """
    book = open_ledger(session, patient, episode, now)
    waiting = book.waiting
    if answer is not None and waiting is not None and _is_before(waiting, answer.at, now):
        session.add(_settle_earlier(book, waiting, answer, now))
        return waiting.due_at
    if answer is not None:
        _settle_answer(book, answer.check_in_id, now)
    elif waiting is not None and waiting.asked_at is not None:
        waiting.state, waiting.settled_at = "superseded", now
    session.add_all(book.rows)
    session.flush()  # one episode waits for one check-in: the place must be free
    planned = None if episode.closed_at is not None else _plan(session, book, now, answer)
    row = book.waiting
    if planned is None:
        if row is not None:
            row.state, row.settled_at = "superseded", now
        return None
    row = row or ExpectationRow(clinic_id=episode.clinic_id, patient_id=patient.id, episode_id=episode.id, **planned)
    for name, value in planned.items():
        setattr(row, name, value)
    if answer is not None and not book.has_opened:  # it came of itself: the patient has found the page
        row.opened_at = now
    session.add(row)
    return row.due_at if row.unasked_why != "budget" else None


def expect_now(session: Session, patient: PatientRow, episode: EpisodeRow, *, now: datetime) -> ExpectationRow | None:
    """Let the next check-in be due now, whatever the schedule says; None: one was asked for and still waits.

    Used where all who received something are asked. It costs no message of the schedule's: that is not asked.
    """
    book = open_ledger(session, patient, episode, now)
    row = book.waiting
    if row is not None and row.asked_at is not None and now < row.alert_at:
        return None
    values = _values(book, now, why_unasked(session, book))
    row = row or ExpectationRow(clinic_id=episode.clinic_id, patient_id=patient.id, episode_id=episode.id, **values)
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    return row


def move_waiting(session: Session, patient: PatientRow, was_in: tzinfo, now: datetime) -> None:
    """Move the check-in that nobody was asked for yet to the patient's hour and clock as they are now.

    `was_in`: the time zone by which it was planned. It stays on its day where that is still to come.
    """
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    if episode is None:
        return
    book = open_ledger(session, patient, episode, now)
    row = book.waiting
    if row is None or row.asked_at is not None:
        return
    hour = book.schedule.at_hour
    due = move_to(row.due_at, was_in, hour, book.zone)
    while due <= now or (book.last_on is not None and due.astimezone(book.zone).date() <= book.last_on):
        due = next_hour(max(due, now), hour, book.zone)
    due = put_off(due, patient.excused_until, book.schedule, book.zone)
    for name, value in _values(book, due, row.unasked_why).items():
        setattr(row, name, value)
    session.add(row)


def note_opened(session: Session, patient: PatientRow, turn: Turn) -> bool:
    """Note that the patient's page was seen by somebody; False where that is known of what was last asked.

    Who never opened one was sent no more messages: from now on they are again. Who says that the link is not theirs
    opens nothing for the patient.
    """
    if patient.wrong_person_at is not None:
        return False
    note_first_opened(session, patient, turn)
    episode = lookups.latest_episode(session, patient.clinic_id, patient.id)
    if episode is None or episode.closed_at is not None:
        return False
    book = open_ledger(session, patient, episode, turn.now)
    was_given_up = book.is_given_up
    asked = [row for row in book.rows if row.asked_at is not None] or book.rows
    if not asked or asked[-1].opened_at is not None:
        return False
    asked[-1].opened_at = turn.now
    session.add(asked[-1])
    audit.record(session, turn, "check_in_opened", ("expectation", asked[-1].id))
    if was_given_up:
        expect_next(session, patient, episode, now=turn.now)
    return True


def note_asked_sent(session: Session, notification: NotificationRow | None, clock: ClockTurn) -> None:
    """Note in the ledger that the request for a check-in has gone out; nothing for any other notification.

    Where it went out late, the reminder is later too, or there is none.
    """
    if notification is None or notification.kind != "check_in_request" or notification.expectation_id is None:
        return
    row = session.get(ExpectationRow, (notification.clinic_id, notification.expectation_id))
    if row is None or row.asked_at is None or row.sent_at is not None:
        return
    row.sent_at = clock.now
    patient = session.get(PatientRow, (row.clinic_id, row.patient_id))
    episode = session.get(EpisodeRow, (row.clinic_id, row.episode_id))
    if clock.now - row.due_at > LATE and row.remind_at is not None and patient and episode:
        remind_at = reminder_at(clock.now, open_ledger(session, patient, episode, clock.now).zone)
        row.remind_at = remind_at if remind_at < row.alert_at else None
    session.add(row)
    audit.record(session, clock.at(row.clinic_id), "check_in_asked", ("expectation", row.id))


def _is_before(waiting: ExpectationRow, at: datetime, now: datetime) -> bool:
    """Tell whether a report is about a time before the question that is open now: then that one waits on.

    It may have lain on a phone for days, or be for a day that was missed: how they are today is not known by it.
    """
    is_open = waiting.asked_at is not None or waiting.due_at - JUST_REPORTED <= now
    return is_open and at < waiting.due_at - JUST_REPORTED


def _settle_earlier(book: Ledger, waiting: ExpectationRow, answer: Answer, now: datetime) -> ExpectationRow:
    """Give a report about an earlier time to the missed check-in that it answers, or note that the page is known."""
    missed = next((row for row in book.misses() if row.due_at - JUST_REPORTED <= answer.at), None)
    if missed is None:
        waiting.opened_at = waiting.opened_at if book.has_opened else now
        return waiting
    missed.state, missed.answered_at = "late", now
    missed.answered_by, missed.raise_at = answer.check_in_id, None
    return missed


def _settle_answer(book: Ledger, check_in_id: uuid.UUID, now: datetime) -> None:
    """Give an answer to what it answers: what waits and was asked for or is due, else what was missed last.

    A report that comes of itself answers nothing in the ledger; what waits is then planned anew.
    """
    waiting = book.waiting
    last = next(book.since_answer(), None)
    if waiting is not None and (waiting.asked_at is not None or waiting.due_at - JUST_REPORTED <= now):
        waiting.state, waiting.settled_at = "answered", now
        waiting.answered_at, waiting.answered_by = now, check_in_id
    elif last is not None and last.state == "missed":
        last.state, last.answered_at, last.answered_by = "late", now, check_in_id
    for row in book.rows:
        row.raise_at = None


def _plan(session: Session, book: Ledger, now: datetime, answer: Answer | None) -> dict[str, Any] | None:
    """Return what the ledger says of the next check-in; None where there is none."""
    reported = answer.reported if answer else _still_known(session, book, now)
    why, since = why_unasked(session, book), book.episode.last_procedure_at
    if why is not None:  # it costs no message, so the schedule counts as it is
        due = next_check_in_at(book.schedule, since, now, book.zone, reported)
        if due is None:
            return None
        return _values(book, put_off(due, book.patient.excused_until, book.schedule, book.zone), why)
    asked = book.asked(answer.sittings if answer else sittings_of(session, book.episode))
    plan = plan_next(book.schedule, since, now, book.zone, reported, asked)
    return _values(book, plan.due_at, None if plan.by_message else "budget") if plan else None


def _values(book: Ledger, due_at: datetime, why: str | None) -> dict[str, Any]:
    remind_at, alert_at = clocks(book.schedule, due_at, book.zone)
    asks = "none" if why else "message"
    remind_at = None if why else remind_at
    return {"due_at": due_at, "alert_at": alert_at, "remind_at": remind_at, "asks": asks, "unasked_why": why}


def _still_known(session: Session, book: Ledger, now: datetime) -> Reported | None:
    """Return what was last reported and still counts; None: every day of the schedule counts."""
    if len(book.unanswered()) >= STILL_PRESSING:
        return None
    return last_known(session, book.patient, book.episode, book.tables, now).reported
