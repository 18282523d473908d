"""A practitioner writes back: stored, shown on the patient's page, told of by a message that says nothing of health."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.alerts import clinic_of
from triage.actions.answers import ANSWERS, acknowledge_alert, alert_of
from triage.actions.enrol import agrees_to_messages, way_to
from triage.actions.episodes import still_running
from triage.actions.errors import Conflict, Invalid, NotAllowed
from triage.actions.remembered import Call, answered_before, remember
from triage.actions.terms import Terms, zone_of
from triage.actions.turn import Turn
from triage.records import AlertRow, NotificationRow, PatientRow, ReplyRow, Session, reply_lookups, rules_lookups
from triage.rules import Fault, Urgency
from triage.rules.schedule import daytime_from

MESSAGE, PAGE_ONLY = "message", "page_only"
UNREACHED: Mapping[str, str] = {
    "opted_out": "the patient wants no messages",
    "no_consent": "the patient has not agreed to messages",
    "no_contact": "no address and no number of the patient is noted that messages can go to",
    "wrong_person": "whoever holds the patient's link says that they are somebody else",
}


class Reply(NamedTuple):
    """What a practitioner wrote to a patient."""

    id: uuid.UUID
    at: datetime
    by_name: str
    text: str
    read_at: datetime | None  # None: the patient has not opened it yet


class ReportStatus(NamedTuple):
    """How far the patient's last report has come; of each moment None where it has not come that far."""

    sent_at: datetime | None  # None: nothing was reported, only the clinic has written
    seen_at: datetime | None  # a person at the clinic has it
    answered_at: datetime | None  # they have written, or closed the alert
    replies: tuple[Reply, ...]  # of this episode, the newest first


def reply_to_patient(
    session: Session, alert_id: uuid.UUID, said: Mapping[str, Any], turn: Turn, key: str | None = None
) -> tuple[AlertRow, dict[str, Any]]:
    """Write to the patient of an alert (`said`: text, epoch?, held_until?); return it, and how the patient will learn.

    Who replies to an open alert takes it, where it cannot have got worse unseen: the epoch is the one that they saw,
    or the first. A closed one stays closed. No message goes out before `held_until`. The same Idempotency-Key again
    writes nothing. Raises Conflict for a stale epoch, Invalid for an alert that is about no patient.
    """
    turn.by.require(*ANSWERS)
    row = alert_of(session, alert_id, by=turn.by)
    call = Call(key, _digest_of(row, said))
    before = answered_before(session, call, turn.by)
    if before is not None:
        return row, before
    patient, epoch = _addressee(session, row), said.get("epoch")
    if epoch is not None and epoch != row.epoch:
        current = {"id": str(row.id), "state": row.state, "epoch": row.epoch, "urgency": Urgency(row.urgency).name}
        raise Conflict("The alert has changed since you saw it; look again before you reply.", {"current": current})
    reply = _write(session, row, patient, said["text"], turn)
    why = why_unreached(session, patient, turn.terms)
    send_at = _tell(session, row, patient, said.get("held_until") or turn.now, turn) if why is None else None
    after = {"alert_id": row.id, "patient_id": patient.id, "by_message": send_at is not None}
    audit.record(session, turn, "reply_written", ("reply", reply.id), after=after)
    takes = row.state == "open" and row.epoch == (epoch or 1)
    if takes:
        acknowledge_alert(session, row.id, row.epoch, turn)
    answer = _answer(row, reply, why, send_at) | {"takes": takes}
    remember(session, call, answer, 200, turn)
    return row, answer


def why_unreached(session: Session, patient: PatientRow, terms: Terms) -> str | None:
    """Return why no message can tell this patient of a reply, as a word of UNREACHED; None where one can."""
    if patient.wrong_person_at is not None:
        return "wrong_person"
    if patient.opted_out_at is not None:
        return "opted_out"
    if not agrees_to_messages(session, patient):
        return "no_consent"
    return "no_contact" if way_to(patient, terms) is None else None


def status_of(session: Session, patient: PatientRow) -> ReportStatus | None:
    """Return how far the last report of the current episode has come; None where nothing was sent and nobody wrote.

    It is never said to be better than it is: who took the alert of an earlier report has not seen a later one, and what
    was taken and let rest until the alert climbed again is not seen any more. Replies are for the patient only: there
    are none where somebody else holds the link.
    """
    episode = still_running(rules_lookups.current_episode(session, patient.clinic_id, patient.id))
    if episode is None:
        return None
    sent_at = reply_lookups.last_report_at(session, episode)
    written = () if patient.wrong_person_at else replies_shown(session, patient, episode.id)
    if sent_at is None:
        return ReportStatus(None, None, None, written) if written else None
    alerts = reply_lookups.report_alerts(session, episode)
    closed = (alert.resolved_at for alert in alerts if alert.resolved_by != "policy")
    answered_at = _first([*(reply.at for reply in written), *closed], sent_at)
    worked_on = reply_lookups.notes_at(session, alerts)
    seen_at = _first([*(alert.acked_at for alert in alerts), *worked_on, answered_at], sent_at)
    return ReportStatus(sent_at, seen_at, answered_at, written)


