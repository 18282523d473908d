"""A finding in a few words, for a row of a list."""

import pytest

from triage.rules.in_short import finding_in_short, findings_in_short

SEEN = {"severity": 2, "hour": 146, "last": 1}
REDNESS = {"symptom": "redness", "observed": SEEN, "expected": {"at_most": 1, "from_hour": 120}, "message": "Long."}


MILD = "usual by then: at most mild"
CALL = {"reason": "wants_call", "rule": "wants_call", "message": "The patient asks for a call. Source: S80."}


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (
            REDNESS | {"reason": "worsening"},
            "Redness moderate on day 6; worse than before; " + MILD,
        ),
        (
            REDNESS | {"reason": "persisting", "expected": {"at_most": 0}},
            "Redness moderate on day 6; usual by then: none",
        ),
        ({"reason": "danger_sign", "sign": "red_streaks", "observed": {"hour": 30}}, "Danger sign: red streaks, day 1"),
        (
            {"reason": "wants_call", "message": "The patient asks for a call. Source: S80."},
            "The patient asks for a call",
        ),
        ({"reason": "not_judged", "message": "The rules failed."}, "The rules failed"),
        (REDNESS | {"reason": "above_expected", "expected": None}, "Redness moderate on day 6"),
    ],
)
def test_a_finding_is_said_in_a_few_words(finding: dict[str, object], said: str) -> None:
    assert finding_in_short(finding) == said


def test_how_many_other_things_were_found_is_said() -> None:
    fever = {"reason": "danger_sign", "sign": "fever", "observed": {"hour": 30}}
    assert findings_in_short([CALL]) == "The patient asks for a call"
    assert findings_in_short([CALL, REDNESS, REDNESS, fever]) == "The patient asks for a call (and 2 more)"


def test_what_was_seen_comes_before_the_risk_that_raises_it() -> None:
    risk = {"rule": "diabetes", "reason": "risk_factor", "message": "Diabetes raises it by one step."}
    seen = {"symptom": "swelling", "reason": "worsening", "observed": {"severity": 2, "hour": 100}, "expected": {}}
    assert findings_in_short([risk, seen]) == "Swelling moderate on day 4; worse than before (and 1 more)"
