"""Health: readiness is about storing, the clock's health about turning; a dead mail server is told, not hidden."""

import re
from functools import partial

from tests.houses import House
from triage import clock
from triage.actions.health import LOOPS
from triage.actions.upkeep import beat


def test_alive_and_ready(house: House) -> None:
    assert house.client.get("/health/live").status_code == 200
    assert house.client.get("/health/ready").json == {"status": "ok"}


def turn_all(house: House) -> None:
    """Let every loop turn once, and say so."""
    for loop in (clock.silence, clock.desk, clock.escalate, clock.deliver, clock.seal, clock.upkeep, clock.watch):
        clock.Pulse(loop, house.wiring, "w").cycle()


def test_a_clock_that_does_not_turn_is_told(house: House) -> None:
    assert house.client.get("/health/clock").status_code == 503

    for loop in LOOPS:
        house.do(lambda session, loop=loop: beat(session, loop, "w", now=house.now, detail=None))
    assert house.client.get("/health/clock").status_code == 200

    house.later(seconds=16)
    answer = house.client.get("/health/clock")
    assert answer.status_code == 503
    assert set(answer.json["late"]) == set(LOOPS) - {"watch", "webhooks"}
    house.later(minutes=3)
    assert set(house.client.get("/health/clock").json["late"]) == set(LOOPS)


def test_people_are_told_when_the_clock_does_not_turn(house: House) -> None:
    house.report(house.patient(), signs=["fever"])
    turn_all(house)
    link = re.search(r"/a/\S+", house.mails("pat@")[-1].text)[0]
    listed = partial(house.call, "GET", "/alerts", key=house.keys["practitioner"])
    assert listed().json["clock"] == "ok"
    assert "does not turn" not in house.client.get(link).text

    house.later(seconds=16)

    assert listed().json["clock"] == "late"
    assert "The clock of this service does not turn" in house.client.get(link).text


def test_mail_that_does_not_go_out_shows_and_does_not_stop_anything(house: House) -> None:
    house.mailbox.stop()
    patient = house.patient()

    answer = house.report(patient, signs=["fever"])
    house.tick()

    assert answer["alert"]["state"] == "open"
    assert house.client.get("/health/ready").status_code == 200
    mail = house.client.get("/health/clock").json["notifications"]
    assert mail["waiting"] >= 1
    assert mail["last_error"]
    assert "could not be delivered" in house.alerts()[0]["problem"]


def test_figures_are_in_prometheus_format(house: House) -> None:
    house.report(house.patient(), signs=["fever"])
    text = house.client.get("/metrics").text
    assert "triage_check_ins_total 1\n" in text
    assert "triage_alerts_total 1\n" in text