def replies_shown(session: Session, patient: PatientRow, episode_id: uuid.UUID | None = None) -> tuple[Reply, ...]:
    """Return the replies to a patient, the newest first; `episode_id` None: of all episodes."""
    rows = reply_lookups.of_patient(session, patient.clinic_id, patient.id, episode_id)
    return tuple(Reply(row.id, row.at, name, row.text, row.read_at) for row, name in rows)


def note_replies_read(session: Session, patient: PatientRow, ids: Sequence[uuid.UUID], turn: Turn) -> int:
    """Note which replies the patient has on the screen; return how many are new to them. Others' ids count for none."""
    seen = [row for row in reply_lookups.unread(session, patient.clinic_id, patient.id) if row.id in ids] if ids else []
    for row in seen:
        row.read_at = turn.now
        session.add(row)
        audit.record(session, turn, "reply_read", ("reply", row.id))
    return len(seen)


def _digest_of(row: AlertRow, said: Mapping[str, Any]) -> str:
    """Return the hash that tells a reply from another one, and from a report under the same key."""
    return hashlib.sha256(f"reply\n{row.id}\n{said.get('epoch')}\n{said['text']}".encode()).hexdigest()


def _addressee(session: Session, row: AlertRow) -> PatientRow:
    patient = session.get(PatientRow, (row.clinic_id, row.patient_id)) if row.patient_id else None
    if patient is None:
        raise Invalid([Fault("alert_id", "this alert is about no patient", "reply to one that has a patient_id")])
    return patient


def _write(session: Session, row: AlertRow, patient: PatientRow, text: str, turn: Turn) -> ReplyRow:
    if turn.by.staff_id is None:
        raise NotAllowed("A reply is signed by a person: use the key of a practitioner or a lead.")
    reply = ReplyRow(
        clinic_id=row.clinic_id,
        patient_id=patient.id,
        alert_id=row.id,
        staff_id=turn.by.staff_id,
        text=text,
        at=turn.now,
    )
    session.add(reply)
    return reply


def _tell(session: Session, row: AlertRow, patient: PatientRow, since: datetime, turn: Turn) -> datetime:
    """Queue the message that there is a reply and return when it goes out; one that waits already tells of this too.

    What is urgent goes out at once (from `since` on), the rest not at night for the patient.
    """
    zone = zone_of(clinic_of(session, row.clinic_id), patient)
    send_at = since if row.urgency >= Urgency.urgent else daytime_from(since, zone)
    waiting = reply_lookups.waiting_message(session, patient.clinic_id, patient.id)
    if waiting is not None:
        waiting.not_before = min(waiting.not_before, send_at)
        waiting.priority = max(waiting.priority, row.urgency)
        session.add(waiting)
        return waiting.not_before
    channel, contact = way_to(patient, turn.terms) or ("email", "")
    session.add(
        NotificationRow(
            clinic_id=patient.clinic_id,
            patient_id=patient.id,
            kind="reply",
            channel=channel,
            contact=contact,
            priority=row.urgency,
            not_before=send_at,
            created_at=turn.now,
        )
    )
    return send_at


def _answer(row: AlertRow, reply: ReplyRow, why: str | None, send_at: datetime | None) -> dict[str, Any]:
    must_call = why is not None and (row.urgency >= Urgency.urgent or why == "wrong_person")
    return {
        "id": str(reply.id),
        "at": reply.at.isoformat(),
        "learns_by": PAGE_ONLY if why else MESSAGE,
        "why": why,
        "sent_from": send_at.isoformat() if send_at else None,
        "must_call": must_call,
        "what_now": _what_now(why, must_call=must_call),
    }


def _what_now(why: str | None, *, must_call: bool) -> str:
    """Return in a sentence how the patient learns of the reply, and whether somebody has to call."""
    if why is None:
        return "A message without details asks the patient to open their page."
    shown = "is not shown" if why == "wrong_person" else "shows on their page only"
    call = " Call the patient." if must_call else ""
    return f"No message is sent, since {UNREACHED[why]}: the reply {shown}.{call}"


def _first(moments: Iterable[datetime | None], since: datetime) -> datetime | None:
    """Return the earliest moment from `since` on; None where there is none."""
    return min((at for at in moments if at is not None and at >= since), default=None)
