"""When the patient is asked next, and when silence is told."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from triage.rules.protocol import Schedule
from triage.rules.vocabulary import Urgency

# While no protocol can be read, silence must still be noticed: once a day, as the closest schedules have it.
WITHOUT_PROTOCOL = Schedule(tuple(range(91)), 18, 24, "judgement: daily, since nothing is known of what is usual")
JUST_REPORTED = timedelta(hours=6)


def next_check_in_at(
    schedule: Schedule,
    procedure_at: datetime,
    now: datetime,
    zone: tzinfo,
    *,
    has_reported: bool = False,
    urgency: Urgency = Urgency.self_care,
) -> datetime | None:
    """Return when the next check-in should come: at the patient's local hour on the next day of the schedule.

    Whoever has just reported is not asked again the same evening. After a report beyond normal it is tomorrow at the
    latest. None: the schedule is over.
    """
    start = procedure_at.astimezone(zone).date()
    after = now + JUST_REPORTED if has_reported else now
    moments = (_at_hour(start + timedelta(days=day), schedule.at_hour, zone) for day in schedule.days)
    due = next((moment for moment in moments if moment > after), None)
    if urgency == Urgency.self_care:
        return due
    tomorrow = _at_hour(now.astimezone(zone).date() + timedelta(days=1), schedule.at_hour, zone)
    return min(due, tomorrow) if due else tomorrow


def silent_at(schedule: Schedule, due_at: datetime) -> datetime:
    """Return when a check-in that has not come is told to the practitioner."""
    return due_at + timedelta(hours=schedule.overdue_after_hours)


def _at_hour(day: date, hour: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
