"""An answer is taken back within seconds: the alert stands as it stood, nobody stays untold, and nothing gets later."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from triage.actions import audit
from triage.actions.alerts import apply_move, rules_of, standing_of
from triage.actions.answer_changes import words_since
from triage.actions.answers import ANSWERS, alert_of
from triage.actions.consequences import judge_again
from triage.actions.errors import Conflict, NotAllowed, NotFound
from triage.actions.telling import tell_others
from triage.actions.turn import Turn
from triage.records import (
    AlertRow,
    CallRow,
    EpisodeRow,
    PatientRow,
    ReplyRow,
    RulesTroubleRow,
    Session,
    UndoRow,
    answer_lookups,
    lookups,
    queries,
    rules_lookups,
)
from triage.rules import Urgency
from triage.rules.alerts import Standing, take_back

UNDO_SHOWN = 10  # seconds that the page offers it
UNDO_LASTS = timedelta(seconds=15)  # what is pressed in the last of them still comes in time
CLOSING = ("outcome", "note", "useful", "seriousness", "resolved_by", "dedup_key")
UNSENT = ("pending", "leased", "bundled")
MOMENTS = ("next_action_at", "epoch_at", "acked_at", "snooze_until", "exhausted_at", "resolved_at", "promised_at")


def stood(session: Session, row: AlertRow) -> dict[str, Any]:
    """Return as plain JSON how an alert stands before an answer, and all that an answer may change beside it."""
    episode = session.get(EpisodeRow, (row.clinic_id, row.episode_id)) if row.episode_id else None
    hold = (episode.danger_from, episode.danger_at) if episode is not None else (None, None)
    troubles = rules_lookups.failures_of_alert(session, row) if row.kind == "service" else []
    messages = answer_lookups.messages_of(session, row)
    return {
        "standing": {name: _plain(value) for name, value in standing_of(row)._asdict().items()},
        **{name: getattr(row, name) for name in CLOSING},
        "wants_call": row.wants_call,
        "hold": [_plain(at) for at in hold] if all(hold) else None,
        "troubles": [str(trouble.id) for trouble in troubles],
        "unsent": [str(message.id) for message in messages if message.state in UNSENT],
        "untold": sorted({str(one.staff_id) for one in messages if one.kind == "alert" and one.state in UNSENT}),
    }


def keep_undo(session: Session, row: AlertRow, did: str, before: Mapping[str, Any], turn: Turn) -> UndoRow:
    """Keep how an alert stood before an answer, and what is told of the answer until it can be taken back no more.

    What tells people at once (escalate) cannot be taken back at all: it is kept for its words only.
    """
    session.flush()
    until = turn.now if did == "escalate" else turn.now + UNDO_LASTS
    queries.hold_back(session, clinic_id=row.clinic_id, alert_id=row.id, made_at=turn.now, until=until)
    undo = UndoRow(
        clinic_id=row.clinic_id,
        alert_id=row.id,
        staff_id=uuid.UUID(str(turn.by.staff_id)),
        did=did,
        version=row.version,
        before=dict(before),
        at=turn.now,
        until=until,
    )
    session.add(undo)
    after = {"alert_id": row.id, "did": did}
    audit.record(session, turn, "answer_given", ("undo", undo.id), after=after)
    return undo


def take_back_answer(session: Session, undo_id: uuid.UUID, turn: Turn) -> AlertRow:
    """Put an alert back to how it stood before somebody's own last answer (T22), and withdraw what it had sent.

    Raises Conflict, in words, where it is too late; NotAllowed for the answer of somebody else; NotFound.
    """
    turn.by.require(*ANSWERS)
    undo = answer_lookups.undo_for_update(session, turn.by.clinic_id, undo_id)
    if undo is None:
        raise NotFound("There is no such answer in this clinic.")
    if undo.staff_id != turn.by.staff_id:
        raise NotAllowed("Only who gave an answer can take it back.")
    row = alert_of(session, undo.alert_id, by=turn.by)
    _refuse_late(session, undo, row, turn)
    _withdraw(session, undo, turn)
    row.wants_call = bool(undo.before.get("wants_call", row.wants_call))
    before = _standing(undo.before["standing"])
    if before != standing_of(row):
        _put_back(session, undo, row, before, turn)
    undo.used_at = turn.now
    session.add(undo)
    audit.record(session, turn, "answer_taken_back", ("undo", undo.id), after={"alert_id": row.id, "did": undo.did})
    return row


def _refuse_late(session: Session, undo: UndoRow, row: AlertRow, turn: Turn) -> None:
    if undo.used_at is not None:
        raise Conflict("It was taken back already.")
    if undo.until <= undo.at:
        raise Conflict("That cannot be taken back: people were told at once.")
    if turn.now > undo.until:
        why = "an answer can be taken back for 10 seconds only. It stands; answer anew to change it."
        raise Conflict(f"Too late: {why}")
    if row.version != undo.version:
        since = words_since(session, row, undo.version, turn) or "the alert has changed since."
        raise Conflict(f"Too late: {since} Your answer stands.")
    key = undo.before["dedup_key"]
    if row.dedup_key is None and key and lookups.open_alert(session, row.clinic_id, key) is not None:
        raise Conflict("Too late: another report has opened a new alert since. Answer that one.")
    reply = _reply_of(session, undo)
    if reply is not None and reply.read_at is not None:
        raise Conflict("Too late: the patient has read your message already. Write another one to correct it.")


def _withdraw(session: Session, undo: UndoRow, turn: Turn) -> None:
    """Take back a call that was noted and a reply that nobody has read: the rows stay, and say so."""
    call_id = undo.before.get("call")
    call = session.get(CallRow, (undo.clinic_id, uuid.UUID(call_id))) if call_id else None
    for kind, row in (("call", call), ("reply", _reply_of(session, undo))):
        if row is not None:
            row.taken_back_at = turn.now
            session.add(row)
            audit.record(session, turn, f"{kind}_taken_back", (kind, row.id), after={"alert_id": undo.alert_id})


def _put_back(session: Session, undo: UndoRow, row: AlertRow, before: Standing, turn: Turn) -> None:
    rules, was_resolved = rules_of(session, row, turn), row.state == "resolved"
    move = take_back(standing_of(row), before, turn.now, tells=_is_anybody_misled(session, undo, row))
    told_before = lookups.alert_notifications(session, row) if move.standing.state != "open" else []
    with session.no_autoflush:  # half of a closed row and half of an open one is refused
        for name in CLOSING:
            setattr(row, name, undo.before[name])
        untold = tuple(undo.before["untold"]) if move.tells else ()  # also who was told besides the step's people
        apply_move(session, row, move._replace(also=untold), turn, rules)
    if row.epoch > before.epoch:  # it had begun an epoch, and who heard of that learns that somebody has it after all
        tell_others(session, row, "taken", told_before, turn)
    unsent = [uuid.UUID(one) for one in undo.before["unsent"]]
    if unsent:
        queries.queue_again(session, clinic_id=row.clinic_id, ids=unsent)
    _open_troubles_again(session, undo, turn)
    if was_resolved:
        _open_course_again(session, undo, row, turn)


def _is_anybody_misled(session: Session, undo: UndoRow, row: AlertRow) -> bool:
    """Tell whether messages were on their way when it was answered, or somebody may have heard of the answer.

    A message that a sender held then may end as not wanted any more, at any moment: so its people are told anew.
    """
    messages = answer_lookups.messages_of(session, row)
    heard = [one for one in messages if one.kind in ("taken", "closed") and one.created_at == undo.at]
    return bool(undo.before["untold"]) or any(one.state != "pending" for one in heard)


def _open_troubles_again(session: Session, undo: UndoRow, turn: Turn) -> None:
    """Rules that failed are known to nobody again, unless they have failed anew meanwhile."""
    for trouble_id in undo.before["troubles"]:
        trouble = session.get(RulesTroubleRow, (undo.clinic_id, uuid.UUID(trouble_id)))
        if trouble is None or trouble.cleared_at is None:
            continue
        if rules_lookups.open_trouble(session, trouble.clinic_id, trouble.digest, trouble.kind) is None:
            trouble.cleared_at = None
            session.add(trouble)
            after = {"kind": trouble.kind, "digest": trouble.digest}
            audit.record(session, turn, "rules_trouble_back", ("rules_trouble", trouble.id), after=after)


def _open_course_again(session: Session, undo: UndoRow, row: AlertRow, turn: Turn) -> None:
    """Hold up later calm answers again, and look anew at what was reported in the seconds without it.

    A course that has come to its end meanwhile goes on: it has something open.
    """
    episode = session.get(EpisodeRow, (row.clinic_id, row.episode_id)) if row.episode_id else None
    patient = session.get(PatientRow, (row.clinic_id, row.patient_id)) if row.patient_id else None
    if episode is None or patient is None:
        return
    if episode.closed_at is not None and episode.closed_at >= undo.at:
        episode.closed_at = None
        audit.record(session, turn, "episode_opened_again", ("episode", episode.id))
    session.add(episode)
    if undo.before["hold"] is None:
        return
    since, until = (datetime.fromisoformat(at) for at in undo.before["hold"])
    episode.danger_from = min(since, episode.danger_from or since)
    episode.danger_at = max(until, episode.danger_at or until)
    session.flush()
    judge_again(session, patient, undo.at, turn)


def _reply_of(session: Session, undo: UndoRow) -> ReplyRow | None:
    reply_id = undo.before.get("reply")
    return session.get(ReplyRow, (undo.clinic_id, uuid.UUID(reply_id))) if reply_id else None


def _standing(values: Mapping[str, Any]) -> Standing:
    read = dict(values) | {"urgency": Urgency(values["urgency"])}
    for name in MOMENTS:
        read[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name in ("owner_id", "assigned_to_id"):
        read[name] = uuid.UUID(values[name]) if values[name] else None
    return Standing(**read)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
