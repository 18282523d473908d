"""The ladder climbs until a human answers, and people are told anew when it gets worse."""

from typing import Any

from tests.houses import OPTIONS, House
from triage.actions import audit
from triage.actions.identify import operator
from triage.actions.turn import Turn
from triage.records import Session, lookups

FEVER = {"signs": ["fever"]}


def told(house: House) -> list[str]:
    return [str(mail.to).split("@")[0] for mail in house.mails("north.example")]


def test_a_second_report_that_is_not_worse_tells_nobody_again(house: House) -> None:
    patient = house.patient()
    house.report(patient, **FEVER)
    house.tick()
    house.later(minutes=2)
    house.report(patient, **FEVER)
    house.tick()

    assert told(house) == ["pat"]
    assert len(house.alerts()) == 1


def test_a_worse_report_tells_everybody_anew_even_when_somebody_had_it(house: House) -> None:
    patient = house.patient()
    house.report(patient, symptoms={"redness": 2})
    house.tick()
    (alert,) = house.alerts()
    house.post(f"/alerts/{alert['id']}/acknowledge", {"epoch": 1}, house.keys["practitioner"])
    house.later(minutes=5)

    house.report(patient, signs=["breathing_trouble"])
    house.tick()

    (again,) = house.alerts()
    assert (again["id"], again["epoch"], again["urgency"]) == (alert["id"], 2, "emergency")
    assert told(house) == ["pat", "pat"]


def test_what_was_taken_and_never_closed_opens_again(house: House) -> None:
    patient = house.patient()
    house.report(patient, **FEVER)
    house.tick()
    (alert,) = house.alerts()
    house.post(f"/alerts/{alert['id']}/acknowledge", {"epoch": 1}, house.keys["practitioner"])

    house.later(hours=11, minutes=59)
    house.tick()
    assert house.alerts("acked")[0]["epoch"] == 1

    house.later(minutes=2)
    house.tick()
    assert [found["epoch"] for found in house.alerts() if found["kind"] == "report"] == [2]


def test_the_ladder_climbs_for_ever_and_after_a_sleep_takes_one_step(house: House) -> None:
    house.report(house.patient(gets_mail=False), **FEVER)
    house.tick()
    house.later(hours=2)
    house.tick()
    assert told(house) == ["pat", "lead"]

    for _ in range(6):
        house.later(minutes=15)
        house.tick()
    assert house.alerts()[0]["exhausted_at"] is not None
    assert len(told(house)) > 6


def test_same_day_waits_only_while_the_clinic_is_open(house: House) -> None:
    house.wiring.moment = house.now.replace(hour=17, minute=30)
    house.report(house.patient(hours_ago=100, gets_mail=False), symptoms={"warmth": 2})
    house.tick()
    house.later(hours=12)
    house.tick()
    assert told(house) == ["pat"]

    house.wiring.moment = house.now.replace(hour=9, minute=31)  # half an hour yesterday, half an hour today
    house.tick()
    assert told(house) == ["pat", "lead"]


def test_a_clinic_of_one_tells_the_lead_at_once(house: House) -> None:
    only = {"name": "One", "time_zone": "UTC", "lead_name": "Kim", "lead_email": "kim@one.example"}
    keys = house.open(only)["keys"]
    answer = house.post("/patients", {"reference": "A"}, keys["intake"]).json
    now = house.now.isoformat()
    house.post("/procedures", {"patient_id": answer["id"], "at": now}, keys["intake"])
    house.call("POST", "/check-ins", {"at": now, **FEVER}, answer["check_in_token"])
    house.tick()

    assert [mail.to for mail in house.mails("one.example")] == ["kim@one.example"]


def test_a_clinic_where_nobody_is_left_says_so(house: House) -> None:
    def leave(session: Session) -> None:
        turn = Turn(operator(house.clinic_id, "test"), house.now, house.wiring.terms)
        for person in lookups.staff_of(session, house.clinic_id, ("practitioner", "lead")):
            person.left_at = house.now
            session.add(person)
        audit.record(session, turn, "staff_left", ("clinic", house.clinic_id))

    house.do(leave)
    house.report(house.patient(), **FEVER)
    house.tick()

    (alert,) = house.alerts()
    assert "nobody at this clinic can be told" in alert["problem"]
    assert alert["next_action_at"] is not None  # it goes on trying


def test_two_clinics_do_not_hear_of_each_other(house: House) -> None:
    house.open({**OPTIONS, "practitioner_email": "sue@south.example", "lead_email": "max@south.example"})
    house.report(house.patient(gets_mail=False), **FEVER)
    for _ in range(4):
        house.tick()
        house.later(minutes=15)

    assert house.mails("south.example") == []


def closing(house: House, alert: dict[str, Any]) -> dict[str, Any]:
    body = {"epoch": alert["epoch"], "outcome": "other"}
    return dict(house.post(f"/alerts/{alert['id']}/resolve", body, house.keys["practitioner"]).json)


def test_a_message_for_a_closed_alert_is_not_sent(house: House) -> None:
    house.report(house.patient(gets_mail=False), **FEVER)
    (alert,) = house.alerts()
    assert closing(house, alert)["state"] == "resolved"
    house.tick()

    assert told(house) == []
