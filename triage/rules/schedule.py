"""When the patient is asked next, and when silence is told."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import count
from typing import NamedTuple

from triage.rules.check_in import CheckIn
from triage.rules.protocol import ExpectedWindow, Schedule
from triage.rules.vocabulary import Urgency

# While no protocol can be read, silence must still be noticed: once a day, as the closest schedules have it.
WITHOUT_PROTOCOL = Schedule(tuple(range(91)), 18, 24, "judgement: daily, since nothing is known of what is usual")
JUST_REPORTED = timedelta(hours=6)
MORNING, NIGHT = 8, 21  # judgement: nobody is written to from nine in the evening until eight
REMIND_AFTER = timedelta(hours=20)  # judgement: a day's reminder reaches most who did not answer at once
TO_ANSWER = timedelta(hours=2)  # judgement: most who answer a message do so within two hours


class Reported(NamedTuple):
    """What the latest report says of how soon the patient is asked again."""

    urgency: Urgency
    is_well: bool = False
    open_until: datetime | None = None  # when the first window of a symptom that is there ends; None: nothing is there
    is_now: bool = True  # False: it came earlier, and something else sets the plan anew


def next_check_in_at(
    schedule: Schedule,
    procedure_at: datetime,
    now: datetime,
    zone: tzinfo,
    reported: Reported | None = None,
) -> datetime | None:
    """Return when the next check-in should come: at the patient's local hour on the next day of the schedule.

    `reported` None: nothing is known, so nobody is known to be well and every day counts. Whoever has just reported is
    not asked again the same evening. After a report beyond normal, and while a symptom is there whose window has ended,
    it is soon, whatever the days say; a symptom inside its window is asked again when that ends.
    None: the schedule is over.
    """
    after = earliest_at(now, zone, reported)
    due = next((moment for _, moment in days_after(schedule, procedure_at, after, zone, reported)), None)
    soon = pressing_at(schedule, now, after, zone, reported)
    return min(filter(None, (due, soon)), default=None)


def earliest_at(now: datetime, zone: tzinfo, reported: Reported | None, last_on: date | None = None) -> datetime:
    """Return the moment after which the patient may be asked: not on the local day of the last message (None: none)."""
    after = now + JUST_REPORTED if reported and reported.is_now else now
    return after if last_on is None else max(after, datetime.combine(last_on, time(23, 59, 59), zone))


def days_after(
    schedule: Schedule, procedure_at: datetime, after: datetime, zone: tzinfo, reported: Reported | None
) -> list[tuple[int, datetime]]:
    """Return the days of the schedule whose moment is after `after`, with it; for who is well only theirs."""
    start = procedure_at.astimezone(zone).date()
    days = (schedule.when_well_days or schedule.days) if reported and reported.is_well else schedule.days
    moments = ((day, at_hour(start + timedelta(days=day), schedule.at_hour, zone)) for day in days)
    return [(day, moment) for day, moment in moments if moment > after]


def is_pressing(reported: Reported | None, at: datetime) -> bool:
    """Tell whether something is beyond normal, or there at `at` although its window has ended."""
    if reported is None:
        return False
    return reported.urgency > Urgency.self_care or (reported.open_until is not None and reported.open_until <= at)


def pressing_at(
    schedule: Schedule, now: datetime, after: datetime, zone: tzinfo, reported: Reported | None
) -> datetime | None:
    """Return when what is beyond normal, or still there, is asked again at the latest; None where nothing is."""
    if is_pressing(reported, after):
        return _soon(schedule, now, after, zone)
    if reported is None or reported.open_until is None:
        return None
    return next_hour(reported.open_until - timedelta.resolution, schedule.at_hour, zone)


def open_until(
    windows: Iterable[ExpectedWindow], severities: Mapping[str, int], procedure_at: datetime
) -> datetime | None:
    """Return when the first window ends of the symptoms that are there; None where none is there.

    `severities`: as last reported of each symptom.
    """
    ends = (window.high_days for window in windows if severities.get(window.symptom))
    first = min(ends, default=None)
    return None if first is None else procedure_at + timedelta(days=first)


def last_severities(check_ins: Iterable[CheckIn]) -> dict[str, int]:
    """Return each symptom as it was last reported; of two reports at one moment the more severe counts."""
    last: dict[str, tuple[datetime, int]] = {}
    for report in check_ins:
        for symptom, severity in report.symptoms.items():
            reading = report.at, severity
            last[symptom] = max(last.get(symptom, reading), reading)
    return {symptom: severity for symptom, (_, severity) in last.items()}


def is_well(check_in: CheckIn, earlier: Iterable[CheckIn], urgency: Urgency) -> bool:
    """Tell whether a report leaves nothing to watch.

    That is: it is judged self-care, every symptom is 0 that it names (one at least) or that an earlier report named
    last, and it tells of no sign, no look of the result, no treatment, no wish for a call and no note. `earlier`: the
    reports up to this one, in any order; of two at the same moment the more severe counts.
    """
    told = check_in.signs, check_in.result, check_in.treatment, check_in.wants_call, check_in.note
    is_there = any(last_severities((*earlier, check_in)).values())
    return urgency == Urgency.self_care and bool(check_in.symptoms) and not is_there and not any(told)


def silent_at(schedule: Schedule, due_at: datetime) -> datetime:
    """Return when a check-in that has not come is told to the practitioner."""
    return due_at + timedelta(hours=schedule.overdue_after_hours)


def clocks(schedule: Schedule, due_at: datetime, zone: tzinfo) -> tuple[datetime | None, datetime]:
    """Return when the patient is reminded (None: silence is told sooner) and when silence is told.

    Who answers the reminder within two hours is never told of.
    """
    silent, remind_at = silent_at(schedule, due_at), reminder_at(due_at, zone)
    if schedule.overdue_after_hours < REMIND_AFTER / timedelta(hours=1):
        return None, silent
    return remind_at, max(silent, remind_at + TO_ANSWER)


def planned_from(due_at: datetime, alert_at: datetime, now: datetime) -> datetime:
    """Return the moment from which the next check-in is planned when this one was missed.

    Silence is told when the next day's question is due: that one must not be lost to it, also when the clocks change.
    """
    return now if now - alert_at > TO_ANSWER else max(due_at, alert_at - TO_ANSWER - timedelta(hours=1))


def reminder_at(asked_at: datetime, zone: tzinfo) -> datetime:
    """Return when the patient is reminded: 20 hours later on the wall clock, at eight where that is night."""
    local = asked_at.astimezone(zone).replace(tzinfo=None) + REMIND_AFTER
    return daytime_from(local.replace(tzinfo=zone).astimezone(UTC), zone)


def daytime_from(moment: datetime, zone: tzinfo) -> datetime:
    """Return the moment, or the next at which a message may go out, where it is night for the patient."""
    local = moment.astimezone(zone)
    if MORNING <= local.hour < NIGHT:
        return moment
    return at_hour(local.date() + timedelta(days=local.hour >= NIGHT), MORNING, zone)


def next_hour(after: datetime, hour: int, zone: tzinfo) -> datetime:
    """Return the first moment after `after` at which it is the patient's hour."""
    day = after.astimezone(zone).date()
    moments = (at_hour(day + timedelta(days=number), hour, zone) for number in count())
    return next(moment for moment in moments if moment > after)


def move_to(due_at: datetime, old: tzinfo, hour: int, new: tzinfo) -> datetime:
    """Return what was due on a local day, at an hour of the same day elsewhere."""
    return at_hour(due_at.astimezone(old).date(), hour, new)


def _soon(schedule: Schedule, now: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Return the patient's hour on the local day that is so many hours ahead; 24 is tomorrow, at any time of day.

    The hours are counted on the patient's wall clock, so that tomorrow stays tomorrow when the clocks change.
    """
    ahead = now.astimezone(zone).replace(tzinfo=None) + timedelta(hours=schedule.when_beyond_hours)
    moments = (at_hour(ahead.date() + timedelta(days=number), schedule.at_hour, zone) for number in count())
    return next(moment for moment in moments if moment > after)


def at_hour(day: date, hour: int, zone: tzinfo) -> datetime:
    """Return the hour of a local day in UTC; an hour at which nobody is written to becomes the nearest that is none."""
    return datetime.combine(day, time(min(max(hour, MORNING), NIGHT - 1)), zone).astimezone(UTC)
