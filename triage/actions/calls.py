"""Telephone calls to a patient about an alert: kept as they were, and what becomes of the alert by them."""

from typing import Any

from triage.actions import audit
from triage.actions.alert_marks import note_called
from triage.actions.alerts import rules_of, standing_of
from triage.actions.answers import acknowledge_alert, note_alert, snooze_alert, write_down
from triage.actions.errors import Invalid, NotAllowed
from triage.actions.turn import Turn
from triage.records import AlertRow, CallRow, Session
from triage.rules import Fault, Urgency
from triage.rules.alerts import may_take
from triage.rules.calling import Again, calls_again

NOT_REACHED = "Called, and nobody answered."
REACHED = "Called and reached the patient."


def note_reached(session: Session, row: AlertRow, note: str | None, turn: Turn) -> CallRow:
    """Keep that the patient was reached: the alert is the caller's by it, unless somebody else has it."""
    call = _keep_call(session, row, turn, again=None, reached=True)
    note_called(session, row)
    _work_on(session, row, f"{REACHED} {note}" if note else REACHED, turn)
    return call


def note_not_reached(session: Session, row: AlertRow, name: str, turn: Turn) -> CallRow:
    """Keep that nobody answered, and when it is tried again (`name` of calls_again). Raises Invalid for no such offer.

    Until then it is put off where the policy allows that long; else the caller has it and its time-out runs. What
    somebody else has stays with them.
    """
    offers = {again.name: again for again in calls_again_about(session, row, turn)}
    if name not in offers:
        expected = "choose one of: " + ", ".join(offers)
        raise Invalid([Fault("again", "not possible for this alert now", expected)])
    again = offers[name]
    call = _keep_call(session, row, turn, again=again, reached=False)
    if again.puts_off and not is_with_another(row, turn):
        values: dict[str, Any] = {"epoch": row.epoch, "until": again.at, "reason": NOT_REACHED}
        snooze_alert(session, row.id, values, turn)
    else:
        _work_on(session, row, NOT_REACHED, turn)
    return call


def calls_again_about(session: Session, row: AlertRow, turn: Turn) -> tuple[Again, ...]:
    """Return when a patient who was not reached may be called again."""
    return calls_again(Urgency(row.urgency), turn.now, rules_of(session, row, turn))


def is_with_another(row: AlertRow, turn: Turn) -> bool:
    """Tell whether somebody else has an alert or has put it off."""
    return row.state in ("acked", "snoozed") and row.owner_id != turn.by.staff_id


def _keep_call(session: Session, row: AlertRow, turn: Turn, again: Again | None, *, reached: bool) -> CallRow:
    if turn.by.staff_id is None:
        raise NotAllowed("A call is noted by who made it: use the key of a practitioner or a lead.")
    call = CallRow(
        clinic_id=row.clinic_id,
        alert_id=row.id,
        staff_id=turn.by.staff_id,
        at=turn.now,
        reached=reached,
        again_at=again.at if again else None,
    )
    session.add(call)
    after = {"alert_id": row.id, "reached": reached, "again_at": call.again_at}
    audit.record(session, turn, "call_noted", ("call", call.id), after=after)
    return call


def _work_on(session: Session, row: AlertRow, text: str, turn: Turn) -> None:
    """Take an alert that nobody has; who has it already gets new time for having done something."""
    if may_take(standing_of(row), turn.by.staff_id):
        acknowledge_alert(session, row.id, row.epoch, turn)
    elif not is_with_another(row, turn):
        note_alert(session, row.id, row.epoch, text, turn)
        return
    write_down(session, row, text, turn)
