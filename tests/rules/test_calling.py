"""When a patient is called again: never later than the alert may wait, whatever the hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rules import Urgency
from triage.rules.alerts import Rules, acknowledge, open_alert, snooze
from triage.rules.calling import calls_again
from triage.rules.ladder import DEFAULT_POLICY
from triage.rules.opening import USUAL, read_opening_hours

BERLIN = ZoneInfo("Europe/Berlin")
RULES = Rules(DEFAULT_POLICY, read_opening_hours(USUAL, BERLIN))
ALWAYS = Rules(DEFAULT_POLICY, read_opening_hours({}, BERLIN))
MONDAY = datetime(2026, 3, 2, 10, tzinfo=BERLIN)
urgencies = st.sampled_from([urgency for urgency in Urgency if urgency])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


@given(urgency=urgencies, now=moments, rules=st.sampled_from([RULES, ALWAYS]))
def test_no_call_is_planned_for_later_than_the_alert_may_wait(urgency: Urgency, now: datetime, rules: Rules) -> None:
    most = rules.policy.snooze_ends_by(urgency, now, rules.hours)
    offers = calls_again(urgency, now, rules)
    assert offers, "there is always a next call"
    assert [offer.at for offer in offers] == sorted(offer.at for offer in offers)
    opened = open_alert(urgency, now, rules).standing
    for offer in offers:
        assert offer.at > now
        if offer.puts_off:
            assert most is not None
            assert offer.at <= most
            assert snooze(opened, "ada", offer.at).standing.next_action_at == offer.at
        else:
            due = acknowledge(opened, "ada", now, rules).standing.next_action_at
            assert due is not None
            assert offer.at <= due, "it opens again before the call, at the latest"


@pytest.mark.parametrize(
    ("urgency", "names", "put_off"),
    [
        (Urgency.emergency, ["quarter", "hour"], []),
        (Urgency.urgent, ["quarter", "hour", "afternoon"], ["quarter", "hour"]),
        (Urgency.same_day, ["quarter", "hour", "afternoon", "opening"], ["quarter", "hour", "afternoon", "opening"]),
        (Urgency.routine, ["quarter", "hour", "afternoon", "opening"], ["quarter", "hour", "afternoon", "opening"]),
    ],
)
def test_on_a_monday_morning(urgency: Urgency, names: list[str], put_off: list[str]) -> None:
    offers = calls_again(urgency, MONDAY, RULES)
    assert [offer.name for offer in offers] == names
    assert [offer.name for offer in offers if offer.puts_off] == put_off


def test_a_clinic_opens_next_on_monday_and_one_without_hours_at_nine() -> None:
    friday = MONDAY + timedelta(days=4)
    assert calls_again(Urgency.routine, friday, RULES)[-1].at == datetime(2026, 3, 9, 9, tzinfo=BERLIN)
    assert calls_again(Urgency.routine, friday, ALWAYS)[-1].at == datetime(2026, 3, 7, 9, tzinfo=BERLIN)
