"""C1 to C10: real processes, killed at named points. What was accepted is there, and who must be told is told."""

import signal
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.faults.scene import AFTER_THE_LEASE, DANGER, KILLED, LEAD, PAT, Scene, miss_a_check_in, new_key, until
from triage import clock
from triage.records import AlertRow, ExpectationRow

ON_A_STEP = 6 * 60.0  # seconds; the first step of an emergency waits five minutes


def body_of(scene: Scene) -> dict[str, object]:
    return {"at": scene.house.now.isoformat(), **DANGER}


def acknowledge(scene: Scene, alert_id: str) -> None:
    answer = scene.house.post(f"/alerts/{alert_id}/acknowledge", {"epoch": 1}, scene.house.keys["practitioner"])
    assert answer.status_code == 200


@pytest.mark.parametrize("point", ["request_read", "before_commit"])
def test_c1_a_report_that_was_not_committed_is_sent_again_and_is_one(scene: Scene, point: str) -> None:
    patient, key = scene.house.patient(gets_mail=False), new_key()
    web = scene.start("serve", f"{point}:kill")
    assert scene.post(web, patient, body_of(scene), key) == (0, None)
    assert web.wait() == KILLED
    assert scene.check_ins() == set()
    assert scene.rows(AlertRow) == []

    status, answer = scene.post(scene.start("serve"), patient, body_of(scene), key)
    assert status == 201
    assert scene.check_ins() == {answer["id"]}
    assert str(scene.alert().id) == answer["alert"]["id"]


def test_c2_a_report_whose_answer_was_lost_is_one_report_and_one_page(scene: Scene) -> None:
    patient, key = scene.house.patient(gets_mail=False), new_key()
    web = scene.start("serve", "committed:kill")
    assert scene.post(web, patient, body_of(scene), key) == (0, None)
    assert web.wait() == KILLED
    stored = scene.check_ins()
    assert len(stored) == 1

    status, answer = scene.post(scene.start("serve"), patient, body_of(scene), key)
    assert (status, {answer["id"]}) == (201, stored)
    assert scene.check_ins() == stored
    scene.start("clock")
    until(lambda: scene.states() == {"sent": 1})
    scene.ledger.check({PAT: 1})


def test_c3_a_miss_and_its_alert_are_there_together_or_not_at_all(scene: Scene) -> None:
    late = (miss_a_check_in(scene.house) - datetime.now(UTC)).total_seconds() + 60
    waiting = scene.expected()
    dying = scene.start("clock", "missed:kill", ahead=late)
    assert dying.wait() == KILLED
    assert (scene.expected(), scene.rows(AlertRow)) == (waiting, [])

    scene.start("clock", ahead=late)
    until(lambda: scene.states() == {"sent": 1})
    assert [row.state for row in scene.rows(ExpectationRow)].count("missed") == 1
    assert scene.alert().kind == "silence"
    scene.ledger.check({PAT: 1}, of_staff=True)


def test_c4_a_step_and_its_messages_are_there_together_or_not_at_all(scene: Scene) -> None:
    scene.house.report(scene.house.patient(gets_mail=False), **DANGER)
    scene.house.run(clock.deliver)
    dying = scene.start("clock", "timer_advanced:kill", ahead=ON_A_STEP)
    assert dying.wait() == KILLED
    assert (scene.alert().step, scene.states()) == (0, {"sent": 1})

    scene.start("clock", ahead=ON_A_STEP)
    until(lambda: scene.states() == {"sent": 2})
    assert scene.alert().step == 1
    scene.ledger.check({PAT: 1, LEAD: 1})


