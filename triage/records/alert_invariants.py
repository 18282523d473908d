"""What must always be true of alerts: each has its timer, its people were told, and its log says how it came there."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, not_, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from triage.records import queries
from triage.records.alert import TIMER_OF_STATE, AlertRow, NotificationRow
from triage.records.audit import AuditEventRow
from triage.records.breach import SKEW, Breach, Check, Scope, breaches
from triage.records.people import ClinicRow
from triage.rules.alerts import BACK_TO

NAMES = """untimed timer_overdue promise_overdue doubled step_untold told_unentered unlogged went_back resolved_left
    closed_by_nobody""".split()
UNRESOLVED = ("open", "acked", "snoozed")
MOST_DUE = 1000
PART = 400  # alerts looked at in one go
SEEN = """clinic_id id state epoch cycle step repeat version acked_at resolved_by""".split()


class Story(NamedTuple):
    """One alert with what the log and the outbox say of it."""

    alert: Any
    events: list[Any]  # oldest first; those that say how it stood afterwards
    nobody: bool  # the log says that nobody could be told
    told: set[tuple[int, int, int, int]]  # epoch, cycle, step, repeat of its notifications, from its epoch on


def timed(session: Session, scope: Scope) -> Iterator[Breach]:
    """An alert that is not resolved has the one timer of its state, and no clock lets it run out unseen."""
    theirs = and_(col(AlertRow.clinic_id).in_(select(ClinicRow.id)), col(AlertRow.state).in_(UNRESOLVED))
    untimed = not_(and_(col(AlertRow.next_action_at).is_not(None), func.coalesce(text(f"({TIMER_OF_STATE})"), False)))
    words = "alert {} is not resolved and lacks the timer of its state"
    yield from breaches("untimed", words, iter(session.exec(select(AlertRow.id).where(theirs, untimed))))
    timer = col(AlertRow.next_action_at)
    dead = select(AlertRow.id).where(timer.is_not(None), AlertRow.state == "resolved")
    yield from breaches("untimed", "alert {} is resolved and has a timer", iter(session.exec(dead)))
    words = "alert {}: its timer ran out over 5 minutes ago and no clock took it"
    overdue = queries.due_alerts(session, now=scope.overdue, limit=MOST_DUE)
    yield from breaches("timer_overdue", words, (found for _, found in overdue))
    words = "alert {}: the patient was promised an answer over 5 minutes ago and was not told that there is none"
    promised = select(AlertRow.id).where(text("promise = 'running'"), col(AlertRow.promised_at) < scope.overdue)
    yield from breaches("promise_overdue", words, iter(session.exec(promised)))


def single(session: Session, scope: Scope) -> Iterator[Breach]:
    """Of one kind there is at most one alert of an episode, and of one key, that is not resolved."""
    other: Any = aliased(AlertRow)
    both_open = and_(col(AlertRow.state).in_(UNRESOLVED), other.state.in_(UNRESOLVED), other.id != AlertRow.id)
    alike = and_(other.clinic_id == AlertRow.clinic_id, other.kind == AlertRow.kind, both_open)
    for own, its in ((AlertRow.episode_id, other.episode_id), (AlertRow.dedup_key, other.dedup_key)):
        found = select(AlertRow.kind, own).where(scope.holds(AlertRow), exists().where(alike, its == own)).distinct()
        for kind, one in session.exec(found):
            yield Breach("doubled", f"more than one alert of kind {kind} is open for {one}")


def told_and_logged(session: Session, scope: Scope) -> Iterator[Breach]:
    """Each alert stands where its log has left it, and whoever its present step names was told."""
    for story in _stories(session, scope):
        yield from _told(story)
        yield from _logged(story)
        if story.alert.state == "resolved" and story.alert.acked_at is None and not story.alert.resolved_by:
            yield Breach("closed_by_nobody", f"alert {story.alert.id} is resolved and nobody took or closed it")


def _told(story: Story) -> Iterator[Breach]:
    alert = story.alert
    present = (alert.epoch, alert.cycle, alert.step, alert.repeat)
    if alert.state == "open" and present not in story.told and not story.nobody:
        yield Breach("step_untold", f"alert {alert.id}: nobody was told at its present step, and no event says why")
    if any(place > present for place in story.told):
        yield Breach("told_unentered", f"alert {alert.id}: people were told at a step that it has not reached")


def _logged(story: Story) -> Iterator[Breach]:
    """Compare with the log; events of one moment may stand in any order, since hosts differ."""
    alert, events = story.alert, story.events
    newest = max((event.at for event in events), default=None)
    latest = {(event.after["state"], event.after["epoch"]) for event in events if newest and event.at >= newest - SKEW}
    if (alert.state, alert.epoch) not in latest or not all(event.actor_kind for event in events):
        yield Breach("unlogged", f"alert {alert.id}: no audit event says how it came to be {alert.state}")
    afters = [event.after for event in events]
    passed = {(after["state"], after["epoch"], after.get("urgency"), after.get("step")) for after in afters}
    sank = any(event.before and event.before.get("epoch", 0) > event.after["epoch"] for event in events)
    if sank or alert.epoch < max((after["epoch"] for after in afters), default=0) or alert.version < len(passed):
        yield Breach("went_back", f"alert {alert.id}: its epoch or version is behind what the log has seen")
    left = [event for event in events if (event.before or {}).get("state") == "resolved" != event.after["state"]]
    taken_back = [event for event in left if event.did.startswith(BACK_TO)]
    closed = sum((event.before or {}).get("state") != "resolved" == event.after["state"] for event in events)
    if left != taken_back or (alert.state != "resolved" and closed > len(taken_back)):
        yield Breach("resolved_left", f"alert {alert.id} was resolved and is not any more")


def _stories(session: Session, scope: Scope) -> Iterator[Story]:
    """Yield the alerts to look at: all of them, or those that the log has seen since."""
    for clinic_id, wanted in _wanted(session, scope):
        columns = [getattr(AlertRow, name) for name in SEEN]
        rows = select(*columns).where(AlertRow.clinic_id == clinic_id)
        if wanted is None:
            found = session.execute(rows, execution_options={"yield_per": PART}).partitions()
        else:
            parts = (wanted[at : at + PART] for at in range(0, len(wanted), PART))
            found = (session.execute(rows.where(col(AlertRow.id).in_(part))).all() for part in parts)
        for alerts in found:
            yield from _told_stories(session, clinic_id, alerts)


def _wanted(session: Session, scope: Scope) -> Iterator[tuple[uuid.UUID, list[uuid.UUID] | None]]:
    if scope.since is None:
        yield from ((clinic_id, None) for clinic_id in session.exec(select(ClinicRow.id)))
        return
    of_alerts = and_(scope.holds(AuditEventRow), col(AuditEventRow.thing_kind) == "alert")
    touched = select(AuditEventRow.clinic_id, AuditEventRow.thing_id).where(of_alerts).distinct()
    pairs = sorted(session.exec(touched).all())
    for clinic_id, group in groupby(pairs, key=lambda pair: pair[0]):
        yield clinic_id, [uuid.UUID(thing) for _, thing in group]


def _told_stories(session: Session, clinic_id: uuid.UUID, alerts: Any) -> Iterator[Story]:
    ids = [alert.id for alert in alerts]
    names = (AuditEventRow.thing_id, AuditEventRow.at, AuditEventRow.did, AuditEventRow.actor_kind)
    logged = select(*names, AuditEventRow.before, AuditEventRow.after).where(  # type: ignore[call-overload]
        AuditEventRow.clinic_id == clinic_id,
        col(AuditEventRow.thing_id).in_([str(one) for one in ids]),
        AuditEventRow.thing_kind == "alert",
    )
    events, nobody = defaultdict(list), set()
    for event in session.execute(logged.order_by(col(AuditEventRow.at), col(AuditEventRow.id))):
        if event.did == "nobody_reachable":
            nobody.add(event.thing_id)
        elif event.after and "state" in event.after and "epoch" in event.after:
            events[event.thing_id].append(event)
    of_alert = and_(
        col(NotificationRow.clinic_id) == col(AlertRow.clinic_id), col(NotificationRow.alert_id) == col(AlertRow.id)
    )
    place = [getattr(NotificationRow, name) for name in ("alert_id", "epoch", "cycle", "step", "repeat")]
    told = select(*place).join(AlertRow, of_alert).where(AlertRow.clinic_id == clinic_id, col(AlertRow.id).in_(ids))
    told = told.where(NotificationRow.kind == "alert", col(NotificationRow.epoch) >= col(AlertRow.epoch))
    places = defaultdict(set)
    for alert_id, *where in session.execute(told.distinct()):
        places[alert_id].add(tuple(where))
    for alert in alerts:
        thing = str(alert.id)
        yield Story(alert, events[thing], thing in nobody, places[alert.id])


CHECKS: tuple[Check, ...] = (timed, single, told_and_logged)
