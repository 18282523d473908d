"""The alert machine under any sequence of events: nobody is forgotten, and nobody is told twice of the same."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

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
    take_step,
)
from triage.rules.ladder import DEFAULT_POLICY
from triage.rules.opening import USUAL, read_opening_hours

RULES = Rules(DEFAULT_POLICY, read_opening_hours(USUAL, UTC))
BEGAN = datetime(2026, 3, 6, 16, tzinfo=UTC)
urgencies = st.sampled_from([urgency for urgency in Urgency if urgency])
is_unresolved = precondition(lambda machine: machine.standing.state != "resolved")


class AlertMachine(RuleBasedStateMachine):
    """Plays clinic and clock; after each event the promises are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGAN
        self.told: set[tuple[int, int, int]] = set()
        self.taken_in: int | None = None  # the epoch that somebody said to have

    @initialize(urgency=urgencies)
    def opens(self, urgency: Urgency) -> None:
        self.standing: Standing = open_alert(urgency, self.now, RULES).standing
        self.told.add(self.place())

    def place(self) -> tuple[int, int, int]:
        return self.standing.epoch, self.standing.cycle, self.standing.step

    def make(self, move: Move) -> None:
        before, self.standing = self.standing, move.standing
        assert self.standing.epoch in (before.epoch, before.epoch + 1)
        assert self.standing.urgency >= before.urgency
        if self.standing.epoch > before.epoch:
            assert move.tells
            assert move.silences
            self.taken_in = None
        if move.tells:
            assert self.taken_in is None, "somebody has it: nobody is told until it gets worse or the time is over"
            assert self.place() not in self.told, "the same people were told of the same before"
            self.told.add(self.place())

    @rule(minutes=st.integers(0, 5000))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @is_unresolved
    @rule(urgency=urgencies)
    def reports_again(self, urgency: Urgency) -> None:
        before = self.standing
        self.make(report_again(before, urgency, self.now, RULES))
        assert (self.standing.epoch > before.epoch) is (urgency > before.urgency)
        assert self.standing.condition == "active"

    @is_unresolved
    @rule()
    def timer_runs_out(self) -> None:
        self.now = max(self.now, self.standing.next_action_at or self.now)
        if self.standing.state == "acked":
            self.taken_in = None
        self.make(take_step(self.standing, self.now, RULES))
        assert self.standing.state == "open"

    @is_unresolved
    @rule(by=st.sampled_from(["ada", "ben"]))
    def takes_it(self, by: str) -> None:
        owner = self.standing.owner_id
        self.make(acknowledge(self.standing, by, self.now, RULES))
        self.taken_in = self.standing.epoch
        assert self.standing.owner_id == (owner or by)

    @is_unresolved
    @rule()
    def reason_goes(self) -> None:
        self.make(clear(self.standing))

    @is_unresolved
    @precondition(lambda machine: machine.standing.state == "acked")
    @rule()
    def closes_it(self) -> None:
        self.make(resolve(self.standing, self.now))

    @invariant()
    def an_unresolved_alert_has_one_timer_and_a_resolved_one_none(self) -> None:
        standing = self.standing
        timer = standing.next_action, standing.next_action_at
        if standing.state == "resolved":
            assert timer == (None, None)
            assert standing.resolved_at is not None
        else:
            assert None not in timer
            assert standing.resolved_at is None
            assert standing.next_action == ("ack_timeout" if standing.state == "acked" else "step")

    @invariant()
    def who_has_it_is_named(self) -> None:
        if self.standing.state == "acked":
            assert self.standing.owner_id is not None
            assert self.standing.acked_at is not None
        if self.standing.state == "open":
            assert (self.standing.owner_id, self.standing.acked_at) == (None, None)

    @invariant()
    def the_first_step_of_an_epoch_was_told(self) -> None:
        assert (self.standing.epoch, 0, 0) in self.told


TestAlertMachine = AlertMachine.TestCase
TestAlertMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