@pytest.mark.parametrize(
    ("point", "sent_before", "copies"),
    [
        pytest.param("claimed", 0, 0, id="c5"),
        pytest.param("bytes_sent", 1, 1, id="c6"),
        pytest.param("answered", 1, 1, id="c7"),
        pytest.param("settled", 1, 0, id="c8"),
    ],
)
def test_a_clock_that_dies_with_a_message_in_its_hand(scene: Scene, point: str, sent_before: int, copies: int) -> None:
    """Sent again once its lease is over, under the same Message-ID; what is settled is not sent again."""
    scene.house.report(scene.house.patient(gets_mail=False), **DANGER)
    assert scene.start("clock", f"{point}:kill").wait() == KILLED
    assert scene.house.mailbox.wait_for(sent_before, 10)
    assert scene.states() == ({"sent": 1} if point == "settled" else {"leased": 1})
    scene.ledger.check({PAT: 1} if sent_before else {})

    scene.house.report(scene.house.patient(gets_mail=False), symptoms={"redness": 4})  # its mail comes last
    scene.start("clock", ahead=AFTER_THE_LEASE)
    until(lambda: scene.states() == {"sent": 2})
    scene.ledger.check({PAT: 2}, copies=copies)
    assert scene.results() == ["sent", "sent"]


def test_c9_who_has_answered_is_told_nothing_more_though_a_mail_was_on_its_way(scene: Scene) -> None:
    answer = scene.house.report(scene.house.patient(gets_mail=False), **DANGER)
    sending = scene.start("deliver", "bytes_sent:stop")
    until(sending.is_stopped)
    acknowledge(scene, answer["alert"]["id"])
    sending.send(signal.SIGCONT)
    until(lambda: scene.states() == {"sent": 1})

    scene.house.report(scene.house.patient(gets_mail=False), symptoms={"redness": 4})  # its mail comes last
    scene.start("clock", ahead=ON_A_STEP)
    until(lambda: scene.states() == {"sent": 2})
    scene.ledger.check({PAT: 2})


def test_c9_a_mail_that_failed_after_the_answer_is_not_tried_again(scene: Scene) -> None:
    scene.house.mailbox.defer.add(PAT)
    answer = scene.house.report(scene.house.patient(gets_mail=False), **DANGER)
    sending = scene.start("deliver", "answered:stop")
    until(sending.is_stopped)
    acknowledge(scene, answer["alert"]["id"])
    sending.send(signal.SIGCONT)
    until(lambda: scene.results() == ["failed_for_now"])

    scene.house.mailbox.defer.clear()
    sending.kill()
    scene.start("clock", ahead=AFTER_THE_LEASE)
    until(lambda: scene.states() == {"cancelled": 1})
    scene.ledger.check({})


def test_c10_a_clock_that_wakes_after_its_lease_changes_nothing(scene: Scene) -> None:
    scene.house.mailbox.defer.add(PAT)
    scene.house.report(scene.house.patient(gets_mail=False), **DANGER)
    frozen = scene.start("deliver", "answered:stop")
    until(frozen.is_stopped)

    scene.house.mailbox.defer.clear()
    scene.start("clock", ahead=AFTER_THE_LEASE)
    until(lambda: scene.states() == {"sent": 1})
    frozen.send(signal.SIGCONT)
    until(lambda: Counter(scene.results()) == {"sent": 1, "lease_lost": 1})
    assert scene.states() == {"sent": 1}
    scene.ledger.check({PAT: 1})


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_c10_a_clock_that_stands_still_inside_a_transaction_holds_up_its_own_alert_only(scene: Scene) -> None:
    """The others go on; PostgreSQL ends the transaction in the end, and the clock that wakes has done nothing."""
    for _ in range(2):
        scene.house.report(scene.house.patient(gets_mail=False), **DANGER)
    scene.house.run(clock.deliver)
    soon = ("SET idle_in_transaction_session_timeout = 2000", "SET lock_timeout = 200", "COMMIT")
    frozen = scene.start("clock", "timer_advanced:stop", ahead=ON_A_STEP, on_connect=soon)
    until(frozen.is_stopped)

    scene.start("clock", ahead=ON_A_STEP, on_connect=soon)
    until(lambda: scene.states()["sent"] >= 3)
    until(lambda: scene.states() == {"sent": 4})
    frozen.send(signal.SIGCONT)
    scene.house.report(scene.house.patient(gets_mail=False), symptoms={"redness": 4})  # its mail comes last
    until(lambda: scene.states() == {"sent": 5})
    assert sorted(row.step for row in scene.rows(AlertRow)) == [0, 1, 1]
    scene.ledger.check({PAT: 3, LEAD: 2})
