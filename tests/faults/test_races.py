"""Numbers 12 to 16, 19: two who act at once, each with a store of its own; one of them wins and nothing is doubled."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from tests.faults.scene import DANGER, LEAD, PAT, Ledger
from tests.houses import House, MovableWiring, take_app
from tests.web.signing_in import Desk
from triage import clock
from triage.actions.checks import check_rows
from triage.records import AlertRow, AuditEventRow, CallRow, Store, lookups

ROUNDS = 4


@pytest.fixture
def other(house: House) -> Iterator[MovableWiring]:
    """A second process of the same service, as far as a thread can be one: wiring and connections of its own."""
    url = house.wiring.settings.database_url
    with closing(Store(url)) as store:
        wiring = MovableWiring(house.wiring.settings, store, house.wiring.terms, house.wiring.channels)
        wiring.moment = house.now
        yield wiring


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do everything at the same moment; return what each returned, or raise what one of them raised."""
    gate, found = threading.Barrier(len(works)), dict[int, Any]()

    def run(number: int, work: Callable[[], Any]) -> None:
        gate.wait(10)
        try:
            found[number] = work()
        except BaseException as error:  # noqa: BLE001 it is raised again below
            found[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for result in found.values():
        if isinstance(result, BaseException):
            raise result
    return [found[number] for number in range(len(works))]


def run_loop(wiring: MovableWiring, loop: clock.Loop, worker: str) -> None:
    for piece in loop(wiring, worker):
        piece()


def call(wiring: MovableWiring, path: str, body: Any, key: str) -> int:
    heads = {"Authorization": f"Bearer {key}"}
    with take_app(wiring) as app:
        return app.test_client().post(f"/api/v1{path}", json=body, headers=heads).status_code


def faults_of(house: House) -> list[str]:
    return house.look(partial(check_rows, now=house.now, terms=house.wiring.terms))


def test_two_clocks_take_one_step_and_send_each_message_once(house: House, other: MovableWiring) -> None:
    house.report(house.patient(gets_mail=False), **DANGER)
    for told in ({PAT: 1}, {PAT: 1, LEAD: 1}, {PAT: 2, LEAD: 2}):  # the practitioner, the lead, both
        other.moment = house.now
        for loop in (clock.escalate, clock.deliver):
            at_once(partial(run_loop, house.wiring, loop, "a"), partial(run_loop, other, loop, "b"))
        Ledger(house.mailbox).check(told)
        house.later(minutes=6)


def test_two_clocks_notice_one_silence_and_ask_once(house: House, other: MovableWiring) -> None:
    for number in range(ROUNDS):
        house.patient(hours_ago=2, reference=f"S{number}", email=f"s{number}@patients.example")
    house.later(hours=30)
    other.moment = house.now
    at_once(*(partial(run_loop, wiring, clock.silence, "w") for wiring in (house.wiring, other)))
    house.later(days=3)
    other.moment = house.now
    at_once(*(partial(run_loop, wiring, clock.silence, "w") for wiring in (house.wiring, other)))
    assert Counter(alert["kind"] for alert in house.alerts()) == {"silence": ROUNDS}
    did = house.look(lambda session: session.exec(select(AuditEventRow.did)).all())
    assert did.count("check_in_missed") == ROUNDS


@pytest.mark.parametrize("rival", ["timer", "resolve", "worse"])
def test_an_answer_meets_something_else_and_both_are_kept(house: House, other: MovableWiring, rival: str) -> None:
    """Whichever comes first: an acknowledgement of what was seen is never taken for one of what came after."""
    key = house.keys["practitioner"]
    for _ in range(ROUNDS):
        patient = house.patient(gets_mail=False)
        alert_id = house.report(patient, signs=["fever"])["alert"]["id"]
        house.later(minutes=16)
        other.moment = house.now
        rivals = {
            "timer": partial(run_loop, other, clock.escalate, "w"),
            "resolve": partial(call, other, f"/alerts/{alert_id}/resolve", {"epoch": 1, "outcome": "irritation"}, key),
            "worse": partial(report_worse, other, house, patient.token),
        }
        answer = partial(call, house.wiring, f"/alerts/{alert_id}/acknowledge", {"epoch": 1}, key)
        acked, other_status = at_once(answer, rivals[rival])
        row = row_of(house, alert_id)
        if rival == "timer":
            assert (acked, row.state) == (200, "acked")
        elif rival == "resolve":
            assert (other_status, row.state) == (200, "resolved")
            assert acked in (200, 409)
        else:
            assert (other_status, row.state, row.epoch) == (201, "open", 2)
            assert acked in (200, 409)
    house.tick()
    assert faults_of(house) == []


def test_the_end_of_a_snooze_meets_an_answer(house: House, other: MovableWiring) -> None:
    """Either it was taken up in time, or it is open again and the answer is told so."""
    key = house.keys["practitioner"]
    for _ in range(ROUNDS):
        alert_id = house.report(house.patient(gets_mail=False), signs=["fever"])["alert"]["id"]
        until = (house.now + timedelta(minutes=10)).isoformat()
        put_off = house.post(f"/alerts/{alert_id}/snooze", {"epoch": 1, "until": until, "reason": "called"}, key)
        assert put_off.status_code == 200
        house.later(minutes=10)
        other.moment = house.now
        answer = partial(call, house.wiring, f"/alerts/{alert_id}/acknowledge", {"epoch": 1}, key)
        acked, _ = at_once(answer, partial(run_loop, other, clock.escalate, "w"))
        row = row_of(house, alert_id)
        assert (acked, row.state, row.epoch) in ((200, "acked", 1), (409, "open", 2))
    house.tick()
    assert faults_of(house) == []


def test_two_practitioners_take_one_alert_and_the_other_is_told_who_has_it(house: House, other: MovableWiring) -> None:
    """Whoever is first owns it; the other changes nothing and reads the name of the first."""
    roles = ("practitioner", "lead")
    staff = house.look(partial(lookups.staff_of, clinic_id=house.clinic_id, roles=roles))
    for _ in range(ROUNDS):
        alert_id = house.report(house.patient(gets_mail=False), signs=["fever"])["alert"]["id"]
        house.run(clock.deliver)
        before, events = row_of(house, alert_id), count_of(house, AuditEventRow)
        with take_app(house.wiring) as here, take_app(other) as there:
            desks = [
                Desk(app.test_client(), wiring, person)
                for app, wiring, person in zip((here, there), (house.wiring, other), staff, strict=True)
            ]
            events += 2  # both have signed in
            fields = {"epoch": str(before.epoch), "version": str(before.version)}
            pressed = [partial(desk.post, f"/desk/alerts/{alert_id}/take", **fields) for desk in desks]
            answers = at_once(*pressed)
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        first = next(number for number, answer in enumerate(answers) if answer.status_code == 303)
        row = row_of(house, alert_id)
        assert (row.state, row.owner_id) == ("acked", staff[first].id)
        assert f"{staff[first].name} has taken it." in answers[1 - first].text
        assert count_of(house, AuditEventRow) == events + 2  # acknowledged, and how it can be taken back
        assert count_of(house, CallRow) == 0
    assert faults_of(house) == []


def count_of(house: House, table: Any) -> int:
    return int(house.look(partial(lookups.count_of, table=table)))


def row_of(house: House, alert_id: str) -> AlertRow:
    found = (house.clinic_id, uuid.UUID(alert_id))
    return house.look(lambda session: session.get(AlertRow, found))


def report_worse(wiring: MovableWiring, house: House, token: str) -> int:
    return call(wiring, "/check-ins", {"at": house.now.isoformat(), "signs": ["breathing_trouble"]}, token)
