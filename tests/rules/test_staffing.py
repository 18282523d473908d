"""Whom a target of the ladder means at a moment: roles, the rota and its exceptions, deputies."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rules import Urgency
from triage.rules.alerts import Rules, open_alert
from triage.rules.dry_run import dry_run
from triage.rules.ladder import DEFAULT_POLICY, Quiet, Step
from triage.rules.opening import USUAL, read_opening_hours
from triage.rules.staffing import Absence, Override, Person, Rota, Staffing, Way, people_told
from triage.rules.telling import reach_somebody

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


def person(name: str, role: str = "practitioner", *, urgency_from: Urgency = Urgency.routine, ways: int = 1) -> Person:
    mails = (Way(f"{name}-{n}", "email", f"{name}{n}@x.org", urgency_from) for n in range(ways))
    return Person(name, name.capitalize(), role, tuple(mails))


ADA, BEN, LEE = person("ada"), person("ben"), person("lee", "lead")
TEAM = Staffing((ADA, BEN, LEE))
RULES = Rules(DEFAULT_POLICY, read_opening_hours(USUAL, UTC))


def names(staffing: Staffing, *targets: str, at: datetime = NOW, urgency: Urgency = Urgency.urgent) -> list[str]:
    return [told.person.id for told in people_told(targets, staffing, urgency, at)]


def away(who: str, deputy: str | None = None, days: int = 1) -> Absence:
    return Absence(who, NOW, NOW + days * DAY, deputy)


def test_a_role_means_everybody_who_has_it_and_each_is_told_once() -> None:
    assert names(TEAM, "role:practitioner") == ["ada", "ben"]
    assert names(TEAM, "role:lead", "person:ben", "role:practitioner") == ["lee", "ben", "ada"]


def test_each_is_told_by_each_of_their_ways_for_this_urgency() -> None:
    cleo = person("cleo", ways=2)
    night = cleo._replace(ways=(cleo.ways[0], cleo.ways[1]._replace(urgency_from=Urgency.urgent)))
    staffing = Staffing((night,))
    assert [told.way.id for told in people_told(["role:practitioner"], staffing, Urgency.urgent, NOW)] == [
        "cleo-0",
        "cleo-1",
    ]
    assert [told.way.id for told in people_told(["role:practitioner"], staffing, Urgency.routine, NOW)] == ["cleo-0"]


def test_who_has_left_is_meant_by_nobody() -> None:
    assert names(TEAM, "person:gone") == []


def test_who_is_away_is_replaced_by_the_deputy_and_the_deputys_deputy() -> None:
    assert names(TEAM._replace(absences=(away("ada", "lee"),)), "person:ada") == ["lee"]
    assert names(TEAM._replace(absences=(away("ada", "ben"), away("ben", "lee"))), "person:ada") == ["lee"]
    assert names(TEAM._replace(absences=(away("ada"),)), "role:practitioner") == ["ben"]
    assert names(TEAM._replace(absences=(away("ada", "lee"),)), "person:ada", at=NOW + DAY) == ["ada"]


def test_deputies_in_a_circle_end() -> None:
    assert names(TEAM._replace(absences=(away("ada", "ben"), away("ben", "ada"))), "person:ada") == []


def test_the_rota_goes_round_and_hands_over_by_the_clinics_clocks() -> None:
    rota = Rota(("ada", "ben"), date(2026, 3, 23), time(9), turn_days=7)
    berlin = TEAM._replace(rota=rota, zone=BERLIN)
    before, after = (datetime(2026, 3, 30, 6, minute, tzinfo=UTC) for minute in (59, 59))
    after += timedelta(minutes=1)  # 09:00 summer time, which began the day before
    assert names(berlin, "on_call", at=before) == ["ada"]
    assert names(berlin, "on_call", at=after) == ["ben"]
    assert names(berlin, "on_call", at=datetime(2026, 3, 1, tzinfo=UTC)) == []
    assert rota.next_hand_over(before, BERLIN) == after
    assert rota.next_hand_over(after, BERLIN) == after + 7 * DAY


def test_an_exception_beats_the_rota_and_the_later_one_the_earlier() -> None:
    rota = Rota(("ada",), date(2026, 1, 5), time(9))
    first, second = Override("ben", NOW, NOW + DAY), Override("lee", NOW, NOW + DAY / 2)
    staffing = TEAM._replace(rota=rota, overrides=(second, first))  # the one made last comes first
    assert names(staffing, "on_call") == ["lee"]
    assert names(staffing, "on_call", at=NOW + DAY / 2) == ["ben"]
    assert names(staffing, "on_call", at=NOW + DAY) == ["ada"]


@given(st.lists(st.sampled_from("ABC"), min_size=1, max_size=5), st.integers(1, 14), st.integers(0, 5000))
def test_exactly_one_person_of_the_rota_is_on_call_at_any_hour(people: list[str], days: int, hours: int) -> None:
    rota = Rota(tuple(people), date(2026, 3, 1), time(9), days)
    at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(hours=hours)
    turn = rota.next_hand_over(at, BERLIN)
    assert at < turn <= at + days * DAY + timedelta(hours=1)
    assert rota.person_at(at, BERLIN) == rota.person_at(turn - timedelta(minutes=1), BERLIN)


def test_a_step_that_reaches_nobody_is_not_waited_for() -> None:
    standing = open_alert(Urgency.urgent, NOW, RULES).standing
    reached = reach_somebody(standing, RULES, Staffing((LEE,)), NOW)
    assert [told.person.id for told in reached.told] == ["lee"]
    assert (reached.standing.step, reached.skipped) == (1, (0,))
    assert reached.standing.next_action_at == NOW + timedelta(minutes=15)


def test_rather_somebody_who_is_away_than_nobody() -> None:
    alone = Staffing((LEE,), absences=(away("lee"),))
    standing = open_alert(Urgency.urgent, NOW, RULES).standing
    reached = reach_somebody(standing, RULES, alone, NOW)
    assert [told.person.id for told in reached.told] == ["lee"]
    assert reached.skipped == (0, 1, 2)
    assert reached.standing.exhausted_at == NOW


def test_nobody_at_all_leaves_the_timer_running() -> None:
    standing = open_alert(Urgency.urgent, NOW, RULES).standing
    reached = reach_somebody(standing, RULES, Staffing(()), NOW)
    assert reached.told == ()
    assert reached.standing.next_action_at > NOW


def test_quiet_hours_hold_a_message_back_and_the_step_counts_from_their_end() -> None:
    quiet = Quiet(time(21), time(7), Urgency.urgent)
    rules = Rules(DEFAULT_POLICY._replace(quiet=quiet), read_opening_hours({}, BERLIN))
    night = datetime(2026, 3, 28, 22, tzinfo=UTC)  # 23:00 in Berlin, the night in which the clocks go forward
    end = datetime(2026, 3, 29, 5, tzinfo=UTC)  # 07:00 summer time
    reached = reach_somebody(open_alert(Urgency.same_day, night, rules).standing, rules, TEAM, night)
    assert reached.delivered_at == end
    assert reached.standing.next_action_at == end + timedelta(minutes=60)
    urgent = reach_somebody(open_alert(Urgency.urgent, night, rules).standing, rules, TEAM, night)
    assert urgent.delivered_at == night


@pytest.mark.parametrize(
    ("local", "over"),
    [("20:59", "20:59"), ("21:00", "07:00"), ("23:30", "07:00"), ("06:59", "07:00"), ("07:00", "07:00")],
)
def test_quiet_hours_across_midnight(local: str, over: str) -> None:
    at = datetime.fromisoformat(f"2026-03-03T{local}").replace(tzinfo=BERLIN)
    ends = Quiet(time(21), time(7), Urgency.urgent).over_at(at.astimezone(UTC), BERLIN).astimezone(BERLIN)
    assert f"{ends:%H:%M}" == over
    assert timedelta(0) <= ends - at < timedelta(hours=11)


def test_a_dry_run_tells_the_ladder_and_what_is_wrong_with_it() -> None:
    policy = DEFAULT_POLICY._replace(steps=(Step(("on_call",)), Step(("person:gone", "role:lead"))))
    mute = LEE._replace(ways=())
    played = dry_run(Urgency.urgent, NOW, Rules(policy, RULES.hours), Staffing((ADA, mute)))
    assert [(call.at - NOW, call.is_fallback, [t.person.id for t in call.told]) for call in played.calls[:2]] == [
        (timedelta(0), True, ["ada"]),
        (timedelta(minutes=60), True, ["ada"]),
    ]
    said = "\n".join(played.warnings)
    for part in ("step 1: nobody", "step 2: nobody", "nobody is on call", "gone", "Lee has no verified", "Ada alone"):
        assert part in said
    assert played.promised_at == NOW + timedelta(minutes=60)


@given(
    st.integers(1, 4),
    st.integers(1, 20),
    st.integers(0, 23),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
)
def test_turns_follow_each_other_as_people_are_on_call(people: int, days: int, hour: int, local: datetime) -> None:
    """The coming turns say nothing else than who is on call at each moment, over both changes of the clocks."""
    rota = Rota(tuple("abcd"[:people]), date(2026, 5, 1), time(hour), days)
    at = local.replace(tzinfo=BERLIN).astimezone(UTC)
    turns = list(islice(rota.turns_from(at, BERLIN), 6))
    assert len(turns) == 6
    begun = turns[0][0] <= at
    assert begun or rota.person_at(at, BERLIN) is None
    assert not begun or turns[0][1] == rota.person_at(at, BERLIN)
    for (begins_at, who), (ends_at, _) in pairwise(turns):
        assert rota.person_at(begins_at + timedelta(hours=2), BERLIN) == who
        assert rota.next_hand_over(begins_at, BERLIN) == ends_at
    assert list(Rota((), date(2026, 5, 1), time(hour), days).turns_from(at, BERLIN)) == []
