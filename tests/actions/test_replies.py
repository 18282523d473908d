"""A practitioner's reply: what it does to the alert, how the patient learns of it, and how far a report has come."""

import uuid
from typing import Any

import pytest
from sqlmodel import select

from tests.actions.outboxes import deliver, notifications
from tests.hooked import Hooked
from tests.houses import House, Patient
from triage.actions.replies import ReportStatus, status_of
from triage.records import AuditEventRow, PatientRow, ReplyRow, Session

FEVER = {"signs": ["fever"]}
BREATH = {"signs": ["breathing_trouble"]}
ITCHY = {"symptoms": {"redness": 2}}
TEXT = "Thank you. Please wash it with cool water and come in at 15:00."
one_engine = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def reply(house: House, text: str = TEXT, role: str = "practitioner", *, key: str = "", **more: Any) -> Any:
    """Reply to the newest alert of the clinic."""
    newest = house.call("GET", "/alerts", key=house.keys["practitioner"]).json["items"][0]
    headers = {"Idempotency_Key": key} if key else {}
    return house.post(f"/alerts/{newest['id']}/reply", {"text": text, **more}, house.keys[role], **headers)


def rows(house: House, table: Any) -> list[Any]:
    return list(house.look(lambda session: session.exec(select(table)).all()))


def change_patient(house: House, **values: Any) -> None:
    with house.wiring.store.connect() as connection:
        connection.execute(PatientRow.metadata.tables["patient"].update().values(**values))


def status(house: House, patient: Patient) -> ReportStatus | None:
    def look(session: Session) -> ReportStatus | None:
        row = session.get(PatientRow, (house.clinic_id, patient.uuid))
        assert row is not None
        return status_of(session, row)

    return house.look(look)  # type: ignore[no-any-return]


def open_page(house: House, patient: Patient, *ids: str) -> None:
    assert house.client.post(f"/c/{patient.token}/opened", data={"reply": list(ids)}).status_code == 204


def test_a_reply_takes_the_alert_and_asks_the_patient_to_their_page(house: House) -> None:
    patient = house.patient(email="ana@patients.example")
    house.report(patient, **FEVER)
    answer = reply(house)

    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["promise"]) == ("acked", "kept")
    said = answer.json["reply"]
    assert (said["learns_by"], said["why"], said["must_call"], said["takes"]) == ("message", None, False, True)
    (row,) = rows(house, ReplyRow)
    assert (str(row.id), row.text, row.at, row.read_at) == (said["id"], TEXT, house.now, None)
    deliver(house)
    (mail,) = [mail for mail in house.mails("ana@") if mail.subject == "North Clinic: an answer for you"]
    assert f"/c/{patient.token}" in mail.content.decode()
    assert "cool water" not in mail.content.decode()


def test_a_reply_is_in_the_timeline_and_not_in_the_log(house: House) -> None:
    patient = house.patient()
    house.report(patient, **FEVER)
    sent = reply(house).json["reply"]

    for key in (house.keys["practitioner"], patient.token):
        (shown,) = house.call("GET", f"/patients/{patient.id}/timeline", key=key).json["replies"]
        assert shown == {"id": sent["id"], "at": sent["at"], "by": "Pat", "text": TEXT, "read_at": None}
    events = [event for event in rows(house, AuditEventRow) if event.did == "reply_written"]
    assert [(event.actor_kind, event.after["by_message"]) for event in events] == [("staff", True)]
    assert "cool water" not in str([(event.before, event.after) for event in rows(house, AuditEventRow)])


def test_the_same_key_again_writes_and_sends_nothing(house: House) -> None:
    house.report(house.patient(), **FEVER)
    first, again = reply(house, key="k1"), reply(house, key="k1")

    assert first.json["reply"] == again.json["reply"]
    assert (len(rows(house, ReplyRow)), len(notifications(house, kind="reply"))) == (1, 1)
    other = reply(house, "Something else.", key="k1")
    assert (other.status_code, len(rows(house, ReplyRow))) == (422, 1)


@one_engine
def test_a_reply_to_what_got_worse_unseen_takes_nothing(house: House) -> None:
    patient = house.patient()
    house.report(patient, **ITCHY)
    house.later(minutes=5)
    house.report(patient, **BREATH)

    stale = reply(house, epoch=1)
    assert (stale.status_code, stale.json["current"]["urgency"]) == (409, "emergency")
    assert rows(house, ReplyRow) == []
    blind = reply(house)  # it does not say what was seen
    assert (blind.status_code, blind.json["state"], blind.json["reply"]["takes"]) == (200, "open", False)
    assert blind.json["promise"] == "running"
    assert reply(house, epoch=2).json["state"] == "acked"


