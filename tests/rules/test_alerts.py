"""Each transition of an alert: how it stands afterwards, who is told, and which messages are not sent any more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from triage.rules import Urgency
from triage.rules.alerts import (
    Move,
    Rules,
    Standing,
    acknowledge,
    clear,
    open_alert,
    report_again,
    resolve,
    run_timer,
)
from triage.rules.ladder import DEFAULT_POLICY
from triage.rules.opening import read_opening_hours

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=7)
RULES = Rules(DEFAULT_POLICY, read_opening_hours({}, UTC))
ADA, BEN = "ada", "ben"


def opened(urgency: Urgency = Urgency.urgent) -> Standing:
    return open_alert(urgency, NOW, RULES).standing


def acked() -> Standing:
    return acknowledge(opened(), ADA, LATER, RULES).standing


def test_an_alert_opens_on_its_first_step_and_tells_at_once() -> None:
    move = open_alert(Urgency.urgent, NOW, RULES)
    assert (move.did, move.tells, move.silences) == ("alert_opened", True, False)
    assert move.standing == Standing(
        urgency=Urgency.urgent,
        state="open",
        epoch=1,
        step=0,
        cycle=0,
        next_action="step",
        next_action_at=NOW + timedelta(minutes=15),
        epoch_at=NOW,
    )


@pytest.mark.parametrize("urgency", [Urgency.routine, Urgency.urgent])
def test_another_report_that_is_not_worse_tells_nobody(urgency: Urgency) -> None:
    move = report_again(opened(), urgency, LATER, RULES)
    assert (move.standing, move.did, move.tells) == (opened(), "alert_reported_again", False)


def test_a_worse_report_tells_everybody_anew() -> None:
    climbed = run_timer(opened(), LATER, RULES).standing
    move = report_again(climbed, Urgency.emergency, LATER, RULES)
    assert (move.did, move.tells, move.silences) == ("alert_raised", True, True)
    assert (move.standing.epoch, move.standing.step, move.standing.urgency) == (2, 0, Urgency.emergency)
    assert move.standing.next_action_at == LATER + timedelta(minutes=5)


def test_a_worse_report_takes_it_from_whoever_had_it() -> None:
    move = report_again(acked(), Urgency.emergency, LATER, RULES)
    assert (move.standing.state, move.standing.owner_id, move.standing.acked_at) == ("open", None, None)
    assert move.tells


def test_another_report_makes_a_cleared_alert_active_again() -> None:
    cleared = clear(opened()).standing
    assert report_again(cleared, Urgency.routine, LATER, RULES).standing.condition == "active"


def test_an_unanswered_step_tells_the_next_people() -> None:
    move = run_timer(opened(), LATER, RULES)
    assert (move.did, move.tells, move.silences) == ("alert_escalated", True, False)
    assert (move.standing.step, move.standing.cycle, move.standing.epoch) == (1, 0, 1)
    assert move.standing.next_action_at == LATER + timedelta(minutes=15)


def test_a_late_timer_moves_one_step_and_counts_from_now() -> None:
    days_later = NOW + timedelta(days=2)
    move = run_timer(opened(), days_later, RULES)
    assert move.standing.step == 1
    assert move.standing.next_action_at == days_later + timedelta(minutes=15)


def test_once_round_the_ladder_it_is_marked_and_the_fallback_is_told_for_ever() -> None:
    standing = opened()
    seen = []
    for minute in range(6):
        standing = run_timer(standing, NOW + timedelta(minutes=minute), RULES).standing
        seen.append((standing.step, standing.cycle, standing.exhausted_at))
    third = NOW + timedelta(minutes=2)
    assert seen == [(1, 0, None), (2, 0, None), (3, 1, third), (3, 2, third), (3, 3, third), (3, 4, third)]


def test_who_acknowledges_owns_it_and_the_ladder_stops() -> None:
    move = acknowledge(opened(), ADA, LATER, RULES)
    assert (move.did, move.tells, move.silences) == ("alert_acknowledged", False, True)
    assert (move.standing.state, move.standing.owner_id, move.standing.acked_at) == ("acked", ADA, LATER)
    assert (move.standing.next_action, move.standing.next_action_at) == ("ack_timeout", LATER + timedelta(hours=12))


def test_a_second_person_changes_nothing() -> None:
    move = acknowledge(acked(), BEN, LATER, RULES)
    assert (move.standing, move.did, move.tells) == (acked(), "alert_acknowledged_too", False)


def test_who_has_it_and_does_not_close_it_loses_it_again() -> None:
    move = run_timer(acked(), LATER, RULES)
    assert (move.did, move.tells, move.silences) == ("ack_expired", True, True)
    assert (move.standing.state, move.standing.owner_id, move.standing.epoch, move.standing.step) == (
        "open",
        None,
        2,
        0,
    )


@pytest.mark.parametrize("before", [opened(), acked()], ids=["open", "acked"])
def test_a_reason_that_has_gone_closes_nothing(before: Standing) -> None:
    move = clear(before)
    assert move.standing == before._replace(condition="cleared")
    assert (move.tells, move.silences) == (False, False)


@pytest.mark.parametrize("before", [opened(), acked()], ids=["open", "acked"])
def test_a_human_closes_it(before: Standing) -> None:
    move = resolve(before, LATER)
    assert (move.did, move.tells, move.silences) == ("alert_resolved", False, True)
    assert (move.standing.state, move.standing.resolved_at) == ("resolved", LATER)
    assert (move.standing.next_action, move.standing.next_action_at) == (None, None)


ON_RESOLVED: dict[str, Callable[[Standing], Move]] = {
    "a worse report": lambda closed: report_again(closed, Urgency.emergency, LATER, RULES),
    "a timer": lambda closed: run_timer(closed, LATER, RULES),
    "an acknowledgement": lambda closed: acknowledge(closed, BEN, LATER, RULES),
    "a second closing": lambda closed: resolve(closed, LATER + timedelta(hours=1)),
}


@pytest.mark.parametrize("event", ON_RESOLVED.values(), ids=ON_RESOLVED)
def test_a_closed_alert_stays_closed(event: Callable[[Standing], Move]) -> None:
    """Refused or without effect, but never open again: a new event opens a new alert."""
    closed = resolve(opened(), LATER).standing
    try:
        move = event(closed)
    except ValueError:
        return
    assert (move.standing, move.tells) == (closed, False)
