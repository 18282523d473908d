"""A clinic's opening hours, and waiting that counts only while it is open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL: Mapping[str, Sequence[Sequence[str]]] = {day: [["09:00", "18:00"]] for day in WEEKDAYS[:5]}
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
FARTHEST = 400  # days looked ahead


class OpeningHours(NamedTuple):
    """Spans of local time a weekday (Monday first). No span at all: the clinic counts as always open."""

    zone: tzinfo
    week: tuple[tuple[tuple[time, time], ...], ...]
    closed: frozenset[date] = frozenset()  # holidays: no span counts on these days

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open spans from a moment on, in UTC; local time is turned to UTC first, so DST is right."""
        day = since.astimezone(self.zone).date()
        for offset in range(FARTHEST):
            for opens, closes in self._of_day(day + timedelta(days=offset)):
                if closes > since:
                    yield max(opens, since), closes

    def between(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open spans of a period, in UTC; a clinic without any hours is open all the time."""
        if not any(self.week):
            yield since, until
            return
        day = since.astimezone(self.zone).date()
        while day <= until.astimezone(self.zone).date():
            for opens, closes in self._of_day(day):
                if closes > since and opens < until:
                    yield max(opens, since), min(closes, until)
            day += timedelta(days=1)

    def is_open(self, at: datetime) -> bool:
        """Tell whether the clinic is open."""
        return self.opens_at(at) == at

    def opens_at(self, at: datetime) -> datetime | None:
        """Return when the clinic is next open: now, or later; None where it is not for a year."""
        if not any(self.week):
            return at
        return next((start for start, _ in self.spans(at)), None)

    def after(self, since: datetime, wait: timedelta) -> datetime:
        """Return the moment when the clinic has been open for `wait` since a moment."""
        if not any(self.week):
            return since + wait
        end = since
        for start, end in self.spans(since):
            if end - start >= wait:
                return start + wait
            wait -= end - start
        return end

    def working_day(self) -> timedelta:
        """Return how long the clinic is open on a mean opening day."""
        day = datetime(2001, 1, 1, tzinfo=UTC).date()
        open_days = [spans for spans in self.week if spans]
        length = sum(
            (datetime.combine(day, e) - datetime.combine(day, s) for spans in open_days for s, e in spans), timedelta()
        )
        return length / len(open_days) if open_days else timedelta(days=1)

    def working_day_after(self, since: datetime) -> datetime:
        """Return the moment when the clinic has been open for a working day since a moment."""
        return self.after(since, self.working_day())

    def day_before(self, at: datetime) -> datetime:
        """Return 24 hours before a moment, so that somebody has time until then.

        Where the clinic is closed at that time, it is when the clinic last opened before it. A clinic that has not
        opened for a year counts as always open.
        """
        day_ago = (at - timedelta(hours=24)).astimezone(UTC)  # judgement: a working day is time to look and to call
        if not any(self.week) or self.is_open(day_ago):
            return day_ago
        here = day_ago.astimezone(self.zone).date()
        opened = (
            max((start for start, _ in self._of_day(here - timedelta(days=back)) if start <= day_ago), default=None)
            for back in range(FARTHEST)
        )
        return next(filter(None, opened), day_ago)

    def _of_day(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans of a local day, in UTC."""
        for start, end in self.week[day.weekday()] if day not in self.closed else ():
            yield (
                datetime.combine(day, start, self.zone).astimezone(UTC),
                datetime.combine(day, end, self.zone).astimezone(UTC),
            )


def read_opening_hours(
    week: Mapping[str, Sequence[Sequence[str]]], zone: tzinfo, closed: frozenset[date] = frozenset()
) -> OpeningHours:
    """Return opening hours from weekday -> list of [from, to] in HH:MM. Raises ValueError naming the day."""
    unknown = set(week) - set(WEEKDAYS)
    if unknown:
        raise ValueError(f"opening hours: {sorted(unknown)[0]!r} is no weekday; use {', '.join(WEEKDAYS)}")
    return OpeningHours(zone, tuple(_day(day, week.get(day, ())) for day in WEEKDAYS), closed)


def _day(day: str, spans: object) -> tuple[tuple[time, time], ...]:
    """Return a day's spans in order; those that touch or overlap are one."""
    if not isinstance(spans, (list, tuple)):
        raise ValueError(f'opening hours on {day}: {spans!r} is no list; give [["09:00", "18:00"]]')
    joined: list[tuple[time, time]] = []
    for start, end in sorted(_span(day, span) for span in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _span(day: str, span: object) -> tuple[time, time]:
    said = f'opening hours on {day}: {span!r} is no span; give ["09:00", "18:00"]'
    if not isinstance(span, (list, tuple)) or len(span) != 2:
        raise ValueError(said)
    if not all(isinstance(moment, str) and CLOCK_TIME.fullmatch(moment) for moment in span):
        raise ValueError(said)
    start, end = (time.fromisoformat(moment) for moment in span)
    if start >= end:
        raise ValueError(f"opening hours on {day}: {span!r} ends before it starts")
    return start, end
