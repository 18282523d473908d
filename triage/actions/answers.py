"""What people do about an alert: take it, close it, put it off, hand it on, give it back, climb at once, write down."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from triage.actions import audit
from triage.actions.alerts import apply_move, clinic_of, rules_of, standing_of
from triage.actions.cover import alert_rules, current_policy_id
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.identify import Actor
from triage.actions.telling import tell_others
from triage.actions.turn import Turn
from triage.records import AlertNoteRow, AlertRow, CheckInRow, EpisodeRow, Session, StaffRow, lookups, rules_lookups
from triage.rules import Fault, Urgency
from triage.rules.alerts import (
    HEALED,
    OUTCOMES,
    SERIOUSNESS,
    USEFUL,
    acknowledge,
    assign,
    begin_epoch,
    escalate_now,
    may_take,
    push,
    release,
    resolve,
    snooze,
)
from triage.rules.faults import unknown_word

ANSWERS = ("practitioner", "lead")  # the roles that may answer an alert


def acknowledge_alert(session: Session, alert_id: uuid.UUID, epoch: int, turn: Turn) -> AlertRow:
    """Take an alert: the ladder stops. Raises Conflict, with the current state, when it got worse or was closed."""
    turn.by.require(*ANSWERS)
    row = _current(session, alert_id, epoch, turn.by)
    rules, standing = rules_of(session, row, turn), standing_of(row)
    takes = may_take(standing, turn.by.staff_id)
    told_before = lookups.alert_notifications(session, row) if takes else []
    if takes or row.owner_id != turn.by.staff_id:
        apply_move(session, row, acknowledge(standing, turn.by.staff_id, turn.now, rules), turn, rules)
    if takes:
        tell_others(session, row, "taken", told_before, turn)
    _settle_failures(session, row, turn)
    return row


def resolve_alert(session: Session, alert_id: uuid.UUID, values: Mapping[str, Any], turn: Turn) -> AlertRow:
    """Close an alert (`values`: epoch, outcome, note?, useful?, seriousness?); the hold on later reports ends with it.

    Raises Invalid for an outcome that is not known, Conflict when the alert got worse since or is closed, or when
    another report has come while this answer waited for its turn.
    """
    turn.by.require(*ANSWERS)
    _check_closing(values)
    row = _current(session, alert_id, values["epoch"], turn.by)
    _refuse_unseen(session, row, turn)
    was_open, told_before = row.state == "open", lookups.alert_notifications(session, row)
    row.outcome, row.note, row.useful = values["outcome"], values.get("note"), values.get("useful")
    row.resolved_by = turn.by.id
    _note_seriousness(session, row, values.get("seriousness"), turn)
    apply_move(session, row, resolve(standing_of(row), turn.now), turn, rules_of(session, row, turn))
    if was_open:  # else they know already that somebody has it
        tell_others(session, row, "closed", told_before, turn)
    _settle_failures(session, row, turn)
    if row.episode_id is not None and row.kind == "report":
        _end_hold(session, row)
    return row


def snooze_alert(session: Session, alert_id: uuid.UUID, values: Mapping[str, Any], turn: Turn) -> AlertRow:
    """Put an alert off (`values`: epoch, until, reason): nobody is told until then, and everybody anew afterwards.

    Raises Invalid where the policy does not allow that long, Conflict as the others.
    """
    turn.by.require(*ANSWERS)
    row = _current(session, alert_id, values["epoch"], turn.by)
    rules = rules_of(session, row, turn)
    most = rules.policy.snooze_ends_by(Urgency(row.urgency), turn.now, rules.hours)
    until: datetime = values["until"]
    urgency = Urgency(row.urgency).name
    if most is None:
        raise Invalid([Fault("until", f"an alert that is {urgency} cannot be put off", "acknowledge it instead")])
    if not turn.now < until <= most:
        expected = f"give a time until {most.isoformat(timespec='seconds')}"
        raise Invalid([Fault("until", f"not allowed for an alert that is {urgency}", expected)])
    reason = str(values.get("reason") or "").strip()
    if not reason:
        raise Invalid([Fault("reason", "missing", "say why it can wait")])
    apply_move(session, row, snooze(standing_of(row), turn.by.staff_id, until), turn, rules)
    write_down(session, row, f"put off until {until.isoformat(timespec='minutes')}: {reason}", turn)
    return row


def escalate_alert(session: Session, alert_id: uuid.UUID, epoch: int, step: int | None, turn: Turn) -> AlertRow:
    """Tell the next people at once; nothing happens where the alert has moved on since (`step`: the one seen)."""
    turn.by.require(*ANSWERS)
    row = _current(session, alert_id, epoch, turn.by)
    rules = rules_of(session, row, turn)
    seen = row.step if step is None else step
    if seen == row.step:
        apply_move(session, row, escalate_now(standing_of(row), seen, turn.now, rules), turn, rules)
    return row


def assign_alert(session: Session, alert_id: uuid.UUID, epoch: int, staff_id: uuid.UUID, turn: Turn) -> AlertRow:
    """Ask somebody to take an alert. Until they say yes it stays whose it is; raises Invalid for who cannot take it."""
    turn.by.require(*ANSWERS)
    row = _current(session, alert_id, epoch, turn.by)
    person = session.get(StaffRow, (row.clinic_id, staff_id))
    if person is None or person.left_at is not None or person.role not in ANSWERS:
        expected = "give the id of a practitioner or lead of this clinic"
        raise Invalid([Fault("staff_id", "is nobody who can take an alert", expected)])
    apply_move(session, row, assign(standing_of(row), staff_id), turn, rules_of(session, row, turn))
    return row


def release_alert(session: Session, alert_id: uuid.UUID, epoch: int, turn: Turn) -> AlertRow:
    """Give an alert back that was taken or put off: it climbs again from the first step."""
    turn.by.require(*ANSWERS)
    row = _current(session, alert_id, epoch, turn.by)
    if row.state != "open":
        rules = rules_of(session, row, turn)
        apply_move(session, row, release(standing_of(row), turn.now, rules), turn, rules)
    return row


def note_alert(session: Session, alert_id: uuid.UUID, epoch: int, text: str, turn: Turn) -> AlertRow:
    """Write down what was done, which gives whoever has the alert new time, a few times."""
    turn.by.require(*ANSWERS)
    row = _current(session, alert_id, epoch, turn.by)
    rules = rules_of(session, row, turn)
    apply_move(session, row, push(standing_of(row), turn.now, rules), turn, rules)
    write_down(session, row, text, turn)
    return row


def apply_policy_again(session: Session, alert_id: uuid.UUID, epoch: int, turn: Turn) -> AlertRow:
    """Let an alert climb by the clinic's latest policy, from its first step (T21)."""
    turn.by.require("lead")
    row = _current(session, alert_id, epoch, turn.by)
    row.policy_id = current_policy_id(session, row.clinic_id)
    rules = alert_rules(session, clinic_of(session, row.clinic_id), turn.now, turn.terms, row)
    apply_move(session, row, begin_epoch(standing_of(row), turn.now, rules, "policy_applied_again"), turn, rules)
    return row


