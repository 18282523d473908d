"""What a check-in sets in motion, in time and out of it."""

from datetime import timedelta

import pytest

from tests.houses import OPTIONS, House, Patient
from triage.actions import audit, protocols
from triage.actions import judge as judging
from triage.actions.checks import check_rows
from triage.actions.identify import operator
from triage.actions.turn import Turn
from triage.records import AssessmentRow, EpisodeRow, ProtocolRow, Session, lookups, rules_lookups

CALM = {"symptoms": {"redness": 1}}
DANGER = {"signs": ["fever"]}


def timeline(house: House, patient: Patient) -> dict[str, str]:
    """Return the standing urgency of each check-in by its time."""
    answer = house.call("GET", f"/patients/{patient.id}/timeline?limit=200", key=house.keys["practitioner"])
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
    episode = house.look(lambda session: episode_of(session, house, patient))
    assert episode.closed_at is not None

    answer = house.report(patient, symptoms={"bumps": 1})

    assert answer["assessment"]["urgency"] == "routine"
    assert house.look(lambda session: episode_of(session, house, patient)).closed_at is None


def episode_of(session: Session, house: House, patient: Patient) -> EpisodeRow:
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
    def retire(session: Session) -> None:
        row = published(session, house)
        row.state, row.retired_at = "retired", house.now
        session.add(row)
        audit_it(session, house)

    patient = house.patient()
    house.do(retire)

    answer = house.report(patient, **CALM)

    assert answer["assessment"]["urgency"] == "same_day"
    assert house.alerts()[0]["urgency"] == "same_day"


def published(session: Session, house: House) -> ProtocolRow:
    (row,) = rules_lookups.published_versions(session, house.clinic_id)
    return row


def audit_it(session: Session, house: House) -> None:
    turn = Turn(operator(house.clinic_id, "test"), house.now, house.wiring.terms)
    audit.record(session, turn, "changed_by_a_test", ("protocol", "x"))


def test_each_assessment_names_the_protocol_it_was_made_with(house: House) -> None:
    patient = house.patient()
    answer = house.report(patient, **CALM)
    digest = answer["assessment"]["protocol"]["digest"]

    assert digest == house.opened["protocol"]["digest"]
    assert house.look(lambda session: lookups.count_of(session, AssessmentRow)) == 1


def test_the_hold_covers_reports_between_and_just_before_dangers(house: House) -> None:
    patient = house.patient(hours_ago=5 * 24)
    house.report(patient, at=house.now - timedelta(days=3), **DANGER)
    house.report(patient, at=house.now - timedelta(days=1), **DANGER)

    between = house.report(patient, at=house.now - timedelta(days=2), symptoms={"itching": 1})
    assert between["assessment"]["urgency"] == "same_day"

    fast_clock = house.patient(hours_ago=30)
    house.report(fast_clock, at=house.now + timedelta(minutes=9), **DANGER)
    assert house.report(fast_clock, **CALM)["assessment"]["urgency"] == "same_day"


def test_a_late_report_never_calms_what_stands(house: House) -> None:
    patient = house.patient(hours_ago=50)
    house.report(patient, **DANGER)
    house.report(patient, **CALM)  # the same moment: the higher answer stands for both
    before = timeline(house, patient)

    house.report(patient, at=house.now - timedelta(hours=20), **CALM)

    assert timeline(house, patient)[house.now.isoformat()] == before[house.now.isoformat()] == "urgent"


def test_hundreds_of_reports_are_judged_again_in_one_go(house: House) -> None:
    patient = house.patient(hours_ago=20 * 24)
    for hour in range(60, 0, -1):
        house.report(patient, at=house.now - timedelta(hours=hour), symptoms={"itching": 1})

    late = house.report(patient, at=house.now - timedelta(hours=61), **DANGER)

    assert late["assessment"]["urgency"] == "urgent"
    assert timeline(house, patient)[(house.now - timedelta(hours=1)).isoformat()] == "same_day"


def test_a_stored_protocol_that_cannot_be_read_any_more_loses_no_report(house: House) -> None:
    def age(session: Session) -> None:
        row = published(session, house)
        row.files = {**row.files, "protocol.toml": row.files["protocol.toml"].replace("[hold]", "[held]")}
        row.digest = "of another version"
        session.add(row)
        audit_it(session, house)

    patient = house.patient()
    house.do(age)

    answer = house.report(patient, signs=["breathing_trouble"])

    assert answer["assessment"]["urgency"] == "urgent"
    assert "emergency number" in answer["advice_texts"]["not_judged"]
    assert house.alerts()[0]["urgency"] == "urgent"
    found = house.look(lambda session: check_rows(session, house.now, house.wiring.terms))
    assert any("no protocol that can be read" in fault for fault in found)


