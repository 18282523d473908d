"""An answer is taken back: nobody stays untold, the hold and the rules' trouble are back, and when it is too late."""

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from tests.actions.outboxes import change, deliver, notifications
from tests.houses import House, Patient
from triage import clock
from triage.actions.answer_changes import Seen
from triage.actions.desk_answers import answer_alert
from triage.actions.errors import Conflict
from triage.actions.rules_trouble import note_failure
from triage.actions.sessions import actor_of
from triage.actions.turn import ClockTurn, Turn
from triage.actions.undo import take_back_answer
from triage.records import (
    AlertRow,
    AuditEventRow,
    EpisodeRow,
    RulesTroubleRow,
    Session,
    alert_invariants,
    invariants,
    lookups,
    queries,
)
from triage.rules.staffing import TARGET_ROLES

FEVER = {"signs": ["fever"]}
PAT, LEE = "pat@north.example", "lead@north.example"
MINUTE = timedelta(minutes=1)


class Floor:
    """The staff of a house at their desks."""

    def __init__(self, house: House) -> None:
        self.house = house
        staff = house.look(partial(lookups.staff_of, clinic_id=house.clinic_id, roles=TARGET_ROLES))
        self.staff = {person.email: person for person in staff}

    def turn(self, who: str) -> Turn:
        return Turn(actor_of(self.staff[who]), self.house.now, self.house.wiring.terms)

    def rows(self, table: Any) -> list[Any]:
        return list(self.house.look(lambda session: session.exec(select(table)).all()))

    @property
    def alert(self) -> AlertRow:
        row: AlertRow = max(self.rows(AlertRow), key=lambda row: row.id)
        return row

    def press(self, verb: str, who: str = PAT, **said: Any) -> uuid.UUID:
        row = self.alert
        seen, turn = Seen(row.epoch, row.version), self.turn(who)
        given = {"outcome": "other", "seriousness": []} if verb == "close" else {}

        def give(session: Session) -> uuid.UUID:
            return answer_alert(session, row.id, verb, seen, given | said, turn).undo.id

        found: uuid.UUID = self.house.do(give)
        return found

    def undo(self, undo_id: uuid.UUID, who: str = PAT) -> AlertRow:
        self.house.do(partial(take_back_answer, undo_id=undo_id, turn=self.turn(who)))
        assert self.broken() == []
        return self.alert

    def broken(self) -> list[str]:
        found = self.house.look(lambda session: list(invariants.broken(session, now=self.house.now)))
        return [breach.words for breach in found if breach.name in alert_invariants.NAMES]


@pytest.fixture
def floor(house: House) -> Floor:
    return Floor(house)


def report(house: House, **said: Any) -> Patient:
    patient = house.patient()
    house.report(patient, **(said or FEVER))
    return patient


def test_who_was_told_already_hears_nothing_of_a_slip_of_the_finger(floor: Floor) -> None:
    report(floor.house)
    deliver(floor.house)
    before = floor.alert
    undo = floor.press("take", LEE)
    floor.house.later(seconds=9)
    deliver(floor.house)
    after = floor.undo(undo, LEE)
    floor.house.later(seconds=30)
    deliver(floor.house)
    assert (after.state, after.epoch, after.next_action_at) == ("open", 1, before.next_action_at)
    assert after.version > before.version
    assert after.promise == "running"
    assert len(floor.house.mails("pat@")) == 1, "neither that it was taken, nor a second alert"


def test_who_had_not_been_told_yet_is_told_by_a_new_epoch(floor: Floor) -> None:
    report(floor.house)
    before = floor.alert
    after = floor.undo(floor.press("take", LEE), LEE)
    assert (after.state, after.epoch, after.step) == ("open", 2, 0)
    assert after.next_action_at == before.next_action_at
    deliver(floor.house)
    assert len(floor.house.mails("pat@")) == 1


def test_a_message_in_a_senders_hand_is_not_trusted_to_go_out(floor: Floor) -> None:
    """The sender may find at any moment that nobody wants it any more: so its people are told anew."""
    house = floor.house
    report(house)
    turn = ClockTurn("deliver", house.now, house.wiring.terms)
    until = house.now + MINUTE
    claim = partial(queries.claim_notification, channel="email", worker="w", now=turn.now, lease_until=until, only=None)
    assert house.do(claim) is not None
    after = floor.undo(floor.press("take"))
    assert (after.state, after.epoch) == ("open", 2)
    assert len(notifications(house, kind="alert", epoch=2, state="pending")) == 1


