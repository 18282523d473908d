"""Check-ins that should come: planned, asked for, met, missed. Silence is never taken for recovery."""

import uuid
from datetime import datetime

from triage import faults
from triage.actions import audit
from triage.actions.alerts import raise_alert
from triage.actions.enrol import may_message
from triage.actions.protocols import tables_of
from triage.actions.terms import zone_of
from triage.actions.turn import ClockTurn
from triage.records import (
    ClinicRow,
    EpisodeRow,
    ExpectationRow,
    NotificationRow,
    PatientRow,
    Session,
    lookups,
)
from triage.rules import Urgency
from triage.rules.schedule import WITHOUT_PROTOCOL, Reported, next_check_in_at, silent_at


def expect_next(
    session: Session,
    patient: PatientRow,
    episode: EpisodeRow,
    *,
    now: datetime,
    reported: Reported | None = None,
    met_by: uuid.UUID | None = None,
) -> datetime | None:
    """Plan the next check-in and settle the one that waited; return when it is due, None when the plan is over.

    `reported` and `met_by` None: nothing was reported, the plan has changed; silence is never taken for being well.
    """
    waiting = lookups.waiting_expectation(session, episode.clinic_id, episode.id)
    if waiting is not None:
        waiting.state = "met" if met_by else "superseded"
        waiting.met_by, waiting.settled_at = met_by, now
        session.add(waiting)
        session.flush()  # one episode waits for one check-in: the place must be free
    tables = tables_of(session, episode.clinic_id, now, episode)
    clinic = session.get(ClinicRow, episode.clinic_id)
    if clinic is None or episode.closed_at is not None:
        return None
    schedule = tables.protocol.schedule if tables else WITHOUT_PROTOCOL
    due = next_check_in_at(schedule, episode.last_procedure_at, now, zone_of(clinic, patient), reported)
    if due is not None:
        session.add(
            ExpectationRow(
                clinic_id=episode.clinic_id,
                patient_id=patient.id,
                episode_id=episode.id,
                due_at=due,
                alert_at=silent_at(schedule, due),
            )
        )
    return due


def ask_one(session: Session, key: tuple[uuid.UUID, uuid.UUID], clock: ClockTurn) -> bool:
    """Queue a request for a check-in that is due; False where it was asked for, or came, meanwhile."""
    expectation = lookups.waiting_for_update(session, *key)
    if expectation is None or expectation.asked_at is not None:
        return False
    expectation.asked_at = clock.now
    session.add(expectation)
    patient = session.get(PatientRow, (expectation.clinic_id, expectation.patient_id))
    asks = patient is not None and may_message(session, patient)
    if patient is not None and asks:
        session.add(_request(expectation, patient, clock.now))
    turn = clock.at(expectation.clinic_id)
    audit.record(session, turn, "check_in_due", ("expectation", expectation.id), after={"by_message": asks})
    return True


def notice_one(session: Session, key: tuple[uuid.UUID, uuid.UUID], clock: ClockTurn) -> bool:
    """Raise a routine alert of kind silence for a check-in that is overdue; False where it came meanwhile."""
    expectation = lookups.waiting_for_update(session, *key)
    if expectation is None:
        return False
    turn = clock.at(expectation.clinic_id)
    expectation.state, expectation.settled_at = "missed", clock.now
    session.add(expectation)
    audit.record(session, turn, "check_in_missed", ("expectation", expectation.id))
    session.flush()
    faults.at("missed")
    patient = session.get(PatientRow, (expectation.clinic_id, expectation.patient_id))
    episode = session.get(EpisodeRow, (expectation.clinic_id, expectation.episode_id))
    if patient is not None and episode is not None:
        raise_alert(session, "silence", Urgency.routine, turn, of=episode)
        session.flush()
        expect_next(session, patient, episode, now=clock.now)
    return True


def _request(expectation: ExpectationRow, patient: PatientRow, now: datetime) -> NotificationRow:
    return NotificationRow(
        clinic_id=expectation.clinic_id,
        patient_id=patient.id,
        expectation_id=expectation.id,
        kind="check_in_request",
        channel="email",
        contact=patient.email or "",
        not_before=now,
        created_at=now,
    )
