"""Which check-ins a patient is asked for by message: at most 14 messages in an episode, kept for when they matter.

A request is a message and so is its reminder. Of the 14, one is kept for each of the schedule's last three days that
is still to come (28, 56 and 90 as shipped: what comes late begins in people who have been well for weeks). Before the
first of these, one is kept for each sitting that may follow, up to the fourth; in the first 14 days two, unless
something is beyond normal or there longer than usual: so the first sitting may spend 5 in these days, in need 8, and
each of four is asked about. What is left for some days is spread evenly over them. Never two messages on one day.
"""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from triage.rules.protocol import Schedule
from triage.rules.schedule import Reported, days_after, earliest_at, is_pressing, next_hour, pressing_at

MOST_MESSAGES = 14  # judgement: v-safe sent 14.1 a person in its first year and kept people in
LATE_CHECKS = 3  # judgement: days 28, 56 and 90 of the shipped schedule
SITTINGS = 4  # judgement: up to four sittings about a week apart
SOON_SITTING = 14  # judgement: days; a sitting that comes later than twice the usual week is less likely
FOR_SOON, FOR_LATER = 2, 1  # judgement: a sitting to come is asked about twice, in need at least once


class Asked(NamedTuple):
    """What was asked of the patient in this episode so far."""

    messages: int = 0
    last_on: date | None = None  # the patient's local day of the last message; None: there was none
    sittings: int = 1
    since_sitting: int = 0  # those of the messages that came after the latest sitting
    away_until: datetime | None = None  # excused until then; None: here
    is_told: bool = False  # the clinic knows that there are no messages left for what is open


class Plan(NamedTuple):
    """The next check-in. `by_message` False: it matters, but no message is left for it."""

    due_at: datetime
    by_message: bool = True


def plan_next(
    schedule: Schedule,
    procedure_at: datetime,
    now: datetime,
    zone: tzinfo,
    reported: Reported | None,
    asked: Asked,
) -> Plan | None:
    """Return the next check-in to ask for; None: the schedule is over, or no message is left for what is not open."""
    after = earliest_at(now, zone, reported, asked.last_on)
    upcoming = days_after(schedule, procedure_at, after, zone, reported)
    days, pressing = [day for day, _ in upcoming], is_pressing(reported, after)
    kept = affordable(schedule, days, asked, pressing=pressing)
    # Fewer days may begin sooner when they are spread: nobody is asked later for not being well.
    kept |= affordable(schedule, [day for day in days if day in schedule.when_well_days], asked, pressing=pressing)
    due = next((moment for day, moment in upcoming if day in kept), None)
    soon = pressing_at(schedule, now, after, zone, reported)
    plan = Plan(due) if due else None
    if soon is not None and (due is None or soon < due):
        if room(schedule, day_of(procedure_at, soon, zone), asked, pressing=True):
            plan = Plan(soon)
        elif not asked.is_told:
            plan = Plan(soon, by_message=False)
    return plan and plan._replace(due_at=put_off(plan.due_at, asked.away_until, schedule, zone))


def room(schedule: Schedule, day: int, asked: Asked, *, pressing: bool) -> int:
    """Return how many messages may still be spent on this day after the latest sitting."""
    late = schedule.days[-LATE_CHECKS:]
    left = MOST_MESSAGES - asked.messages - sum(1 for each in late if each > day)
    if day < late[0]:
        to_come = max(0, SITTINGS - asked.sittings)
        left -= to_come * FOR_LATER
        if day < SOON_SITTING and not pressing:
            is_first = asked.since_sitting == 0
            left = max(left - to_come * (FOR_SOON - FOR_LATER), min(left, 1 if is_first else 0))
    return max(0, left)


def affordable(schedule: Schedule, days: Sequence[int], asked: Asked, *, pressing: bool) -> set[int]:
    """Return those of the days that there are messages for."""
    late = schedule.days[-LATE_CHECKS:]
    soon = [day for day in days if day < SOON_SITTING and day not in late]
    then = [day for day in days if day >= SOON_SITTING and day not in late]
    kept = {day for day in days if day in late and room(schedule, day, asked, pressing=pressing)}
    for part in filter(None, (soon, then)):
        kept.update(spread(part, room(schedule, part[0], asked, pressing=pressing)))
    return kept


def spread(days: Sequence[int], most: int) -> list[int]:
    """Return at most so many of the days, evenly chosen, the middle one where it is one."""
    if most >= len(days):
        return list(days)
    return [days[(2 * number + 1) * len(days) // (2 * most)] for number in range(most)]


def day_of(procedure_at: datetime, moment: datetime, zone: tzinfo) -> int:
    """Return how many of the patient's calendar days after the sitting a moment is."""
    return (moment.astimezone(zone).date() - procedure_at.astimezone(zone).date()).days


def put_off(due_at: datetime, away_until: datetime | None, schedule: Schedule, zone: tzinfo) -> datetime:
    """Return when it is asked of somebody who is away (None: here): what comes due meanwhile, after the return."""
    if away_until is None or due_at > away_until:
        return due_at
    return next_hour(away_until, schedule.at_hour, zone)
