"""A candidate in the shadow: it judges live reports, answers nobody, and says afterwards where it differs."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from tests.houses import House, Patient
from tests.versions import FILES, LAXER, STRICTER, WANTS_CALL, Clinicians, changed
from triage.actions import audit, protocols
from triage.actions import judge as judging
from triage.actions.errors import Conflict, NotFound
from triage.actions.identify import operator
from triage.actions.shadow import Seen, shadow_seen, start_shadow, stop_shadow
from triage.actions.turn import Turn
from triage.records import AlertRow, AssessmentRow, NotificationRow, ShadowRow, lookups
from triage.rules import ProtocolError

HELD = {"[hold]\nhours = 72": "[hold]\nhours = 24"}


@pytest.fixture
def people(house: House) -> Clinicians:
    return Clinicians(house)


def start(house: House, files: dict[str, str], by: str = "Ada") -> str:
    return str(house.do(lambda session: start_shadow(session, files, Clinicians(house).turn(by))).digest)


def seen(house: House) -> Seen:
    found = house.look(lambda session: shadow_seen(session, Clinicians(house).turn("Ada")))
    assert isinstance(found, Seen)
    return found


def stop(house: House) -> None:
    house.do(lambda session: stop_shadow(session, Clinicians(house).turn("Ada")))


def rows(house: House) -> list[ShadowRow]:
    return house.look(lambda session: list(session.exec(select(ShadowRow).order_by(ShadowRow.id))))


def report_later(house: House, patient: Patient, **said: Any) -> Any:
    house.later(hours=1)
    return house.report(patient, **said)


def test_only_differences_are_kept_and_the_answer_is_the_published_one(house: House, people: Clinicians) -> None:
    before = people.states()
    candidate = start(house, changed("2", STRICTER))
    patient = house.patient(hours_ago=20)
    calm = house.report(patient, symptoms={"redness": 1})
    assert rows(house) == []

    answer = report_later(house, patient, **WANTS_CALL)
    assert (calm["assessment"]["urgency"], answer["assessment"]["urgency"]) == ("self_care", "same_day")
    (row,) = rows(house)
    assert (str(row.check_in_id), row.candidate_digest) == (answer["id"], candidate)
    assert (row.urgency_before, row.urgency_after) == (2, 3)
    assert people.states() == {**before, candidate: "draft"}
    assert house.look(lambda session: lookups.count_of(session, AlertRow)) == 1
    assert house.alerts()[0]["urgency"] == "same_day"
    assert seen(house).pairs == {"self_care -> self_care": 1, "same_day -> urgent": 1}
    assert seen(house).danger_lost == []


def test_danger_that_would_be_lost_is_named_one_by_one(house: House) -> None:
    start(house, changed("2", LAXER))
    ids = [house.report(house.patient(hours_ago=20), signs=["fever"])["id"] for _ in range(2)]
    house.report(house.patient(hours_ago=20), signs=["blisters"])

    found = seen(house)
    assert found.pairs == {"same_day -> routine": 1, "urgent -> same_day": 2}
    assert [one["check_in_id"] for one in found.danger_lost] == ids
    assert (found.reports, len(found.changed)) == (3, 3)


def test_the_candidates_hold_is_its_own(house: House, people: Clinicians) -> None:
    """Published: a wish for a call is same_day and holds nothing. Candidate: it is urgent, and holds what follows."""
    start(house, changed("2", STRICTER))
    patient = house.patient(hours_ago=20)
    house.report(patient, **WANTS_CALL)
    held = report_later(house, patient, symptoms={"redness": 1})
    assert held["assessment"]["urgency"] == "self_care"
    assert [(row.urgency_before, row.urgency_after) for row in rows(house)] == [(2, 3), (0, 2)]
    assert "hold" in rows(house)[1].rules_after

    (alert,) = house.alerts()
    closing = {"epoch": alert["epoch"], "outcome": "other"}
    house.post(f"/alerts/{alert['id']}/resolve", closing, house.keys["practitioner"])
    report_later(house, patient, symptoms={"redness": 1})
    assert len(rows(house)) == 2  # a human has looked: both holds are over


def test_a_danger_the_candidate_does_not_see_holds_nothing_of_its_own(house: House) -> None:
    start(house, changed("2", LAXER))
    patient = house.patient(hours_ago=20)
    house.report(patient, signs=["fever"])
    assert report_later(house, patient, symptoms={"redness": 1})["assessment"]["urgency"] == "same_day"
    assert [(row.urgency_before, row.urgency_after) for row in rows(house)] == [(3, 2), (2, 0)]


def test_dangers_from_before_the_shadow_hold_the_candidate_as_they_were_answered(house: House) -> None:
    patient = house.patient(hours_ago=20)
    house.report(patient, signs=["fever"])
    start(house, changed("2", HELD))
    report_later(house, patient, symptoms={"redness": 1})
    assert rows(house) == []  # both hold

    house.later(hours=24)
    assert house.report(patient, symptoms={"redness": 1})["assessment"]["urgency"] == "same_day"
    assert [(row.urgency_before, row.urgency_after) for row in rows(house)] == [(2, 0)]


def test_a_candidate_that_fails_costs_the_patient_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    published = house.opened["protocol"]["digest"]
    real = judging.assess

    def fail_for_the_candidate(tables: Any, *rest: Any, **named: Any) -> Any:
        if tables.protocol.digest != published:
            raise ZeroDivisionError("planted")
        return real(tables, *rest, **named)

    start(house, changed("2"))
    monkeypatch.setattr(judging, "assess", fail_for_the_candidate)
    assert house.report(house.patient(hours_ago=20), symptoms={"redness": 1})["assessment"]["urgency"] == "self_care"
    assert house.report(house.patient(hours_ago=20), signs=["fever"])["assessment"]["urgency"] == "urgent"

    assert seen(house).pairs == {"self_care -> failed": 1, "urgent -> failed": 1}
    assert [one["before"] for one in seen(house).danger_lost] == ["urgent"]
    assert house.client.get("/health/ready").status_code == 200  # no trouble of the rules that answer


def test_a_candidate_whose_files_are_spoiled_costs_the_patient_nothing(house: House, people: Clinicians) -> None:
    digest = start(house, changed("2"))

    def spoil(session: Any) -> None:
        row = people.row(session, digest)
        row.files = {"protocol.toml": "["}
        session.add(row)
        audit.record(session, people.turn("a test"), "changed_by_a_test", ("protocol", row.id))

    house.do(spoil)
    protocols._compiled.clear()
    assert house.report(house.patient(hours_ago=20), symptoms={"redness": 1})["assessment"]["urgency"] == "self_care"
    assert seen(house).pairs == {"self_care -> failed": 1}


def test_nobody_is_told_and_nothing_else_is_written(house: House) -> None:
    patient = house.patient(hours_ago=20, gets_mail=False)
    start(house, changed("2", {**STRICTER}))
    house.report(patient, symptoms={"redness": 1})
    tables = (AssessmentRow, AlertRow, NotificationRow)
    assert house.look(lambda session: [lookups.count_of(session, table) for table in tables]) == [1, 0, 0]


def test_another_clinics_shadow_does_not_fall_on_this_one(house: House) -> None:
    south = house.open({"name": "South", "time_zone": "UTC", "lead_name": "Kim", "lead_email": "k@south.example"})
    turn = Turn(operator(uuid.UUID(south["clinic"]["id"]), "Kim"), house.now, house.wiring.terms)
    house.do(lambda session: start_shadow(session, changed("2", STRICTER), turn))
    house.report(house.patient(hours_ago=20), **WANTS_CALL)
    assert rows(house) == []


def test_off_it_asks_the_database_nothing(house: House) -> None:
    said: list[str] = []
    engine = house.wiring.store._writer
    event.listen(engine, "before_cursor_execute", lambda *call: said.append(call[2]))
    patients = [house.patient(hours_ago=20) for _ in range(3)]

    def statements(patient: Patient) -> int:
        said.clear()
        house.report(patient, symptoms={"redness": 1})
        assert not any(" shadow " in line or "FROM shadow" in line for line in said)
        return len([line for line in said if line.upper().startswith("SELECT")])

    statements(patients[0])
    off = statements(patients[1])
    start(house, changed("2"))
    house.report(patients[2], symptoms={"redness": 1})
    stop(house)
    house.later(hours=1)
    assert statements(house.patient(hours_ago=20)) == off


def test_one_at_a_time_checked_and_not_what_is_published(house: House) -> None:
    with pytest.raises(NotFound):
        stop(house)
    with pytest.raises(ProtocolError):
        start(house, {**changed("2"), "cases.toml": ""})
    with pytest.raises(Conflict, match="is published"):
        start(house, FILES)
    digest = start(house, changed("2"))
    assert start(house, changed("2")) == digest  # again changes nothing
    with pytest.raises(Conflict, match="is the shadow already"):
        start(house, changed("3"))
    stop(house)
    start(house, changed("3"))


def test_it_can_be_retired_or_published_by_who_watched_it(house: House, people: Clinicians) -> None:
    digest = start(house, changed("2"), by="Ada")
    people.publish(changed("2"), by="Ada")
    assert people.states()[digest] == "published"
    with pytest.raises(NotFound):
        stop(house)
    other = start(house, changed("3"))
    people.retire(other, by="Ada")
    house.later(hours=1)
    house.report(house.patient(hours_ago=20), at=house.now - timedelta(minutes=1), **WANTS_CALL)
    assert rows(house) == []