def test_without_a_procedure_danger_is_heard_in_notes_and_temperatures_too(house: House) -> None:
    for said in ({"note": "I can't breathe"}, {"temperature": {"value": 40.5, "unit": "C"}}, {"signs": ["seizure"]}):
        answer = house.report(house.patient(hours_ago=None), **said)
        assert answer["assessment"]["urgency"] in ("urgent", "emergency"), said


def test_a_kept_danger_holds_up_later_calm_answers(house: House) -> None:
    patient = house.patient(hours_ago=30)
    house.report(patient, idempotency="k", **CALM)
    body = {"at": house.now.isoformat(), "signs": ["breathing_trouble"]}
    refused = house.call("POST", "/check-ins", body, patient.token, Idempotency_Key="k")
    assert refused.json["kept"]

    house.later(hours=1)
    assert house.report(patient, **CALM)["assessment"]["urgency"] == "same_day"


def test_silence_is_noticed_while_no_protocol_can_be_read(house: House) -> None:
    patient = house.patient(hours_ago=20)
    house.do(lambda session: break_protocol(session, house, {}))
    house.report(patient, **CALM)
    house.later(days=3)
    house.tick()

    assert "silence" in [alert["kind"] for alert in house.alerts()]


def test_one_clinics_broken_protocol_is_its_own(house: House) -> None:
    other = house.open({**OPTIONS, "name": "South Clinic"})["keys"]
    ours = house.patient(hours_ago=20)
    theirs = house.post("/patients", {"reference": "T"}, other["intake"]).json
    at = (house.now - timedelta(hours=20)).isoformat()
    house.post("/procedures", {"patient_id": theirs["id"], "at": at}, other["intake"])
    for files in ({}, [], None, "x", {"protocol.toml": None}):
        house.do(lambda session, files=files: break_protocol(session, house, files))
        protocols._compiled.clear()
        assert house.report(ours, **CALM)["assessment"]["urgency"] == "same_day"
        body = {"at": house.now.isoformat(), **CALM}
        answer = house.call("POST", "/check-ins", body, theirs["check_in_token"])
        assert answer.json["assessment"]["urgency"] == "self_care"
        house.tick()


def break_protocol(session: Session, house: House, files: object) -> None:
    row = published(session, house)
    row.files = [] if files is None else files  # type: ignore[assignment]
    session.add(row)
    audit_it(session, house)
    protocols._compiled.clear()


def test_who_has_just_reported_is_not_asked_again_the_same_evening(house: House) -> None:
    patient = house.patient(hours_ago=30)
    house.wiring.moment = house.now.replace(hour=14)

    calm = house.report(patient, **CALM)
    assert calm["next_check_in_at"].startswith("2026-03-03T18:00")

    house.wiring.moment = house.now.replace(hour=18, minute=40)
    beyond = house.report(patient, **DANGER)
    assert beyond["next_check_in_at"].startswith("2026-03-03T18:00")


WELL = {"symptoms": {"redness": 0, "swelling": 0}}


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        (WELL, "2026-03-09"),
        ({"symptoms": {"redness": 0, "tightness": 1}}, "2026-03-05"),
        ({"symptoms": {"redness": 0, "itching": 1}}, "2026-03-03"),
        (WELL | {"note": "fine"}, "2026-03-05"),
        (WELL | {"denied": "all"}, "2026-03-05"),
        (WELL | {"treatment": "painkiller"}, "2026-03-03"),
    ],
    ids=[
        "well",
        "mild tightness",
        "mild itching for too long",
        "a note",
        "a slip",
        "a part that cannot be read",
    ],
)
def test_who_is_well_is_asked_more_rarely(house: House, sent: dict[str, object], due: str) -> None:
    house.wiring.moment = house.now.replace(hour=14)
    answer = house.report(house.patient(hours_ago=7 * 24), **sent)
    assert answer["next_check_in_at"].startswith(due)


def test_a_calm_report_that_arrives_late_does_not_put_off_what_a_later_one_asked_for(house: House) -> None:
    house.wiring.moment = house.now.replace(hour=14)
    patient = house.patient(hours_ago=7 * 24)
    urgent = house.report(patient, **DANGER)
    calm = house.report(patient, at=house.now - timedelta(days=5), **WELL)
    assert calm["assessment"]["urgency"] == "self_care"
    assert calm["next_check_in_at"] == urgent["next_check_in_at"]