def alert_of(session: Session, alert_id: uuid.UUID, *, by: Actor) -> AlertRow:
    """Return an alert of the actor's clinic, locked. Raises NotFound."""
    row = lookups.alert_for_update(session, by.clinic_id, alert_id)
    if row is None:
        raise NotFound("There is no such alert in this clinic.")
    return row


def _current(session: Session, alert_id: uuid.UUID, epoch: int, by: Actor) -> AlertRow:
    row = alert_of(session, alert_id, by=by)
    if row.state == "resolved":
        raise Conflict("The alert is closed already.", {"current": _shown(row)})
    if row.epoch != epoch:
        raise Conflict(
            "The alert has changed since you saw it; look again before you answer.", {"current": _shown(row)}
        )
    return row


def _refuse_unseen(session: Session, row: AlertRow, turn: Turn) -> None:
    """Nobody closes a report that came after they had pressed the button; not being worse, it began no epoch."""
    latest = session.get(CheckInRow, (row.clinic_id, row.check_in_id)) if row.check_in_id else None
    if latest is not None and latest.received_at > turn.now:
        raise Conflict("Another report has come meanwhile; look at it before you close.", {"current": _shown(row)})


def write_down(session: Session, row: AlertRow, text: str, turn: Turn) -> None:
    """Keep a note about an alert; its timer stays."""
    note = AlertNoteRow(clinic_id=row.clinic_id, alert_id=row.id, staff_id=turn.by.staff_id, at=turn.now, text=text)
    session.add(note)
    audit.record(session, turn, "alert_note_written", ("alert", row.id), after={"note_id": note.id})


def _note_seriousness(session: Session, row: AlertRow, came: Sequence[str] | None, turn: Turn) -> None:
    """Keep what came of it, in the order of the list; None: nobody was asked."""
    if came is not None:
        row.seriousness = [one for one in SERIOUSNESS if one in came]
        after = {"seriousness": row.seriousness}
        audit.record(session, turn, "alert_seriousness_noted", ("alert", row.id), after=after)


def _end_hold(session: Session, row: AlertRow) -> None:
    """A human has looked at the danger: later calm reports are calm again."""
    episode = session.get(EpisodeRow, (row.clinic_id, row.episode_id))
    if episode is not None and episode.danger_at is not None:
        episode.danger_from = episode.danger_at = None
        session.add(episode)


def _settle_failures(session: Session, row: AlertRow, turn: Turn) -> None:
    """A human knows of the rules that failed: that trouble is over until they fail again."""
    for trouble in rules_lookups.failures_of_alert(session, row) if row.kind == "service" else ():
        trouble.cleared_at = turn.now
        session.add(trouble)
        after = {"kind": trouble.kind, "digest": trouble.digest}
        audit.record(session, turn, "rules_trouble_cleared", ("rules_trouble", trouble.id), after=after)


def _shown(row: AlertRow) -> dict[str, Any]:
    return {"id": str(row.id), "state": row.state, "epoch": row.epoch, "urgency": Urgency(row.urgency).name}


def _check_closing(values: Mapping[str, Any]) -> None:
    faults = []
    for name, known in (("outcome", OUTCOMES), ("useful", USEFUL)):
        value = values.get(name)
        if value not in known and not (name == "useful" and value is None):
            faults.append(Fault(name, f"{value!r} is not known", "use one of: " + ", ".join(known)))
    came = values.get("seriousness") or ()
    faults += [unknown_word("seriousness", one, SERIOUSNESS) for one in came if one not in SERIOUSNESS]
    if came and values.get("outcome") == HEALED:
        expected = "choose another outcome, or leave it out"
        faults.append(Fault("seriousness", f"does not go with {HEALED}", expected))
    if faults:
        raise Invalid(faults)
