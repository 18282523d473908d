"""The alert state machine as pure transitions: how an alert stands, what happened, how it stands now.

States: open (climbing the ladder), acked (somebody has it, a timer runs), resolved (closed by a human). An alert that
is not resolved always has exactly one timer. The epoch rises whenever people must be told anew.
"""

from datetime import datetime
from typing import NamedTuple

from triage.rules.ladder import EscalationPolicy
from triage.rules.opening import OpeningHours
from triage.rules.vocabulary import Urgency

OUTCOMES = "expected_healing irritation suspected_infection allergy technique pigment other lost".split()
CLOSED = "alert_is_closed"  # what is resolved is never left (T20): nothing happens to it any more
USEFUL = ("useful", "could_have_waited", "not_needed")


class Standing(NamedTuple):
    """How an alert stands."""

    urgency: Urgency
    state: str = "open"
    condition: str = "active"  # cleared: the reason has gone, but a human must still look
    epoch: int = 1
    step: int = 0
    cycle: int = 0
    next_action: str | None = "step"  # what the timer does: step, ack_timeout; None: resolved
    next_action_at: datetime | None = None
    owner_id: object | None = None
    epoch_at: datetime | None = None
    acked_at: datetime | None = None
    exhausted_at: datetime | None = None  # every step was told once and nobody answered
    resolved_at: datetime | None = None


class Move(NamedTuple):
    """What a transition does: the new standing, the word for the audit, and whom to tell."""

    standing: Standing
    did: str
    tells: bool = False  # the people of standing.step are told
    silences: bool = False  # notifications that have not gone out are not sent any more


class Rules(NamedTuple):
    """What the timers depend on."""

    policy: EscalationPolicy
    hours: OpeningHours


def open_alert(urgency: Urgency, now: datetime, rules: Rules) -> Move:
    """Return a new alert on its first step (T1)."""
    due = rules.policy.step_over_at(urgency, now, rules.hours)
    return Move(Standing(urgency, next_action_at=due, epoch_at=now), "alert_opened", tells=True)


def report_again(standing: Standing, urgency: Urgency, now: datetime, rules: Rules) -> Move:
    """Return what another report beyond normal does: nothing new (T2), or, when worse, everybody anew (T3)."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    if urgency <= standing.urgency:
        return Move(standing._replace(condition="active"), "alert_reported_again")
    return _begin_epoch(standing._replace(urgency=urgency, condition="active"), now, rules, "alert_raised")


def take_step(standing: Standing, now: datetime, rules: Rules) -> Move:
    """Return what the timer does: the next people are told (T6), once round the ladder starts again for ever (T8)."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    if standing.next_action == "ack_timeout":
        return _begin_epoch(standing, now, rules, "ack_expired")
    step, cycle = rules.policy.next_step(standing.step, standing.cycle)
    due = rules.policy.step_over_at(standing.urgency, now, rules.hours)
    exhausted_at = standing.exhausted_at or (now if cycle > standing.cycle else None)
    moved = standing._replace(step=step, cycle=cycle, next_action_at=due, exhausted_at=exhausted_at)
    return Move(moved, "alert_escalated", tells=True)


def acknowledge(standing: Standing, by: object, now: datetime, rules: Rules) -> Move:
    """Return the alert owned by somebody (T9); by a second person it stays with the first (T10)."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    if standing.state == "acked":
        return Move(standing, "alert_acknowledged_too")
    acked = standing._replace(
        state="acked",
        owner_id=by,
        acked_at=now,
        next_action="ack_timeout",
        next_action_at=rules.policy.ack_over_at(standing.urgency, now, rules.hours),
    )
    return Move(acked, "alert_acknowledged", silences=True)


def clear(standing: Standing) -> Move:
    """Return the alert with its reason gone (T5, T17): it stays for a human to look at."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    return Move(standing._replace(condition="cleared"), "alert_cleared")


def resolve(standing: Standing, now: datetime) -> Move:
    """Return the alert closed by a human (T18)."""
    if standing.state == "resolved":
        return Move(standing, CLOSED)
    closed = standing._replace(state="resolved", next_action=None, next_action_at=None, resolved_at=now)
    return Move(closed, "alert_resolved", silences=True)


def _begin_epoch(standing: Standing, now: datetime, rules: Rules, did: str) -> Move:
    """Return the alert climbing again from the first step, whoever had it (T3, T11)."""
    again = standing._replace(
        state="open",
        epoch=standing.epoch + 1,
        epoch_at=now,
        step=0,
        cycle=0,
        owner_id=None,
        acked_at=None,
        exhausted_at=None,
        next_action="step",
        next_action_at=rules.policy.step_over_at(standing.urgency, now, rules.hours),
    )
    return Move(again, did, tells=True, silences=True)
