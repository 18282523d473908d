"""What the tests of the outbox share: alerts of many patients, and what became of their messages."""

from functools import partial
from typing import Any

from sqlmodel import select

from tests.houses import House
from triage import clock
from triage.actions.alerts import raise_alert
from triage.actions.identify import service
from triage.actions.turn import Turn
from triage.records import NotificationRow, Session, new_id
from triage.rules import Urgency

FEVER = {"signs": ["fever"]}


def raise_alerts(house: House, count: int, urgency: Urgency = Urgency.urgent) -> list[str]:
    """Raise so many alerts, one a second; return their ids in that order."""
    found = []
    for _ in range(count):
        turn = Turn(service(house.clinic_id, "test"), house.now, house.wiring.terms)
        about = f"made for a test {new_id()}"
        found.append(str(house.do(partial(raise_alert, kind="service", urgency=urgency, turn=turn, of=about)).id))
        house.later(seconds=1)
    return found


def notifications(house: House, **having: Any) -> list[NotificationRow]:
    """Return the notifications with these values, oldest first."""

    def find(session: Session) -> list[NotificationRow]:
        rows = session.exec(select(NotificationRow).order_by(NotificationRow.id)).all()  # type: ignore[arg-type]
        return [row for row in rows if all(getattr(row, name) == value for name, value in having.items())]

    return list(house.look(find))


def change(house: House, **values: Any) -> None:
    """Change every notification."""

    def write(session: Session, values: dict[str, Any]) -> None:
        for row in session.exec(select(NotificationRow)):
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    house.do(partial(write, values=values))


def deliver(house: House) -> None:
    house.run(clock.deliver)
