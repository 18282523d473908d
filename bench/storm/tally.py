"""What the service owed when the storm was over, and what of it is there: rows, mails, promises."""

import email
import email.policy
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlmodel import col, select

from bench.storm.people import Accepted, People
from seeds.mailbox import Mail
from triage.actions.checks import check_rows
from triage.records import AlertRow, CheckInRow, NotificationRow, Session, StaffRow
from triage.wiring import Wiring

IN_FLIGHT = timedelta(seconds=4)  # what was claimed before an answer may still arrive: time-outs of one send
LATE = timedelta(seconds=15)
WAITING = ("pending", "leased")


class Promise(NamedTuple):
    """One line of the tally: what was counted, how often, and how often is allowed."""

    what: str
    found: int
    most: int | None  # None: a figure, and no promise

    def is_kept(self) -> bool:
        return self.most is None or self.found <= self.most


class Received(NamedTuple):
    """One mail as the catcher got it."""

    message_id: str
    notification_id: uuid.UUID | None
    to: str
    at: datetime


def read_mail(mail: Mail) -> Received:
    """Return what the tally needs of a mail."""
    message_id = str(email.message_from_bytes(mail.content, policy=email.policy.compat32)["Message-ID"]).strip()
    try:
        notification_id = uuid.UUID(message_id.strip("<>").partition("@")[0])
    except ValueError:
        notification_id = None
    return Received(message_id, notification_id, str(mail.to), mail.received_at)


def untold(session: Session) -> list[AlertRow]:
    """Return the alerts that are open, and of which nobody has been told since everybody had to be told anew."""
    told = set()
    rows = session.exec(select(NotificationRow).where(NotificationRow.kind == "alert")).all()
    states = {row.id: row.state for row in rows}
    for row in rows:
        if states.get(row.bundled_into or row.id, row.state) == "sent":
            told.add((row.alert_id, row.epoch))
    waiting = session.exec(select(AlertRow).where(AlertRow.state == "open")).all()
    return [alert for alert in waiting if (alert.id, alert.epoch) not in told]


def standing_still(session: Session, now: datetime) -> list[AlertRow]:
    """Return the alerts that are not closed and whose timer is missing, or ran out and was not taken."""
    still = session.exec(select(AlertRow).where(AlertRow.state != "resolved")).all()
    return [alert for alert in still if alert.next_action_at is None or alert.next_action_at < now - LATE]


def waiting_messages(session: Session, now: datetime) -> int:
    """Return how many messages are under way or should have gone out some seconds ago."""
    due = select(NotificationRow.id).where(
        col(NotificationRow.state).in_(WAITING), col(NotificationRow.not_before) < now - timedelta(seconds=1)
    )
    return len(session.exec(due).all())


def count_up(wiring: Wiring, people: People, mails: list[Mail], kills: Counter[str]) -> list[Promise]:
    """Return the tally."""
    received = [read_mail(mail) for mail in mails]
    times = Counter(mail.message_id for mail in received)
    repeated = sum(count - 1 for count in times.values())
    rows = partial(_of_rows, accepted=people.accepted, now=wiring.now())
    violations = wiring.look(partial(check_rows, now=wiring.now(), terms=wiring.terms))
    strange = wiring.look(lambda session: list(unexpected(session, received, people)))
    for said in (*violations, *strange, *people.faults):
        print("   ", said)
    return [
        Promise("kills", kills.total(), None),
        *(Promise(f"  of {kind}", count, None) for kind, count in sorted(kills.items())),
        Promise("check-ins accepted", len(people.accepted), None),
        Promise("  of them dangerous", sum(report.dangerous for report in people.accepted), None),
        Promise("  tries of the phones", people.tries, None),
        Promise("alerts acknowledged or closed by somebody", len(people.acked), None),
        Promise("mails received", len(mails), None),
        *wiring.look(rows),
        Promise("invariants violated, audit chain included", len(violations), 0),
        Promise("mails twice (no more than kills)", repeated, kills.total()),
        Promise("mails unexpected", len(strange), 0),
        Promise("answers that no patient may get", len(people.faults), 0),
    ]


def _of_rows(session: Session, accepted: list[Accepted], now: datetime) -> list[Promise]:
    stored = {str(found) for found in session.exec(select(CheckInRow.id))}
    alerts = {str(alert.id): alert for alert in session.exec(select(AlertRow))}
    owed = {report.check_in_id for report in accepted}
    raised = {report.alert_id for report in accepted if report.alert_id}
    climbed = sum(alert.step > 0 or alert.cycle > 0 for alert in alerts.values())
    return [
        Promise("alerts raised", len(alerts), None),
        Promise("  of them climbed beyond their first step", climbed, None),
        Promise("check-ins accepted and missing", len(owed - stored), 0),
        Promise("check-ins stored twice for one key", len(stored) - len(owed), 0),
        Promise("alerts promised and missing", len(raised - alerts.keys()), 0),
        Promise("alerts of which no human was told", len(untold(session)), 0),
        Promise("alerts whose ladder stands still", len(standing_still(session, now)), 0),
    ]


def unexpected(session: Session, received: list[Received], people: People) -> Iterator[str]:
    """Yield each mail that should not have come: for nothing, to a stranger, or after somebody had answered."""
    rows = {row.id: row for row in session.exec(select(NotificationRow))}
    staff = {(person.clinic_id, person.email) for person in session.exec(select(StaffRow))}
    for mail in received:
        row = rows.get(mail.notification_id) if mail.notification_id else None
        if row is None:
            yield f"mail {mail.message_id} belongs to nothing that is stored"
        elif row.contact != mail.to or (row.clinic_id, mail.to) not in staff:
            yield f"mail {mail.message_id} went to {mail.to}, who is not of the clinic"
        elif row.kind == "alert":
            answered_at = people.acked.get((str(row.alert_id), row.epoch), mail.at)
            if mail.at > answered_at + IN_FLIGHT:
                yield f"mail {mail.message_id} came {mail.at - answered_at} after somebody had answered"
