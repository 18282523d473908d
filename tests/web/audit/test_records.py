"""One patient's whole record, legal holds and erasure."""

import json
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from tests.photos.made import save, scene
from tests.web.conftest import House
from triage.actions import audit
from triage.actions.chain import walk_chain
from triage.records import (
    AlertRow,
    AuditEventRow,
    CheckInRow,
    LegalHoldRow,
    NotificationRow,
    PatientRow,
    PhotoRow,
    Session,
    chain,
    invariants,
)
from triage.records.base import Row

from .conftest import People

SECRETS = ("Sam Secret", "sam@", "hurts near", "her doctor", "Uncle Ed", "1984")


def seal(house: House) -> None:
    house.wiring.do(lambda session: audit.seal(session, house.clinic.id))


def whole(house: House) -> list[str]:
    """Return the faults of the chain."""
    seal(house)
    return house.wiring.look(lambda session: walk_chain(chain.sealed_events(session), {}).faults)


def everything(house: House) -> str:
    """Return all that the database holds, as text."""
    with house.wiring.store.connect() as connection:
        tables = [table for table in Row.metadata.sorted_tables if table.name not in ("staff", "protocol")]
        return "\n".join(f"{table.name}: {row!r}" for table in tables for row in connection.execute(table.select()))


def record_page(house: House) -> str:
    return f"/audit/records/{house.patient.id}"


def name_all(house: House) -> None:
    """Note everything about the patient that somebody may be known by."""

    def note(session: Session) -> None:
        patient = session.get_one(PatientRow, (house.clinic.id, house.patient.id))
        patient.email, patient.guardian, patient.birth_year = "sam@home.example", "Uncle Ed", 1984
        session.add(patient)
        audit.record(session, house.turn, "patient_changed", ("patient", patient.id))

    house.wiring.do(note)


def test_the_record_has_every_answer_the_words_shown_and_a_proof(house: House, people: People, alert: AlertRow) -> None:
    house.send(none="list", key="k-2", **{"severity__redness": "0"})
    seal(house)
    found = json.loads(people.auditor.get(f"{record_page(house)}/record.json").text)
    first = min(found["check_ins"], key=lambda row: row["id"])
    assert (first["content"]["signs"], first["content"]["note"]) == (["pus"], "It hurts near Uncle Ed, says Sam Secret")
    assert found["patient"]["name"] == "Sam Secret"
    told = next(one for one in found["words_shown"] if one["check_in_id"] == first["id"])
    shown = house.client.get(f"{house.page}?report={first['id']}").text
    assert told["headline"]
    assert told["headline"] in shown
    assert len(told["protocol_digest"]) == 64
    second = max(found["check_ins"], key=lambda row: row["id"])
    assert "fever" in second["content"]["denied"]
    assert second["content"]["symptoms"] == {"redness": 0}
    closed = next(one for one in found["alerts"] if one["state"] == "resolved")
    assert found["staff"][closed["resolved_by"]] == "Dr. Ada Berg"
    sealed = [event for event in found["log"] if event["hash"]]
    assert sealed
    assert all(event["is_whole"] for event in sealed)
    assert found["chain"]["head"]["seq"] >= max(event["seq"] for event in sealed)
    assert "token_hash" not in json.dumps(found)


def test_a_log_that_was_changed_shows_in_the_record(house: House, people: People, alert: AlertRow) -> None:
    seal(house)
    table = AuditEventRow.metadata.tables["audit_event"]
    with house.wiring.store.connect() as connection:
        connection.execute(table.update().where(table.c.did == "alert_opened").values(actor_id="nobody"))
        connection.commit()
    found = json.loads(people.lead.get(f"{record_page(house)}/record.json").text)
    assert [event["did"] for event in found["log"] if event["is_whole"] is False] == ["alert_opened"]


def test_the_record_is_a_pdf_too_and_taking_it_is_noted(house: House, people: People, alert: AlertRow) -> None:
    answer = people.lead.get(f"{record_page(house)}/record.pdf")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages).split())
    for words in ("Sam Secret", "Danger signs named: pus", "It hurts near Uncle Ed", "sent to her doctor", "Ada Berg"):
        assert words in text, words
    taken = [event for event in house.rows(AuditEventRow) if event.did == "patient_record_taken"]
    assert [(event.actor_id, event.thing_id) for event in taken] == [(str(house.staff[1].id), str(house.patient.id))]


def test_a_practitioner_does_not_take_whole_records(house: House, people: People) -> None:
    assert people.practitioner.get(record_page(house)).status_code == 403
    assert people.practitioner.get(f"{record_page(house)}/record.json").status_code == 403


