"""One check-in through the whole house: HTTP in, judged, stored, answered, and mails out until somebody answers."""

import re

import pytest

from tests.houses import House
from triage.actions.checks import check_rows
from triage.records import AuditEventRow, Session, chain

WORDS_OF_HEALTH = ("redness", "swelling", "fever", "spreading", "pain", "severe", "scalp", "micropigment")
DANGER = {"symptoms": {"redness": 3}, "course": {"redness": "worse"}, "signs": ["spreading_redness"]}


def test_a_normal_report_is_answered_calmly_and_tells_nobody(house: House) -> None:
    patient = house.patient(hours_ago=20)

    answer = house.report(patient, symptoms={"redness": 1, "itching": 1})
    house.tick()

    assert answer["assessment"]["urgency"] == "self_care"
    assert "alert" not in answer
    assert "call" in answer["advice_texts"]["self_care"].lower()
    assert answer["next_check_in_at"] > house.now.isoformat()
    assert house.alerts() == []
    assert house.mails("north.example") == []


def test_a_danger_reaches_one_person_after_the_other_until_somebody_answers(house: House) -> None:
    patient = house.patient(hours_ago=121)

    answer = house.report(patient, note="the skin feels hot", **DANGER)
    house.tick()
    assert answer["assessment"]["urgency"] in ("urgent", "emergency")
    assert [mail.to for mail in house.mails("north.example")] == ["pat@north.example"]

    house.later(minutes=14)
    house.tick()
    assert len(house.mails("north.example")) == 1

    house.later(minutes=1)
    house.tick()
    assert [mail.to for mail in house.mails("north.example")] == ["pat@north.example", "lead@north.example"]

    house.later(minutes=15)
    house.tick()
    assert len(house.mails("north.example")) == 4  # both again

    link = re.search(r"http://triage\.test(/a/\S+)", house.mails("lead@")[-1].text)
    assert link is not None
    assert "urgent" in house.client.get(link[1]).text.lower()
    assert house.alerts()[0]["state"] == "open"  # looking changes nothing
    assert house.client.post(link[1]).status_code == 200

    alert = house.alerts("acked")[0]
    assert alert["owner_id"] is not None
    house.later(hours=1)
    house.tick()
    told = [mail.subject for mail in house.mails("north.example")]
    assert len([subject for subject in told if "waits" in subject]) == 4  # the ladder has stopped
    assert told[4:] == ["North Clinic: Lee has it"], "the other one hears that there is nothing to do"


def test_no_message_and_no_log_line_tells_of_health(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="triage")
    patient = house.patient(hours_ago=121)
    house.report(patient, note="my neighbour's dog licked it", **DANGER)
    house.later(hours=30)
    house.tick()
    house.tick()

    assert len(house.mails()) >= 4  # first link, alert, next step, request to check in
    for mail in house.mails():
        told = f"{mail.subject} {mail.text}".lower()
        assert [word for word in WORDS_OF_HEALTH if word in told] == []
        assert str(patient.id) not in told
    logged = caplog.text.lower()
    assert "neighbour" not in logged
    assert [word for word in WORDS_OF_HEALTH if word in logged] == []


def test_every_step_is_audited_and_sealed_into_a_chain_that_shows_tampering(house: House) -> None:
    patient = house.patient(hours_ago=121)
    house.report(patient, **DANGER)
    house.tick()

    events = house.look(lambda session: list(chain.sealed_events(session)))
    did = [event.did for event in events]
    for step in ("patient_enrolled", "procedure_added", "check_in_received", "alert_opened"):
        assert step in did
    assert house.look(lambda session: check_rows(session, house.now, house.wiring.terms)) == []

    def tamper(session: Session) -> None:
        event = session.get(AuditEventRow, (events[2].clinic_id, events[2].id))
        event.did = "nothing_happened"
        session.add(event)

    house.do(tamper)
    found = house.look(lambda session: check_rows(session, house.now, house.wiring.terms))
    assert any("was changed after it was sealed" in fault for fault in found)


def test_silence_is_told_and_a_late_answer_clears_the_reason_not_the_alert(house: House) -> None:
    patient = house.patient(hours_ago=2)
    house.report(patient, symptoms={"redness": 1})
    house.later(days=1, hours=12)
    house.tick()

    silence = [alert for alert in house.alerts() if alert["kind"] == "silence"]
    assert [alert["urgency"] for alert in silence] == ["routine"]

    house.report(patient, symptoms={"redness": 1})
    assert house.alerts()[0]["condition"] == "cleared"
    assert house.alerts()[0]["state"] == "open"


def test_the_next_request_to_check_in_goes_out_by_mail_at_the_patients_hour(house: House) -> None:
    house.patient(hours_ago=2, email="ana@patients.example", time_zone="America/New_York")
    house.tick()
    assert [mail.subject for mail in house.mails("ana@")] == ["North Clinic: your link"]

    house.wiring.moment = house.now.replace(hour=22, minute=59)
    house.tick()
    assert len(house.mails("ana@")) == 1

    house.later(minutes=1)  # 18:00 in New York
    house.tick()
    assert [mail.subject for mail in house.mails("ana@")][1:] == ["North Clinic: your check-in"]
