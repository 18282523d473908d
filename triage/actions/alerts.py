"""Alerts are raised, cleared and escalated; each move writes the row, its audit and whom to tell."""

import uuid
from typing import Any

from triage import faults
from triage.actions import audit
from triage.actions.alert_marks import Joined, mark_alert
from triage.actions.cover import alert_rules, current_policy_id
from triage.actions.errors import NotFound
from triage.actions.telling import reach, tell_patient, tell_people, tell_person
from triage.actions.turn import ClockTurn, Turn
from triage.records import AlertRow, ClinicRow, EpisodeRow, Session, lookups, queries
from triage.rules import Urgency
from triage.rules.alerts import Move, Rules, Standing, break_promise, clear, open_alert, report_again, run_timer

PROMISED = ("report",)  # kinds of alert for which a patient waits for an answer


def raise_alert(
    session: Session,
    kind: str,
    urgency: Urgency,
    turn: Turn,
    of: EpisodeRow | str,
    joined: Joined | None = None,
) -> AlertRow:
    """Open an alert, or add to the one that is open for this episode and kind; a worse report tells everybody anew.

    `of`: the episode, or in words what else it is about; each has an alert of its own. `joined`: the report that does.
    """
    key = _key_of(kind, of)
    clinic = clinic_of(session, turn.by.clinic_id)
    row = lookups.open_alert(session, turn.by.clinic_id, key)
    rules = alert_rules(session, clinic, turn.now, turn.terms, row)
    promises = kind in PROMISED
    if row is None:
        row = _new_row(session, kind, urgency, turn, of)
        move = open_alert(urgency, turn.now, rules, promises=promises)
    else:
        move = report_again(standing_of(row), urgency, turn.now, rules, promises=promises)
    if joined is not None:
        mark_alert(session, row, joined)
    apply_move(session, row, move, turn, rules)
    return row


def clear_alert(session: Session, kind: str, of: EpisodeRow | str, turn: Turn) -> None:
    """Note that an alert's reason has gone; it stays open until a human has looked."""
    row = lookups.open_alert(session, turn.by.clinic_id, _key_of(kind, of))
    if row is not None and row.condition == "active":
        apply_move(session, row, clear(standing_of(row)), turn, rules_of(session, row, turn))


def escalate_one(session: Session, alert_key: tuple[uuid.UUID, uuid.UUID], clock: ClockTurn) -> bool:
    """Do what the timer of an alert does, once, however late it is; False where it is not due any more."""
    row = lookups.alert_for_update(session, *alert_key)
    if row is None or row.next_action_at is None or row.next_action_at > clock.now:
        return False
    turn = clock.at(row.clinic_id)
    rules = rules_of(session, row, turn)
    late_by = int((clock.now - row.next_action_at).total_seconds())
    move = run_timer(standing_of(row), clock.now, rules)
    if move.standing.state == "resolved":
        row.resolved_by = "policy"
    apply_move(session, row, move, turn, rules, late_by=late_by)
    return True


def break_promise_one(session: Session, alert_key: tuple[uuid.UUID, uuid.UUID], clock: ClockTurn) -> bool:
    """Tell a patient that nobody has answered in the time that was promised; False where somebody has meanwhile."""
    row = lookups.alert_for_update(session, *alert_key)
    if row is None or row.promise != "running" or row.promised_at is None or row.promised_at > clock.now:
        return False
    turn = clock.at(row.clinic_id)
    apply_move(session, row, break_promise(standing_of(row)), turn, rules_of(session, row, turn))
    tells = tell_patient(session, row, turn)
    audit.record(session, turn, "patient_told_unanswered", ("alert", row.id), after={"by_message": tells})
    return True


def apply_move(session: Session, row: AlertRow, move: Move, turn: Turn, rules: Rules, *, late_by: int = 0) -> None:
    """Write a move: the row, its audit, the notifications that it silences, and those that it asks for.

    `late_by`: by how many seconds the timer was overdue; only for the log.
    """
    before = {"state": row.state, "urgency": row.urgency, "epoch": row.epoch, "step": row.step}
    silenced_epoch = row.epoch
    clinic = clinic_of(session, row.clinic_id)
    reached = reach(session, clinic, move, rules, turn.now) if move.tells else None
    standing = reached.standing if reached else move.standing
    if move.due_by is not None and standing.next_action_at is not None:
        standing = standing._replace(next_action_at=min(standing.next_action_at, move.due_by))
    for name, value in standing._asdict().items():
        setattr(row, name, value)
    row.dedup_key = None if row.state == "resolved" else row.dedup_key
    session.add(row)
    session.flush()
    faults.at("timer_advanced")
    if move.silences:
        queries.cancel_notifications(session, clinic_id=row.clinic_id, alert_id=row.id, up_to_epoch=silenced_epoch)
    if reached is not None:
        tell_people(session, row, reached, turn)
    elif move.also:
        tell_person(session, row, clinic, move.also[0], turn)
    after = shown_in_audit(row)
    if reached and reached.told:
        after["told"] = list(dict.fromkeys(str(told.person.id) for told in reached.told))
    if late_by:
        after["late_by_s"] = late_by
    audit.record(session, turn, move.did, ("alert", row.id), before=before, after=after)


def standing_of(row: AlertRow) -> Standing:
    """Return how an alert stands, as the state machine knows it."""
    values = {name: getattr(row, name) for name in Standing._fields}
    return Standing(**(values | {"urgency": Urgency(row.urgency)}))


def rules_of(session: Session, row: AlertRow, turn: Turn) -> Rules:
    """Return what the timers of an alert that is open depend on: the policy that it was opened with."""
    return alert_rules(session, clinic_of(session, row.clinic_id), turn.now, turn.terms, row)


def clinic_of(session: Session, clinic_id: uuid.UUID) -> ClinicRow:
    """Return a clinic. Raises NotFound."""
    clinic = session.get(ClinicRow, clinic_id)
    if clinic is None:
        raise NotFound("There is no such clinic.")
    return clinic


def shown_in_audit(row: AlertRow) -> dict[str, Any]:
    """Return how an alert stands, for the log: nothing about health but its urgency."""
    return {
        "kind": row.kind,
        "state": row.state,
        "urgency": row.urgency,
        "epoch": row.epoch,
        "version": row.version,
        "step": row.step,
        "cycle": row.cycle,
        "repeat": row.repeat,
        "next_action_at": row.next_action_at,
    }


def _new_row(session: Session, kind: str, urgency: Urgency, turn: Turn, of: EpisodeRow | str) -> AlertRow:
    episode = of if isinstance(of, EpisodeRow) else None
    former = lookups.last_closed_alert(session, episode, kind) if episode else None
    return AlertRow(
        clinic_id=turn.by.clinic_id,
        kind=kind,
        dedup_key=_key_of(kind, of),
        opened_at=turn.now,
        epoch_at=turn.now,
        urgency=urgency,
        patient_id=episode.patient_id if episode else None,
        episode_id=episode.id if episode else None,
        reopened_from_id=former.id if former else None,
        policy_id=current_policy_id(session, turn.by.clinic_id),
    )


def _key_of(kind: str, of: EpisodeRow | str) -> str:
    """Return what at most one alert that is not resolved holds."""
    return f"{kind}:{of.id if isinstance(of, EpisodeRow) else of}"
