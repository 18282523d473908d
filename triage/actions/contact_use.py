"""How a way to reach somebody is used: from which urgency on, in which order, switched off and on, and tried out."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from triage.actions import audit
from triage.actions.contacts import REMOVED, contact_of, is_usable, show_contact
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.turn import Turn
from triage.channels import Failed, Message, Sent
from triage.records import ContactRow, Session, log_lookups, reaching
from triage.rules import Fault, Urgency

BY_HAND = "switched off by hand"
LAST_WAY = "This is the only way left to reach anybody of this clinic: add another one first."
LAST_PLACE = 99
TESTED = "contact_tested"
TEST = "This is a test. Alerts reach you here.\n"


class Tried(NamedTuple):
    """What became of a test message, when, and how many seconds it took; `said`: what the other side answered."""

    at: datetime
    is_sent: bool
    took: float
    said: str


def change_contact(
    session: Session, staff_id: uuid.UUID, contact_id: uuid.UUID, values: Mapping[str, Any], turn: Turn
) -> ContactRow:
    """Change from which urgency on a contact is used (`urgency_from`, a word) and in which order (`position`).

    Raises NotFound, Invalid.
    """
    row = contact_of(session, staff_id, contact_id, turn.by)
    position, word = values.get("position", row.position), values.get("urgency_from", Urgency(row.urgency_from).name)
    faults = []
    if not 0 <= position <= LAST_PLACE:
        faults.append(Fault("position", "is out of range", f"give a number from 0 to {LAST_PLACE}"))
    if word not in Urgency.__members__ or not Urgency[word]:
        faults.append(Fault("urgency_from", "is not known", "use routine, same_day, urgent or emergency"))
    if faults:
        raise Invalid(faults)
    before = {"position": row.position, "urgency_from": Urgency(row.urgency_from).name}
    after = {"position": position, "urgency_from": word}
    if before != after:
        row.position, row.urgency_from = position, Urgency[word]
        session.add(row)
        _note(session, row, "contact_changed", turn, before, after)
    return row


def switch_off(session: Session, staff_id: uuid.UUID, contact_id: uuid.UUID, turn: Turn) -> None:
    """Use a contact no more until it is switched on again. Raises NotFound, Conflict for the last way to anybody."""
    row = contact_of(session, staff_id, contact_id, turn.by)
    if row.disabled_at is not None:
        return
    if is_usable(row) and not reaching.other_ways(session, row):
        raise Conflict(LAST_WAY)
    row.disabled_at, row.disabled_why = turn.now, BY_HAND
    session.add(row)
    _note(session, row, "contact_disabled", turn, {"disabled_why": None}, {"disabled_why": BY_HAND})


def switch_on(session: Session, staff_id: uuid.UUID, contact_id: uuid.UUID, turn: Turn) -> None:
    """Use a contact again that was switched off by hand. Raises NotFound, Conflict for one that refused messages."""
    row = contact_of(session, staff_id, contact_id, turn.by)
    if row.disabled_at is None:
        return
    if row.disabled_why != BY_HAND:
        raise Conflict("This contact refused a message: send it its link again, which switches it on.")
    row.disabled_at = row.disabled_why = None
    session.add(row)
    _note(session, row, "contact_enabled", turn, {"disabled_why": BY_HAND}, {"disabled_why": None})


def trial_message(session: Session, staff_id: uuid.UUID, contact_id: uuid.UUID, turn: Turn) -> tuple[str, Message]:
    """Return the channel and the message with which a contact is tried out; it is sent with no transaction open.

    Raises NotFound, Conflict where the channel is not switched on.
    """
    turn.by.require("lead")
    rows = reaching.contacts_of(session, turn.by.clinic_id, staff_id)
    row = next((row for row in rows if row.id == contact_id and row.disabled_why != REMOVED), None)
    if row is None:
        raise NotFound("There is no such contact.")
    if row.channel not in turn.terms.channels:
        raise Conflict(f"The service has no way out for {row.channel}: whoever runs it can switch it on.")
    return row.channel, Message(row.address, "Test", TEST, f"<test-{turn.now:%Y%m%d%H%M%S}@localhost>")


def note_test(
    session: Session, staff_id: uuid.UUID, contact_id: uuid.UUID, result: Sent | Failed, took: float, turn: Turn
) -> None:
    """Note what became of a test message. Raises NotFound where the contact was removed meanwhile."""
    row = contact_of(session, staff_id, contact_id, turn.by)
    said = result.detail if isinstance(result, Sent) else result.reason
    after = {"is_sent": isinstance(result, Sent), "took_seconds": round(took, 2), "said": said[:300]}
    _note(session, row, TESTED, turn, None, after)


def last_test(session: Session, contact: ContactRow) -> Tried | None:
    """Return how the last test of a contact went; None: there was none."""
    event = log_lookups.last_event(session, contact.clinic_id, str(contact.id), TESTED)
    if event is None or event.after is None:
        return None
    told = event.after
    return Tried(event.at, bool(told.get("is_sent")), float(told.get("took_seconds", 0)), str(told.get("said", "")))


def contacts_used(session: Session, staff_id: uuid.UUID, turn: Turn) -> list[dict[str, Any]]:
    """Return somebody's contacts as contacts_shown does, each with its last test as `tested`, and `is_off_by_hand`."""
    turn.by.require("practitioner", "lead")
    found = []
    for row in reaching.contacts_of(session, turn.by.clinic_id, staff_id):
        if row.disabled_why != REMOVED:
            is_off_by_hand = row.disabled_why == BY_HAND
            found.append(show_contact(row) | {"tested": last_test(session, row), "is_off_by_hand": is_off_by_hand})
    return found


def _note(
    session: Session,
    row: ContactRow,
    did: str,
    turn: Turn,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    shown = show_contact(row)
    whose = {"staff_id": row.staff_id, "address": shown["address"]}
    audit.record(session, turn, did, ("contact", row.id), before=before, after={**whose, **after})
