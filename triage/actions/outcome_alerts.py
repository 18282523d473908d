"""Alerts as columns: who took each first and when, when the patient was reached, and how much of that was open time."""

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from triage.actions.cover import policy_by_id
from triage.actions.hours import YEARS_AHEAD, hours_of
from triage.outcomes.columns import Whole
from triage.outcomes.facts import NOBODY, NONE, Alerts, Named, Reals
from triage.outcomes.reports import micros
from triage.records import ClinicRow, Session, lookups, outcome_columns
from triage.records.bulk import places_of, texts_of
from triage.rules import Urgency
from triage.rules.ladder import Wait
from triage.rules.opening import OpeningHours

SECOND_US = 1_000_000
TAKES = ("alert_acknowledged", "alert_snoozed", "alert_resolved")
ESCALATED = "alert_escalated"
Read = dict[str, Any]


class Taken(NamedTuple):
    """Who took an alert first, and when; NONE and empty: nobody has. `is_exhausted`: the ladder ended before."""

    at_us: int = NONE
    by: str = ""
    is_exhausted: bool = False


def alerts_of(session: Session, clinic: ClinicRow, read: Read, now: datetime, divisor: float) -> Alerts:
    """Return a clinic's alerts; `read`: as outcome_columns has them, with patient, sitting and rule found out."""
    taken = _takings(session, clinic.id, read)
    acked_us = np.array([one.at_us for one in taken], np.int64)
    reached_us = _reached(outcome_columns.reached(session, clinic.id), read["id"])
    clock = OpenClock(clinic, _from(read["opened"], now), now)
    limit_s, is_by_hours = _limits(session, clinic, read, now, divisor)
    return Alerts(
        id=texts_of(read["id"]),
        kind=Named(*read["kind"]),
        urgency=read["urgency"],
        patient=read["patient"],
        sitting=read["sitting"],
        rule=read["rule"],
        opened_us=read["opened"],
        acked_us=acked_us,
        reached_us=reached_us,
        closed_us=read["closed"],
        open_acked_s=clock.seconds(read["opened"], acked_us),
        open_reached_s=clock.seconds(read["opened"], reached_us),
        open_closed_s=clock.seconds(read["opened"], read["closed"]),
        limit_s=limit_s,
        is_by_hours=is_by_hours,
        is_exhausted=np.array([one.is_exhausted for one in taken], np.bool_),
        outcome=Named(*read["outcome"]),
        useful=Named(*read["useful"]),
        is_serious=read["is_serious"],
        owner=_owners(session, clinic.id, taken),
    )


class OpenClock:
    """Counts the time that a clinic is open, from one moment to another, for many spans at once."""

    def __init__(self, clinic: ClinicRow, since: datetime, until: datetime) -> None:
        spans = [(micros(start), micros(end)) for start, end in open_spans(clinic, since, until)]
        self.until_us = micros(until)
        self.starts, self.ends = np.array(spans, np.int64).reshape(-1, 2).T
        self.before = np.r_[0, np.cumsum(self.ends - self.starts)]

    def seconds(self, from_us: Whole, to_us: Whole) -> Reals:
        """Return the open seconds of each span; to NONE: until the end of the clock."""
        until = np.where(to_us == NONE, self.until_us, to_us)
        found: Reals = np.maximum(self._open_until(until) - self._open_until(from_us), 0) / SECOND_US
        return found

    def _open_until(self, at_us: Whole) -> Whole:
        """Return how long the clinic had been open by each moment, since the beginning of the clock."""
        span = np.searchsorted(self.starts, at_us, side="right")
        if not len(self.starts):
            return np.zeros(len(at_us), np.int64)
        last = np.maximum(span - 1, 0)
        within = np.clip(at_us - self.starts[last], 0, self.ends[last] - self.starts[last])
        return np.where(span > 0, self.before[last] + within, 0)


