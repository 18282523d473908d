"""How long each step waits, and who is next."""

from datetime import UTC, datetime, timedelta

import pytest

from triage.rules import Urgency
from triage.rules.ladder import DEFAULT_POLICY, EscalationPolicy, Place, Step, Wait
from triage.rules.opening import USUAL, OpeningHours, read_opening_hours

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 1, 3, tzinfo=UTC)
HOURS = read_opening_hours(USUAL, UTC)
ALWAYS = read_opening_hours({}, UTC)


@pytest.mark.parametrize(
    ("urgency", "since", "over"),
    [
        ("emergency", MONDAY, "2026-03-02T10:05Z"),
        ("emergency", SUNDAY, "2026-03-01T03:05Z"),
        ("urgent", MONDAY, "2026-03-02T10:15Z"),
        ("urgent", FRIDAY_EVENING, "2026-03-06T17:45Z"),
        ("same_day", MONDAY, "2026-03-02T11:00Z"),
        ("same_day", FRIDAY_EVENING, "2026-03-09T09:30Z"),
        ("same_day", SUNDAY, "2026-03-02T10:00Z"),
        ("routine", MONDAY, "2026-03-04T10:00Z"),
        ("routine", FRIDAY_EVENING, "2026-03-10T17:30Z"),
    ],
)
def test_a_step_waits_as_the_design_says(urgency: str, since: datetime, over: str) -> None:
    assert DEFAULT_POLICY.step_over_at(Urgency[urgency], since, HOURS) == datetime.fromisoformat(over)


@pytest.mark.parametrize("urgency", [u for u in Urgency if u])
def test_who_has_it_may_take_longer_than_a_step(urgency: Urgency) -> None:
    taken = DEFAULT_POLICY.ack_over_at(urgency, MONDAY, HOURS)
    assert taken > DEFAULT_POLICY.step_over_at(urgency, MONDAY, HOURS)


@pytest.mark.parametrize("hours", [HOURS, ALWAYS])
@pytest.mark.parametrize("since", [MONDAY, FRIDAY_EVENING, SUNDAY])
def test_the_more_urgent_never_waits_longer(since: datetime, hours: OpeningHours) -> None:
    waits = [DEFAULT_POLICY.step_over_at(urgency, since, hours) for urgency in Urgency if urgency]
    assert waits == sorted(waits, reverse=True)


def places(policy: EscalationPolicy, number: int) -> list[tuple[int, int, int]]:
    found = [Place()]
    while len(found) < number:
        found.append(policy.next_place(found[-1]))
    return [tuple(place) for place in found]


def test_after_its_rounds_the_fallback_is_told_for_ever() -> None:
    assert places(DEFAULT_POLICY, 6) == [(0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 1, 0), (3, 2, 0), (3, 3, 0)]


def test_a_step_is_repeated_and_the_ladder_goes_its_rounds() -> None:
    policy = DEFAULT_POLICY._replace(steps=(Step(("on_call",), repeats=2), Step(("role:lead",))), rounds=2)
    assert places(policy, 10) == [
        (0, 0, 0), (0, 0, 1), (0, 0, 2), (1, 0, 0), (0, 1, 0), (0, 1, 1), (0, 1, 2), (1, 1, 0), (2, 2, 0), (2, 3, 0),
    ]  # fmt: skip


def test_a_step_of_which_nobody_can_be_reached_is_not_repeated() -> None:
    policy = DEFAULT_POLICY._replace(steps=(Step(("on_call",), repeats=2), Step(("role:lead",))))
    assert policy.place_after(Place(0, 0, 1)) == Place(1, 0, 0)


def test_everybody_is_told_before_the_fallback() -> None:
    assert {target for step in DEFAULT_POLICY.steps for target in step.targets} == {"role:practitioner", "role:lead"}
    assert set(DEFAULT_POLICY.fallback) == {"role:practitioner", "role:lead"}


@pytest.mark.parametrize("urgency", [u for u in Urgency if u])
@pytest.mark.parametrize("since", [MONDAY, FRIDAY_EVENING, SUNDAY])
def test_a_promise_is_over_only_after_every_step_was_told(urgency: Urgency, since: datetime) -> None:
    told_last = since
    for step in range(2):
        told_last = DEFAULT_POLICY.step_over_at(urgency, told_last, HOURS, step)
    assert DEFAULT_POLICY.promised_at(urgency, since, HOURS) > told_last


def test_the_demo_waits_a_sixtieth() -> None:
    demo = DEFAULT_POLICY._replace(divisor=60)
    assert demo.step_over_at(Urgency.emergency, MONDAY, HOURS) == MONDAY + timedelta(seconds=5)
    assert demo.step_over_at(Urgency.same_day, MONDAY, HOURS) == MONDAY + timedelta(minutes=1)
    assert demo.step_over_at(Urgency.routine, MONDAY, HOURS) == MONDAY + timedelta(minutes=18)


def test_a_working_day_of_a_clinic_that_never_closes_is_a_day() -> None:
    assert Wait(working_days=2).until(SUNDAY, ALWAYS, 1) == SUNDAY + timedelta(days=2)
