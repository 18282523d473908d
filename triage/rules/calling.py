"""When a patient who did not answer the telephone is called again, and what becomes of the alert until then."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from triage.rules.alerts import Rules
from triage.rules.vocabulary import Urgency

SOON = (("quarter", timedelta(minutes=15)), ("hour", timedelta(hours=1)))
AFTERNOON = time(15)  # judgement: late enough to be after the morning, early enough to still do something that day
MORNING = time(9)  # judgement: the opening of a clinic that names no hours


class Again(NamedTuple):
    """One offer to call again. `puts_off`: nobody is told until then; else it is taken, and its own time-out runs."""

    name: str  # quarter, hour, afternoon, opening
    at: datetime
    puts_off: bool


def calls_again(urgency: Urgency, now: datetime, rules: Rules) -> tuple[Again, ...]:
    """Return when an alert of this urgency may be called about again, the soonest first.

    Put off as far as the policy allows; beyond that taken, as long as whoever has it may take. Later is not offered.
    """
    most = rules.policy.snooze_ends_by(urgency, now, rules.hours)
    ack_over_at = rules.policy.ack_over_at(urgency, now, rules.hours)
    found = []
    for name, at in sorted(_moments(now, rules), key=lambda one: one[1]):
        puts_off = most is not None and at <= most
        if puts_off or at <= ack_over_at:
            found.append(Again(name, at, puts_off))
    return tuple(found)


def _moments(now: datetime, rules: Rules) -> Iterator[tuple[str, datetime]]:
    for name, wait in SOON:
        yield name, now + wait
    zone, hours = rules.hours.zone, rules.hours
    today = now.astimezone(zone).date()
    afternoon = datetime.combine(today, AFTERNOON, zone).astimezone(UTC)
    if afternoon > now and hours.is_open(afternoon):
        yield "afternoon", afternoon
    tomorrow = today + timedelta(days=1)
    if not any(hours.week):
        yield "opening", datetime.combine(tomorrow, MORNING, zone).astimezone(UTC)
        return
    opens_at = hours.opens_at(datetime.combine(tomorrow, time(0), zone).astimezone(UTC))
    if opens_at is not None:
        yield "opening", opens_at
