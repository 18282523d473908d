"""Limits on what is sent: counted from deliveries, so that they hold over every worker. They delay, they never drop."""

import uuid
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from triage.actions.tokens import hash_of
from triage.records import ClinicRow, NotificationRow, Session, sending
from triage.rules import Urgency
from triage.rules.limits import ONE_CONTACT, free_at

A_MINUTE = timedelta(minutes=1)
TURN_WAIT = timedelta(seconds=0.2)


class Room(NamedTuple):
    """What a sender may take: of which channel, at most how many a minute (None: any number), and only what was never
    tried."""

    channel: str
    most_per_minute: int | None = None
    fresh: bool = False

    def claimable(self, session: Session, now: datetime) -> Any:
        """Return the condition on what may be claimed now; None: there is none.

        A channel that has sent enough takes only what tells of an urgent alert for the first time. It may be over its
        limit by as many as there are senders.
        """
        since = now - A_MINUTE
        if self.most_per_minute and sending.has_sent(session, self.channel, since, self.most_per_minute):
            return sending.told_first()
        return sending.never_tried() if self.fresh else None


def held_up_until(session: Session, row: NotificationRow, now: datetime) -> datetime | None:
    """Return until when a limit holds a claimed notification up; None: it may go.

    What is for a patient waits until the clinic is set up (actions/readiness.py). What tells somebody of an alert at
    urgent or above for the first time is never held up.
    """
    if is_told_first(row):
        return None
    if row.staff_id is None and row.patient_id is not None and not is_ready(session, row.clinic_id):
        return now + A_MINUTE
    if not sending.take_turn(session, row):
        return now + TURN_WAIT
    most = max(limit.most for limit in ONE_CONTACT)
    contact = counted_as(row.channel, row.contact)
    gone = [now] * sending.on_their_way(session, row, now) + sending.last_deliveries(session, row, contact, most)
    until = free_at(gone, ONE_CONTACT, now)
    return until if until > now else None


def is_ready(session: Session, clinic_id: uuid.UUID) -> bool:
    """Tell whether patients of a clinic may be written to."""
    clinic = session.get(ClinicRow, clinic_id)
    return clinic is not None and clinic.ready_at is not None


def counted_as(channel: str, contact: str) -> str:
    """Return what a delivery keeps of a contact, for good: an Apprise URL is a secret, so only its hash."""
    return hash_of(contact) if channel == "apprise" else contact


def is_told_first(row: NotificationRow) -> bool:
    """Tell whether a notification tells of an alert at urgent or above in the first round of its ladder."""
    return row.kind == "alert" and row.priority >= Urgency.urgent and row.cycle == 0 and row.repeat == 0
