"""Figures for whoever watches: what is overdue, how long things take; over open work and recent rows, by index."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, and_, cast, func, text
from sqlmodel import Session, col, select

from triage.records.alert import CLAIMABLE, AlertRow, DeliveryRow, NotificationRow
from triage.records.alert_invariants import UNRESOLVED
from triage.records.breach import Scope
from triage.records.check_in import CheckInRow, ExpectationRow
from triage.records.people import ClinicRow
from triage.records.queries import WAITING

MOST_ATTEMPTS = 5000


class Spans(NamedTuple):
    """How long something took, in seconds, over some attempts."""

    number: int
    total: float
    longest: float


class Attempts(NamedTuple):
    """The attempts since a moment, the newest 5,000 of them."""

    by_result: dict[str, int]
    dwell: Spans  # from when a message was due until a worker began with it; of those that went out
    sending: Spans


def attempts_since(session: Session, since: datetime, now: datetime) -> Attempts:
    """Return what the attempts to send of late came to."""
    of_notification = and_(
        col(DeliveryRow.clinic_id) == col(NotificationRow.clinic_id),
        col(DeliveryRow.notification_id) == col(NotificationRow.id),
    )
    made = select(DeliveryRow.result, DeliveryRow.started_at, DeliveryRow.finished_at, NotificationRow.not_before)
    made = made.join(NotificationRow, of_notification).where(Scope(now, since).holds(DeliveryRow))
    rows = session.exec(made.order_by(col(DeliveryRow.id).desc()).limit(MOST_ATTEMPTS)).all()
    dwell = [(began - due).total_seconds() for result, began, _, due in rows if result == "sent"]
    sending = [(ended - began).total_seconds() for _, began, ended, _ in rows]
    return Attempts(dict(Counter(row[0] for row in rows)), _spans(dwell), _spans(sending))


def oldest_timer(session: Session) -> datetime | None:
    """Return the earliest timer of any alert."""
    return session.exec(select(func.min(AlertRow.next_action_at))).one()


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Return since when the message is due that has waited longest; None: nothing is due."""
    due = and_(text(CLAIMABLE), col(NotificationRow.not_before) <= now)
    return session.exec(select(func.min(NotificationRow.not_before)).where(due)).one()


def expectations_overdue(session: Session, now: datetime) -> int:
    """Return how many check-ins should have been noticed as silence by now."""
    late = select(func.count()).select_from(ExpectationRow).where(WAITING, col(ExpectationRow.alert_at) < now)
    return int(session.exec(late).one())


def open_alerts(session: Session) -> dict[str, int]:
    """Return how many alerts that are not resolved there are: in all, without a timer, with a broken promise."""
    open_now = and_(col(AlertRow.clinic_id).in_(select(ClinicRow.id)), col(AlertRow.state).in_(UNRESOLVED))
    untimed = func.count().filter(col(AlertRow.next_action_at).is_(None))
    broken = func.count().filter(col(AlertRow.promise) == "broken")
    total, without, promises = session.exec(select(func.count(), untimed, broken).where(open_now)).one()
    return {"open": total, "untimed": without, "promise_broken": promises}


def devices_since(session: Session, since: datetime, now: datetime) -> dict[str, int]:
    """Return of how many reports the phone's own judgement was worked out again since a moment; and differed."""
    compared = func.count().filter(cast(col(CheckInRow.device), Text).like('%"expected"%'))
    differed = func.count().filter(cast(col(CheckInRow.review), Text).like('%"device"%'))
    both, apart = session.exec(select(compared, differed).where(Scope(now, since).holds(CheckInRow))).one()
    return {"compared": both, "differed": apart}


def _spans(seconds: list[float]) -> Spans:
    return Spans(len(seconds), round(sum(seconds), 3), round(max(seconds, default=0.0), 3))
