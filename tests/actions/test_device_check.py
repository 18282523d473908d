"""What the phone worked out by itself is worked out again; a difference is a fault of ours, and people hear of it."""

import uuid
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House, Patient
from tests.versions import STRICTER, Clinicians, changed
from triage.actions.identify import Actor
from triage.actions.intake import Report, receive_check_in
from triage.actions.turn import Turn
from triage.records import AlertRow, AuditEventRow, CheckInRow, PatientRow, Session

BEYOND: dict[str, Any] = {"symptoms": {"redness": 2}}
on_one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def send(house: House, patient: Patient, body: dict[str, Any], **device: Any) -> CheckInRow:
    """Send a report as the page does, with what the phone says of itself; return the row that was kept."""
    turn = Turn(
        Actor("patient", patient.id, house.clinic_id, "patient", patient_id=patient.uuid),
        house.now,
        house.wiring.terms,
    )
    known = {"at": house.now.isoformat(), "digest": house.opened["protocol"]["digest"]} | device
    report = Report({"at": house.now.isoformat(), **body}, str(uuid.uuid4()), None, known)

    def work(session: Session) -> uuid.UUID:
        row = session.get(PatientRow, (house.clinic_id, patient.uuid))
        assert row is not None
        return uuid.UUID(receive_check_in(session, report, row, turn)["id"])

    check_in_id = house.do(work)
    found: CheckInRow = house.look(lambda session: session.get(CheckInRow, (house.clinic_id, check_in_id)))
    return found


def service_alerts(house: House) -> list[AlertRow]:
    return list(house.look(lambda session: session.exec(select(AlertRow).where(AlertRow.kind == "service")).all()))


def figures(house: House) -> list[str]:
    text = house.client.get("/metrics").get_data(as_text=True)
    return [line for line in text.splitlines() if line.startswith("triage_phones_judged_lately{")]


def test_a_phone_that_is_right_leaves_no_trace_but_ours_beside_it(house: House) -> None:
    row = send(house, house.patient(), BEYOND, urgency="routine")
    assert (row.device["expected"], row.review) == ("routine", [])
    assert service_alerts(house) == []
    assert figures(house) == [
        'triage_phones_judged_lately{result="compared"} 1',
        'triage_phones_judged_lately{result="differed"} 0',
    ]


def test_a_phone_that_differs_is_told_to_staff_once_and_counted(house: House) -> None:
    patient = house.patient()
    rows = [send(house, patient, BEYOND, urgency="self_care"), send(house, patient, BEYOND, urgency="urgent")]
    assert [row.device["expected"] for row in rows] == ["routine", "routine"]
    assert [row.review for row in rows] == [["device"], ["device"]]
    (alert,) = service_alerts(house)
    assert (alert.dedup_key, alert.urgency, alert.patient_id) == ("service:device", 2, None)
    assert 'triage_phones_judged_lately{result="differed"} 2' in figures(house)
    written = select(AuditEventRow).where(AuditEventRow.did == "device_differed")
    assert len(house.look(lambda session: session.exec(written).all())) == 2


@on_one_engine
def test_the_list_of_alerts_says_what_is_wrong_too(house: House) -> None:
    send(house, house.patient(), {"symptoms": {"redness": 0}}, urgency="urgent")
    (alert,) = [one for one in house.alerts() if one["kind"] == "service"]
    assert "A phone gave a patient other advice" in alert["reason"]
    assert "marked for review" in alert["reason"]


@on_one_engine
def test_staff_read_what_is_wrong_and_nothing_of_anybodys_health(house: House) -> None:
    send(house, house.patient(gets_mail=False), {"symptoms": {"redness": 0}}, urgency="emergency")
    house.tick()
    (mail,) = house.mails("pat@")
    assert "a phone gave a patient other advice than this service" in mail.text
    assert not any(word in mail.text for word in ("redness", "emergency", "self"))


@on_one_engine
def test_history_illnesses_notes_and_later_procedures_are_no_difference(house: House) -> None:
    """A phone knows none of them: an open page may not know of a session that was noted meanwhile either."""
    patient = house.patient(hours_ago=120, risk_factors=["diabetes"])
    house.report(patient, symptoms={"redness": 0}, signs=["fever"])
    house.later(hours=3)
    row = send(house, patient, {**BEYOND, "note": "pus and fever"}, urgency="routine")
    house.procedure(patient.id, hours_ago=1)
    late = send(house, patient, BEYOND, urgency="routine")
    assert row.device["expected"] == "routine"
    assert late.device["expected"] == "self_care"
    assert row.review == ["note"]
    assert service_alerts(house) == []


@on_one_engine
@pytest.mark.parametrize(
    ("body", "device"),
    [
        (BEYOND, {"digest": "0" * 64}),
        (BEYOND, {"digest": ""}),
        (BEYOND, {"urgency": "calm"}),
        (BEYOND, {"at": "yesterday"}),
        (BEYOND | {"temperature": {"value": "hot", "unit": "C"}}, {}),
    ],
    ids=["unknown digest", "no digest", "no urgency", "no time", "unreadable report"],
)
def test_what_cannot_be_compared_is_no_difference(house: House, body: dict[str, Any], device: dict[str, Any]) -> None:
    row = send(house, house.patient(), body, **{"urgency": "emergency"} | device)
    assert "expected" not in row.device
    assert "device" not in row.review
    assert service_alerts(house) == []


@on_one_engine
def test_a_retired_version_counts_only_where_the_episode_runs_under_it(house: House) -> None:
    old, runs = house.opened["protocol"]["digest"], house.patient()
    send(house, runs, BEYOND)
    house.later(hours=2)
    new = Clinicians(house).publish(changed("99", STRICTER), by="Dr Ada Byron")
    wish = {"wants_call": True}
    assert send(house, runs, wish, urgency="same_day", digest=old).device["expected"] == "same_day"
    fresh = house.patient()
    assert "expected" not in send(house, fresh, wish, urgency="same_day", digest=old).device
    assert send(house, fresh, wish, urgency="urgent", digest=new).device["expected"] == "urgent"
    assert service_alerts(house) == []


@on_one_engine
def test_moments_count_in_milliseconds_as_a_script_knows_them(house: House) -> None:
    """A session that ended a few microseconds after a full millisecond is as old as the phone says."""
    house.wiring.moment = house.now.replace(microsecond=700)
    patient = house.patient(hours_ago=6)
    row = send(house, patient, {"signs": ["face_swelling"]}, at=house.now.replace(microsecond=0).isoformat())
    assert "expected" not in row.device
    row = send(
        house, patient, {"signs": ["face_swelling"]}, urgency="urgent", at=house.now.replace(microsecond=0).isoformat()
    )
    assert row.device["expected"] == "urgent"
