"""Who is told when nobody answers: steps of people, and how long each step waits."""

from datetime import datetime, timedelta
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


class EscalationPolicy(NamedTuple):
    """Steps of roles that are told in order, again from the start when all were told, until somebody answers."""

    steps: tuple[tuple[str, ...], ...]
    step_wait: dict[Urgency, Wait]
    ack_wait: dict[Urgency, Wait]  # how long somebody who said "I have it" may take to close
    divisor: float = 1.0  # makes the steps shorter, for the demo; what somebody has taken keeps its time

    def next_step(self, step: int, cycle: int) -> tuple[int, int]:
        """Return the step and the cycle that follow."""
        return (step + 1, cycle) if step + 1 < len(self.steps) else (0, cycle + 1)

    def step_over_at(self, urgency: Urgency, now: datetime, hours: OpeningHours) -> datetime:
        """Return when the next step is due if nobody answers."""
        return self.step_wait[urgency].until(now, hours, self.divisor)

    def ack_over_at(self, urgency: Urgency, now: datetime, hours: OpeningHours) -> datetime:
        """Return when an acknowledged alert that nobody closed opens again."""
        return self.ack_wait[urgency].until(now, hours, 1.0)


# The waits of a step are fixed by design section 6; those after an acknowledgement are our judgement.
DEFAULT_POLICY = EscalationPolicy(
    steps=(("practitioner",), ("lead",), ("practitioner", "lead")),
    step_wait={
        Urgency.emergency: Wait(wall=timedelta(minutes=5)),
        Urgency.urgent: Wait(wall=timedelta(minutes=15)),
        Urgency.same_day: Wait(open_time=timedelta(minutes=60)),
        Urgency.routine: Wait(working_days=2),
    },
    ack_wait={
        Urgency.emergency: Wait(wall=timedelta(hours=2)),
        Urgency.urgent: Wait(wall=timedelta(hours=12)),
        Urgency.same_day: Wait(working_days=1),
        Urgency.routine: Wait(working_days=5),
    },
)
