"""What a check-in sets in motion, in time and out of it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.houses import House, Patient
from triage.actions import judge as judging
from triage.records import AssessmentRow, EpisodeRow, ProtocolRow, lookups

CALM = {"symptoms": {"redness": 1}}
DANGER = {"signs": ["fever"]}


def timeline(house: House, patient: Patient) -> dict[str, str]:
    """Return the standing urgency of each check-in by its time."""
    answer = house.call("GET", f"/patients/{patient.id}/timeline", key=house.keys["practitioner"])
    return {entry["at"]: entry["assessment"]["urgency"] for entry in answer.json["items"]}


def test_a_late_report_is_judged_at_its_own_time_and_later_ones_again(house: House) -> None:
    patient = house.patient(hours_ago=8 * 24)
    first = house.report(patient, symptoms={"redness": 1})
    assert first["assessment"]["urgency"] == "self_care" or first["assessment"]["urgency"] == "routine"

    late = house.report(patient, at=house.now - timedelta(days=1), **DANGER)

    assert late["assessment"]["urgency"] == "urgent"
    assert timeline(house, patient)[house.now.isoformat()] == "same_day"  # held for 72 hours
    assert house.alerts()[0]["urgency"] == "urgent"


def test_judging_again_never_calms_an_alert(house: House) -> None:
    patient = house.patient(hours_ago=100)
    house.report(patient, symptoms={"redness": 2, "warmth": 2})
    before = house.alerts()[0]

    sitting = house.procedure(patient.id, hours_ago=2)

    assert house.alerts()[0]["urgency"] == before["urgency"]
    assert house.alerts()[0]["state"] == "open"
    assert sitting["episode_id"]


def test_a_corrected_time_judges_the_episode_again_and_may_raise_it(house: House) -> None:
    patient = house.patient(hours_ago=None)
    procedure = house.procedure(patient.id, hours_ago=20)
    house.report(patient, symptoms={"redness": 2})
    assert house.alerts() == []

    at = (house.now - timedelta(days=8)).isoformat()
    answer = house.call("PATCH", f"/procedures/{procedure['id']}", {"at": at}, house.keys["intake"])

    assert answer.status_code == 200
    assert timeline(house, patient)[house.now.isoformat()] != "self_care"
    assert len(house.alerts()) == 1


def test_two_reports_for_the_same_moment_keep_the_higher_answer(house: House) -> None:
    patient = house.patient()
    house.report(patient, **DANGER)

    again = house.report(patient, **CALM)

    assert again["assessment"]["urgency"] == "urgent"
    assert again["advice_texts"].keys() == set(again["assessment"]["advice"])


def test_closing_the_alert_ends_the_hold(house: House) -> None:
    patient = house.patient(hours_ago=30)
    house.report(patient, **DANGER)
    house.later(hours=2)
    assert house.report(patient, **CALM)["assessment"]["urgency"] == "same_day"

    (alert,) = house.alerts()
    closing = {"epoch": alert["epoch"], "outcome": "other"}
    assert house.post(f"/alerts/{alert['id']}/resolve", closing, house.keys["practitioner"]).status_code == 200

    house.later(hours=2)
    assert house.report(patient, **CALM)["assessment"]["urgency"] == "self_care"


def test_a_report_without_any_procedure_is_kept_and_a_human_is_told(house: House) -> None:
    patient = house.patient(hours_ago=None)

    answer = house.report(patient, **CALM)

    assert answer["assessment"]["urgency"] == "same_day"
    assert answer["problems"]
    assert answer["alert"]["state"] == "open"


def test_a_procedure_recorded_afterwards_judges_what_was_reported(house: House) -> None:
    patient = house.patient(hours_ago=None)
    house.report(patient, **CALM)

    house.procedure(patient.id, hours_ago=20)

    assert timeline(house, patient)[house.now.isoformat()] == "self_care"
    assert house.alerts()[0]["state"] == "open"  # a human still looks


def test_a_closed_episode_opens_again(house: House) -> None:
    patient = house.patient(hours_ago=24)
    house.report(patient, symptoms={"redness": 1})
    house.later(days=95)
    for alert in house.alerts():
        key, closing = house.keys["practitioner"], {"epoch": alert["epoch"], "outcome": "lost"}
        house.post(f"/alerts/{alert['id']}/resolve", closing, key)
    house.tick()
    for alert in house.alerts():
        key, closing = house.keys["practitioner"], {"epoch": alert["epoch"], "outcome": "lost"}
        house.post(f"/alerts/{alert['id']}/resolve", closing, key)
    house.tick()
    episode = house.look(lambda session: lookups_episode(session, house, patient))
    assert episode.closed_at is not None

    answer = house.report(patient, symptoms={"bumps": 1})

    assert answer["assessment"]["urgency"] == "routine"
    assert house.look(lambda session: lookups_episode(session, house, patient)).closed_at is None


def lookups_episode(session: Any, house: House, patient: Patient) -> EpisodeRow:
    rows = [row.episode_id for row in lookups.procedures_of(session, house.clinic_id, patient.uuid)]
    episode = session.get(EpisodeRow, (house.clinic_id, rows[0]))
    assert episode is not None
    return episode


def test_an_engine_that_fails_still_answers_and_tells_a_human(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> None:
        raise ZeroDivisionError("planted")

    patient = house.patient()
    monkeypatch.setattr(judging, "assess", explode)

    answer = house.report(patient, **CALM)

    assert answer["assessment"]["urgency"] == "same_day"
    assert "call the clinic" in answer["advice_texts"]["not_judged"]
    assert answer["alert"]["state"] == "open"


def test_a_clinic_without_a_protocol_still_takes_reports(house: House) -> None:
    def retire(session: Any) -> None:
        row = lookups.active_protocol(session, house.clinic_id)
        assert isinstance(row, ProtocolRow)
        row.retired_at = house.now
        session.add(row)
        from_operator(session, house)

    patient = house.patient()
    house.do(retire)

    answer = house.report(patient, **CALM)

    assert answer["assessment"]["urgency"] == "same_day"
    assert house.alerts()[0]["urgency"] == "same_day"


def from_operator(session: Any, house: House) -> None:
    from triage.actions import audit
    from triage.actions.identify import operator
    from triage.actions.turn import Turn

    turn = Turn(operator(house.clinic_id, "test"), house.now, house.wiring.terms)
    audit.record(session, turn, "protocol_retired", ("protocol", "x"))


def test_each_assessment_names_the_protocol_it_was_made_with(house: House) -> None:
    patient = house.patient()
    answer = house.report(patient, **CALM)
    digest = answer["assessment"]["protocol"]["digest"]

    assert digest == house.opened["protocol"]["digest"]
    assert house.look(lambda session: lookups.count_of(session, AssessmentRow)) == 1


def test_who_has_just_reported_is_not_asked_again_the_same_evening(house: House) -> None:
    patient = house.patient(hours_ago=30)
    house.wiring.moment = house.now.replace(hour=14)

    calm = house.report(patient, **CALM)
    assert calm["next_check_in_at"].startswith("2026-03-03T18:00")

    house.wiring.moment = house.now.replace(hour=18, minute=40)
    beyond = house.report(patient, **DANGER)
    assert beyond["next_check_in_at"].startswith("2026-03-03T18:00")
