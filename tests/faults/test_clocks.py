"""C13 and numbers 22 to 30: clocks that jump, sleep, differ, and change between winter and summer time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from tests.faults.scene import DANGER, LEAD, PAT, Ledger
from tests.houses import OPTIONS, House, MovableWiring
from triage import clock
from triage.actions.checks import check_rows
from triage.records import ExpectationRow, NotificationRow, Store

STEP = timedelta(minutes=5)  # of an emergency
INSTANT = timedelta(microseconds=1)
BERLIN = ZoneInfo("Europe/Berlin")


def told(house: House) -> Counter[str]:
    """How many messages about alerts were written for each person."""
    found = select(NotificationRow.contact).where(NotificationRow.kind == "alert")
    return Counter(house.look(lambda session: session.exec(found).all()))


def move(house: House, to: datetime) -> None:
    house.wiring.moment = to.astimezone(UTC)


def no_faults(house: House) -> bool:
    return house.look(partial(check_rows, now=house.now, terms=house.wiring.terms)) == []


def test_22_a_whole_ladder_goes_round_and_round_until_somebody_answers(house: House) -> None:
    alert = house.report(house.patient(gets_mail=False), **DANGER)["alert"]["id"]
    for _ in range(2 * 60):  # minutes
        house.later(minutes=1)
        house.run(clock.escalate)
    steps = told(house)
    assert abs(steps[PAT] - steps[LEAD]) <= 1
    assert min(steps.values()) >= 5  # however the policy spreads them over two hours
    house.post(f"/alerts/{alert}/acknowledge", {"epoch": 1}, house.keys["practitioner"])
    house.later(minutes=30)
    house.tick()
    assert told(house) == steps
    assert no_faults(house)


def test_23_a_timer_is_due_at_its_moment_and_not_before(house: House) -> None:
    house.report(house.patient(gets_mail=False), **DANGER)
    house.wiring.moment += STEP - INSTANT
    house.run(clock.escalate)
    assert told(house) == {PAT: 1}
    house.wiring.moment += INSTANT
    house.run(clock.escalate)
    assert told(house) == {PAT: 1, LEAD: 1}


def test_24_two_hours_asleep_are_one_step_and_the_next_one_waits_its_time(house: House) -> None:
    house.report(house.patient(gets_mail=False), **DANGER)
    house.later(hours=2)
    for _ in range(3):
        house.tick()
    assert told(house) == {PAT: 1, LEAD: 1}
    house.wiring.moment += STEP - INSTANT
    house.tick()
    assert told(house) == {PAT: 1, LEAD: 1}


@pytest.mark.parametrize("jump", [-1, 1])
def test_25_a_clock_that_jumps_an_hour_takes_no_step_twice_and_loses_none(house: House, jump: int) -> None:
    house.report(house.patient(gets_mail=False), **DANGER)
    house.run(clock.deliver)
    house.later(hours=jump)
    for _ in range(3):
        house.tick()
    after_jump = told(house)
    assert after_jump == ({PAT: 1} if jump < 0 else {PAT: 1, LEAD: 1})

    house.later(hours=-jump)  # it was set right again
    house.tick()
    assert told(house) == after_jump
    house.later(hours=max(jump, 0))
    house.wiring.moment += STEP
    house.tick()
    assert told(house).total() == after_jump.total() + (1 if jump < 0 else 2)
    Ledger(house.mailbox).check(dict(told(house)))


def test_25_a_message_waits_no_longer_than_the_clock_was_wrong(house: House) -> None:
    """Written by a clock that was an hour ahead, it goes out when the hour has come; the alert's own report is told."""
    house.later(hours=1)
    house.report(house.patient(gets_mail=False), **DANGER)
    house.later(hours=-1)
    house.run(clock.deliver)
    Ledger(house.mailbox).check({})
    house.later(hours=1)
    house.run(clock.deliver)
    Ledger(house.mailbox).check({PAT: 1})


EVENINGS = [
    pytest.param(datetime(2026, 3, 27, 17, 30, tzinfo=BERLIN), "2026-03-30 09:30", id="26 spring"),
    pytest.param(datetime(2026, 10, 23, 17, 30, tzinfo=BERLIN), "2026-10-26 09:30", id="26 autumn"),
    pytest.param(datetime(2028, 2, 28, 17, 30, tzinfo=BERLIN), "2028-02-29 09:30", id="27 leap day"),
    pytest.param(datetime(2026, 6, 30, 17, 30, tzinfo=BERLIN), "2026-07-01 09:30", id="27 end of a month"),
]


@pytest.mark.parametrize(("evening", "morning"), EVENINGS)
def test_26_27_an_hour_of_opening_time_ends_on_the_local_morning(house: House, evening: datetime, morning: str) -> None:
    move(house, evening)
    house.opened = house.open(OPTIONS | {"time_zone": "Europe/Berlin"})
    house.keys = house.opened["keys"]
    house.report(house.patient(hours_ago=100, gets_mail=False), symptoms={"warmth": 2})  # same_day
    due = datetime.strptime(morning, "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN)
    move(house, due.astimezone(UTC) - INSTANT)
    house.run(clock.escalate)
    assert told(house) == {PAT: 1}
    move(house, due)
    house.run(clock.escalate)
    assert told(house) == {PAT: 1, LEAD: 1}


@pytest.fixture
def other(house: House) -> Iterator[MovableWiring]:
    """A second node on the same database, whose clock the test moves by itself."""
    with closing(Store(house.wiring.settings.database_url)) as store:
        wiring = MovableWiring(house.wiring.settings, store, house.wiring.terms, house.wiring.channels)
        wiring.moment = house.now
        yield wiring


def tick(wiring: MovableWiring) -> None:
    for loop in (clock.silence, clock.escalate, clock.deliver):
        for piece in loop(wiring, f"{id(wiring)}"):
            piece()


@pytest.mark.parametrize("skew", [timedelta(seconds=5), timedelta(minutes=5)])
def test_28_nodes_whose_clocks_differ_take_each_step_once_and_no_earlier_than_they_differ(
    house: House, other: MovableWiring, skew: timedelta
) -> None:
    began = house.now
    house.report(house.patient(gets_mail=False), **DANGER)
    steps = []
    for _ in range(40):
        for wiring, at in ((house.wiring, house.now), (other, house.now + skew)):
            wiring.moment = at
            before = told(house).total()
            tick(wiring)
            if told(house).total() > before:
                steps.append(house.now - began)
        house.later(seconds=30)
    apart = [late - early for early, late in pairwise(steps)]
    assert all(STEP - skew <= span <= STEP + skew + timedelta(seconds=30) for span in apart)
    assert len(steps) >= 3
    Ledger(house.mailbox).check(dict(told(house)))
    house.tick()
    assert no_faults(house)


def test_30_a_check_in_that_was_put_off_while_it_was_overdue_is_not_missed(house: House) -> None:
    patient = house.patient(hours_ago=2, gets_mail=False)
    house.later(days=4)
    found = list(clock.silence(house.wiring, "slow"))  # what is overdue, and nothing of it is done yet
    assert found
    house.procedure(patient.id, hours_ago=1)  # another sitting: the plan begins again
    for piece in found:
        piece()
    house.run(clock.silence)
    assert house.alerts() == []
    waiting = house.look(lambda session: session.exec(select(ExpectationRow.state)).all())
    assert Counter(waiting)["waiting"] == 1
    assert "missed" not in waiting
