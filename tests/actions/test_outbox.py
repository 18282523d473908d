"""Messages go out once when all is well, twice at worst, never not."""

from datetime import timedelta
from functools import partial

from tests.houses import House
from triage import clock
from triage.actions.outbox import Ending, claim_next, settle, write_draft
from triage.actions.turn import ClockTurn
from triage.records import DeliveryRow, NotificationRow, lookups

FEVER = {"signs": ["fever"]}
LEASE = timedelta(seconds=40)


def turn(house: House) -> ClockTurn:
    return ClockTurn("deliver", house.now, house.wiring.terms)


def test_a_worker_that_dies_after_the_claim_loses_nothing(house: House) -> None:
    house.report(house.patient(gets_mail=False), **FEVER)
    errand = house.do(partial(claim_next, worker="dead", clock=turn(house), lease=LEASE))
    draft = house.look(partial(write_draft, errand=errand, clock=turn(house)))
    assert draft.to == "pat@north.example"

    house.later(seconds=39)
    house.tick()
    assert house.mails("pat@") == []

    house.later(seconds=2)
    house.tick()
    assert len(house.mails("pat@")) == 1


def test_a_worker_that_comes_back_late_changes_nothing(house: House) -> None:
    house.report(house.patient(gets_mail=False), **FEVER)
    frozen = house.do(partial(claim_next, worker="frozen", clock=turn(house), lease=LEASE))
    house.later(seconds=41)
    house.tick()

    house.do(partial(settle, errand=frozen, ending=Ending("failed_for_good", "x"), clock=turn(house), chance=0.0))

    row = house.look(lambda session: session.get(NotificationRow, (frozen.clinic_id, frozen.notification_id)))
    assert row.state == "sent"
    assert house.look(lambda session: lookups.count_of(session, DeliveryRow)) == 2


def test_a_worker_that_slept_past_its_lease_sends_no_second_copy(house: House) -> None:
    house.report(house.patient(gets_mail=False), **FEVER)
    asleep = house.do(partial(claim_next, worker="asleep", clock=turn(house), lease=LEASE))
    house.later(seconds=41)
    house.do(partial(claim_next, worker="awake", clock=turn(house), lease=LEASE))
    assert house.look(partial(write_draft, errand=asleep, clock=turn(house))) is None


def test_a_mail_server_that_is_down_gets_the_mail_when_it_is_back(house: House) -> None:
    house.mailbox.defer.add("pat@north.example")
    house.report(house.patient(gets_mail=False), **FEVER)
    house.tick()
    assert house.mails("pat@") == []
    assert "could not be delivered" in house.alerts()[0]["problem"]

    house.mailbox.defer.clear()
    house.later(seconds=7)
    house.tick()
    assert len(house.mails("pat@")) == 1
    assert house.alerts()[0]["problem"] is None


def test_a_recipient_who_is_refused_for_good_makes_the_next_step_due_at_once(house: House) -> None:
    house.mailbox.refuse.add("pat@north.example")
    house.report(house.patient(gets_mail=False), **FEVER)
    house.tick()
    house.tick()

    told = [mail.to for mail in house.mails("north.example") if "an alert waits" in mail.subject]
    assert told == ["lead@north.example"]


def test_a_ladder_on_which_nobody_can_be_reached_keeps_its_pace(house: House) -> None:
    house.mailbox.refuse |= {"pat@north.example", "lead@north.example"}
    house.report(house.patient(gets_mail=False), **FEVER)
    for _ in range(20):
        house.tick()
        house.later(seconds=1)

    assert house.alerts()[0]["cycle"] <= 1
    assert house.look(lambda session: lookups.count_of(session, NotificationRow)) <= 6
    assert "could not be delivered" in house.alerts()[0]["problem"]


def test_what_was_answered_meanwhile_is_not_sent(house: House) -> None:
    house.report(house.patient(gets_mail=False), **FEVER)
    (alert,) = house.alerts()
    house.post(f"/alerts/{alert['id']}/acknowledge", {"epoch": 1}, house.keys["practitioner"])
    house.tick()

    assert house.mails("north.example") == []


def test_the_most_urgent_goes_first(house: House) -> None:
    house.report(house.patient(), symptoms={"redness": 2})
    house.later(seconds=1)
    house.report(house.patient(), signs=["breathing_trouble"])
    house.run(clock.deliver)

    subjects = [mail.subject for mail in house.mails("pat@")]
    assert "emergency" in subjects[0]


def test_without_consent_no_patient_gets_a_mail(house: House) -> None:
    house.patient(hours_ago=2, email="ana@patients.example", gets_mail=False)
    house.later(days=1)
    house.tick()

    assert house.mails("ana@") == []


def test_who_has_answered_is_not_asked(house: House) -> None:
    patient = house.patient(hours_ago=2, email="ana@patients.example")
    house.tick()
    house.wiring.moment = house.now.replace(hour=17)
    house.report(patient, symptoms={"redness": 1})
    house.later(hours=2)
    house.tick()

    assert [mail.subject for mail in house.mails("ana@")] == ["North Clinic: your link"]


def test_the_same_message_keeps_its_id_over_all_attempts(house: House) -> None:
    house.report(house.patient(gets_mail=False), **FEVER)
    drafts = []
    for worker in ("a", "b"):
        errand = house.do(partial(claim_next, worker=worker, clock=turn(house), lease=LEASE))
        drafts.append(house.look(partial(write_draft, errand=errand, clock=turn(house))))
        house.later(seconds=41)

    assert drafts[0].message_id == drafts[1].message_id
    assert drafts[0].text.split("/a/")[1].split()[0] == drafts[1].text.split("/a/")[1].split()[0]
