"""The worklist: what waits for a practitioner, lane by lane, the gravest and most overdue first."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from triage.actions.next_sessions import SessionToDecide, sessions_to_decide
from triage.actions.to_read import Unread, count_to_read, waiting_to_read
from triage.actions.turn import Turn
from triage.actions.worklist import Item, items_of
from triage.records import Session, lane_lookups
from triage.records.lane_lookups import Filters, Placed, Span

OF_ALERTS = ("urgent", "review", "silent", "watching")
LANES = ("urgent", "review", "silent", "read", "watching")
EMPTY: tuple[int, datetime | None] = (0, None)
RENEWED = 300  # seconds after which a list is given anew, whatever has been noticed
PAGE, GLANCE = 30, 10  # rows of a lane by itself, and of each where all are shown
SEEING = ("practitioner", "lead", "auditor")


class Asked(NamedTuple):
    """What of the worklist somebody wants to see; `start`: from which row of the lane on, where one is asked for."""

    filters: Filters = Filters()
    start: int = 0


class Lane(NamedTuple):
    """One lane. `oldest_at` None: it is empty. `next_start` None: what is shown is all of it."""

    name: str
    size: int
    oldest_at: datetime | None
    items: list[Item]
    unread: list[Unread]
    sessions: list[SessionToDecide]
    start: int
    next_start: int | None

    @property
    def shown(self) -> int:
        """Return how many rows are shown."""
        return len(self.items) + len(self.unread) + len(self.sessions)


class Worklist(NamedTuple):
    """All lanes that were asked for, and the counts of every lane for the links that lead to it."""

    lanes: list[Lane]
    counts: dict[str, int]
    hidden: int  # what waits and is left out, whatever its lane, by what was asked for
    expected: int  # check-ins awaited in the next 24 hours; looked up only while nothing waits

    @property
    def waiting(self) -> int:
        """Return how much waits for somebody: all lanes but what is watched."""
        return sum(count for name, count in self.counts.items() if name != "watching")


def worklist(session: Session, asked: Asked, turn: Turn) -> Worklist:
    """Return the worklist as of now. An auditor may look, and answers nothing. Raises NotAllowed."""
    turn.by.require(*SEEING)
    tallies = lane_lookups.lane_counts(session, turn.by.clinic_id, turn.by.staff_id, asked.filters)
    to_decide, unread = sessions_to_decide(session, turn), count_to_read(session, turn)[0]
    others = unread + len(to_decide)
    hidden = 0
    if is_narrow(asked.filters):
        all_of_it = lane_lookups.lane_counts(session, turn.by.clinic_id, turn.by.staff_id, Filters())
        hidden = _waiting(all_of_it) - _waiting(tallies) + others
        to_decide, unread = [], 0
    items = _items(session, _placed(session, asked, turn), turn)
    lanes = []
    for name in (asked.filters.lane,) if asked.filters.lane else LANES:
        if name == "read":
            lanes.append(_reading_lane(session, unread, asked, turn))
        else:
            decisions = to_decide if name == "review" and not asked.start else []
            lanes.append(_alert_lane(name, tallies.get(name, EMPTY), items.get(name, []), decisions, asked.start))
    counts = {name: tallies.get(name, EMPTY)[0] for name in OF_ALERTS} | {"read": unread}
    counts["review"] += len(to_decide)
    expected = 0
    if not any(counts.values()):
        expected = lane_lookups.expected_until(session, turn.by.clinic_id, turn.now + timedelta(days=1))
    return Worklist(lanes, counts, hidden, expected)


def is_narrow(filters: Filters) -> bool:
    """Tell whether something may be left out but for the other lanes. What is no alert has no owner, level and kind."""
    return filters != Filters(lane=filters.lane)


def state_of(session: Session, asked: Asked, turn: Turn) -> str:
    """Return a short text that is another one as soon as the worklist shows anything else to this person."""
    turn.by.require(*SEEING)
    state = lane_lookups.fingerprint(session, turn.by.clinic_id, turn.now)
    unread, due = count_to_read(session, turn)
    is_late = due is not None and due <= turn.now
    text = repr((state, unread, is_late, asked, turn.by.id, int(turn.now.timestamp()) // RENEWED))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _waiting(tallies: Mapping[str, tuple[int, datetime | None]]) -> int:
    return sum(tally[0] for name, tally in tallies.items() if name != "watching")


def _placed(session: Session, asked: Asked, turn: Turn) -> list[Placed]:
    if asked.filters.lane == "read":
        return []
    span = Span(asked.start, PAGE) if asked.filters.lane else Span(0, GLANCE)
    return lane_lookups.placed_alerts(session, turn.by.clinic_id, turn.by.staff_id, asked.filters, span, turn.now)


def _items(session: Session, placed: list[Placed], turn: Turn) -> dict[str, list[Item]]:
    rows = lane_lookups.alerts_by_id(session, turn.by.clinic_id, [one.id for one in placed])
    shown = items_of(session, [rows[one.id] for one in placed if one.id in rows], turn)
    by_id: dict[uuid.UUID, Item] = {item.id: item for item in shown}
    lanes: dict[str, list[Item]] = {}
    for one in placed:
        if one.id in by_id:
            lanes.setdefault(one.lane, []).append(by_id[one.id])
    return lanes


def _alert_lane(
    name: str, found: tuple[int, datetime | None], items: list[Item], decisions: list[SessionToDecide], start: int
) -> Lane:
    count, oldest = found
    end = start + len(items)
    return Lane(name, count + len(decisions), oldest, items, [], decisions, start, end if end < count else None)


def _reading_lane(session: Session, count: int, asked: Asked, turn: Turn) -> Lane:
    """The first things to read; whoever reads one sees the next, so there is no second page."""
    unread = waiting_to_read(session, turn, size=PAGE if asked.filters.lane else GLANCE) if count else []
    return Lane("read", count, min((one.since for one in unread), default=None), [], unread, [], 0, None)
