"""Who is told of an alert: each by a notification, with a link of their own where they can answer it."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from triage.actions import audit
from triage.actions.cover import staffing_of
from triage.actions.enrol import agrees_to_messages, way_to
from triage.actions.terms import Terms
from triage.actions.tokens import ACK_MARK, derive, hash_of
from triage.actions.turn import Turn
from triage.records import AckTokenRow, AlertRow, ClinicRow, NotificationRow, PatientRow, Session, lookups, new_id
from triage.rules import Urgency
from triage.rules.alerts import Move, Rules
from triage.rules.staffing import Told, people_told
from triage.rules.telling import Reached, reach_somebody

ACK_LINK_LASTS = timedelta(hours=24)
NOBODY = "nobody at this clinic can be told: add a practitioner or a lead with a verified contact"


def reach(session: Session, clinic: ClinicRow, move: Move, rules: Rules, now: datetime) -> Reached:
    """Return whom a move tells and where the alert is then; nothing is written."""
    return reach_somebody(move.standing, rules, staffing_of(session, clinic, now), now, move.also)


def tell_people(session: Session, row: AlertRow, reached: Reached, turn: Turn) -> None:
    """Queue the messages of a step; where nobody could be told, say so where people look."""
    for step in reached.skipped:
        audit.record(session, turn, "nobody_reachable", ("alert", row.id), after={"step": step})
    if reached.told and row.problem == NOBODY:
        row.problem = None
    if not reached.told:
        row.problem = NOBODY
        row.exhausted_at = row.exhausted_at or turn.now
        audit.record(session, turn, "nobody_reachable", ("alert", row.id), after={"step": row.step, "at_all": True})
    for told in reached.told:
        _queue(session, row, told, reached.delivered_at, turn)


def tell_person(session: Session, row: AlertRow, clinic: ClinicRow, staff_id: object, turn: Turn) -> bool:
    """Queue a message to one person who was asked to take an alert; False where they cannot be reached.

    Whoever was told on this very step already has their link.
    """
    staffing = staffing_of(session, clinic, turn.now)
    told = people_told((f"person:{staff_id}",), staffing, Urgency(row.urgency), turn.now, ignore_absence=True)
    had = {sent.contact for sent in lookups.alert_notifications(session, row) if _is_of_this_place(sent, row)}
    for one in told:
        if one.way.address not in had:
            _queue(session, row, one, turn.now, turn)
    return bool(told)


def tell_others(session: Session, row: AlertRow, kind: str, told_before: Iterable[NotificationRow], turn: Turn) -> None:
    """Queue one message to everybody whom this epoch's messages reached, but not to who acted: no more is needed."""
    seen: dict[str, NotificationRow] = {}
    for sent in told_before:
        is_other = sent.staff_id is not None and sent.staff_id != turn.by.staff_id
        if sent.state == "sent" and sent.epoch == row.epoch and is_other:
            seen.setdefault(sent.contact, sent)
    for sent in seen.values():
        if _is_told_again(session, row, kind, sent.contact, turn):
            continue
        session.add(
            NotificationRow(
                clinic_id=row.clinic_id,
                alert_id=row.id,
                staff_id=sent.staff_id,
                contact_id=sent.contact_id,
                kind=kind,
                channel=sent.channel,
                contact=sent.contact,
                epoch=row.epoch,
                cycle=row.cycle,
                step=row.step,
                repeat=row.repeat,
                not_before=turn.now,
                created_at=turn.now,
            )
        )


def _is_told_again(session: Session, row: AlertRow, kind: str, contact: str, turn: Turn) -> bool:
    """Tell whether the same was queued for a contact here before; what an answer taken back had withdrawn goes out.

    It is told once a place of the ladder: what has gone out already is true again.
    """
    place = (row.epoch, row.cycle, row.step, row.repeat)
    for former in lookups.alert_notifications(session, row):
        if (former.epoch, former.cycle, former.step, former.repeat) != place:
            continue
        if (former.kind, former.contact) == (kind, contact):
            if former.state == "cancelled":
                former.state, former.not_before, former.created_at = "pending", turn.now, turn.now
                session.add(former)
            return True
    return False


def tell_patient(session: Session, row: AlertRow, turn: Turn) -> bool:
    """Queue the message that nobody has answered in the time that was promised; False where none may be sent."""
    patient = session.get(PatientRow, (row.clinic_id, row.patient_id)) if row.patient_id else None
    way = way_to(patient, turn.terms) if patient is not None else None
    if patient is None or way is None or not agrees_to_messages(session, patient):
        return False
    session.add(
        NotificationRow(
            clinic_id=row.clinic_id,
            alert_id=row.id,
            patient_id=patient.id,
            kind="unanswered",
            channel=way[0],
            contact=way[1],
            epoch=row.epoch,
            priority=row.urgency,
            not_before=turn.now,
            created_at=turn.now,
        )
    )
    return True


def ack_token(terms: Terms, clinic_id: uuid.UUID, notification_id: uuid.UUID) -> str:
    """Return the secret of an acknowledge link, derived again."""
    return derive(terms.secret, ACK_MARK, clinic_id, notification_id)


def _is_of_this_place(sent: NotificationRow, row: AlertRow) -> bool:
    here = (row.epoch, row.cycle, row.step, row.repeat)
    return sent.kind == "alert" and (sent.epoch, sent.cycle, sent.step, sent.repeat) == here


def _queue(session: Session, row: AlertRow, told: Told, not_before: datetime, turn: Turn) -> None:
    """Queue one message, and the token that its link will carry."""
    notification_id, staff_id = new_id(), uuid.UUID(str(told.person.id))
    row.told_count += 1
    session.add(
        NotificationRow(
            clinic_id=row.clinic_id,
            id=notification_id,
            alert_id=row.id,
            staff_id=staff_id,
            contact_id=uuid.UUID(str(told.way.id)),
            kind="alert",
            channel=told.way.channel,
            contact=told.way.address,
            epoch=row.epoch,
            cycle=row.cycle,
            step=row.step,
            repeat=row.repeat,
            priority=row.urgency,
            not_before=not_before,
            created_at=turn.now,
        )
    )
    session.add(
        AckTokenRow(
            clinic_id=row.clinic_id,
            alert_id=row.id,
            epoch=row.epoch,
            staff_id=staff_id,
            notification_id=notification_id,
            token_hash=hash_of(ack_token(turn.terms, row.clinic_id, notification_id)),
            expires_at=max(turn.now, not_before) + ACK_LINK_LASTS,
        )
    )