@one_engine
def test_a_reply_leaves_what_somebody_has_with_them_and_what_is_closed_closed(house: House) -> None:
    patient = house.patient()
    alert = house.report(patient, **FEVER)["alert"]["id"]
    house.post(f"/alerts/{alert}/acknowledge", {"epoch": 1}, house.keys["admin"])
    owner = house.alerts("acked")[0]["owner_id"]
    assert reply(house).json["owner_id"] == owner
    house.post(f"/alerts/{alert}/resolve", {"epoch": 1, "outcome": "other"}, house.keys["admin"])
    late = reply(house, "One more thing: come again on Friday.")
    assert (late.status_code, late.json["state"], late.json["reply"]["takes"]) == (200, "resolved", False)


@one_engine
@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"opted_out_at": True}, "opted_out"),
        ({"email": None, "phone": None}, "no_contact"),
        ({"wrong_person_at": True}, "wrong_person"),
    ],
)
def test_who_cannot_be_messaged_has_to_be_called_when_it_is_urgent(house: House, values: Any, why: str) -> None:
    house.report(house.patient(), **FEVER)
    change_patient(house, **{name: house.now if value else None for name, value in values.items()})
    said = reply(house).json["reply"]

    assert (said["learns_by"], said["why"], said["must_call"], said["sent_from"]) == ("page_only", why, True, None)
    assert "Call the patient" in said["what_now"]
    assert notifications(house, kind="reply") == []


@one_engine
def test_who_did_not_agree_reads_it_on_their_page_and_need_not_be_called_when_it_can_wait(house: House) -> None:
    patient = house.patient(gets_mail=False)
    house.report(patient, **ITCHY)
    assert house.alerts()[0]["urgency"] in ("routine", "same_day")
    said = reply(house).json["reply"]

    assert (said["learns_by"], said["why"], said["must_call"]) == ("page_only", "no_consent", False)
    found = status(house, patient)
    assert found is not None
    assert [one.text for one in found.replies] == [TEXT]


@one_engine
def test_no_message_of_a_reply_goes_to_who_opted_out_or_read_it_meanwhile(house: House) -> None:
    patient = house.patient(email="ana@patients.example")
    house.report(patient, **FEVER)
    first = reply(house).json["reply"]
    open_page(house, patient, first["id"])
    deliver(house)
    assert not any("answer for you" in mail.subject for mail in house.mails("ana@"))

    reply(house, "Are you on your way?")
    change_patient(house, opted_out_at=house.now)
    deliver(house)
    assert not any("answer for you" in mail.subject for mail in house.mails("ana@"))


@one_engine
def test_one_message_tells_of_two_replies_and_waits_for_the_morning_unless_it_is_urgent(house: House) -> None:
    patient = house.patient(email="ana@patients.example")
    house.later(hours=12.5)  # 22:30
    house.report(patient, **ITCHY)
    assert reply(house).json["reply"]["sent_from"] == "2026-03-03T08:00:00+00:00"
    assert reply(house, "And drink enough.").json["reply"]["sent_from"] == "2026-03-03T08:00:00+00:00"
    assert len(notifications(house, kind="reply")) == 1

    house.report(patient, **FEVER)
    assert reply(house, "See a doctor now.", epoch=2).json["reply"]["sent_from"] == house.now.isoformat()
    deliver(house)
    assert len([mail for mail in house.mails("ana@") if "answer for you" in mail.subject]) == 1


@one_engine
@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "a\u0000b", 7])
def test_a_reply_is_plain_text_of_1_to_2000_characters(house: House, text: Any) -> None:
    house.report(house.patient(), **FEVER)
    assert reply(house, text).status_code == 422
    assert rows(house, ReplyRow) == []


@one_engine
def test_only_who_answers_alerts_replies_and_only_about_a_patient(house: House) -> None:
    patient = house.patient()
    alert = house.report(patient, **FEVER)["alert"]["id"]
    for key in (house.keys["intake"], house.keys["auditor"], patient.token):
        assert house.post(f"/alerts/{alert}/reply", {"text": "x"}, key).status_code == 403
    other = house.open({"name": "South Clinic", "lead_email": "lead@south.example"})["keys"]["practitioner"]
    assert house.post(f"/alerts/{alert}/reply", {"text": "x"}, other).status_code == 404