def open_spans(clinic: ClinicRow, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield when a clinic was open by the hours of today, each year with its own public holidays."""
    while since < until:  # what hours_of knows of holidays reaches so many years ahead
        end = min(until, datetime(since.year + YEARS_AHEAD + 1, 1, 1, tzinfo=UTC))
        yield from hours_of(clinic, since).between(since, end)
        since = end


def limit_of(wait: Wait, hours: OpeningHours, divisor: float) -> tuple[int, bool]:
    """Return how many seconds a wait is, and whether they count only while the clinic is open."""
    if wait.wall is not None:
        return round(wait.wall.total_seconds() / divisor), False
    open_time = wait.open_time or wait.working_days * hours.working_day()
    return round(open_time.total_seconds() / divisor), True


def _limits(session: Session, clinic: ClinicRow, read: Read, now: datetime, divisor: float) -> tuple[Whole, Any]:
    """Return by when each alert's urgency promises that a human has it: what its policy promises the patient."""
    hours = hours_of(clinic, now)
    texts, code = read["policy"]
    # The last row: of those without a policy of their own, so that NOBODY finds it.
    policies = [policy_by_id(session, clinic.id, uuid.UUID(text) if text else None) for text in (*texts, "")]
    limits = np.full((len(policies), len(Urgency)), NONE, np.int64)
    by_hours = np.zeros((len(policies), len(Urgency)), np.bool_)
    for row, policy in enumerate(policies):
        for urgency, wait in policy.promise.items():
            limits[row, urgency], by_hours[row, urgency] = limit_of(wait, hours, divisor)
    return limits[code, read["urgency"]], by_hours[code, read["urgency"]]


def _takings(session: Session, clinic_id: uuid.UUID, read: Read) -> list[Taken]:
    """Return who took each alert first, as the log says; of alerts that it says nothing of, as their row says."""
    log = outcome_columns.takings(session, clinic_id)
    order = np.lexsort((log["id"], log["at"], log["alert"][1]))
    names = {name: log[name][0] for name in ("alert", "did", "by_kind", "by", "cycle")}
    codes = {name: log[name][1][order].tolist() for name in names}
    rows = zip(codes["alert"], log["at"][order].tolist(), *(codes[n] for n in ("did", "by_kind", "by", "cycle")),
               strict=True)  # fmt: skip
    found = {}
    for alert, events in groupby(rows, key=lambda row: row[0]):
        told = [
            (at, names["did"][did], names["by"][by] if names["by_kind"][kind] == "staff" and by >= 0 else "",
             cycle >= 0 and names["cycle"][cycle] not in ("0", "null"))
            for _, at, did, kind, by, cycle in events
        ]  # fmt: skip
        found[names["alert"][alert]] = taken_by(told)
    return [found.get(one) or _of_row(read, row) for row, one in enumerate(texts_of(read["id"]))]


def taken_by(events: list[tuple[int, str, str, bool]]) -> Taken:
    """Return who took an alert first, from what was done to it in order: (moment, what, by whom, is a later round).

    An answer that was taken back within seconds counts as none.
    """
    takes: list[tuple[int, str]] = []
    is_exhausted = False
    for at_us, did, by, is_later_round in events:
        if did in TAKES:
            takes.append((at_us, by))
        elif did == ESCALATED:
            is_exhausted |= is_later_round and not takes
        elif takes:
            takes.pop()
    return Taken(*takes[0], is_exhausted) if takes else Taken(is_exhausted=is_exhausted)


def _of_row(read: Read, row: int) -> Taken:
    texts, code = read["owner"]
    acked, closed = int(read["acked"][row]), int(read["closed"][row])
    exhausted = int(read["exhausted"][row])
    at_us = closed if acked == NONE else acked
    owner = str(uuid.UUID(texts[code[row]])) if code[row] >= 0 else ""
    return Taken(at_us, owner, exhausted != NONE and (at_us == NONE or exhausted <= at_us))


def _reached(told: Read, ids: Any) -> Whole:
    """Return when each alert's patient was first reached; NONE: they were not."""
    reached = np.full(len(ids), np.iinfo(np.int64).max, np.int64)
    place = places_of(told["alert"], ids)
    np.minimum.at(reached, place[place >= 0], told["at"][place >= 0])
    return np.where(reached == np.iinfo(np.int64).max, NONE, reached)


def _owners(session: Session, clinic_id: uuid.UUID, taken: list[Taken]) -> Named:
    """Return who took each alert by name; of two with one name each has the address too."""
    staff = lookups.everybody_ever(session, clinic_id)
    same = Counter(row.name for row in staff)
    names = {str(row.id): row.name if same[row.name] == 1 else f"{row.name} ({row.email})" for row in staff}
    places = {staff_id: place for place, staff_id in enumerate(names)}
    code = np.array([places.get(one.by, NOBODY) for one in taken], np.int32)
    return Named(tuple(names.values()), code)


def _from(opened: Whole, now: datetime) -> datetime:
    """Return a day before the first alert, from when on opening hours are needed."""
    first = int(opened.min()) if len(opened) else micros(now)
    return datetime.fromtimestamp(first / SECOND_US, UTC) - timedelta(days=1)
