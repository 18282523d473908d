"""Whether the last session is over by the next one: only a recent, calm report says so, and worse is never calmer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.rules import CheckIn, Protocol, Tables, Urgency
from triage.rules.next_session import Known, Reason, why_not_over

DONE_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW = DONE_AT + timedelta(days=20)
NEXT_AT = NOW + timedelta(days=1)
CALM = {"redness": 0, "swelling": 0}


@pytest.fixture(scope="session")
def protocol(shipped_tables: Tables) -> Protocol:
    return shipped_tables.protocol


def report(days_ago: float = 1, **said: object) -> CheckIn:
    return CheckIn(at=NOW - timedelta(days=days_ago), **{"symptoms": CALM, **said})  # type: ignore[arg-type]


def why(protocol: Protocol | None, *reports: CheckIn, **known: object) -> dict[str, str]:
    found = why_not_over(protocol, Known(DONE_AT, reports, **known), NOW, NEXT_AT)  # type: ignore[arg-type]
    return {reason.about: reason.words for reason in found}


def test_a_recent_report_that_everything_is_gone_leaves_no_reason(protocol: Protocol) -> None:
    assert why(protocol, report()) == {}


def test_silence_is_no_recovery(protocol: Protocol) -> None:
    assert "no report since the last session" in why(protocol)["unheard"]
    assert "the last 7 days" in why(protocol, report(8))["unheard"]
    assert "no report since" in why(protocol, report(1, symptoms={}, note="all is well"))["unheard"]
    assert "no report since" in why(protocol, report(21))["unheard"]


def test_what_should_be_gone_and_is_not_is_named_with_its_day(protocol: Protocol) -> None:
    words = why(protocol, report(symptoms={"redness": 1}))["redness"]
    assert "mild" in words
    assert "usually gone by day" in words


def test_a_symptom_that_is_not_named_again_is_still_there(protocol: Protocol) -> None:
    assert "redness" in why(protocol, report(3, symptoms={"redness": 2}), report(1, symptoms={"swelling": 0}))


def test_what_is_expected_until_then_is_no_reason(protocol: Protocol) -> None:
    window = next(window for window in protocol.windows if window.symptom == "redness")
    at = DONE_AT + timedelta(hours=3)
    known = Known(DONE_AT, [CheckIn(at=at, symptoms={"redness": 1})])
    assert window.high_days > 1
    assert why_not_over(protocol, known, at, at + timedelta(hours=3)) == []


def test_a_report_in_doubt_calms_nothing_and_raises_all_the_same(protocol: Protocol) -> None:
    assert "redness" in why(protocol, report(2, symptoms={"redness": 2}), doubted=[report(1)])
    assert "redness" in why(protocol, report(2), doubted=[report(1, symptoms={"redness": 2})])
    assert "unheard" in why(protocol, doubted=[report()])


@pytest.mark.parametrize(
    ("known", "about"),
    [({"has_alert": True}, "alert"), ({"latest_urgency": Urgency.routine}, "beyond")],
)
def test_an_open_alert_or_a_report_beyond_what_is_expected_is_a_reason(
    protocol: Protocol, known: dict[str, object], about: str
) -> None:
    assert list(why(protocol, report(), **known)) == [about]


def test_a_danger_sign_in_the_latest_report_is_a_reason(protocol: Protocol) -> None:
    assert list(why(protocol, report(signs=("fever",)))) == ["beyond"]


def test_rules_that_cannot_be_read_leave_it_to_a_human() -> None:
    assert list(why(None, report())) == ["no_rules"]


severities = st.dictionaries(st.sampled_from(["redness", "swelling", "pain", "bumps", "unheard_of"]), st.integers(0, 4))
reports = st.builds(
    report, st.floats(0, 19), symptoms=severities, signs=st.sampled_from([(), ("fever",), ("pus", "fever")])
)
histories = st.lists(reports, max_size=4).map(lambda found: sorted(found, key=lambda one: one.at))


def grave(reasons: list[Reason]) -> dict[str, int]:
    return {reason.about: reason.level for reason in reasons}


@settings(max_examples=150, deadline=None)
@given(histories, histories, st.sampled_from(Urgency), st.integers(0, 7), st.integers(0, 4))
def test_a_worse_report_never_makes_it_calmer(
    protocol: Protocol, told: list[CheckIn], doubted: list[CheckIn], urgency: Urgency, which: int, by: int
) -> None:
    before = grave(why_not_over(protocol, Known(DONE_AT, told, doubted, urgency), NOW, NEXT_AT))
    lists = [told, doubted]
    if chosen := lists[which % 2]:
        place = which // 2 % len(chosen)
        one = chosen[place]
        worse = {symptom: min(4, level + by) for symptom, level in one.symptoms.items()}
        worse_one = replace(one, symptoms=worse, signs=(*one.signs, "pus"))
        lists[which % 2] = [*chosen[:place], worse_one, *chosen[place + 1 :]]
    graver = Known(DONE_AT, *lists, Urgency(min(4, urgency + by)), has_alert=which > 3)
    after = grave(why_not_over(protocol, graver, NOW, NEXT_AT))
    assert all(after.get(about, 0) >= level for about, level in before.items())


@settings(max_examples=100, deadline=None)
@given(histories, histories, st.integers(0, 3))
def test_reports_that_are_left_out_never_make_it_calm(
    protocol: Protocol, told: list[CheckIn], doubted: list[CheckIn], kept: int
) -> None:
    """Whoever has said nothing of late counts as not over, whatever else is known."""
    known = Known(DONE_AT, [one for one in told[:kept] if one.at < NOW - timedelta(days=7)], doubted)
    assert "unheard" in grave(why_not_over(protocol, known, NOW, NEXT_AT))
