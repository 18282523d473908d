"""Bad input gets a clear error that names the field; from a patient nothing is lost."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from tests.houses import House
from triage.records import CheckInRow, KeptReportRow, lookups

STRICT = [
    ({"symptoms": {"rednes": 1}}, "symptoms.rednes"),
    ({"symptoms": {"redness": 5}}, "symptoms.redness"),
    ({"symptoms": {"redness": 2.5}}, "symptoms.redness"),
    ({"symptoms": {"redness": "2"}}, "symptoms.redness"),
    ({"symptoms": {"redness": True}}, "symptoms.redness"),
    ({"signs": ["feverish"]}, "signs.0"),
    ({"symptoms": {"redness": 1}, "mood": "fine"}, "mood"),
    ({"at": "2026-03-01T10:00:00", "symptoms": {"redness": 1}}, "at"),
    ({"at": "yesterday", "symptoms": {"redness": 1}}, "at"),
    ({"at": "2026-03-02T10:11:00Z", "symptoms": {"redness": 1}}, "at"),
    ({"at": "2026-02-24T09:00:00Z", "symptoms": {"redness": 1}}, "at"),
    ({"temperature": {"value": 386, "unit": "C"}}, "temperature.value"),
    ({"temperature": {"value": 38.6}}, "temperature"),
    ({"symptoms": {}}, ""),
    ({"note": ""}, ""),
    ({"wants_call": "yes"}, "wants_call"),
    ({"course": {"redness": "worse"}}, "course.redness"),
]


def test_a_key_is_told_every_fault_by_its_place(house: House, subtests: pytest.Subtests) -> None:
    patient = house.patient()
    for said, path in STRICT:
        with subtests.test(path=path, said=said):
            answer = house.post("/check-ins", {"at": house.now.isoformat(), "patient_id": patient.id, **said})

            assert answer.status_code == 422
            assert answer.content_type == "application/problem+json"
            assert path in [fault["path"] for fault in answer.json["errors"]]
            assert all(fault["said"] and fault["expected"] for fault in answer.json["errors"])
    assert house.look(lambda session: lookups.count_of(session, CheckInRow)) == 0


def test_a_key_is_told_all_faults_at_once(house: House) -> None:
    patient = house.patient()
    body = {"patient_id": patient.id, "symptoms": {"redness": 9, "hair": 1}, "signs": ["nonsense"], "x": 1}

    answer = house.post("/check-ins", body)

    paths = [fault["path"] for fault in answer.json["errors"]]
    assert sorted(paths) == ["at", "signs.0", "symptoms.hair", "symptoms.redness", "x"]


def test_a_patient_is_never_refused_and_loses_nothing(house: House, subtests: pytest.Subtests) -> None:
    patient = house.patient()
    for said, path in STRICT:
        with subtests.test(path=path, said=said):
            answer = house.call("POST", "/check-ins", {"at": house.now.isoformat(), **said}, patient.token)

            assert answer.status_code == 201
            assert path in [fault["path"] for fault in answer.json["problems"]]
            assert "problem" in answer.json["assessment"]["review"]
    rows = house.look(lambda session: lookups.check_ins_page(session, house.clinic_id, patient.uuid, None, 99))
    assert len(rows) == len(STRICT)
    assert all(row.raw and "problem" in row.review for row in rows)


def test_a_danger_sign_counts_whatever_else_is_wrong(house: House) -> None:
    patient = house.patient()
    said = {"at": "tomorrow", "symptoms": {"redness": 9, "hair": 1}, "signs": ["pus", "nonsense"], "temperature": "hot"}

    answer = house.call("POST", "/check-ins", said, patient.token)

    assert answer.json["assessment"]["urgency"] == "urgent"
    assert answer.json["alert"]["urgency"] == "urgent"
    assert len(answer.json["problems"]) == 5


def test_a_phone_clock_that_is_off_is_clamped_and_flagged(house: House) -> None:
    patient = house.patient()

    answer = house.report(patient, at=house.now + timedelta(days=3), symptoms={"redness": 1})

    assert answer["at"] == house.now.isoformat()
    assert [fault["path"] for fault in answer["problems"]] == ["at"]


def test_a_patients_body_of_any_shape_is_kept(house: House) -> None:
    patient = house.patient()
    for body in ([], "well", 7, False, [["x"]], {"at": {"a": 1}, "symptoms": 3, "signs": {"fever": True}, "note": 5}):
        answer = house.call("POST", "/check-ins", body, patient.token)
        assert answer.status_code == 201, answer.json


def test_a_refused_body_that_names_a_danger_sign_is_kept_and_somebody_is_told(house: House) -> None:
    patient = house.patient()
    body = {"patient_id": patient.id, "signs": ["breathing_trouble"], "symptoms": {"redness": 9}}

    answer = house.post("/check-ins", body)
    house.tick()

    assert answer.status_code == 422
    assert answer.json["urgency"] == "emergency"
    assert "112" in answer.json["advice_texts"]["emergency"]
    assert house.alerts()[0]["urgency"] == "emergency"
    assert house.alerts()[0]["patient_id"] == patient.id
    assert [mail.to for mail in house.mails("pat@")] == ["pat@north.example"]
    assert house.look(lambda session: lookups.count_of(session, KeptReportRow)) == 1


def test_a_danger_for_an_unknown_patient_is_kept_too(house: House) -> None:
    body = {"at": house.now.isoformat(), "patient_id": "0191d3a0-0000-7000-8000-000000000000", "signs": ["fever"]}

    answer = house.post("/check-ins", body)

    assert answer.status_code == 404
    assert answer.json["kept"]
    assert house.alerts()[0]["kind"] == "service"


def test_a_refused_body_without_danger_is_only_refused(house: House) -> None:
    patient = house.patient()

    answer = house.post("/check-ins", {"patient_id": patient.id, "denied": ["fever"], "symptoms": {"redness": 9}})

    assert "kept" not in answer.json
    assert house.alerts() == []


NO_JSON = [
    (b"{", "application/json", 400),
    (b"", "application/json", 400),
    (b"redness=1", "application/x-www-form-urlencoded", 415),
    (b"{}", "text/plain", 415),
    (b"[" * 100_000 + b"]" * 100_000, "application/json", 400),
    (b'{"at": "' + b"x" * 2_000_000 + b'"}', "application/json", 413),
    (b"\xff\xfe{", "application/json", 400),
]


def test_what_is_no_json_gets_a_problem_document(house: House, subtests: pytest.Subtests) -> None:
    for path, (sent, content_type, status) in product(("/check-ins", "/patients", "/procedures"), NO_JSON):
        headers = {"Authorization": f"Bearer {house.keys['intake']}", "Content-Type": content_type}
        with subtests.test(path=path, status=status, begins=sent[:9]):
            answer = house.client.post(f"/api/v1{path}", data=sent, headers=headers)

            assert answer.status_code == status
            assert answer.content_type == "application/problem+json"
            assert answer.json["detail"]


def test_odd_json_is_never_our_error(house: House, subtests: pytest.Subtests) -> None:
    patient = house.patient()
    deep = b'{"signs": ["pus"], "symptoms": ' + b"[" * 960 + b"]" * 960 + b"}"
    for path, sent in product(
        ("/check-ins", "/patients", "/procedures"),
        (b"1" * 5000, deep, b'{"signs": ["pus"], "x": ' + b"9" * 5000 + b"}", b'{"a": NaN, "b": Infinity}', b"null"),
    ):
        for key in (house.keys["intake"], patient.token):
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            with subtests.test(path=path, begins=sent[:20]):
                assert house.client.post(f"/api/v1{path}", data=sent, headers=headers).status_code < 500


SPELLINGS: list[Any] = [
    {"signs": {"breathing_trouble": True}},
    {"signs": [["breathing_trouble"]]},
    {"signs": [{"id": "breathing_trouble"}]},
    {"signs": ["Breathing Trouble"]},
    {"signs": ["breathing_troubl"]},
    {"sign": "breathing_trouble"},
    {"check_in": {"signs": ["breathing_trouble"]}},
    {"symptoms": {"breathing_trouble": 3}},
    {"result": ["breathing_trouble"]},
    {"note": ["I can't breathe"]},
    {"note": "fine " * 500 + "but I can't breathe"},
    {"signs": "fever,breathing_trouble"},
    {"signs": ["fever/breathing_trouble"]},
    {"signs": ["choking"]},
    {"notes": "choking"},
    {"symptoms": ["shortness_of_breath"]},
    {"signs": ["cannot-breathe"]},
    {"denied": ["no fever but I have trouble breathing"]},
    ["breathing_trouble"],
    "breathing_trouble",
]

HARMLESS: list[dict[str, Any]] = [
    {"note": "No breathing trouble, no lip/tongue/throat swelling"},
    {"signs": ["no_breathing_trouble"]},
    {"breathing_trouble": "No"},
    {"breathing_trouble": 0.0, "fever": [], "pus": "none"},
    {"breathing_trouble": {"present": False}},
    {"signs": [{"sign": "breathing_trouble", "answer": False}]},
    {"Any trouble breathing?": "No"},
    {"Denied": ["breathing_trouble"], "no_signs": ["fever"]},
    {"denied": ["fever", "pus"], "where": {"redness": ["top"]}, "treatment": ["painkiller"]},
]


def test_a_faulty_report_that_says_all_is_well_raises_no_danger(house: House, subtests: pytest.Subtests) -> None:
    for said in HARMLESS:
        with subtests.test(said=str(said)[:60]):
            patient = house.patient(hours_ago=20)
            body = {"at": "2026-03-02 10:00", "symptoms": {"redness": 1}, **said}
            answer = house.call("POST", "/check-ins", body, patient.token)
            assert answer.json["problems"]
            assert answer.json["assessment"]["urgency"] in ("self_care", "routine"), answer.json["assessment"][
                "findings"
            ]


def test_a_temperature_is_read_as_far_as_it_can_be(house: House, subtests: pytest.Subtests) -> None:
    for sent in (39.8, "39.8", {"value": 39.8}, {"value": "39,8", "unit": "C"}, {"value": 103, "unit": "C"}, "103 F"):
        with subtests.test(sent=str(sent)):
            answer = house.report(house.patient(hours_ago=20), temperature=sent)
            assert answer["assessment"]["urgency"] == "urgent"
            assert answer["problems"]


def test_a_course_that_cannot_be_read_counts_as_the_worst(house: House) -> None:
    answer = house.report(house.patient(hours_ago=80), symptoms={"redness": 2}, course={"redness": "Wors"})
    assert answer["assessment"]["urgency"] == "same_day"


def test_a_danger_sign_counts_however_it_is_spelled_and_wherever_it_stands(
    house: House, subtests: pytest.Subtests
) -> None:
    for said in SPELLINGS:
        with subtests.test(said=str(said)[:60]):
            patient = house.patient()
            body = {"at": house.now.isoformat(), **said} if isinstance(said, dict) else said

            answer = house.call("POST", "/check-ins", body, patient.token)
            refused = house.post("/check-ins", {**body, "patient_id": patient.id} if isinstance(body, dict) else body)

            assert answer.status_code == 201
            assert answer.json["assessment"]["urgency"] == "emergency"
            assert refused.status_code == 422
            assert refused.json["kept"]


def test_what_was_answered_no_alarms_nobody(house: House) -> None:
    patient = house.patient()
    said = {"at": house.now.isoformat(), "denied": ["fever", "nonsense"], "symptoms": {"redness": 1}, "fever": False}
    answer = house.call("POST", "/check-ins", said, patient.token)

    assert "sign.fever" not in str(answer.json["assessment"]["findings"])


def test_what_could_not_be_read_is_never_called_usual(house: House, subtests: pytest.Subtests) -> None:
    for said in (
        {"symptoms": {"redness": "4"}},
        {"symptoms": {"redness": 5}},
        {"temperature": "quite warm"},
        {"wants_call": "true"},
        {"mood": "bad"},
    ):
        with subtests.test(said=said):
            answer = house.report(house.patient(hours_ago=20), **said)
            assert answer["assessment"]["urgency"] == "routine"
            assert answer["alert"]["state"] == "open"


def test_a_name_that_stands_twice_hides_nothing(house: House) -> None:
    patient = house.patient()
    sent = b'{"at": "2026-03-02T10:00:00Z", "signs": [], "signs": ["breathing_trouble"], "symptoms": {"redness": 1}}'
    headers = {"Authorization": f"Bearer {patient.token}", "Content-Type": "application/json"}

    answer = house.client.post("/api/v1/check-ins", data=sent, headers=headers)

    assert answer.json["assessment"]["urgency"] == "emergency"
    assert answer.json["problems"]


def test_each_kept_report_is_heard_of_and_can_be_read(house: House) -> None:
    key = house.keys["practitioner"]
    stranger = {"at": house.now.isoformat(), "patient_id": "0191d3a0-0000-7000-8000-000000000000"}
    first = house.post("/check-ins", {**stranger, "signs": ["seizure"]})
    house.post(f"/alerts/{first.json['alert']['id']}/acknowledge", {"epoch": 1}, key)

    second = house.post("/check-ins", {**stranger, "signs": ["fever"]})

    assert first.status_code == second.status_code == 404
    assert first.json["alert"]["id"] != second.json["alert"]["id"]
    (alert,) = house.alerts()
    assert "fever" in alert["reason"]
    kept = house.call("GET", f"/kept-reports/{alert['kept_report_id']}", key=key)
    assert "0191d3a0" in kept.json["raw"]
    assert house.call("GET", f"/kept-reports/{alert['kept_report_id']}", key=house.keys["intake"]).status_code == 403


FAULTY_PATIENTS: list[tuple[dict[str, Any], str]] = [
    ({}, "reference"),
    ({"reference": ""}, "reference"),
    ({"reference": "A\x00B"}, "reference"),
    ({"reference": "A", "birth_year": "1990"}, "birth_year"),
    ({"reference": "A", "email": "no-address"}, "email"),
    ({"reference": "A", "time_zone": "Mars/Base"}, "time_zone"),
    ({"reference": "A", "risk_factors": ["sad"]}, "risk_factors.0"),
    ({"reference": "A", "colour": "red"}, "colour"),
    ({"reference": "A", "birth_year": 2010}, "guardian"),
    ({"reference": "A", "consent": {"text": "yes", "version": "1", "by": "me"}}, "consent.at"),
]


def test_a_faulty_patient_is_refused_by_field(house: House, subtests: pytest.Subtests) -> None:
    for values, path in FAULTY_PATIENTS:
        with subtests.test(path=path):
            answer = house.post("/patients", values)

            assert answer.status_code == 422
            assert path in [fault["path"] for fault in answer.json["errors"]]


def test_moments_out_of_range_are_refused_by_field(house: House, subtests: pytest.Subtests) -> None:
    patient = house.patient()
    for at in (
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1600-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
    ):
        with subtests.test(at=at):
            assert house.post("/procedures", {"patient_id": patient.id, "at": at}).status_code == 422
            consent = {"text": "yes", "version": "1", "at": at, "by": "me"}
            assert house.post("/patients", {"reference": at, "consent": consent}).status_code == 422


def test_procedures_are_refused_in_the_future_and_for_strangers(house: House) -> None:
    patient = house.patient(hours_ago=None)
    ahead = (house.now + timedelta(hours=1)).isoformat()

    assert house.post("/procedures", {"patient_id": patient.id, "at": ahead}).status_code == 422
    stranger = {"patient_id": "0191d3a0-0000-7000-8000-000000000000", "at": house.now.isoformat()}
    assert house.post("/procedures", stranger).status_code == 404
    badly = {"patient_id": patient.id, "at": house.now.isoformat(), "exposures": [{"role": "soap", "product": "x"}]}
    assert house.post("/procedures", badly).status_code == 422