def test_people_who_heard_that_it_was_taken_are_told_anew(floor: Floor) -> None:
    report(floor.house)
    deliver(floor.house)
    undo = floor.press("take", LEE)
    change(floor.house, not_before=floor.house.now)  # as if the seconds had gone by for the sender
    deliver(floor.house)
    assert len(floor.house.mails("pat@")) == 2
    after = floor.undo(undo, LEE)
    assert (after.state, after.epoch) == ("open", 2)
    deliver(floor.house)
    assert len(floor.house.mails("pat@")) == 3


def test_a_timer_that_ran_out_meanwhile_fires_at_once(floor: Floor) -> None:
    report(floor.house)
    deliver(floor.house)
    floor.house.later(minutes=14, seconds=55)
    undo = floor.press("take")
    floor.house.later(seconds=8)
    floor.undo(undo)
    floor.house.run(clock.escalate)
    assert (floor.alert.state, floor.alert.step) == ("open", 1)


def test_a_close_that_is_taken_back_holds_up_calm_reports_again(floor: Floor) -> None:
    patient = report(floor.house)
    deliver(floor.house)
    held = [(row.danger_from, row.danger_at) for row in floor.rows(EpisodeRow)]
    assert None not in held[0]
    undo = floor.press("close")
    floor.house.later(seconds=4)
    calm = floor.house.report(patient, symptoms={"redness": 1})
    assert calm["assessment"]["urgency"] == "self_care"
    after = floor.undo(undo)
    assert (after.state, after.outcome, after.resolved_by, after.seriousness) == ("open", None, None, None)
    assert [(row.danger_from, row.danger_at) for row in floor.rows(EpisodeRow)] == held
    judged = [event.after for event in floor.rows(AuditEventRow) if event.did == "check_in_judged_again"]
    assert [one["urgency"] for one in judged] == ["same_day"], "what was calmed in these seconds is held up again"


def test_a_report_that_opened_a_new_alert_makes_it_too_late(floor: Floor) -> None:
    patient = report(floor.house)
    closed = floor.alert.id
    undo = floor.press("close")
    floor.house.later(seconds=4)
    floor.house.report(patient, **FEVER)
    with pytest.raises(Conflict, match="another report has opened a new alert"):
        floor.undo(undo)
    assert floor.alert.id != closed
    assert floor.alert.state == "open"


def test_what_changed_since_is_named_and_nothing_is_taken_back(floor: Floor) -> None:
    patient = report(floor.house)
    undo = floor.press("take")
    floor.house.later(seconds=4)
    floor.house.report(patient, signs=["breathing_trouble"])
    with pytest.raises(Conflict, match="Too late: It has got worse"):
        floor.undo(undo)
    assert (floor.alert.state, floor.alert.urgency) == ("open", 4)


def test_giving_back_is_taken_back_and_whoever_heard_learns_who_has_it(floor: Floor) -> None:
    report(floor.house)
    floor.press("take")
    floor.house.later(minutes=1)
    before = floor.alert
    undo = floor.press("release")
    deliver(floor.house)
    assert len(floor.house.mails("pat@")) == 1
    after = floor.undo(undo)
    assert (after.state, after.owner_id, after.epoch) == ("acked", before.owner_id, 2)
    assert (after.next_action_at, after.acked_at) == (before.next_action_at, before.acked_at)


def test_a_taken_alert_that_was_closed_is_with_its_owner_again(floor: Floor) -> None:
    report(floor.house)
    floor.press("take", LEE)
    floor.house.later(minutes=1)
    before = floor.alert
    after = floor.undo(floor.press("close"))
    assert (after.state, after.owner_id, after.next_action_at) == ("acked", before.owner_id, before.next_action_at)


def test_rules_that_failed_are_known_to_nobody_again(floor: Floor) -> None:
    floor.house.do(partial(note_failure, digest="d" * 64, turn=floor.turn(PAT)))
    undo = floor.press("take")
    assert floor.rows(RulesTroubleRow)[0].cleared_at is not None
    floor.undo(undo)
    assert floor.rows(RulesTroubleRow)[0].cleared_at is None


def test_the_word_that_the_patient_waits_in_vain_goes_out_after_all(floor: Floor) -> None:
    house = floor.house
    report(house, **FEVER)
    house.later(minutes=61)
    house.run(clock.escalate)
    assert [row.state for row in notifications(house, kind="unanswered")] == ["pending"]
    undo = floor.press("take")
    assert [row.state for row in notifications(house, kind="unanswered")] == ["cancelled"]
    floor.undo(undo)
    assert [row.state for row in notifications(house, kind="unanswered")] == ["pending"]
    assert floor.alert.promise == "broken"