def test_how_far_a_report_has_come(house: House) -> None:
    patient = house.patient()
    assert status(house, patient) is None
    alert = house.report(patient, **ITCHY)["alert"]["id"]
    sent = house.now
    assert status(house, patient) == ReportStatus(sent, None, None, ())
    house.later(minutes=5)
    house.post(f"/alerts/{alert}/acknowledge", {"epoch": 1}, house.keys["practitioner"])
    seen = house.now
    assert status(house, patient) == ReportStatus(sent, seen, None, ())
    house.later(minutes=5)
    reply(house)
    found = status(house, patient)
    assert found is not None
    assert (found.sent_at, found.seen_at, found.answered_at) == (sent, seen, house.now)
    assert [(one.by_name, one.text, one.at) for one in found.replies] == [("Pat", TEXT, house.now)]

    house.later(minutes=5)
    house.report(patient, **ITCHY)  # not worse: it joins the alert that somebody has, and nobody has seen it yet
    found = status(house, patient)
    assert found is not None
    assert (found.sent_at, found.seen_at, found.answered_at) == (house.now, None, None)
    assert len(found.replies) == 1


@one_engine
def test_closing_without_a_word_answers_and_a_note_shows_that_it_was_seen(house: House) -> None:
    patient = house.patient()
    alert = house.report(patient, **ITCHY)["alert"]["id"]
    house.later(minutes=5)
    house.post(f"/alerts/{alert}/note", {"epoch": 1, "note": "Called, nobody there."}, house.keys["practitioner"])
    found = status(house, patient)
    assert found is not None
    assert (found.seen_at, found.answered_at) == (house.now, None)
    house.later(minutes=5)
    house.post(f"/alerts/{alert}/resolve", {"epoch": 1, "outcome": "other"}, house.keys["practitioner"])
    found = status(house, patient)
    assert found is not None
    assert found.answered_at == house.now


@one_engine
def test_who_took_it_and_let_it_rest_has_not_seen_it_any_more(house: House) -> None:
    patient = house.patient()
    alert = house.report(patient, **FEVER)["alert"]["id"]
    house.post(f"/alerts/{alert}/acknowledge", {"epoch": 1}, house.keys["practitioner"])
    house.later(days=1)
    house.tick()
    found = status(house, patient)
    assert found is not None
    assert (found.seen_at, found.answered_at) == (None, None)


@one_engine
def test_whoever_holds_the_link_of_somebody_else_reads_no_reply(house: House) -> None:
    patient = house.patient()
    house.report(patient, **FEVER)
    reply(house)
    change_patient(house, wrong_person_at=house.now, wrong_person_why="not me")
    found = status(house, patient)
    assert found is not None
    assert found.replies == ()


def test_a_reply_is_read_once_it_stood_on_a_page_that_somebody_saw(house: House) -> None:
    patient, other = house.patient(), house.patient()
    house.report(patient, **FEVER)
    first, second = (reply(house, text).json["reply"]["id"] for text in ("One.", "Two."))
    before = len(rows(house, AuditEventRow))
    house.client.get(f"/c/{patient.token}")
    open_page(house, other, first)
    open_page(house, patient, "nonsense", str(uuid.uuid4()))
    assert [row.read_at for row in rows(house, ReplyRow)] == [None, None]

    open_page(house, patient, first)
    house.later(minutes=1)
    open_page(house, patient, first)
    read = {str(row.id): row.read_at for row in rows(house, ReplyRow)}
    assert read[second] is None
    assert read[first] is not None
    assert read[first] < house.now
    noted = [event.did for event in rows(house, AuditEventRow)[before:] if event.did == "reply_read"]
    assert noted == ["reply_read"]


@one_engine
def test_a_program_hears_that_there_is_a_reply_and_not_what_it_says(hooked: Hooked) -> None:
    house = hooked.house
    hooked.add(events=["alert.replied"])
    patient = house.patient()
    house.report(patient, **FEVER)
    reply(house)
    (told,) = hooked.send()
    assert told.json["type"] == "alert.replied"
    assert told.json["data"]["patient_id"] == patient.id
    assert {"alert_id", "reply_id", "link"} < set(told.json["data"])
    assert "cool water" not in str(told.json)
