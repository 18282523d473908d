"""The cases behind a number: exactly those that it counts, the latest first."""

import pytest

from tests.outcomes.few_facts import DAY, EMPTY, FACTS, NOW
from tests.rules.small_protocol import tables
from triage.outcomes.behind import KINDS, Case
from triage.outcomes.figure import Question

PROTOCOL = tables().protocol
EVER = Question(PROTOCOL, NOW)


def found(kind: str, question: Question = EVER) -> list[Case]:
    return KINDS[kind].find(FACTS, question)


def test_late_alerts_are_told_by_the_clock_that_their_promise_runs_by() -> None:
    """a2 was never taken but closed within its hours; a4 is about nobody."""
    late = found("late")
    assert [case.alert for case in late] == ["a3", "a1", "a0"]
    assert late[0].note.startswith("Still waits")
    assert late[1].note == "Taken after the promised time"
    assert (late[0].patient, late[0].urgency, late[0].at_us) == ("p1", 3, int(FACTS.alerts.opened_us[3]))


def test_an_alert_without_a_promise_is_never_late() -> None:
    assert "a4" not in {case.alert for case in found("late")}


def test_false_alarms_are_those_that_a_human_called_so() -> None:
    assert [(case.alert, case.note) for case in found("false_alarms")] == [("a2", "Not needed")]


def test_missed_reports_are_those_of_the_sample_that_should_have_alerted() -> None:
    (case,) = found("missed")
    assert (case.patient, case.at_us, case.alert) == ("p1", NOW - 12 * DAY, "")


def test_slow_sessions_name_each_symptom_that_outlived_its_window() -> None:
    """Of session 0 both are still there on day 25; what is asked before any session, or not asked, says nothing."""
    (case,) = found("slow")
    assert (case.patient, case.at_us) == ("p0", NOW - 60 * DAY)
    assert case.note == "Later than expected: redness, swelling"


def test_serious_outcomes_bear_the_word_that_closed_them() -> None:
    assert [(case.alert, case.note) for case in found("serious")] == [("a0", "Infection")]


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_the_window_holds_is_listed(kind: str) -> None:
    assert found(kind, EVER._replace(since_us=NOW)) == []
    assert found(kind, EVER._replace(until_us=NOW - 100 * DAY)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_clinic_with_nothing_on_record_has_no_cases(kind: str) -> None:
    assert KINDS[kind].find(EMPTY, EVER) == []
