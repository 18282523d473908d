"""Notifications go out in three steps: claim (a transaction), send (none open), settle (a transaction).

A crash between claim and settle leaves a lease that runs out, and the message is sent again: twice at worst, never not.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions import audit
from triage.actions.bundles import free_bundle, make_bundle, settle_bundle
from triage.actions.contacts import disable_refused, fault_of_contact
from triage.actions.expectations import note_asked_sent
from triage.actions.limiting import Room, counted_as, held_up_until
from triage.actions.messages import Draft, write_message
from triage.actions.turn import ClockTurn
from triage.actions.wanted import is_wanted
from triage.records import AlertRow, ClinicRow, DeliveryRow, NotificationRow, Session, lookups, new_id, queries, sending
from triage.rules.retry import retry_at

__all__ = ["UNWANTED", "Ending", "Errand", "Room", "claim_next", "settle", "write_draft"]

UNWANTED = "unwanted"
MOST_PUT_OFF = 20  # contacts that one claim looks past
ANY_MAIL = Room("email")


class Errand(NamedTuple):
    """A claimed notification."""

    clinic_id: uuid.UUID
    notification_id: uuid.UUID
    attempt: int
    worker: str
    channel: str
    started_at: datetime
    contact: str = ""


class Ending(NamedTuple):
    """How an attempt ended: sent, failed_for_now, failed_for_good or unwanted; `detail` for the operator.

    `retry_after` and `of_channel` as in channels.Failed; `tells`: the other notifications that the message told of.
    """

    result: str
    detail: str
    retry_after: float | None = None
    of_channel: bool = False
    tells: tuple[uuid.UUID, ...] = ()


def claim_next(
    session: Session, worker: str, clock: ClockTurn, lease: timedelta, room: Room = ANY_MAIL
) -> Errand | None:
    """Claim the most urgent notification of a channel that is due and that no limit holds up; None: there is none.

    What else waits for the same contact may ride along.
    """
    only = room.claimable(session, clock.now)
    for _ in range(MOST_PUT_OFF):
        row = queries.claim_notification(
            session,
            channel=room.channel,
            worker=worker,
            now=clock.now,
            lease_until=clock.now + lease,
            only=only,
        )
        if row is None:
            return None
        until = held_up_until(session, row, clock.now)
        if until is None:
            make_bundle(session, row, clock.now)
            return Errand(row.clinic_id, row.id, row.attempts, worker, row.channel, clock.now, row.contact)
        free_bundle(session, row, {})  # of a worker that died; who answers this one meanwhile must not take them along
        sending.put_off(session, row, until)
    return None


def write_draft(session: Session, errand: Errand, clock: ClockTurn) -> Draft | Ending | None:
    """Return the message of a claimed notification; None: nobody wants it any more, so it is settled without sending.

    An Ending: it cannot reach its person, who has left or whose contact was switched off. After the claim, so that one
    that cannot be written waits for its lease and holds nobody else up. None, too, for a worker that slept past its
    lease: another one has the message now.
    """
    row = session.get(NotificationRow, (errand.clinic_id, errand.notification_id))
    clinic = session.get(ClinicRow, errand.clinic_id)
    if row is None or clinic is None or not _is_held(row, errand) or not is_wanted(session, row, clock.now):
        return None
    fault = fault_of_contact(session, row)
    if fault is not None:
        return Ending("failed_for_good", fault)
    beside = [other for other in sending.bundled_into(session, row) if is_wanted(session, other, clock.now)]
    return write_message(session, row, clinic, clock, beside)


def _is_held(row: NotificationRow, errand: Errand) -> bool:
    return (row.state, row.lease_owner, row.attempts) == ("leased", errand.worker, errand.attempt)


def settle(session: Session, errand: Errand, ending: Ending, clock: ClockTurn, chance: float) -> None:
    """Write how an attempt ended. Where the lease was lost meanwhile, only the attempt is kept."""
    row = session.get(NotificationRow, (errand.clinic_id, errand.notification_id))
    was_held = row is not None and row.failed_by == "channel"
    values = _settled_values(errand, ending, clock.now, chance)
    kept = queries.settle_notification(
        session,
        clinic_id=errand.clinic_id,
        notification_id=errand.notification_id,
        worker=errand.worker,
        attempt=errand.attempt,
        values=values,
    )
    if ending.result != UNWANTED:
        result = ending.result if kept else "lease_lost"
        session.add(_delivery(errand, result, ending.detail, clock.now))
    if row is None or not kept:
        return
    if ending.result == "sent":
        told = settle_bundle(session, row, ending.tells, errand.started_at, clock.now)
        if was_held:
            sending.hurry(session, errand.channel, clock.now)
        note_asked_sent(session, row, clock)
    else:
        told = free_bundle(session, row, values if ending.of_channel else {})
    if ending.result != UNWANTED:
        _note_endings(session, row, told, ending, clock)


def _note_endings(
    session: Session, row: NotificationRow, told: Sequence[NotificationRow], ending: Ending, clock: ClockTurn
) -> None:
    """Show how it ended, of the message and of those that it told of too; what was freed fails by itself, or not."""
    if ending.result == "failed_for_good":
        remark = disable_refused(session, row, ending.detail, clock)
        ending = ending._replace(detail=f"{ending.detail}; {remark}") if remark else ending
        told = ()
    for one in (row, *told):
        _note_ending(session, one, ending, clock)


def _settled_values(errand: Errand, ending: Ending, now: datetime, chance: float) -> dict[str, object]:
    if ending.result == UNWANTED:
        return {"state": "cancelled"}
    if ending.result == "sent":
        return {"state": "sent", "sent_at": now, "last_error": None, "failed_by": None}
    if ending.result == "failed_for_good":
        return {"state": "failed", "last_error": ending.detail, "failed_by": "contact"}
    due = retry_at(errand.attempt, now, chance, ending.retry_after)
    failed_by = "channel" if ending.of_channel else "contact"
    return {"state": "pending", "not_before": due, "last_error": ending.detail, "failed_by": failed_by}


def _delivery(errand: Errand, result: str, detail: str, now: datetime) -> DeliveryRow:
    return DeliveryRow(
        clinic_id=errand.clinic_id,
        id=new_id(),
        notification_id=errand.notification_id,
        channel=errand.channel,
        contact=counted_as(errand.channel, errand.contact),
        attempt=errand.attempt,
        started_at=errand.started_at,
        finished_at=now,
        result=result,
        detail=detail,
    )


def _note_ending(session: Session, row: NotificationRow, ending: Ending, clock: ClockTurn) -> None:
    """Show a failure where people look, and take it away once a message has gone out.

    When nobody of a step can be reached, the next one is due at once (T7). That holds for the first round of the ladder
    only: later the ladder keeps its pace, or it would spin.
    """
    alert = session.get(AlertRow, (row.clinic_id, row.alert_id)) if row.alert_id and row.kind == "alert" else None
    if alert is None or alert.state != "open":
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
    after = {"notification_id": row.id}
    audit.record(session, clock.at(row.clinic_id), ending.result, ("alert", alert.id), after=after)
