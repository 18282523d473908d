"""The alert state machine as pure transitions: how an alert stands, what happened, how it stands now.

States: open (climbing the ladder), acked (somebody has it, a timer runs), snoozed (put off by somebody until a
moment), resolved (closed). An alert that is not resolved always has exactly one timer. The epoch rises whenever people
must be told anew. T1 to T22 are the names of the transitions in docs/alerts.md.
"""

from datetime import datetime
from typing import Any, NamedTuple

from triage.rules.ladder import EscalationPolicy, Place
from triage.rules.opening import OpeningHours
from triage.rules.vocabulary import Urgency

HEALED = "expected_healing"  # the one outcome of which nothing serious can have come
OUTCOMES = "expected_healing irritation suspected_infection allergy technique pigment other lost".split()
SERIOUSNESS = ("care_sought", "antibiotic", "hospital", "lasting_change")  # what came of it, asked at the close
CLOSED = "alert_is_closed"  # what is resolved is never left (T20): nothing happens to it any more
USEFUL = ("useful", "could_have_waited", "not_needed")
BACK_TO = "alert_back_to_"  # and the state: how the audit names what T22 did


class Standing(NamedTuple):
    """How an alert stands."""

    urgency: Urgency
    state: str = "open"
    condition: str = "active"  # cleared: the reason has gone, but a human must still look
    epoch: int = 1
    step: int = 0
    cycle: int = 0
    repeat: int = 0
    pushes: int = 0  # how often its owner has put the time-out off by doing something
    next_action: str | None = "step"  # what the timer does: step, ack_timeout, snooze_end; None: resolved
    next_action_at: datetime | None = None
    owner_id: object | None = None
    assigned_to_id: object | None = None  # who was asked to take it and has not said yes
    epoch_at: datetime | None = None
    acked_at: datetime | None = None
    snooze_until: datetime | None = None
    exhausted_at: datetime | None = None  # every step was told once and nobody answered
    resolved_at: datetime | None = None
    promised_at: datetime | None = None  # by when the patient was told to hear from a human
    promise: str | None = None  # running, kept, broken; None: nothing was promised

    @property
    def place(self) -> Place:
        """Where on the ladder it is."""
        return Place(self.step, self.cycle, self.repeat)


class Move(NamedTuple):
    """What a transition does: the new standing, the word for the audit, and whom to tell."""

    standing: Standing
    did: str
    tells: bool = False  # the people of standing.step are told
    silences: bool = False  # notifications that have not gone out are not sent any more
    also: tuple[object, ...] = ()  # people who are told besides
    due_by: datetime | None = None  # the timer runs out no later, whoever is looked for; None: no such limit


class Rules(NamedTuple):
    """What the timers depend on."""

    policy: EscalationPolicy
    hours: OpeningHours


def open_alert(urgency: Urgency, now: datetime, rules: Rules, *, promises: bool = False) -> Move:
    """Return a new alert on its first step (T1). `promises`: a patient waits for an answer."""
    due = rules.policy.step_over_at(urgency, now, rules.hours)
    opened = Standing(urgency, next_action_at=due, epoch_at=now)
    return Move(_promise(opened, now, rules) if promises else opened, "alert_opened", tells=True)


def report_again(standing: Standing, urgency: Urgency, now: datetime, rules: Rules, *, promises: bool = False) -> Move:
    """Return what another report beyond normal does: nothing new (T2), or, when worse, everybody anew (T3)."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    if urgency <= standing.urgency:
        return Move(standing._replace(condition="active"), "alert_reported_again")
    worse = standing._replace(urgency=urgency, condition="active")
    return begin_epoch(_promise(worse, now, rules) if promises else worse, now, rules, "alert_raised")


def run_timer(standing: Standing, now: datetime, rules: Rules) -> Move:
    """Return what the timer does, however late it is: one step (T6, T8), or the end of what somebody had (T11, T14)."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    if standing.next_action == "ack_timeout":
        if may_close_itself(standing, rules.policy):
            return resolve(standing, now)._replace(did="alert_resolved_by_policy")
        return begin_epoch(standing, now, rules, "ack_expired")
    if standing.next_action == "snooze_end":
        return begin_epoch(standing, now, rules, "snooze_ended")
    return Move(climb(standing, rules.policy.next_place(standing.place), now, rules), "alert_escalated", tells=True)