def test_a_hold_blocks_erasure_until_it_is_lifted(house: House, people: People, alert: AlertRow) -> None:
    page = record_page(house)
    assert people.lead.post(f"{page}/hold", why=" ").status_code == 422
    assert people.lead.post(f"{page}/hold", why="A claim of 12 March").status_code == 303
    assert people.lead.post(f"{page}/hold", why="again").status_code == 409
    assert "A claim of 12 March" in people.auditor.get("/audit/records").text
    refused = people.lead.post(f"{page}/erase", sure="yes")
    assert refused.status_code == 409
    assert "legal hold stands" in refused.text
    assert house.rows(PatientRow)[0].name == "Sam Secret"
    assert people.lead.post(f"{page}/hold/lift").status_code == 303
    assert people.lead.post(f"{page}/erase", sure="yes").status_code == 303
    (hold,) = house.rows(LegalHoldRow)
    assert (hold.lifted_by, hold.why) == (str(house.staff[1].id), "erased")
    done = [event.did for event in house.rows(AuditEventRow) if "hold" in event.did]
    assert done == ["legal_hold_placed", "legal_hold_lifted"]


def test_nobody_is_erased_while_an_alert_about_them_waits(house: House, people: People) -> None:
    house.send(sign="pus")
    answer = people.lead.post(f"{record_page(house)}/erase", sure="yes")
    assert answer.status_code == 409
    assert "alert about this patient is open" in answer.text


def test_it_takes_a_tick_a_lead_and_a_fresh_proof(house: House, people: People) -> None:
    assert people.lead.post(f"{record_page(house)}/erase").status_code == 422
    for path in ("erase", "hold", "hold/lift"):
        assert people.auditor.post(f"{record_page(house)}/{path}", sure="yes", why="x").status_code == 403
    house.wiring.time = house.wiring.time.replace(minute=59)
    led = people.lead.post(f"{record_page(house)}/erase", sure="yes")
    assert led.headers["Location"].startswith("/confirm")
    assert house.rows(PatientRow)[0].erased_at is None


def test_an_erased_patient_leaves_no_name_no_contact_and_no_word(house: House, people: People, alert: AlertRow) -> None:
    name_all(house)
    picture = photo(house)
    assert people.lead.post(f"{record_page(house)}/erase", sure="yes").status_code == 303
    left = everything(house)
    assert [word for word in SECRETS if word in left] == []
    assert house.wiring.shelf.read(picture) is None
    assert house.client.get(house.page).status_code in (404, 410)
    (row,) = house.rows(PatientRow)
    assert row.reference.startswith("erased-")
    assert row.kept_because[0]["law"].startswith("GDPR")
    assert [
        state for state in (one.state for one in house.rows(NotificationRow)) if state in ("pending", "leased")
    ] == []
    assert "Left: course without a name" in people.auditor.get(record_page(house)).text
    assert people.lead.post(f"{record_page(house)}/erase", sure="yes").status_code == 303  # twice is as once


def test_the_chain_and_the_database_stay_whole_after_an_erasure(house: House, people: People, alert: AlertRow) -> None:
    seal(house)
    people.lead.post(f"{record_page(house)}/erase", sure="yes")
    assert whole(house) == []
    assert list(house.wiring.look(lambda session: list(invariants.broken(session, now=house.wiring.time)))) == []


def test_the_wish_of_the_patient_is_answered_by_it(house: House, people: People) -> None:
    name_all(house)
    house.client.post(f"{house.page}/mine", data={"factor": "1984"})
    house.client.post(f"{house.page}/mine", data={"do": "erase"})
    (wish,) = house.rows(AlertRow)
    assert (wish.about, wish.state) == ("erasure", "open")
    people.lead.post(f"{record_page(house)}/erase", sure="yes")
    (wish,) = house.rows(AlertRow)
    assert (wish.state, wish.resolved_by) == ("resolved", str(house.staff[1].id))


def test_a_serious_event_is_kept_without_a_name_and_says_until_when(
    house: House, people: People, alert: AlertRow
) -> None:
    said: dict[str, Any] = {
        "seriousness": ["infection"],
        "became_aware_at": "2026-03-02T17:00",
        "reaction.term": "pus",
        "narrative": "Sam Secret came in.",
        "country": "US",
    }
    assert people.practitioner.post("/audit/serious/new", alert=str(alert.id), **said).status_code == 303
    people.lead.post(f"{record_page(house)}/erase", sure="yes")
    (_, kept) = house.rows(PatientRow)[0].kept_because
    assert kept["what"] == "serious event 2026-001"
    assert kept["until"] == "2032-03-02"
    register = people.lead.get("/audit/serious").text
    assert "erased-" in register
    assert "Sam Secret" not in everything(house)


def photo(house: House) -> str:
    """Put a photo of the patient on the shelf; return its digest."""
    digest = house.wiring.shelf.put(save(scene(60, 40), "JPEG"))

    def add(session: Session) -> None:
        episode = session.get_one(CheckInRow, (house.clinic.id, house.rows(CheckInRow)[0].id)).episode_id
        row = PhotoRow(
            clinic_id=house.clinic.id,
            patient_id=house.patient.id,
            episode_id=episode,
            pose="top",
            digest=digest,
            size=9,
            width=60,
            height=40,
            source="patient",
            received_at=house.wiring.time,
        )
        session.add(row)
        audit.record(session, house.turn, "photo_added", ("photo", row.id))

    house.wiring.do(add)
    return digest
