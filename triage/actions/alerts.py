"""Alerts are raised, acknowledged, escalated and resolved; each move writes the row, its audit and whom to tell."""

import uuid
from collections.abc import Mapping
from typing import Any

from triage import faults
from triage.actions import audit
from triage.actions.errors import Conflict, Invalid, NotFound
from triage.actions.identify import Actor
from triage.actions.telling import tell_somebody
from triage.actions.turn import ClockTurn, Turn
from triage.records import AlertRow, ClinicRow, EpisodeRow, Session, lookups, queries, rules_lookups
from triage.rules import Fault, Urgency
from triage.rules.alerts import (
    OUTCOMES,
    USEFUL,
    Move,
    Rules,
    Standing,
    acknowledge,
    clear,
    open_alert,
    report_again,
    resolve,
    take_step,
)


def raise_alert(
    session: Session,
    kind: str,
    urgency: Urgency,
    turn: Turn,
    of: EpisodeRow | str,
    check_in_id: uuid.UUID | None = None,
) -> AlertRow:
    """Open an alert, or add to the one that is open for this episode and kind; a worse report tells everybody anew.

    `of`: the episode, or in words what else it is about; each has an alert of its own.
    """
    episode = of if isinstance(of, EpisodeRow) else None
    key = _key_of(kind, of)
    rules = turn.terms.alert_rules(_clinic(session, turn.by.clinic_id))
    row = lookups.open_alert(session, turn.by.clinic_id, key)
    if row is None:
        move = open_alert(urgency, turn.now, rules)
        row = AlertRow(
            clinic_id=turn.by.clinic_id,
            kind=kind,
            dedup_key=key,
            opened_at=turn.now,
            epoch_at=turn.now,
            urgency=urgency,
            patient_id=episode.patient_id if episode else None,
            episode_id=episode.id if episode else None,
        )
    else:
        move = report_again(standing_of(row), urgency, turn.now, rules)
    row.check_in_id = check_in_id or row.check_in_id
    _apply(session, row, move, turn, rules)
    return row


def clear_alert(session: Session, kind: str, of: EpisodeRow | str, turn: Turn) -> None:
    """Note that an alert's reason has gone; it stays open until a human has looked."""
    row = lookups.open_alert(session, turn.by.clinic_id, _key_of(kind, of))
    if row is not None and row.condition == "active":
        rules = turn.terms.alert_rules(_clinic(session, turn.by.clinic_id))
        _apply(session, row, clear(standing_of(row)), turn, rules)


def acknowledge_alert(session: Session, alert_id: uuid.UUID, epoch: int, turn: Turn) -> AlertRow:
    """Take an alert: the ladder stops. Raises Conflict, with the current state, when it got worse or was closed."""
    turn.by.require("practitioner", "lead")
    row = _current(session, alert_id, epoch, turn.by)
    rules = turn.terms.alert_rules(_clinic(session, turn.by.clinic_id))
    move = acknowledge(standing_of(row), turn.by.staff_id, turn.now, rules)
    if row.owner_id != turn.by.staff_id or row.state != "acked":
        _apply(session, row, move, turn, rules)
    _settle_failures(session, row, turn)
    return row


def resolve_alert(session: Session, alert_id: uuid.UUID, values: Mapping[str, Any], turn: Turn) -> AlertRow:
    """Close an alert (`values`: epoch, outcome, note?, useful?); the hold on later reports ends with it.

    Raises Invalid for an outcome that is not known, Conflict when the alert got worse since or is closed.
    """
    turn.by.require("practitioner", "lead")
    _check_closing(values)
    row = _current(session, alert_id, values["epoch"], turn.by)
    rules = turn.terms.alert_rules(_clinic(session, turn.by.clinic_id))
    row.outcome, row.note, row.useful = values["outcome"], values.get("note"), values.get("useful")
    row.resolved_by, row.dedup_key = turn.by.id, None
    _apply(session, row, resolve(standing_of(row), turn.now), turn, rules)
    _settle_failures(session, row, turn)
    if row.episode_id is not None and row.kind == "report":
        episode = session.get(EpisodeRow, (row.clinic_id, row.episode_id))
        if episode is not None and episode.danger_at is not None:
            episode.danger_from = episode.danger_at = None
            session.add(episode)
    return row


def escalate_one(session: Session, alert_key: tuple[uuid.UUID, uuid.UUID], clock: ClockTurn) -> bool:
    """Move an alert whose timer has run out by one step, however late it is; False where it is not due any more."""
    row = lookups.alert_for_update(session, *alert_key)
    if row is None or row.next_action_at is None or row.next_action_at > clock.now:
        return False
    rules = clock.terms.alert_rules(_clinic(session, row.clinic_id))
    _apply(session, row, take_step(standing_of(row), clock.now, rules), clock.at(row.clinic_id), rules)
    return True


def standing_of(row: AlertRow) -> Standing:
    """Return how an alert stands, as the state machine knows it."""
    values = {name: getattr(row, name) for name in Standing._fields}
    return Standing(**(values | {"urgency": Urgency(row.urgency)}))


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


def _key_of(kind: str, of: EpisodeRow | str) -> str:
    """Return what at most one alert that is not resolved holds."""
    return f"{kind}:{of.id if isinstance(of, EpisodeRow) else of}"


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
    if faults:
        raise Invalid(faults)


def _apply(session: Session, row: AlertRow, move: Move, turn: Turn, rules: Rules) -> None:
    """Write a move: the row, its audit, the notifications that it silences, and those that it asks for."""
    before = {"state": row.state, "urgency": row.urgency, "epoch": row.epoch, "step": row.step}
    silenced_epoch = row.epoch
    for name, value in move.standing._asdict().items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    faults.at("timer_advanced")
    if move.silences:
        queries.cancel_notifications(session, clinic_id=row.clinic_id, alert_id=row.id, up_to_epoch=silenced_epoch)
    told = tell_somebody(session, row, turn, rules) if move.tells else []
    after = {"kind": row.kind, "state": row.state, "urgency": row.urgency, "epoch": row.epoch, "step": row.step}
    if told:
        after["told"] = [str(person.id) for person in told]
    audit.record(session, turn, move.did, ("alert", row.id), before=before, after=after)


def _clinic(session: Session, clinic_id: uuid.UUID) -> ClinicRow:
    clinic = session.get(ClinicRow, clinic_id)
    if clinic is None:
        raise NotFound("There is no such clinic.")
    return clinic
