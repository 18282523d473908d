"""Who is told of an alert: the people of its step, each by a notification with a link of their own."""

import uuid
from datetime import datetime, timedelta

from triage.actions import audit
from triage.actions.terms import Terms
from triage.actions.tokens import ACK_MARK, derive, hash_of
from triage.actions.turn import Turn
from triage.records import AckTokenRow, AlertRow, NotificationRow, Session, StaffRow, lookups, new_id
from triage.rules.alerts import Rules

ACK_LINK_LASTS = timedelta(hours=24)
NOBODY = "nobody at this clinic can be told: add a practitioner or a lead"


def tell_somebody(session: Session, row: AlertRow, turn: Turn, rules: Rules) -> list[StaffRow]:
    """Tell the people of the step; where a step has nobody, the next one is taken at once (T7)."""
    for _ in rules.policy.steps:
        people = lookups.staff_of(session, row.clinic_id, rules.policy.steps[row.step])
        if people:
            if row.problem == NOBODY:
                row.problem = None
            for person in people:
                _queue(session, row, person, turn.now, turn.terms)
            return people
        row.step, row.cycle = rules.policy.next_step(row.step, row.cycle)
    row.problem = NOBODY
    row.exhausted_at = row.exhausted_at or turn.now
    audit.record(session, turn, "nobody_reachable", ("alert", row.id))
    return []


def _queue(session: Session, row: AlertRow, person: StaffRow, now: datetime, terms: Terms) -> None:
    """Queue one message, and the token that its link will carry."""
    notification_id = new_id()
    row.told_count += 1
    session.add(
        NotificationRow(
            clinic_id=row.clinic_id,
            id=notification_id,
            alert_id=row.id,
            staff_id=person.id,
            kind="alert",
            channel="email",
            contact=person.email,
            epoch=row.epoch,
            cycle=row.cycle,
            step=row.step,
            priority=row.urgency,
            not_before=now,
            created_at=now,
        )
    )
    session.add(
        AckTokenRow(
            clinic_id=row.clinic_id,
            alert_id=row.id,
            epoch=row.epoch,
            staff_id=person.id,
            notification_id=notification_id,
            token_hash=hash_of(ack_token(terms, row.clinic_id, notification_id)),
            expires_at=now + ACK_LINK_LASTS,
        )
    )


def ack_token(terms: Terms, clinic_id: uuid.UUID, notification_id: uuid.UUID) -> str:
    """Return the secret of an acknowledge link, derived again."""
    return derive(terms.secret, ACK_MARK, clinic_id, notification_id)
