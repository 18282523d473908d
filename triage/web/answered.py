"""What an answer at the desk has done, in words, for the seconds in which it can be taken back, and after."""

import uuid
from datetime import datetime, tzinfo
from typing import NamedTuple

from triage.actions.alerts import clinic_of
from triage.actions.terms import zone_of
from triage.actions.turn import Turn
from triage.actions.undo import UNDO_SHOWN
from triage.records import AlertRow, CallRow, Session, UndoRow, answer_lookups
from triage.web.times import moment_words

TOLD = "undo"  # the id of an answer, in the address of the page that somebody comes back to
BACK = "Taken back: it is as it was before."
EVERYBODY = "then it opens again and everybody is told anew."


class Told(NamedTuple):
    """One answer of somebody's own. `seconds`: how long the page still offers to take it back; 0: no more."""

    undo_id: uuid.UUID
    alert_id: uuid.UUID
    words: str
    seconds: int


def told_of(session: Session, undo_id: str, turn: Turn) -> Told | None:
    """Return what an answer of whoever looks has done; None for one of somebody else, and for none."""
    try:
        undo = answer_lookups.undo_of(session, turn.by.clinic_id, uuid.UUID(undo_id))
    except ValueError:
        return None
    row = session.get(AlertRow, (undo.clinic_id, undo.alert_id)) if undo is not None else None
    if undo is None or row is None or undo.staff_id != turn.by.staff_id:
        return None
    if undo.used_at is not None:
        return Told(undo.id, row.id, BACK, 0)
    left = (undo.until - turn.now).total_seconds()
    can_undo = left > 0 and row.version == undo.version
    zone = zone_of(clinic_of(session, turn.by.clinic_id))
    return Told(undo.id, row.id, _done(session, undo, row, turn.now, zone), min(UNDO_SHOWN, int(left)) * can_undo)


def _done(session: Session, undo: UndoRow, row: AlertRow, now: datetime, zone: tzinfo) -> str:
    """Return what was done and what happens next."""
    call_id = undo.before.get("call")
    call = session.get(CallRow, (undo.clinic_id, uuid.UUID(call_id))) if call_id else None
    did = {
        "reached": "Call noted.",
        "not-reached": "Call noted: nobody answered.",
        "reply": f"Message written. {undo.before.get('reply_now', '')}",
        "close": "Closed.",
        "assign": "They were asked. It is theirs when they say yes.",
        "release": "Given back: everybody is told anew.",
        "escalate": "The next people are being told. That cannot be taken back.",
    }.get(undo.did, "")
    next_call = f"Call again {moment_words(call.again_at, now, zone, 'en')}." if call and call.again_at else ""
    return " ".join(filter(None, (did, next_call, _stands(undo, row, now, zone))))


def _stands(undo: UndoRow, row: AlertRow, now: datetime, zone: tzinfo) -> str:
    """Return how the alert stands by the answer, where it is with whoever answered."""
    if row.owner_id != undo.staff_id or row.next_action_at is None:
        return ""
    at = moment_words(row.next_action_at, now, zone, "en")
    if row.state == "snoozed":
        return f"Nobody is told until {at}; {EVERYBODY}"
    return f"You have it until {at}; {EVERYBODY}" if row.state == "acked" else ""
