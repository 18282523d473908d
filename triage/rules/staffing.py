"""Who works at a clinic, who is on call or away at a moment, and whom a target of the ladder means then."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from triage.rules.vocabulary import Urgency

ON_CALL = "on_call"
ROLE, PERSON = "role:", "person:"
TARGET_ROLES = ("practitioner", "lead")
LONGEST_CHAIN = 5  # deputies of deputies


class Way(NamedTuple):
    """A way to reach somebody that may be used: verified and not disabled. `address`: as it may be shown."""

    id: object
    channel: str
    address: str
    urgency_from: Urgency = Urgency.routine  # for alerts of this urgency and above


class Person(NamedTuple):
    """Somebody who works there now."""

    id: object
    name: str
    role: str
    ways: tuple[Way, ...] = ()


class Absence(NamedTuple):
    """Somebody who is away, and who stands in; `deputy` None: nobody does. `notice`: what patients are told."""

    person: object
    starts_at: datetime
    ends_at: datetime
    deputy: object | None = None
    notice: str | None = None


class Override(NamedTuple):
    """Somebody who is on call instead of the rota's person."""

    person: object
    starts_at: datetime
    ends_at: datetime


class Rota(NamedTuple):
    """People on call in turns of so many days; each turn begins at a local time."""

    people: tuple[object, ...]
    starts_on: date
    hands_over: time
    turn_days: int = 7

    def person_at(self, at: datetime, zone: tzinfo) -> object | None:
        """Return whose turn it is; None before the first."""
        local = at.astimezone(zone)
        day = local.date() - timedelta(days=local.time().replace(tzinfo=None) < self.hands_over)
        turns = (day - self.starts_on).days // self.turn_days
        return self.people[turns % len(self.people)] if self.people and turns >= 0 else None

    def turns_from(self, at: datetime, zone: tzinfo) -> Iterator[tuple[datetime, object]]:
        """Yield when each turn begins and whose it is, from the one that runs at a moment on; without people: none."""
        day = at.astimezone(zone).date()
        number = max(0, (day - self.starts_on).days // self.turn_days - 1)
        while self.people:
            first = self.starts_on + timedelta(days=number * self.turn_days)
            begins_at = datetime.combine(first, self.hands_over, zone).astimezone(UTC)
            if datetime.combine(first + timedelta(days=self.turn_days), self.hands_over, zone) > at:
                yield begins_at, self.people[number % len(self.people)]
            number += 1

    def next_hand_over(self, at: datetime, zone: tzinfo) -> datetime:
        """Return the first moment after `at` at which a turn begins."""
        past = max(0, (at.astimezone(zone).date() - self.starts_on).days // self.turn_days - 1)
        day = self.starts_on + timedelta(days=past * self.turn_days)
        while (turn := datetime.combine(day, self.hands_over, zone).astimezone(UTC)) <= at:
            day += timedelta(days=self.turn_days)
        return turn


class Staffing(NamedTuple):
    """Everything that decides who is meant. `overrides`: the one made last comes first."""

    people: tuple[Person, ...]
    zone: tzinfo = UTC
    rota: Rota | None = None
    overrides: tuple[Override, ...] = ()
    absences: tuple[Absence, ...] = ()

    def find(self, person_id: object | None) -> Person | None:
        """Return who has this id and still works there."""
        return next((person for person in self.people if str(person.id) == str(person_id)), None)

    def on_call_at(self, at: datetime) -> object | None:
        """Return who is on call, away or not; None: nobody is."""
        instead = next((entry for entry in self.overrides if entry.starts_at <= at < entry.ends_at), None)
        if instead is not None:
            return instead.person
        return self.rota.person_at(at, self.zone) if self.rota else None

    def absence_of(self, person_id: object, at: datetime) -> Absence | None:
        """Return the absence of somebody who is away; one with a deputy before one without."""
        away = [a for a in self.absences if str(a.person) == str(person_id) and a.starts_at <= at < a.ends_at]
        return max(away, key=lambda absence: absence.deputy is not None, default=None)


class Told(NamedTuple):
    """One message to one person: by which way, and as whom (a role, on call, deputy of ..., who had it)."""

    person: Person
    way: Way
    stands_for: str


def people_told(
    targets: Iterable[str], staffing: Staffing, urgency: Urgency, at: datetime, *, ignore_absence: bool = False
) -> tuple[Told, ...]:
    """Return who is told for targets of the ladder at a moment; each person once, by each of their ways.

    Whoever is away is replaced by their deputy, or left out. Nobody: the step must not wait (T7).
    """
    found: dict[str, tuple[Person, str]] = {}
    for target in targets:
        for meant, stands_for in _meant(target, staffing, at):
            there = (meant, stands_for) if ignore_absence else _present(meant, stands_for, staffing, at)
            if there is not None:
                found.setdefault(str(there[0].id), there)
    return tuple(
        Told(person, way, stands_for)
        for person, stands_for in found.values()
        for way in person.ways
        if way.urgency_from <= urgency
    )


def _meant(target: str, staffing: Staffing, at: datetime) -> Sequence[tuple[Person, str]]:
    """Return whom a target names, away or not."""
    if target.startswith(ROLE):
        role = target.removeprefix(ROLE)
        return [(person, role) for person in staffing.people if person.role == role]
    wanted = staffing.on_call_at(at) if target == ON_CALL else target.removeprefix(PERSON)
    person = staffing.find(wanted)
    return [(person, "on call" if target == ON_CALL else person.role)] if person else []


def _present(person: Person, stands_for: str, staffing: Staffing, at: datetime) -> tuple[Person, str] | None:
    """Return the person, or whoever stands in for them; None where nobody does."""
    for _ in range(LONGEST_CHAIN):
        absence = staffing.absence_of(person.id, at)
        if absence is None:
            return person, stands_for
        deputy = staffing.find(absence.deputy)
        if deputy is None:
            return None
        person, stands_for = deputy, f"deputy of {person.name}"
    return None
