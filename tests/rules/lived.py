"""A patient lives through sittings: who is asked when, by the rules alone, as the clock of the service would ask."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from triage.rules import Urgency
from triage.rules.budget import Asked, day_of, plan_next, room
from triage.rules.protocol import Schedule
from triage.rules.schedule import Reported, clocks, is_pressing, planned_from

USUALLY_GONE = timedelta(days=4)
SOON = timedelta(minutes=20)
ANSWERS = ("well", "mild", "beyond", "silent", "reminded")


class Message(NamedTuple):
    """A request or a reminder that goes out; `wish`: how the patient answers it."""

    kind: str
    at: datetime


class Life:
    """One patient with their sittings, oldest first, and how they answer each request."""

    def __init__(self, schedule: Schedule, sittings: list[datetime], zone: tzinfo, answers: Iterator[str]) -> None:
        self.schedule, self.zone, self.answers = schedule, zone, answers
        self.start, *self.ahead = sittings
        self.now, self.sittings, self.misses = self.start, 1, 0
        self.reported: Reported | None = None
        self.messages: list[Message] = []
        self.reports: list[datetime] = []
        self.unasked: list[datetime] = []  # when something was open and no message was left

    def live(self) -> "Life":
        """Live until nothing is asked any more, and return the life."""
        while self.step():
            pass
        return self

    def step(self) -> bool:
        """Live until the next sitting, answer or silence; False at the end."""
        plan = plan_next(self.schedule, self.start, self.now, self.zone, self.known(), self.asked())
        if plan is None or (self.ahead and self.ahead[0] <= plan.due_at):
            return self.sit()
        remind_at, alert_at = clocks(self.schedule, plan.due_at, self.zone)
        if not plan.by_message:
            self.unasked.append(plan.due_at)
            return self.miss(plan.due_at, alert_at)
        self.messages.append(Message("request", plan.due_at))
        answer = next(self.answers)
        if answer not in ("silent", "reminded"):
            return self.report(answer, plan.due_at + SOON)
        is_over = self.ahead and remind_at is not None and self.ahead[0] <= remind_at
        if remind_at is None or is_over or not self.has_room(plan.due_at, remind_at):
            return self.miss(plan.due_at, alert_at)
        self.messages.append(Message("reminder", remind_at))
        if answer == "reminded":
            return self.report("mild", remind_at + SOON)
        return self.miss(plan.due_at, alert_at)

    def sit(self) -> bool:
        if not self.ahead:
            return False
        self.now = self.start = self.ahead.pop(0)
        self.sittings += 1
        if self.reported and self.reported.open_until:
            self.reported = self.reported._replace(open_until=self.start + USUALLY_GONE)
        return True

    def report(self, answer: str, at: datetime) -> bool:
        if self.ahead and self.ahead[0] <= at:
            return self.sit()
        urgency = Urgency.same_day if answer == "beyond" else Urgency.self_care
        until = None if answer == "well" else self.start + USUALLY_GONE
        self.reported = Reported(urgency, is_well=answer == "well", open_until=until)
        self.now, self.misses = at, 0
        self.reports.append(at)
        self.unasked.clear()
        return True

    def miss(self, due_at: datetime, alert_at: datetime) -> bool:
        if self.ahead and self.ahead[0] <= alert_at:
            return self.sit()
        self.now, self.misses = planned_from(due_at, alert_at, alert_at), self.misses + 1
        return True

    def known(self) -> Reported | None:
        is_now = bool(self.reports) and self.now == self.reports[-1]
        if self.reported is None or self.misses >= 2:
            return None
        return self.reported if is_now else self.reported._replace(is_now=False, is_well=False)

    def asked(self) -> Asked:
        last = max((message.at for message in self.messages), default=None)
        last_on = last.astimezone(self.zone).date() if last else None
        since = sum(1 for message in self.messages if message.at >= self.start)
        return Asked(len(self.messages), last_on, self.sittings, since, is_told=bool(self.unasked))

    def has_room(self, due_at: datetime, at: datetime) -> bool:
        day = day_of(self.start, due_at, self.zone)
        return room(self.schedule, day, self.asked(), pressing=is_pressing(self.known(), at)) > 0

    def days(self, since: datetime) -> list[date]:
        return [message.at.astimezone(self.zone).date() for message in self.messages if message.at >= since]
