"""The alert machine under any sequence of events: nobody is forgotten, and nobody is told twice of the same."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from triage.rules import Urgency
from triage.rules.alerts import (
    CLOSED,
    Move,
    Rules,
    Standing,
    acknowledge,
    assign,
    break_promise,
    clear,
    escalate_now,
    open_alert,
    push,
    release,
    report_again,
    resolve,
    run_timer,
    snooze,
    take_back,
)
from triage.rules.ladder import DEFAULT_POLICY, Step
from triage.rules.opening import USUAL, read_opening_hours

HOURS = read_opening_hours(USUAL, UTC)
POLICIES = (
    DEFAULT_POLICY,
    DEFAULT_POLICY._replace(
        steps=(Step(("on_call",), repeats=2), Step(("role:lead",))), rounds=2, auto_resolve=Urgency.routine
    ),
)
BEGAN = datetime(2026, 3, 6, 16, tzinfo=UTC)
TIMERS = {"open": "step", "acked": "ack_timeout", "snoozed": "snooze_end", "resolved": None}
urgencies = st.sampled_from([urgency for urgency in Urgency if urgency])
people = st.sampled_from(["ada", "ben", "cleo"])
is_unresolved = precondition(lambda machine: machine.standing.state != "resolved")
is_resolved = precondition(lambda machine: machine.standing.state == "resolved")


class AlertMachine(RuleBasedStateMachine):
    """Plays clinic, patient and clock; after each event the promises are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGAN
        self.told: set[tuple[int, int, int, int]] = set()

    @initialize(urgency=urgencies, policy=st.sampled_from(POLICIES))
    def opens(self, urgency: Urgency, policy: object) -> None:
        self.rules = Rules(policy, HOURS)  # type: ignore[arg-type]
        self.standing: Standing = open_alert(urgency, self.now, self.rules, promises=True).standing
        self.told.add(self.place())

    def place(self) -> tuple[int, int, int, int]:
        return self.standing.epoch, self.standing.cycle, self.standing.step, self.standing.repeat

    def make(self, move: Move) -> None:
        before, self.standing = self.standing, move.standing
        assert self.standing.epoch in (before.epoch, before.epoch + 1)
        assert self.standing.urgency >= before.urgency
        assert before.promise != "broken" or self.standing.promise in ("broken", "running")
        if self.standing.epoch > before.epoch:
            assert move.tells
            assert move.silences
            assert self.standing.state == "open"
            assert (before.owner_id is None) == (move.also == ()), "whoever had it is told that it is open again"
        if move.tells:
            assert self.standing.state == "open", "somebody has it: nobody is told until it is open again"
            assert self.place() not in self.told, "the same people were told of the same before"
            self.told.add(self.place())
        if before.state != "open" and self.standing.state == "open":
            assert move.tells, "what somebody had and has no more is told at once"

    @is_unresolved
    @rule(
        verb=st.sampled_from(["take", "watch", "close", "assign", "release", "escalate", "push"]),
        by=people,
        tells=st.booleans(),
        seconds=st.integers(0, 15),
    )
    def answers_and_takes_it_back(self, verb: str, by: str, tells: bool, seconds: int) -> None:
        before, rules, now = self.standing, self.rules, self.now
        answer = {
            "take": lambda: acknowledge(before, by, now, rules),
            "watch": lambda: snooze(before, by, now + timedelta(minutes=30)),
            "close": lambda: resolve(before, now),
            "assign": lambda: assign(before, by),
            "release": lambda: release(before, now, rules),
            "escalate": lambda: escalate_now(before, before.step, now, rules),
            "push": lambda: push(before, now, rules),
        }[verb]()
        if answer.tells:
            self.standing = answer.standing
            self.told.add(self.place())
        self.now += timedelta(seconds=seconds)
        move = take_back(answer.standing, before, self.now, tells=tells)
        after = move.standing
        assert (after.state, after.owner_id, after.next_action) == (before.state, before.owner_id, before.next_action)
        assert after.next_action_at == before.next_action_at, "no timer is lost, and none gets later"
        assert (after.urgency, after.condition) == (before.urgency, before.condition)
        assert (after.promise, after.promised_at) == (before.promise, before.promised_at)
        assert after.resolved_at is None
        assert after.epoch >= answer.standing.epoch
        climbed = [(one.epoch, one.cycle, one.step, one.repeat) for one in (before, after)]
        assert climbed == sorted(climbed), "nobody is told of a lower rung than before"
        is_told_anew = tells and before.state == "open"
        assert (move.tells, after.epoch > answer.standing.epoch) == (is_told_anew, is_told_anew)
        if move.tells:
            assert move.due_by == before.next_action_at
            self.told.add((after.epoch, after.cycle, after.step, after.repeat))
        self.standing = after

    @is_unresolved
    @rule()
    def what_came_meanwhile_is_not_calmed_by_taking_back(self) -> None:
        """The action refuses it; the transition would not lose it either."""
        before = self.standing
        worse = acknowledge(before, "ada", self.now, self.rules).standing._replace(
            urgency=Urgency.emergency, condition="active"
        )
        after = take_back(worse, before, self.now, tells=False).standing
        assert (after.urgency, after.condition) == (Urgency.emergency, "active")

    @rule(minutes=st.integers(0, 5000))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @is_unresolved
    @rule(urgency=urgencies)
    def reports_again(self, urgency: Urgency) -> None:
        before = self.standing
        self.make(report_again(before, urgency, self.now, self.rules, promises=True))
        assert (self.standing.epoch > before.epoch) is (urgency > before.urgency)
        assert self.standing.condition == "active"
        if urgency > before.urgency:
            assert (self.standing.state, self.standing.promise) == ("open", "running")
            if before.promise == "running":
                assert self.standing.promised_at <= before.promised_at, "what runs is never put off"

    @is_unresolved
    @rule()
    def timer_runs_out(self) -> None:
        before = self.standing
        self.now = max(self.now, before.next_action_at or self.now)
        self.make(run_timer(before, self.now, self.rules))
        if self.standing.state == "resolved":
            assert (before.state, before.condition, before.urgency) == ("acked", "cleared", Urgency.routine)
            assert self.rules.policy.auto_resolve == Urgency.routine
        else:
            assert self.standing.state == "open"
            assert self.standing.next_action_at > self.now

    @is_unresolved
    @rule(by=people)
    def takes_it(self, by: str) -> None:
        before = self.standing
        self.make(acknowledge(before, by, self.now, self.rules))
        if before.state == "open" or before.assigned_to_id == by or (before.state, before.owner_id) == ("snoozed", by):
            assert self.standing.owner_id == by
            assert self.standing.promise != "running"
        else:
            assert self.standing == before

    @is_unresolved
    @rule(by=people, minutes=st.integers(1, 600))
    def puts_it_off(self, by: str, minutes: int) -> None:
        self.make(snooze(self.standing, by, self.now + timedelta(minutes=minutes)))
        assert self.standing.state == "snoozed"

    @is_unresolved
    @rule()
    def gives_it_back(self) -> None:
        before = self.standing
        self.make(release(before, self.now, self.rules))
        assert self.standing.state == "open"
        assert (self.standing.epoch > before.epoch) is (before.state != "open")

    @is_unresolved
    @rule(to=people)
    def hands_it_over(self, to: str) -> None:
        before = self.standing
        self.make(assign(before, to))
        assert self.standing == before._replace(assigned_to_id=to), "who was asked has to say yes"

    @is_unresolved
    @rule(is_stale=st.booleans())
    def asks_the_next(self, is_stale: bool) -> None:
        before = self.standing
        self.make(escalate_now(before, before.step + is_stale, self.now, self.rules))
        assert (self.standing == before) is is_stale

    @is_unresolved
    @rule()
    def does_something(self) -> None:
        before = self.standing
        self.make(push(before, self.now, self.rules))
        assert self.standing.pushes <= self.rules.policy.pushes_most
        assert self.standing.next_action_at >= before.next_action_at

    @is_unresolved
    @precondition(lambda machine: machine.standing.promise == "running")
    @rule()
    def promise_is_over(self) -> None:
        before = self.standing
        self.make(break_promise(before))
        assert self.standing == before._replace(promise="broken"), "the ladder goes on as it did"

    @is_unresolved
    @rule()
    def reason_goes(self) -> None:
        self.make(clear(self.standing))

    @is_unresolved
    @precondition(lambda machine: machine.standing.state in ("acked", "snoozed"))
    @rule()
    def closes_it(self) -> None:
        self.make(resolve(self.standing, self.now))

    @is_resolved
    @rule(urgency=urgencies, by=people)
    def nothing_happens_to_a_closed_one(self, urgency: Urgency, by: str) -> None:
        closed = self.standing
        for move in (
            report_again(closed, urgency, self.now, self.rules),
            run_timer(closed, self.now, self.rules),
            acknowledge(closed, by, self.now, self.rules),
            snooze(closed, by, self.now),
            escalate_now(closed, closed.step, self.now, self.rules),
            assign(closed, by),
            release(closed, self.now, self.rules),
            push(closed, self.now, self.rules),
            clear(closed),
            resolve(closed, self.now),
            take_back(closed, closed, self.now, tells=True),
        ):
            assert move == Move(closed, CLOSED)

    @invariant()
    def an_unresolved_alert_has_one_timer_and_a_resolved_one_none(self) -> None:
        standing = self.standing
        assert standing.next_action == TIMERS[standing.state]
        assert (standing.next_action_at is None) == (standing.state == "resolved")
        assert (standing.resolved_at is None) == (standing.state != "resolved")

    @invariant()
    def who_has_it_is_named(self) -> None:
        if self.standing.state in ("acked", "snoozed"):
            assert self.standing.owner_id is not None
        if self.standing.state == "acked":
            assert self.standing.acked_at is not None
        if self.standing.state == "open":
            assert (self.standing.owner_id, self.standing.acked_at) == (None, None)
        assert (self.standing.snooze_until is not None) == (self.standing.state == "snoozed")

    @invariant()
    def where_an_open_alert_is_was_told(self) -> None:
        assert self.standing.state != "open" or self.place() in self.told

    @invariant()
    def a_promise_has_a_time(self) -> None:
        assert self.standing.promised_at is not None
        assert self.standing.promise in ("running", "kept", "broken")
        assert self.standing.state in ("open", "acked", "snoozed") or self.standing.promise != "running"


TestAlertMachine = AlertMachine.TestCase
TestAlertMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
