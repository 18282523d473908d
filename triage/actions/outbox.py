"""Notifications go out in three steps: claim (a transaction), send (none open), settle (a transaction).

A crash between claim and settle leaves a lease that runs out, and the message is sent again: twice at worst, never not.
"""

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions import audit
from triage.actions.enrol import may_message
from triage.actions.expectations import note_asked_sent
from triage.actions.messages import Draft, write_message
from triage.actions.turn import ClockTurn
from triage.records import (
    AlertRow,
    ClinicRow,
    DeliveryRow,
    ExpectationRow,
    NotificationRow,
    PatientRow,
    Session,
    lookups,
    new_id,
    queries,
)
from triage.rules.retry import retry_at

UNWANTED = "unwanted"
REQUEST_LASTS = timedelta(hours=48)


class Errand(NamedTuple):
    """A claimed notification."""

    clinic_id: uuid.UUID
    notification_id: uuid.UUID
    attempt: int
    worker: str
    channel: str
    started_at: datetime


class Ending(NamedTuple):
    """How an attempt ended: sent, failed_for_now, failed_for_good or unwanted; `detail` for the operator."""

    result: str
    detail: str


def claim_next(session: Session, worker: str, clock: ClockTurn, lease: timedelta) -> Errand | None:
    """Claim the most urgent notification that is due; None where nothing is due."""
    row = queries.claim_notification(session, worker=worker, now=clock.now, lease_until=clock.now + lease)
    if row is None:
        return None
    return Errand(row.clinic_id, row.id, row.attempts, worker, row.channel, clock.now)


def write_draft(session: Session, errand: Errand, clock: ClockTurn) -> Draft | None:
    """Return the message of a claimed notification; None: nobody wants it any more, so it is settled without sending.

    After the claim, so that one that cannot be written waits for its lease and holds nobody else up.
    """
    row = session.get(NotificationRow, (errand.clinic_id, errand.notification_id))
    clinic = session.get(ClinicRow, errand.clinic_id)
    if row is None or clinic is None:
        return None
    alert = session.get(AlertRow, (row.clinic_id, row.alert_id)) if row.alert_id else None
    return write_message(session, row, clinic, alert, clock) if _is_wanted(session, row, alert, clock.now) else None


def settle(session: Session, errand: Errand, ending: Ending, clock: ClockTurn, chance: float) -> None:
    """Write how an attempt ended. Where the lease was lost meanwhile, only the attempt is kept."""
    values = _settled_values(errand, ending, clock.now, chance)
    kept = queries.settle_notification(
        session,
        clinic_id=errand.clinic_id,
        notification_id=errand.notification_id,
        worker=errand.worker,
        attempt=errand.attempt,
        values=values,
    )
    if ending.result == UNWANTED:
        return
    result = ending.result if kept else "lease_lost"
    session.add(_delivery(errand, result, ending.detail, clock.now))
    if kept:
        _note_ending(session, errand, ending, clock)
    if kept and ending.result == "sent":
        note_asked_sent(session, session.get(NotificationRow, (errand.clinic_id, errand.notification_id)), clock)


def _is_wanted(session: Session, row: NotificationRow, alert: AlertRow | None, now: datetime) -> bool:
    """Tell whether the message still makes sense: asked again just before it is sent."""
    if alert is not None:
        return alert.state == "open" and alert.epoch == row.epoch
    patient = session.get(PatientRow, (row.clinic_id, row.patient_id))
    if patient is None or not may_message(session, patient):
        return False
    if row.kind == "check_in_link":
        return True
    expectation = session.get(ExpectationRow, (row.clinic_id, row.expectation_id))
    return expectation is not None and expectation.state == "waiting" and now < expectation.due_at + REQUEST_LASTS


def _settled_values(errand: Errand, ending: Ending, now: datetime, chance: float) -> dict[str, object]:
    if ending.result == UNWANTED:
        return {"state": "cancelled"}
    if ending.result == "sent":
        return {"state": "sent", "sent_at": now, "last_error": None}
    if ending.result == "failed_for_good":
        return {"state": "failed", "last_error": ending.detail}
    due = retry_at(errand.attempt, now, chance)
    return {"state": "pending", "not_before": due, "last_error": ending.detail}


def _delivery(errand: Errand, result: str, detail: str, now: datetime) -> DeliveryRow:
    return DeliveryRow(
        clinic_id=errand.clinic_id,
        id=new_id(),
        notification_id=errand.notification_id,
        attempt=errand.attempt,
        started_at=errand.started_at,
        finished_at=now,
        result=result,
        detail=detail,
    )


def _note_ending(session: Session, errand: Errand, ending: Ending, clock: ClockTurn) -> None:
    """Show a failure where people look, and take it away once a message has gone out.

    When nobody of a step can be reached, the next one is due at once (T7). That holds for the first round of the ladder
    only: later the ladder keeps its pace, or it would spin.
    """
    row = session.get(NotificationRow, (errand.clinic_id, errand.notification_id))
    alert = session.get(AlertRow, (errand.clinic_id, row.alert_id)) if row and row.alert_id else None
    if row is None or alert is None or alert.state != "open":
        return
    problem = None if ending.result == "sent" else f"a message could not be delivered: {ending.detail}"[:300]
    is_first_round = alert.next_action == "step" and alert.cycle == 0 and row.step == alert.step
    gives_up = ending.result == "failed_for_good" and is_first_round and not lookups.others_of_step(session, alert)
    if problem == alert.problem and not gives_up:
        return
    alert.problem = problem
    if gives_up:
        alert.next_action_at = clock.now
    session.add(alert)
    after = {"notification_id": errand.notification_id}
    audit.record(session, clock.at(errand.clinic_id), ending.result, ("alert", alert.id), after=after)