def may_close_itself(standing: Standing, policy: EscalationPolicy) -> bool:
    """Tell whether an alert that somebody has may close when their time is over (T19); never one that is open."""
    is_low = policy.auto_resolve is not None and standing.urgency <= policy.auto_resolve
    return is_low and standing.state == "acked" and standing.condition == "cleared"


def climb(standing: Standing, place: Place, now: datetime, rules: Rules) -> Standing:
    """Return the alert on another place of the ladder, its timer counting from now."""
    due = rules.policy.step_over_at(standing.urgency, now, rules.hours, place.step)
    exhausted_at = standing.exhausted_at or (now if place.cycle > standing.cycle else None)
    return standing._replace(**place._asdict(), next_action_at=due, exhausted_at=exhausted_at)


def acknowledge(standing: Standing, by: object, now: datetime, rules: Rules) -> Move:
    """Return the alert owned by somebody (T9); by a second person it stays with the first (T10).

    Whoever it was handed over to takes it from the first by saying so (T16); who had put it off takes it up again.
    """
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    if not may_take(standing, by):
        return Move(standing, "alert_acknowledged_too")
    acked = _held(standing, by, now, rules)
    return Move(acked, "alert_acknowledged", silences=True)


def may_take(standing: Standing, by: object) -> bool:
    """Tell whether an acknowledgement by somebody would make the alert theirs."""
    is_own = standing.state == "snoozed" and str(standing.owner_id) == str(by)
    return standing.state == "open" or is_own or str(standing.assigned_to_id) == str(by)


def escalate_now(standing: Standing, seen_step: int, now: datetime, rules: Rules) -> Move:
    """Return the next people told at once because somebody asked for it (T15); nothing when it has moved on since."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    if standing.step != seen_step:
        return Move(standing, "alert_escalated_already")
    opened = _opened(standing)
    moved = climb(opened, rules.policy.place_after(standing.place), now, rules)
    return Move(moved, "alert_escalated_by_hand", tells=True)


def snooze(standing: Standing, by: object, until: datetime) -> Move:
    """Return the alert put off by somebody who owns it meanwhile (T13). How far is allowed: EscalationPolicy."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    timer: dict[str, Any] = {"next_action": "snooze_end", "next_action_at": until, "snooze_until": until}
    put_off = standing._replace(state="snoozed", owner_id=by, assigned_to_id=None, **timer)
    return Move(_keep_promise(put_off), "alert_snoozed", silences=True)


def release(standing: Standing, now: datetime, rules: Rules) -> Move:
    """Return the alert given back by whoever had it or had put it off (T14, T16): everybody is told anew."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    if standing.state == "open":
        return Move(standing, "alert_released_already")
    return begin_epoch(standing, now, rules, "alert_released")


def assign(standing: Standing, person: object) -> Move:
    """Return the alert handed to somebody who must accept it (T16); until then it stays as it is, and climbs on."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    return Move(standing._replace(assigned_to_id=person), "alert_assigned", also=(person,))


def push(standing: Standing, now: datetime, rules: Rules) -> Move:
    """Return what doing something about an alert means (T12): whoever has it gets new time, so many times."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    if standing.state != "acked" or standing.pushes >= rules.policy.pushes_most:
        return Move(standing, "alert_worked_on")
    due = rules.policy.ack_over_at(standing.urgency, now, rules.hours)
    later = max(due, standing.next_action_at or due)
    return Move(standing._replace(pushes=standing.pushes + 1, next_action_at=later), "alert_worked_on")


def clear(standing: Standing) -> Move:
    """Return the alert with its reason gone (T5, T17): it stays for a human to look at."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    return Move(standing._replace(condition="cleared"), "alert_cleared")


