"""Who is told when nobody answers, in which order, how long each step waits, and when a message may go out."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from triage.rules.opening import OpeningHours
from triage.rules.vocabulary import Urgency


class Wait(NamedTuple):
    """How long to wait: wall time, or time that counts only while the clinic is open."""

    wall: timedelta | None = None
    open_time: timedelta | None = None
    working_days: int = 0

    def until(self, since: datetime, hours: OpeningHours, divisor: float) -> datetime:
        """Return when the wait is over; `divisor` above 1 makes it shorter, for the demo."""
        if self.wall is not None:
            return since + self.wall / divisor
        open_time = self.open_time or self.working_days * hours.working_day()
        return hours.after(since, open_time / divisor)


class Step(NamedTuple):
    """Who is told together (`role:lead`, `role:practitioner`, `on_call`, `person:` and an id), and how often again."""

    targets: tuple[str, ...]
    repeats: int = 0


class Quiet(NamedTuple):
    """From `start` to `end` by the clinic's clocks nothing below an urgency is delivered; it is sent at the end."""

    start: time
    end: time
    below: Urgency

    def over_at(self, at: datetime, zone: tzinfo) -> datetime:
        """Return when a message of that moment may go out: then, or at the end of the quiet hours."""
        local = at.astimezone(zone)
        clock = local.time().replace(tzinfo=None)
        goes_past_midnight = self.start > self.end
        is_quiet = (clock >= self.start or clock < self.end) if goes_past_midnight else self.start <= clock < self.end
        if not is_quiet:
            return at
        day = local.date() + timedelta(days=goes_past_midnight and clock >= self.start)
        return max(at, datetime.combine(day, self.end, zone).astimezone(UTC))


class Place(NamedTuple):
    """Where on the ladder an alert is. A step beyond the last one is the fallback, which is repeated for ever."""

    step: int = 0
    cycle: int = 0
    repeat: int = 0


class EscalationPolicy(NamedTuple):
    """Steps of people who are told in order; when all were told so many rounds, the fallback, again and again."""

    steps: tuple[Step, ...]
    fallback: tuple[str, ...]
    step_wait: Mapping[Urgency, Wait]
    fallback_wait: Mapping[Urgency, Wait]
    ack_wait: Mapping[Urgency, Wait]  # how long somebody who said "I have it" may take to close
    snooze_most: Mapping[Urgency, Wait]  # how far ahead it may be put off; an urgency that is missing: not at all
    promise: Mapping[Urgency, Wait]  # by when the patient hears from a human
    rounds: int = 1
    pushes_most: int = 3  # how often doing something about an alert puts the time-out off
    quiet: Quiet | None = None
    auto_resolve: Urgency | None = None  # up to it an acked alert whose reason has gone closes when its time is over
    divisor: float = 1.0  # makes the steps shorter, for the demo; what somebody has taken keeps its time

    def targets(self, step: int) -> tuple[str, ...]:
        """Return who is told on a step."""
        return self.steps[step].targets if step < len(self.steps) else self.fallback

    def next_place(self, place: Place) -> Place:
        """Return what follows when nobody answers."""
        if place.step >= len(self.steps):
            return Place(len(self.steps), place.cycle + 1)
        if place.repeat < self.steps[place.step].repeats:
            return place._replace(repeat=place.repeat + 1)
        return self.place_after(place)

    def place_after(self, place: Place) -> Place:
        """Return the place behind a step of which nobody can be reached, so that it need not be repeated."""
        if place.step + 1 < len(self.steps):
            return Place(place.step + 1, place.cycle)
        if place.step + 1 == len(self.steps) and place.cycle + 1 < self.rounds:
            return Place(0, place.cycle + 1)
        return Place(len(self.steps), place.cycle + 1)

    def delivered_at(self, urgency: Urgency, now: datetime, zone: tzinfo) -> datetime:
        """Return when a message about an alert goes out: now, or after the quiet hours."""
        if self.quiet is None or urgency >= self.quiet.below:
            return now
        return self.quiet.over_at(now, zone)

    def step_over_at(self, urgency: Urgency, now: datetime, hours: OpeningHours, step: int = 0) -> datetime:
        """Return when the next step is due if nobody answers; it counts from when the messages go out."""
        waits = self.step_wait if step < len(self.steps) else self.fallback_wait
        return waits[urgency].until(self.delivered_at(urgency, now, hours.zone), hours, self.divisor)

    def ack_over_at(self, urgency: Urgency, now: datetime, hours: OpeningHours) -> datetime:
        """Return when an acknowledged alert that nobody closed opens again."""
        return self.ack_wait[urgency].until(now, hours, 1.0)

    def snooze_ends_by(self, urgency: Urgency, now: datetime, hours: OpeningHours) -> datetime | None:
        """Return how far an alert may be put off; None: not at all."""
        wait = self.snooze_most.get(urgency)
        return wait.until(now, hours, 1.0) if wait else None

    def promised_at(self, urgency: Urgency, now: datetime, hours: OpeningHours) -> datetime:
        """Return by when the patient is told to hear from a human."""
        return self.promise[urgency].until(now, hours, self.divisor)


# The waits of a step are fixed by design section 6. All the others are our judgement: a promise is never shorter than
# the three steps take together, so that it breaks only after everybody was told.
DEFAULT_POLICY = EscalationPolicy(
    steps=(Step(("role:practitioner",)), Step(("role:lead",)), Step(("role:practitioner", "role:lead"))),
    fallback=("role:practitioner", "role:lead"),
    step_wait={
        Urgency.emergency: Wait(wall=timedelta(minutes=5)),
        Urgency.urgent: Wait(wall=timedelta(minutes=15)),
        Urgency.same_day: Wait(open_time=timedelta(minutes=60)),
        Urgency.routine: Wait(working_days=2),
    },
    fallback_wait={
        Urgency.emergency: Wait(wall=timedelta(minutes=15)),
        Urgency.urgent: Wait(wall=timedelta(minutes=60)),
        Urgency.same_day: Wait(open_time=timedelta(minutes=240)),
        Urgency.routine: Wait(working_days=5),
    },
    ack_wait={
        Urgency.emergency: Wait(wall=timedelta(hours=2)),
        Urgency.urgent: Wait(wall=timedelta(hours=12)),
        Urgency.same_day: Wait(working_days=1),
        Urgency.routine: Wait(working_days=5),
    },
    snooze_most={
        Urgency.urgent: Wait(wall=timedelta(hours=2)),
        Urgency.same_day: Wait(working_days=1),
        Urgency.routine: Wait(working_days=5),
    },
    promise={
        Urgency.emergency: Wait(wall=timedelta(minutes=15)),
        Urgency.urgent: Wait(wall=timedelta(minutes=60)),
        Urgency.same_day: Wait(open_time=timedelta(minutes=240)),
        Urgency.routine: Wait(working_days=6),
    },
)
