"""What is pressed at the desk: one answer to one alert as it was seen, with how it stood before, so that it can be
taken back."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from triage.actions.answer_changes import Seen, Stale, refuse_stale
from triage.actions.answers import (
    ANSWERS,
    acknowledge_alert,
    alert_of,
    assign_alert,
    escalate_alert,
    release_alert,
    resolve_alert,
    snooze_alert,
)
from triage.actions.calls import is_with_another, note_not_reached, note_reached
from triage.actions.errors import NotFound
from triage.actions.replies import reply_to_patient
from triage.actions.turn import Turn
from triage.actions.undo import UNDO_LASTS, keep_undo, stood
from triage.records import AlertRow, Session, UndoRow, answer_lookups


class Answered(NamedTuple):
    """An answer that was taken: the alert as it stands now, and how it stood."""

    row: AlertRow
    undo: UndoRow


def answer_alert(
    session: Session, alert_id: uuid.UUID, verb: str, seen: Seen, said: Mapping[str, Any], turn: Turn
) -> Answered:
    """Give one of ANSWER_OF to an alert (`said`: what its form asks, as values).

    Raises Stale where it has changed since it was `seen` and that matters, Invalid for what the form must ask again,
    NotFound for a verb that is none.
    """
    turn.by.require(*ANSWERS)
    give = ANSWER_OF.get(verb)
    if give is None:
        raise NotFound("There is no such answer.")
    row = alert_of(session, alert_id, by=turn.by)
    refuse_stale(session, row, verb, seen, turn)
    before = stood(session, row)
    also = give(session, row, said, turn)
    return Answered(row, keep_undo(session, row, verb, before | also, turn))


def _take(session: Session, row: AlertRow, said: Mapping[str, Any], turn: Turn) -> dict[str, str]:
    _refuse_anothers(session, row, turn)
    acknowledge_alert(session, row.id, row.epoch, turn)
    return {}


def _reached(session: Session, row: AlertRow, said: Mapping[str, Any], turn: Turn) -> dict[str, str]:
    return {"call": str(note_reached(session, row, said.get("note"), turn).id)}


def _not_reached(session: Session, row: AlertRow, said: Mapping[str, Any], turn: Turn) -> dict[str, str]:
    return {"call": str(note_not_reached(session, row, str(said.get("again") or ""), turn).id)}


def _reply(session: Session, row: AlertRow, said: Mapping[str, Any], turn: Turn) -> dict[str, str]:
    written = {"text": said["text"], "epoch": row.epoch, "held_until": turn.now + UNDO_LASTS}
    _, reply = reply_to_patient(session, row.id, written, turn, said.get("key"))
    return {"reply": str(reply["id"]), "reply_now": str(reply["what_now"])}


def _watch(session: Session, row: AlertRow, said: Mapping[str, Any], turn: Turn) -> dict[str, str]:
    _refuse_anothers(session, row, turn)
    snooze_alert(session, row.id, {**said, "epoch": row.epoch}, turn)
    return {}


def _close(session: Session, row: AlertRow, said: Mapping[str, Any], turn: Turn) -> dict[str, str]:
    asked = {} if row.patient_id else {"seriousness": None}  # of the service's own troubles nobody can fall ill
    resolve_alert(session, row.id, {**said, **asked, "epoch": row.epoch}, turn)
    return {}


def _assign(session: Session, row: AlertRow, said: Mapping[str, Any], turn: Turn) -> dict[str, str]:
    assign_alert(session, row.id, row.epoch, said["staff_id"], turn)
    return {}


def _release(session: Session, row: AlertRow, said: Mapping[str, Any], turn: Turn) -> dict[str, str]:
    release_alert(session, row.id, row.epoch, turn)
    return {}


def _escalate(session: Session, row: AlertRow, said: Mapping[str, Any], turn: Turn) -> dict[str, str]:
    escalate_alert(session, row.id, row.epoch, row.step, turn)
    return {}


def _refuse_anothers(session: Session, row: AlertRow, turn: Turn) -> None:
    """What somebody has is theirs until they give it back or hand it over to who asks."""
    if is_with_another(row, turn) and row.assigned_to_id != turn.by.staff_id:
        who = answer_lookups.staff_name(session, row.clinic_id, row.owner_id) or "Somebody"
        raise Stale(f"{who} has it. Ask them to hand it over, or give it back for them. Nothing was changed.")


ANSWER_OF: Mapping[str, Callable[[Session, AlertRow, Mapping[str, Any], Turn], dict[str, str]]] = {
    "take": _take,
    "reached": _reached,
    "not-reached": _not_reached,
    "reply": _reply,
    "watch": _watch,
    "close": _close,
    "assign": _assign,
    "release": _release,
    "escalate": _escalate,
}
