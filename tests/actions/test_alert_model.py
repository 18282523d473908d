"""One alert under any interleaving of patient, people, clock and crashes, beside a model written from docs/alerts.md.

The model knows nothing of the code: it is the table of transitions in plain arithmetic. After each step the rows, the
mails that arrived and those that did not, and every invariant are looked at.
"""

import os
import re
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import select

from tests.houses import House, open_house
from triage.actions.answer_changes import Seen
from triage.actions.desk_answers import answer_alert
from triage.actions.outbox import claim_next
from triage.actions.sessions import actor_of
from triage.actions.turn import ClockTurn, Turn
from triage.actions.undo import take_back_answer
from triage.records import AlertRow, DeliveryRow, NotificationRow, Session, Store, invariants, lookups
from triage.rules.staffing import TARGET_ROLES

NUMBER = re.compile(rb"(?i)^message-id: <([^@]+)@", re.MULTILINE)
TOLD_INSIDE = "told of in the message of "
BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)
SAID = {3: {"signs": ["fever"]}, 4: {"signs": ["breathing_trouble"]}}
EXAMPLES = int(os.environ.get("ALERT_EXAMPLES", "2"))  # more for a deep run
STEP, FALLBACK = {3: 15, 4: 5}, {3: 60, 4: 15}  # minutes, by urgency
ACK = {3: 720, 4: 120}
PAT, LEE = "pat@north.example", "lead@north.example"
LADDER = ((PAT,), (LEE,), (PAT, LEE))  # and then the fallback: both
KEYS = {PAT: "practitioner", LEE: "admin"}
is_there = precondition(lambda machine: machine.urgency > 0)
is_taken = precondition(lambda machine: machine.state in ("acked", "snoozed"))


