"""A policy in words: each step, each promise, and that no difference of two policies goes unsaid."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

import pytest

from triage.paper.ladder import differences, promises, quiet_words, rungs, wait_words
from triage.rules import Urgency
from triage.rules.ladder import DEFAULT_POLICY, Quiet, Step, Wait

PAT = "0" * 36
NAMES = {PAT: "Pat"}
OFTEN = Step(("on_call", f"person:{PAT}", "role:lead"), repeats=2)


def changed(name: str, **waits: Wait) -> Mapping[Urgency, Wait]:
    return {**getattr(DEFAULT_POLICY, name), **{Urgency[word]: wait for word, wait in waits.items()}}


ELSE: dict[str, Any] = {
    "steps": (OFTEN, *DEFAULT_POLICY.steps[1:]),
    "fallback": (f"person:{PAT}",),
    "step_wait": changed("step_wait", urgent=Wait(wall=timedelta(minutes=7))),
    "fallback_wait": changed("fallback_wait", routine=Wait(working_days=9)),
    "ack_wait": changed("ack_wait", emergency=Wait(wall=timedelta(hours=3))),
    "snooze_most": changed("snooze_most", emergency=Wait(wall=timedelta(hours=1))),
    "promise": changed("promise", same_day=Wait(open_time=timedelta(minutes=90))),
    "rounds": 3,
    "pushes_most": 0,
    "quiet": Quiet(time(21), time(7, 30), Urgency.urgent),
    "auto_resolve": Urgency.routine,
}


@pytest.mark.parametrize("name", [name for name in DEFAULT_POLICY._fields if name != "divisor"])
def test_no_difference_goes_unsaid(name: str) -> None:
    """A field that is added to the policy fails here until it has words."""
    new = DEFAULT_POLICY._replace(**{name: ELSE[name]})
    assert differences(DEFAULT_POLICY, DEFAULT_POLICY, NAMES) == []
    said = differences(DEFAULT_POLICY, new, NAMES)
    assert said
    assert len(set(said)) == len(said)
    assert differences(new, DEFAULT_POLICY, NAMES) != said


def test_a_ladder_is_told_step_by_step() -> None:
    policy = DEFAULT_POLICY._replace(steps=(OFTEN, Step(("role:practitioner",)), Step(("role:lead",))), rounds=2)
    assert rungs(policy, Urgency.urgent, NAMES) == [
        "At once: whoever is on call, Pat and the leads, and 2 times more, every 15 minutes.",
        "If nobody answers for 15 minutes: the practitioners.",
        "If nobody answers for 15 minutes more: the leads.",
        "Then all of this again, 2 rounds in all.",
        "In the end: the practitioners and the leads, again after 1 hour each time, until somebody answers.",
    ]
    assert promises(DEFAULT_POLICY, Urgency.emergency)[-1] == "It cannot be put off."


def test_steps_that_come_and_go_are_told() -> None:
    fewer = DEFAULT_POLICY._replace(steps=DEFAULT_POLICY.steps[:2])
    gone = "Step 3 is gone: it told the practitioners and the leads."
    assert differences(DEFAULT_POLICY, fewer, NAMES) == [gone]
    assert differences(fewer, DEFAULT_POLICY, NAMES) == ["Step 3 is new: the practitioners and the leads."]


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (Wait(wall=timedelta(minutes=1)), "1 minute"),
        (Wait(wall=timedelta(minutes=90)), "90 minutes"),
        (Wait(open_time=timedelta(hours=4)), "4 hours of opening hours"),
        (Wait(working_days=1), "1 working day"),
        (None, "not at all"),
    ],
)
def test_waits_in_words(wait: Wait | None, words: str) -> None:
    assert wait_words(wait) == words


def test_quiet_hours_in_words() -> None:
    quiet = Quiet(time(21), time(7), Urgency.same_day)
    said = "From 21:00 to 07:00 messages below same day wait for the end of the quiet hours."
    assert quiet_words(quiet) == said
