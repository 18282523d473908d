"""What has changed of an alert since somebody saw it, in words; and which changes spoil which answer."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from triage.actions.errors import Conflict
from triage.actions.turn import Turn
from triage.records import AlertRow, AuditEventRow, Session, answer_lookups
from triage.rules import Urgency

WORDS: Mapping[str, str] = {
    "alert_acknowledged": "{who} has taken it.",
    "alert_raised": "It has got worse: a new report makes it {urgency}.",
    "alert_reported_again": "A new report has come in.",
    "alert_resolved": "{who} has closed it.",
    "alert_resolved_by_policy": "It was closed by the clinic's policy, since its reason had gone.",
    "alert_snoozed": "{who} has put it off.",
    "alert_released": "{who} has given it back.",
    "alert_assigned": "{who} has asked somebody to take it.",
    "alert_escalated": "Nobody had answered, so the next people were told.",
    "alert_escalated_by_hand": "{who} had the next people told.",
    "ack_expired": "It was not closed in time, so it is open again.",
    "snooze_ended": "The time for which it was put off is over, so it is open again.",
    "alert_cleared": "The reason for it has gone; a person must still look.",
    "alert_worked_on": "{who} has written something down.",
    "promise_broken": "The patient was told that nobody has answered yet.",
    "policy_applied_again": "{who} has it climb by another policy.",
    "alert_back_to_open": "{who} has taken an answer back: it is open.",
    "alert_back_to_acked": "{who} has taken an answer back: somebody has it.",
    "alert_back_to_snoozed": "{who} has taken an answer back: it is put off.",
}
# What more people hear, or what a patient heard, spoils no answer. What a person did, or a new report, may.
HARMLESS = frozenset(("alert_escalated", "promise_broken", "alert_acknowledged_too"))
UNSPOILT: Mapping[str, frozenset[str]] = {
    # Whoever takes it is about to look: also at a report that is not worse, at a note, at a reason that has gone.
    "take": HARMLESS
    | {"alert_reported_again", "alert_cleared", "alert_worked_on", "alert_escalated_by_hand", "alert_assigned"},
    "release": HARMLESS | {"alert_reported_again", "alert_cleared", "alert_worked_on"},
    "assign": HARMLESS | {"alert_reported_again", "alert_cleared", "alert_worked_on"},
    "escalate": frozenset(("promise_broken", "alert_acknowledged_too")),  # a second press must not climb twice
}


class Seen(NamedTuple):
    """The standing of an alert that was on the screen when a button was pressed."""

    epoch: int
    version: int


class Stale(Conflict):
    """It has changed meanwhile; look at the current state and decide again."""


def refuse_stale(session: Session, row: AlertRow, verb: str, seen: Seen, turn: Turn) -> None:
    """Raise Stale, saying what has changed, where that spoils an answer; what does not spoil it passes."""
    if row.state == "resolved" and verb != "reply":
        raise Stale(closed_words(session, row) + " Nothing was changed.")
    if row.version == seen.version:
        return
    events = answer_lookups.moves_since(session, row, seen.version)
    spoils = [event for event in events if event.did not in UNSPOILT.get(verb, HARMLESS)]
    if row.epoch == seen.epoch and not spoils:
        return
    said = _sentences(session, row, events, turn) or "The alert has changed since you saw it."
    raise Stale(f"{said} Nothing was changed by you; look again, then answer.")


def words_since(session: Session, row: AlertRow, version: int, turn: Turn) -> str:
    """Return in words what changed of an alert after a version of it; empty where no move is known."""
    return _sentences(session, row, answer_lookups.moves_since(session, row, version), turn)


def closed_words(session: Session, row: AlertRow) -> str:
    """Return who has closed an alert."""
    if row.resolved_by == "policy":
        return WORDS["alert_resolved_by_policy"]
    who = answer_lookups.staff_name(session, row.clinic_id, row.resolved_by)
    return WORDS["alert_resolved"].replace("{who}", who or "Somebody")


def _sentences(session: Session, row: AlertRow, events: Sequence[AuditEventRow], turn: Turn) -> str:
    """Return one sentence for each kind of event, in the order in which they came."""
    said: dict[str, None] = {}
    for event in events:
        if event.did in WORDS:
            is_own = turn.by.staff_id is not None and event.actor_id == str(turn.by.staff_id)
            name = answer_lookups.staff_name(session, row.clinic_id, event.actor_id)
            who = "You" if is_own else name or "Somebody"
            said[_filled(WORDS[event.did], who, Urgency(row.urgency))] = None
    return " ".join(said)


def _filled(words: str, who: str, urgency: Urgency) -> str:
    if who == "You":
        words = words.replace("{who} has ", "You have ")
    return words.replace("{who}", who).replace("{urgency}", urgency.name.replace("_", " "))