def resolve(standing: Standing, now: datetime) -> Move:
    """Return the alert closed by a human (T18)."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    over: dict[str, Any] = {"next_action": None, "next_action_at": None, "snooze_until": None, "assigned_to_id": None}
    closed = standing._replace(state="resolved", resolved_at=now, **over)
    return Move(_keep_promise(closed), "alert_resolved", silences=True)


def take_back(standing: Standing, before: Standing, now: datetime, *, tells: bool) -> Move:
    """Return the alert as it stood `before` somebody's answer that they take back within seconds (T22).

    Nothing gets calmer or later by it: the timer is the one of before, epoch and place never go back, an urgency or a
    reason that came meanwhile stays. `tells`: the answer has silenced messages, or people were told of it, so an open
    alert begins an epoch and tells the people of its step anew. What was closed before stays closed.
    """
    if before.state == "resolved":
        return Move(standing, CLOSED)
    condition = "active" if "active" in (standing.condition, before.condition) else "cleared"
    kept: dict[str, Any] = {
        "epoch": standing.epoch,
        "epoch_at": standing.epoch_at,
        "urgency": max(standing.urgency, before.urgency),
        "condition": condition,
        "promise": "broken" if standing.promise == "broken" else before.promise,
        **standing.place._asdict(),
    }
    back = before._replace(**kept)
    if tells and back.state == "open":
        back = back._replace(epoch=back.epoch + 1, epoch_at=now)
        return Move(back, BACK_TO + "open", tells=True, silences=True, due_by=before.next_action_at)
    return Move(back, BACK_TO + back.state, silences=True)


def break_promise(standing: Standing) -> Move:
    """Return the alert whose patient is told that nobody has answered in the time that was promised."""
    return Move(standing._replace(promise="broken"), "promise_broken")


def begin_epoch(standing: Standing, now: datetime, rules: Rules, did: str) -> Move:
    """Return the alert climbing again from the first step; whoever had it is told too (T3, T11, T14, T16)."""
    due = rules.policy.step_over_at(standing.urgency, now, rules.hours)
    fresh: dict[str, Any] = {
        "epoch_at": now,
        "pushes": 0,
        "exhausted_at": None,
        "next_action_at": due,
        **Place()._asdict(),
    }
    again = _opened(standing)._replace(epoch=standing.epoch + 1, **fresh)
    also = (standing.owner_id,) if standing.owner_id is not None else ()
    return Move(again, did, tells=True, silences=True, also=also)


def _opened(standing: Standing) -> Standing:
    """Return the alert with nobody's hand on it."""
    nobody: dict[str, Any] = {"owner_id": None, "assigned_to_id": None, "acked_at": None, "snooze_until": None}
    return standing._replace(state="open", next_action="step", **nobody)


def _held(standing: Standing, by: object, now: datetime, rules: Rules) -> Standing:
    due = rules.policy.ack_over_at(standing.urgency, now, rules.hours)
    mine: dict[str, Any] = {"owner_id": by, "assigned_to_id": None, "acked_at": now, "snooze_until": None}
    acked = standing._replace(state="acked", next_action="ack_timeout", next_action_at=due, **mine)
    return _keep_promise(acked)


def _promise(standing: Standing, now: datetime, rules: Rules) -> Standing:
    """Return the alert with the patient's own timer; one that runs is not put off."""
    due = rules.policy.promised_at(standing.urgency, now, rules.hours)
    if standing.promise == "running" and standing.promised_at is not None:
        due = min(due, standing.promised_at)
    return standing._replace(promise="running", promised_at=due)


def _keep_promise(standing: Standing) -> Standing:
    return standing._replace(promise="kept") if standing.promise == "running" else standing
