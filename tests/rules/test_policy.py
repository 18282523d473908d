"""A policy's document: what it may say, and that danger cannot be made to wait."""

import json
from typing import Any

import pytest

from triage.rules.ladder import DEFAULT_POLICY, Place
from triage.rules.read_policy import PolicyError, as_document, read_policy

WHOLE = as_document(DEFAULT_POLICY)
SOMEBODY = "person:018f0000-0000-7000-8000-000000000000"
FAULTY: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown key": ({"stpes": []}, "stpes"),
    "no steps": ({"steps": []}, "steps"),
    "a step without people": ({"steps": [{"targets": []}]}, "steps[0].targets"),
    "a step with a misspelt key": ({"steps": [{"target": ["on_call"]}]}, "steps[0]"),
    "an unknown target": ({"steps": [{"targets": ["role:boss"]}]}, "steps[0].targets[0]"),
    "a target that is no text": ({"steps": [{"targets": [["on_call"]]}]}, "steps[0].targets[0]"),
    "repeats without end": ({"steps": [{"targets": ["on_call"], "repeats": 99}]}, "steps[0].repeats"),
    "nobody in the end": ({"fallback": []}, "fallback"),
    "rounds that are no number": ({"rounds": True}, "rounds"),
    "a wait without a unit": ({"step_wait": WHOLE["step_wait"] | {"urgent": 5}}, "step_wait.urgent"),
    "a wait of no time": ({"step_wait": WHOLE["step_wait"] | {"urgent": {"minutes": 0}}}, "step_wait.urgent.minutes"),
    "an urgency left out": ({"ack_wait": {"urgent": {"minutes": 5}}}, "ack_wait"),
    "quiet hours that hold danger back": ({"quiet": {"from": "21:00", "to": "07:00", "below": "emergency"}}, "quiet"),
    "quiet hours without end": ({"quiet": {"from": "21:00", "to": "21:00", "below": "urgent"}}, "quiet"),
    "quiet hours that are no times": ({"quiet": {"from": "9 pm", "to": "07:00", "below": "urgent"}}, "quiet"),
    "danger closed by itself": ({"auto_resolve": "urgent"}, "auto_resolve"),
    "danger that waits for the morning": (
        {"step_wait": WHOLE["step_wait"] | {"urgent": {"open_minutes": 15}}},
        "step_wait.urgent",
    ),
    "an emergency that waits an hour": (
        {"step_wait": WHOLE["step_wait"] | {"emergency": {"minutes": 60}}},
        "step_wait.emergency",
    ),
}


@pytest.mark.parametrize(("document", "place"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_policy_is_refused_at_its_place(document: dict[str, Any], place: str) -> None:
    with pytest.raises(PolicyError) as refused:
        read_policy(document)
    assert [fault.path for fault in refused.value.faults] == [place]


@pytest.mark.parametrize("document", [None, [], "steps", 3])
def test_what_is_no_object_is_refused(document: Any) -> None:
    with pytest.raises(PolicyError):
        read_policy(document)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(PolicyError) as refused:
        read_policy({"steps": [{"targets": ["x"]}], "rounds": 0, "quiet": 3})
    assert {fault.path for fault in refused.value.faults} == {"steps[0].targets[0]", "rounds", "quiet"}


def test_a_policy_is_written_as_it_is_read() -> None:
    assert read_policy({}) == DEFAULT_POLICY
    document = json.loads(json.dumps(WHOLE)) | {
        "steps": [{"targets": ["on_call", SOMEBODY], "repeats": 2}, {"targets": ["role:lead"], "repeats": 0}],
        "rounds": 2,
        "quiet": {"from": "21:00", "to": "07:00", "below": "same_day"},
        "auto_resolve": "routine",
    }
    assert as_document(read_policy(document)) == document
    assert read_policy(document).next_place(Place(0, 0, 2)) == Place(1, 0)
