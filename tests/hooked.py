"""A clinic with a program that is told what happens: what the tests of webhooks share."""

from functools import partial
from typing import Any, NamedTuple

from sqlmodel import select

from tests.houses import House
from tests.receivers import Arrived, Receiver
from triage import clock
from triage.actions.turn import ClockTurn
from triage.records import Session

FEVER = {"signs": ["fever"]}


class Hooked(NamedTuple):
    """A house with a receiver that it may reach."""

    house: House
    receiver: Receiver

    def add(self, **values: Any) -> dict[str, Any]:
        answer = self.house.post("/webhooks", {"url": self.receiver.url, **values}, self.house.keys["admin"])
        assert answer.status_code == 201, answer.json
        return dict(answer.json)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.house.call(method, path, body, self.house.keys["admin"])

    def send(self) -> list[Arrived]:
        """Send what is due; return what arrived by it."""
        before = len(self.receiver.arrived)
        for loop in (clock.webhooks, clock.failing_webhooks):
            while self.turn_once(loop):
                pass
        return self.receiver.arrived[before:]

    def turn_once(self, loop: clock.Loop) -> int:
        """Let a loop run one cycle; return how much there was to do."""
        done = 0
        for piece in loop(self.house.wiring, "test-clock"):
            piece()
            done += 1
        return done

    def types(self) -> list[str]:
        return sorted(one.json["type"] for one in self.send())

    def deliveries(self, webhook: dict[str, Any], state: str = "") -> list[dict[str, Any]]:
        answer = self.call("GET", f"/webhooks/{webhook['id']}/deliveries" + (f"?state={state}" if state else ""))
        return list(answer.json["items"])

    def rows(self, table: Any) -> list[Any]:
        return list(self.house.look(partial(all_of, table=table)))

    def turn(self) -> ClockTurn:
        return ClockTurn("webhooks", self.house.now, self.house.wiring.terms)


def all_of(session: Session, table: Any) -> list[Any]:
    return list(session.exec(select(table)))
