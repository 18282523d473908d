"""A protocol's way on live patients: two people, one version in effect, and episodes that keep theirs."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from tests.houses import House, Patient
from tests.versions import AUTHOR, FILES, STRICTER, WANTS_CALL, Clinicians, changed, digest_in
from triage.actions import audit
from triage.actions.checks import check_rows
from triage.actions.errors import Conflict, Invalid
from triage.actions.names import is_among, is_same_person
from triage.actions.shadow import start_shadow
from triage.records import AuditEventRow, EpisodeRow
from triage.rules import ProtocolError


@pytest.fixture
def people(house: House) -> Clinicians:
    return Clinicians(house)


def events(house: House, did: str) -> list[AuditEventRow]:
    found = select(AuditEventRow).where(AuditEventRow.did == did).order_by(AuditEventRow.id)
    return house.look(lambda session: list(session.exec(found)))


def shipped(house: House) -> str:
    return str(house.opened["protocol"]["digest"])


def patient_judged_by(house: House) -> tuple[Patient, str]:
    """Return a patient with one report, and the version that judged it."""
    patient = house.patient(hours_ago=20)
    digest = digest_in(house.report(patient, symptoms={"redness": 1}))
    house.later(hours=2)
    return patient, digest


def test_a_version_goes_from_draft_to_published_by_two_people(house: House, people: Clinicians) -> None:
    digest = people.draft(changed("2"), by="Lee Okafor")
    assert people.states()[digest] == "draft"
    people.submit(digest, by="Lee Okafor")
    assert people.states()[digest] == "in_review"
    people.approve(digest, by="Dr Ada Byron")

    assert people.states() == {shipped(house): "retired", digest: "published"}
    (approved,) = [event for event in events(house, "protocol_approved") if event.actor_id == "Dr Ada Byron"]
    assert approved.after == {
        "digest": digest,
        "approval": "second_person",
        "author": AUTHOR,
        "drafted_by": "Lee Okafor",
        "approved_by": "Dr Ada Byron",
    }
    told = [events(house, f"protocol_{step}")[-1].actor_id for step in ("drafted", "submitted", "published")]
    assert told == ["Lee Okafor", "Lee Okafor", "Dr Ada Byron"]
    assert house.look(lambda session: check_rows(session, house.now, house.wiring.terms)) == []


@pytest.mark.parametrize("name", ["Lee Okafor", "  lee   OKAFOR ", "Lee\u00a0Okafor", "LEE OKAFOR\u200b"])
def test_who_drafted_a_version_cannot_approve_it(people: Clinicians, name: str) -> None:
    digest = people.draft(changed("2"), by="Lee Okafor")
    people.submit(digest, by="Sam")
    with pytest.raises(Conflict, match="takes two people"):
        people.approve(digest, by=name)
    assert people.states()[digest] == "in_review"


def test_the_author_in_the_file_cannot_publish_it_but_somebody_else_can(people: Clinicians) -> None:
    files = changed("2", author="Dr Ada Byron, Lee Okafor and Sam Hill")
    for author in ("lee okafor", "Dr Ada Byron", "Sam Hill", "Dr Ada Byron, Lee Okafor and Sam Hill"):
        with pytest.raises(Conflict, match="is its author"):
            people.publish(files, by=author)
    assert len(people.states()) == 1  # nothing was kept of what was refused

    people.publish(files, by="Dr Grace Hopper")


def test_a_draft_that_was_withdrawn_opens_no_back_door(people: Clinicians) -> None:
    digest = people.draft(changed("2"), by="Lee Okafor")
    people.retire(digest, by="Lee Okafor")
    with pytest.raises(Conflict, match="Lee Okafor drafted it"):
        people.publish(changed("2"), by="Lee Okafor")


def test_the_shipped_protocol_unchanged_takes_one_person(house: House, people: Clinicians) -> None:
    people.publish(changed("2"), by="Dr Ada Byron")
    people.publish(FILES, by=AUTHOR)
    assert people.states()[shipped(house)] == "published"
    with pytest.raises(Conflict, match="is its author"):
        people.publish(changed("3"), by=AUTHOR)


def test_another_name_for_what_is_published_is_recorded_and_the_same_changes_nothing(
    house: House, people: Clinicians
) -> None:
    people.publish(FILES, by="Dr Ada Byron")
    before = len(events(house, "protocol_published"))
    people.publish(FILES, by="dr ada  byron")
    assert len(events(house, "protocol_published")) == before == 2
    assert list(people.states().values()) == ["published"]


def test_what_cannot_be_done_says_what_would_be_right(house: House, people: Clinicians) -> None:
    digest = people.draft(changed("2"), by="Lee")
    with pytest.raises(Conflict, match="submit it first: triage protocol submit"):
        people.approve(digest, by="Ada")
    with pytest.raises(Conflict, match="drafted by Lee"):
        people.draft(changed("2"), by="Ada")
    people.submit(digest, by="Lee")
    with pytest.raises(Conflict, match="approve it: triage protocol approve"):
        people.submit(digest, by="Lee")
    with pytest.raises(Invalid, match="faults"):
        people.approve(digest, by=" \u200b ")
    with pytest.raises(Invalid):
        people.approve(digest, by="Ada", at=house.now - timedelta(seconds=1))
    with pytest.raises(ProtocolError):
        people.draft({**changed("3"), "cases.toml": ""}, by="Lee")
    with pytest.raises(Conflict, match="publish another in its place"):
        people.retire(shipped(house), by="Lee")


def test_a_version_takes_effect_at_its_moment_and_the_former_one_judges_until_then(
    house: House, people: Clinicians
) -> None:
    moment = house.now + timedelta(hours=3)
    newer = people.publish(changed("2"), by="Ada", at=moment)
    assert digest_in(house.report(house.patient(hours_ago=20), symptoms={"redness": 1})) == shipped(house)
    house.later(hours=3, microseconds=-1)
    house.tick()
    assert digest_in(house.report(house.patient(hours_ago=20), symptoms={"redness": 1})) == shipped(house)
    assert people.states() == {shipped(house): "published", newer: "published"}

    house.later(microseconds=1)  # no clock has turned since
    assert digest_in(house.report(house.patient(hours_ago=20), symptoms={"redness": 1})) == newer
    house.tick()
    assert people.states() == {shipped(house): "retired", newer: "published"}
    (noted,) = [event for event in events(house, "protocol_in_effect") if event.after["digest"] == newer]
    assert noted.actor_kind == "service"
    house.tick()
    assert len([event for event in events(house, "protocol_in_effect") if event.after["digest"] == newer]) == 1


def test_a_version_that_is_to_come_can_be_withdrawn_and_no_two_take_one_moment(
    house: House, people: Clinicians
) -> None:
    moment = house.now + timedelta(days=1)
    newer = people.publish(changed("2"), by="Ada", at=moment)
    with pytest.raises(Conflict, match="at that very moment"):
        people.publish(changed("3"), by="Ada", at=moment)
    with pytest.raises(Conflict, match="published already and takes effect at"):
        people.publish(changed("2"), by="Ada")
    people.retire(newer, by="Ada")
    house.later(days=2)
    house.tick()
    assert digest_in(house.report(house.patient(hours_ago=20), symptoms={"redness": 1})) == shipped(house)


def test_a_running_episode_keeps_its_version_to_its_end(house: House, people: Clinicians) -> None:
    patient, first = patient_judged_by(house)
    newer = people.publish(changed("2", STRICTER), by="Ada")
    fresh = house.patient(hours_ago=20)

    assert house.report(fresh, **WANTS_CALL)["assessment"]["urgency"] == "urgent"
    kept = house.report(patient, **WANTS_CALL)
    assert (kept["assessment"]["urgency"], digest_in(kept)) == ("same_day", first)

    house.procedure(patient.id, hours_ago=0)  # of the same episode
    house.later(hours=1)
    assert digest_in(house.report(patient, symptoms={"redness": 1})) == first
    late = house.report(patient, at=house.now - timedelta(hours=2), signs=["fever"])
    assert digest_in(late) == first
    timeline = house.call("GET", f"/patients/{patient.id}/timeline", key=house.keys["practitioner"]).json
    assert {entry["assessment"]["protocol_digest"] for entry in timeline["items"]} == {first}
    assert timeline["protocol"]["digest"] == first
    assert digest_in(house.report(fresh, symptoms={"redness": 1})) == newer


def test_a_report_that_nothing_could_judge_binds_no_version(house: House, people: Clinicians) -> None:
    patient = house.patient(hours_ago=None)
    house.report(patient, symptoms={"redness": 1})
    newer = people.publish(changed("2"), by="Ada")
    house.procedure(patient.id, hours_ago=20)
    assert digest_in(house.report(patient, symptoms={"redness": 1})) == newer


def test_an_episode_that_opens_again_begins_with_the_version_in_effect(house: House, people: Clinicians) -> None:
    patient, _ = patient_judged_by(house)
    house.later(days=95)
    for _ in range(2):
        for alert in house.alerts():
            closing = {"epoch": alert["epoch"], "outcome": "lost"}
            house.post(f"/alerts/{alert['id']}/resolve", closing, house.keys["practitioner"])
        house.tick()
    newer = people.publish(changed("2"), by="Ada")
    assert digest_in(house.report(patient, symptoms={"bumps": 1})) == newer


def test_a_safety_correction_takes_running_episodes_along_each_with_its_event(house: House, people: Clinicians) -> None:
    patients = [patient_judged_by(house)[0] for _ in range(3)]
    newer = people.publish(changed("2", STRICTER), by="Ada", running=True)

    moved = events(house, "episode_moved")
    assert [(event.before, event.after) for event in moved] == [
        ({"protocol_digest": shipped(house)}, {"protocol_digest": newer})
    ] * 3
    assert {event.actor_id for event in moved} == {"Ada"}
    for patient in patients:
        answer = house.report(patient, **WANTS_CALL)
        assert (answer["assessment"]["urgency"], digest_in(answer)) == ("urgent", newer)
    timeline = house.call("GET", f"/patients/{patients[0].id}/timeline", key=house.keys["practitioner"]).json
    assert [entry["assessment"]["protocol_digest"] for entry in timeline["items"]] == [shipped(house), newer]
    house.tick()  # seals what the bulk statement wrote
    assert house.look(lambda session: check_rows(session, house.now, house.wiring.terms)) == []


def test_a_correction_to_come_moves_running_episodes_at_its_moment_even_where_no_clock_turns(
    house: House, people: Clinicians
) -> None:
    patient, former = patient_judged_by(house)
    quiet, _ = patient_judged_by(house)
    newer = people.publish(changed("2", STRICTER), by="Ada", at=house.now + timedelta(hours=1), running=True)
    assert digest_in(house.report(patient, symptoms={"redness": 1})) == former

    house.later(hours=1)
    assert house.report(patient, **WANTS_CALL)["assessment"]["urgency"] == "urgent"
    house.tick()
    assert len(events(house, "episode_moved")) == 2
    assert digest_in(house.report(quiet, symptoms={"redness": 1})) == newer


def test_a_correction_noticed_afterwards_can_take_them_along_too(house: House, people: Clinicians) -> None:
    patient, _ = patient_judged_by(house)
    newer = people.publish(changed("2"), by="Ada")
    people.publish(changed("2"), by="Ada", running=True)
    assert digest_in(house.report(patient, symptoms={"redness": 1})) == newer


def test_what_was_moved_stays_where_the_next_version_moves_nobody(house: House, people: Clinicians) -> None:
    """Two versions come due while no clock turns: the older moves running episodes, the newer does not."""
    patient, _ = patient_judged_by(house)
    corrected = people.publish(changed("2"), by="Ada", at=house.now + timedelta(hours=1), running=True)
    newest = people.publish(changed("3"), by="Ada", at=house.now + timedelta(hours=2))
    house.later(hours=3)
    fresh = house.patient(hours_ago=20)
    assert digest_in(house.report(fresh, symptoms={"redness": 1})) == newest
    assert digest_in(house.report(patient, symptoms={"redness": 1})) == corrected
    house.tick()
    house.later(minutes=1)
    assert digest_in(house.report(fresh, symptoms={"redness": 1})) == newest
    assert digest_in(house.report(patient, symptoms={"redness": 1})) == corrected
    assert sorted(people.states().values()) == ["published", "retired", "retired"]


def bind(house: House, people: Clinicians, digest: str) -> None:
    """Bind every episode to a version, as a report does whose transaction began before a correction was published."""

    def write(session: Any) -> None:
        for episode in session.exec(select(EpisodeRow)):
            episode.protocol_digest = digest
            session.add(episode)
        audit.record(session, people.turn("a test"), "changed_by_a_test", ("house", 1))

    house.do(write)


def test_a_report_that_crossed_with_a_correction_does_not_keep_its_episode_from_it(
    house: House, people: Clinicians
) -> None:
    patient, former = patient_judged_by(house)
    quiet, _ = patient_judged_by(house)
    corrected = people.publish(changed("2", STRICTER), by="Ada", running=True)
    bind(house, people, former)
    assert house.report(patient, **WANTS_CALL)["assessment"]["urgency"] == "urgent"

    house.later(hours=1)
    people.publish(changed("3"), by="Ada")  # moves nobody, and retires the correction
    assert digest_in(house.report(quiet, symptoms={"redness": 1})) == corrected
    assert len(events(house, "episode_moved")) == 4


def test_another_clinics_versions_are_its_own(house: House, people: Clinicians) -> None:
    from_there = house.open({"name": "South", "time_zone": "UTC", "lead_name": "Kim", "lead_email": "k@south.example"})
    people.publish(changed("2"), by="Ada", running=True)
    enrolled = house.post("/patients", {"reference": "S"}, from_there["keys"]["intake"]).json
    at = (house.now - timedelta(hours=20)).isoformat()
    house.post("/procedures", {"patient_id": enrolled["id"], "at": at}, from_there["keys"]["intake"])
    body = {"at": house.now.isoformat(), "symptoms": {"redness": 1}}
    answer = house.call("POST", "/check-ins", body, enrolled["check_in_token"])
    assert digest_in(answer.json) == shipped(house)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("Ada", "ada", True), ("Straße", "STRASSE", True), ("A  B", " a b ", True), ("Ada", "Adam", False)],
)
def test_names_mean_one_person_whatever_their_case_and_spaces(one: str, other: str, is_same: bool) -> None:
    assert is_same_person(one, other) is is_same
    assert is_among(one, f"Bob & {other}") is is_same


def test_the_database_check_sees_a_version_that_was_changed_under_its_digest(house: House, people: Clinicians) -> None:
    def forge(session: Any) -> None:
        row = people.row(session, shipped(house))
        row.files = {**row.files, "cases.toml": "# less"}
        row.approval, row.drafted_by, row.approved_by = "second_person", "ada ", "Ada"
        session.add(row)
        audit.record(session, people.turn("a test"), "changed_by_a_test", ("house", 1))

    house.do(forge)
    found = "\n".join(house.look(lambda session: check_rows(session, house.now, house.wiring.terms)))
    assert "are not those of its digest" in found
    assert "approved by the person who wrote it" in found


def test_episodes_without_a_version_of_their_own_are_told_by_the_check(house: House, people: Clinicians) -> None:
    patient_judged_by(house)

    def forge(session: Any) -> None:
        (episode,) = session.exec(select(EpisodeRow))
        episode.protocol_digest = "f" * 64
        session.add(episode)
        audit.record(session, people.turn("a test"), "changed_by_a_test", ("house", 1))

    house.do(forge)
    found = "\n".join(house.look(lambda session: check_rows(session, house.now, house.wiring.terms)))
    assert "1 episodes run under protocol ffffffffffff, which it does not have" in found


def test_a_shadow_ends_when_it_is_published(house: House, people: Clinicians) -> None:
    house.do(lambda session: start_shadow(session, changed("2"), people.turn("Ada")))
    people.publish(changed("2"), by="Ada")  # who watched it has not drafted it
    assert sorted(people.states().values()) == ["published", "retired"]