class AlertModel(RuleBasedStateMachine):
    """The house on one side, the table of transitions on the other."""

    empty: ClassVar[Callable[[], AbstractContextManager[str]]]  # a fresh database for each play

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        self.store = self.closing.enter_context(closing(Store(self.closing.enter_context(type(self).empty()))))
        folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory()))
        self.house: House = self.closing.enter_context(open_house(self.store, folder, BEGAN))
        self.urgency, self.state, self.owner = 0, "none", ""
        self.epoch, self.step, self.due = 0, 0, BEGAN
        self.expected: Counter[tuple[str, int, int, int]] = Counter()  # to whom, of which alert, epoch, step
        self.alert_number = self.round = self.crashes = 0
        self.waiting: list[tuple[str, int, int, int]] = []

    def teardown(self) -> None:
        self.closing.close()

    @initialize(urgency=st.sampled_from([3, 4]))
    def begins(self, urgency: int) -> None:
        self.patient = self.house.patient()
        self.reports(urgency)

    # The model's own words for what the table says.

    def enter(self, step: int) -> None:
        self.step = step
        waits = STEP if step < len(LADDER) else FALLBACK
        self.due = self.house.now + timedelta(minutes=waits[self.urgency])
        self.round += step >= len(LADDER)
        for person in LADDER[step] if step < len(LADDER) else (PAT, LEE):
            self.waiting.append((person, self.alert_number, self.epoch, self.round * 10 + step))

    def begin(self, was: str = "") -> None:
        self.state, self.owner, self.epoch = "open", "", self.epoch + 1
        self.waiting = []  # what had not gone out is not sent any more
        self.round = 0
        self.enter(0)
        if was and was not in LADDER[0]:
            self.waiting.append((was, self.alert_number, self.epoch, 0))

    def answer(self, verb: str, who: str = PAT, **values: Any) -> Any:
        body = {"epoch": self.epoch, **values}
        return self.house.post(f"/alerts/{self.row().id}/{verb}", body, self.house.keys[KEYS[who]])

    def row(self) -> AlertRow:
        """The latest alert about the patient's reports."""
        return self.of_reports()[0]

    def of_reports(self) -> list[AlertRow]:
        asked = partial(lookups.alerts_page, clinic_id=self.house.clinic_id, states=(), after=None, limit=200)
        return [row for row in self.house.look(asked) if row.kind == "report"]

    # What may happen.

    @rule(urgency=st.sampled_from([3, 4]))
    def reports(self, urgency: int) -> None:
        self.house.wiring.moment += timedelta(seconds=1)
        self.house.report(self.patient, **SAID[urgency])
        if self.urgency == 0:
            self.alert_number, self.epoch = self.alert_number + 1, 0
            self.urgency = urgency
            self.begin()
        elif urgency > self.urgency:
            self.urgency = urgency
            self.begin(self.owner)

    @rule(minutes=st.sampled_from([1, 4, 5, 14, 15, 30, 60, 120, 720]))
    def time_passes(self, minutes: int) -> None:
        self.house.later(minutes=minutes)
        self.turn()

    def turn(self) -> None:
        """One turn of the clock: at most one step, however late; and everything that waits goes out."""
        if self.urgency and self.due <= self.house.now:
            if self.state == "open":
                self.enter(min(self.step + 1, len(LADDER)))
            else:
                self.begin(self.owner)
        self.house.tick()
        self.expected.update(self.waiting)
        self.waiting = []

    @is_there
    @rule(who=st.sampled_from([PAT, LEE]))
    def takes(self, who: str) -> None:
        assert self.answer("acknowledge", who).status_code == 200
        if self.state == "open" or (self.state, self.owner) == ("snoozed", who):
            self.state, self.owner = "acked", who
            self.due = self.house.now + timedelta(minutes=ACK[self.urgency])
            self.waiting = []

    @is_there
    @rule(who=st.sampled_from([PAT, LEE]), minutes=st.sampled_from([10, 90]))
    def puts_off(self, who: str, minutes: int) -> None:
        until = self.house.now + timedelta(minutes=minutes)
        status = self.answer("snooze", who, until=until.isoformat(), reason="called").status_code
        assert status == (422 if self.urgency == 4 else 200)
        if status == 200:
            self.state, self.owner, self.due, self.waiting = "snoozed", who, until, []

    @is_there
    @is_taken
    @rule()
    def gives_back(self) -> None:
        assert self.answer("release").status_code == 200
        self.begin(self.owner)

    @is_there
    @rule(is_stale=st.booleans())
    def asks_the_next(self, is_stale: bool) -> None:
        seen = self.step + is_stale
        assert self.answer("escalate", step=seen).status_code == 200
        if not is_stale:
            self.state, self.owner = "open", ""
            self.enter(min(self.step + 1, len(LADDER)))

    @is_there
    @rule()
    def closes(self) -> None:
        assert self.answer("resolve", outcome="other").status_code == 200
        self.urgency, self.state, self.owner, self.waiting = 0, "none", "", []

    @is_there
    @rule()
    def answers_too_late(self) -> None:
        stale = self.house.post(
            f"/alerts/{self.row().id}/acknowledge", {"epoch": self.epoch + 1}, self.house.keys["practitioner"]
        )
        assert (stale.status_code, stale.json["current"]["state"]) == (409, self.state)

    @is_there
    @rule(
        verb=st.sampled_from(["take", "watch", "close", "release"]),
        who=st.sampled_from([PAT, LEE]),
        ticks=st.booleans(),
    )
    def answers_and_takes_it_back(self, verb: str, who: str, ticks: bool) -> None:
        """T22: all is as before, and whoever had not been told yet is told by a new epoch."""
        who = self.owner or who
        if (verb == "release" and self.state == "open") or (verb == "watch" and self.urgency == 4):
            verb = "take"
        stood, untold = (self.state, self.owner, self.due), {person for person, *_ in self.waiting}
        undo_id = self.house.do(partial(self.press, verb=verb, turn=self.turn_of(who)))
        self.waiting = []
        if verb == "release":
            self.begin(self.owner)
        self.house.wiring.moment += timedelta(seconds=3)
        if ticks:
            self.house.tick()
            self.expected.update(self.waiting)
        self.house.do(partial(take_back_answer, undo_id=undo_id, turn=self.turn_of(who)))
        (self.state, self.owner, self.due), self.waiting = stood, []
        if self.state == "open" and untold:
            self.epoch += 1
            untold.update(LADDER[self.step] if self.step < len(LADDER) else (PAT, LEE))
            self.waiting = [(one, self.alert_number, self.epoch, self.round * 10 + self.step) for one in untold]

    def press(self, session: Session, verb: str, turn: Turn) -> uuid.UUID:
        row = self.row()
        said = {
            "watch": {"until": self.house.now + timedelta(minutes=30), "reason": "called"},
            "close": {"outcome": "other", "seriousness": []},
        }
        return answer_alert(session, row.id, verb, Seen(row.epoch, row.version), said.get(verb, {}), turn).undo.id

    def turn_of(self, who: str) -> Turn:
        staff = self.house.look(partial(lookups.staff_of, clinic_id=self.house.clinic_id, roles=TARGET_ROLES))
        (one,) = [person for person in staff if person.email == who]
        return Turn(actor_of(one), self.house.now, self.house.wiring.terms)

    @rule()
    def a_clock_dies_with_a_message_in_its_hand(self) -> None:
        """It has claimed and not sent: another clock sends it when the lease is over."""
        clock = ClockTurn("deliver", self.house.now, self.house.wiring.terms)
        lease = timedelta(seconds=30)
        self.house.do(partial(claim_next, worker=f"dead-{uuid.uuid4()}", clock=clock, lease=lease))
        self.house.wiring.moment += lease + timedelta(seconds=1)
        self.turn()

    # What must hold.

    @invariant()
    def the_row_is_where_the_table_says(self) -> None:
        if self.urgency:
            row = self.row()
            shown = (row.state, row.urgency, row.epoch, row.step, row.next_action_at)
            assert shown == (self.state, self.urgency, self.epoch, self.step, self.due)
            assert (row.owner_id is None) == (self.owner == "")

    @invariant()
    def exactly_the_expected_mails_arrived(self) -> None:
        reports = {row.id for row in self.of_reports()}
        rows = self.house.look(lambda session: list(session.exec(select(NotificationRow))))
        ours = {str(row.id): row for row in rows if row.alert_id in reports and row.kind == "alert"}
        mails = Counter(NUMBER.search(mail.content)[1].decode() for mail in self.house.mailbox.messages)
        assert all(count == 1 for count in mails.values())
        sent = [row for row in ours.values() if row.state == "sent"]
        inside = self.told_inside()
        assert all(inside.get(str(row.id), str(row.id)) in mails for row in sent), "what counts as sent arrived"
        assert not [one for one in mails if one in ours and ours[one].state != "sent"]
        got = Counter(row.contact for row in sent)
        wanted = Counter(person for person, *_ in self.expected.elements())
        assert {who: got[who] for who in (PAT, LEE)} == {who: wanted[who] for who in (PAT, LEE)}

    def told_inside(self) -> dict[str, str]:
        """What was told of in the message of something else, and of what."""
        done = self.house.look(lambda session: list(session.exec(select(DeliveryRow))))
        return {str(row.notification_id): row.detail.split()[-1] for row in done if row.detail.startswith(TOLD_INSIDE)}

    @invariant()
    def nothing_is_broken(self) -> None:
        assert self.house.look(lambda session: list(invariants.broken(session, now=self.house.now))) == []


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_an_alert_is_where_the_table_says(engine: str, request: pytest.FixtureRequest) -> None:
    @contextmanager
    def sqlite() -> Iterator[str]:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), folder)}"

    @contextmanager
    def postgresql() -> Iterator[str]:
        server = request.getfixturevalue("postgres")
        url = server.copy()
        yield url
        server.drop(url)

    machine = type("Alert", (AlertModel,), {"empty": staticmethod(sqlite if engine == "sqlite" else postgresql)})
    some = settings(
        max_examples=EXAMPLES,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate],  # a step costs 50 ms: a play that fails is told as it was, not made shorter
    )
    run_state_machine_as_test(machine, settings=some)  # type: ignore[arg-type]
