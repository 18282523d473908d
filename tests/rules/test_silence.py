"""What the clinic is told of a check-in that did not come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rules import Urgency
from triage.rules.silence import Missed, Silence, answer_silence

NO_REPORT = Silence(Urgency.routine, "no_report", is_raised=True)
CALL = Silence(Urgency.same_day, "no_report")
QUIET = Silence(Urgency.routine, "quiet")

MISSES: dict[str, tuple[Missed, Silence | None]] = {
    "on day 0": (Missed(0), NO_REPORT),
    "on day 3": (Missed(3), NO_REPORT),
    "on day 4, nothing open": (Missed(4), None),
    "on day 4, a symptom open": (Missed(4, is_open=True), NO_REPORT),
    "beyond normal, and the clinic has closed it": (Missed(30, is_beyond=True), NO_REPORT),
    "beyond normal, and nobody has closed it": (Missed(5, is_beyond=True, is_alarming=True), CALL),
    "one quiet one": (Missed(14), None),
    "two quiet ones": (Missed(14, quiet_before=1), QUIET),
    "two in the first week": (Missed(7, quiet_before=1), None),
    "never opened": (Missed(1, has_opened=False), Silence(Urgency.same_day, "never_opened")),
    "never opened, not reminded yet": (Missed(1, has_opened=False, is_reminded=False), NO_REPORT),
    "not sent in the first days": (
        Missed(2, is_sent=False, has_opened=False, is_reminded=False),
        Silence(Urgency.routine, "not_sent", is_raised=True),
    ),
    "not sent later": (Missed(14, is_sent=False, quiet_before=1), None),
    "not sent after an alarm": (Missed(5, is_sent=False, is_alarming=True), Silence(Urgency.same_day, "not_sent")),
    "opted out": (Missed(1, "opted_out"), None),
    "opted out with a usual symptom": (Missed(1, "opted_out", is_open=True), None),
    "opted out beyond normal": (Missed(1, "opted_out", is_beyond=True), Silence(Urgency.same_day, "opted_out")),
    "opted out beyond normal, told before": (
        Missed(1, "opted_out", is_beyond=True, told=frozenset({"opted_out"})),
        None,
    ),
    "no consent": (Missed(1, "no_consent"), None),
    "no contact and a symptom open": (
        Missed(1, "no_contact", is_open=True),
        Silence(Urgency.routine, "not_asked", is_raised=True),
    ),
    "no messages left and a symptom open": (
        Missed(9, "budget", is_open=True),
        Silence(Urgency.routine, "out_of_messages", is_raised=True),
    ),
    "no messages left beyond normal": (
        Missed(9, "budget", is_beyond=True),
        Silence(Urgency.same_day, "out_of_messages"),
    ),
    "given up since nothing was opened": (Missed(9, "never_opened"), None),
}


@pytest.mark.parametrize(("missed", "told"), MISSES.values(), ids=MISSES)
def test_what_becomes_of_a_miss(missed: Missed, told: Silence | None) -> None:
    assert answer_silence(missed) == told


MISSED = st.builds(
    Missed,
    day=st.integers(0, 90),
    is_sent=st.booleans(),
    is_reminded=st.booleans(),
    has_opened=st.booleans(),
    quiet_before=st.integers(0, 3),
)


def weight(silence: Silence | None) -> int:
    return 0 if silence is None else int(silence.urgency)


@given(MISSED)
def test_the_more_was_open_the_more_urgent_is_the_silence(missed: Missed) -> None:
    states = ({}, {"is_open": True}, {"is_open": True, "is_beyond": True}, {"is_open": True, "is_alarming": True})
    weights = [weight(answer_silence(missed._replace(**state))) for state in states]
    assert weights == sorted(weights)


@given(MISSED, st.booleans(), st.booleans())
def test_silence_while_something_is_open_is_always_told(missed: Missed, is_beyond: bool, is_alarming: bool) -> None:
    assert answer_silence(missed._replace(is_open=True, is_beyond=is_beyond, is_alarming=is_alarming)) is not None
