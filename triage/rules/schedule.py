"""When the patient is asked next, and when silence is told."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import count
from typing import NamedTuple

from triage.rules.check_in import CheckIn
from triage.rules.protocol import Schedule
from triage.rules.vocabulary import Urgency

# While no protocol can be read, silence must still be noticed: once a day, as the closest schedules have it.
WITHOUT_PROTOCOL = Schedule(tuple(range(91)), 18, 24, "judgement: daily, since nothing is known of what is usual")
JUST_REPORTED = timedelta(hours=6)


class Reported(NamedTuple):
    """What the latest report says of how soon the patient is asked again."""

    urgency: Urgency
    is_well: bool = False


def next_check_in_at(
    schedule: Schedule,
    procedure_at: datetime,
    now: datetime,
    zone: tzinfo,
    reported: Reported | None = None,
) -> datetime | None:
    """Return when the next check-in should come: at the patient's local hour on the next day of the schedule.

    `reported` None: nothing was reported now, so nobody is known to be well and every day counts. Whoever has just
    reported is not asked again the same evening. After a report beyond normal it is soon, whatever the days say.
    None: the schedule is over.
    """
    start = procedure_at.astimezone(zone).date()
    after = now + JUST_REPORTED if reported else now
    days = (schedule.when_well_days or schedule.days) if reported and reported.is_well else schedule.days
    moments = (_at_hour(start + timedelta(days=day), schedule.at_hour, zone) for day in days)
    due = next((moment for moment in moments if moment > after), None)
    if reported is None or reported.urgency == Urgency.self_care:
        return due
    soon = _soon(schedule, now, after, zone)
    return min(due, soon) if due else soon


def is_well(check_in: CheckIn, earlier: Iterable[CheckIn], urgency: Urgency) -> bool:
    """Tell whether a report leaves nothing to watch.

    That is: it is judged self-care, every symptom is 0 that it names (one at least) or that an earlier report named
    last, and it tells of no sign, no look of the result, no treatment, no wish for a call and no note. `earlier`: the
    reports up to this one, in any order; of two at the same moment the more severe counts.
    """
    last: dict[str, tuple[datetime, int]] = {}
    for report in (*earlier, check_in):
        for symptom, severity in report.symptoms.items():
            reading = report.at, severity
            last[symptom] = max(last.get(symptom, reading), reading)
    told = check_in.signs, check_in.result, check_in.treatment, check_in.wants_call, check_in.note
    is_there = any(severity for _, severity in last.values())
    return urgency == Urgency.self_care and bool(check_in.symptoms) and not is_there and not any(told)


def silent_at(schedule: Schedule, due_at: datetime) -> datetime:
    """Return when a check-in that has not come is told to the practitioner."""
    return due_at + timedelta(hours=schedule.overdue_after_hours)


def _soon(schedule: Schedule, now: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Return the patient's hour on the local day that is so many hours ahead; 24 is tomorrow, at any time of day.

    The hours are counted on the patient's wall clock, so that tomorrow stays tomorrow when the clocks change.
    """
    ahead = now.astimezone(zone).replace(tzinfo=None) + timedelta(hours=schedule.when_beyond_hours)
    moments = (_at_hour(ahead.date() + timedelta(days=number), schedule.at_hour, zone) for number in count())
    return next(moment for moment in moments if moment > after)


def _at_hour(day: date, hour: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
