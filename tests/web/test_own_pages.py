"""Start, settings, whose link, own history: plain forms, each confirmed and audited; nothing is ticked beforehand."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from seeds.protocols import SHIPPED, read_folder
from tests.houses import House, Patient, open_house
from triage.actions.identify import operator
from triage.actions.lifecycle import publish
from triage.actions.turn import Turn
from triage.records import AuditEventRow, ConsentRow, PatientRow, Store, phone_lookups
from triage.web.start import own_name
from triage.words import languages, words_of

SAID = {"symptoms": {"redness": 1}, "note": "my own words"}


@pytest.fixture
def house(sqlite_store: Store, tmp_path: Path, now: datetime) -> Iterator[House]:
    with open_house(sqlite_store, tmp_path, now) as opened:
        yield opened


@pytest.fixture
def patient(house: House) -> Patient:
    return house.patient(name="Sam Secret", birth_year=1984, email="sam@patients.example")


def row_of(house: House, patient: Patient) -> PatientRow:
    return house.look(lambda session: session.get(PatientRow, (house.clinic_id, patient.uuid)))


def consents(house: House, patient: Patient) -> list[ConsentRow]:
    return house.look(partial(phone_lookups.consents_of, patient=row_of(house, patient)))


def did(house: House) -> list[str]:
    found = select(AuditEventRow).order_by(AuditEventRow.at, AuditEventRow.id)
    return [row.did for row in house.look(lambda session: session.exec(found).all())]


def send(house: House, patient: Patient, page: str, **fields: Any) -> Any:
    return house.client.post(f"/c/{patient.token}/{page}", data=fields)


def see(house: House, patient: Patient, page: str) -> str:
    return plain(house.client.get(f"/c/{patient.token}/{page}".rstrip("/")).text)


def plain(text: str) -> str:
    """Return a page without the marks that keep initials in order."""
    return text.replace("\u2068", "").replace("\u2069", "")


def speak(house: House, *languages: str) -> None:
    """Publish the shipped protocol in more languages than it is shown in until somebody has reviewed them."""
    files = read_folder(SHIPPED)
    named = ", ".join(f'"{language}"' for language in languages)
    files["protocol.toml"] = re.sub(r"(?m)^languages = .*$", f"languages = [{named}]", files["protocol.toml"])
    turn = Turn(operator(house.clinic_id, "tests"), house.now, house.wiring.terms)
    house.do(lambda session: publish(session, files, turn))


def test_nothing_is_ticked_beforehand_and_no_name_is_shown(house: House, patient: Patient) -> None:
    page = see(house, patient, "start")
    boxes = re.findall(r"<input[^>]*checkbox[^>]*>", page)

    assert len(boxes) == 2  # messages were agreed to at the clinic
    assert not any("checked" in box for box in boxes)
    assert "For S. S." in page
    assert "25 February 2026" in page
    assert "Secret" not in page


def test_what_is_ticked_is_kept_in_full_with_who_and_when(house: House, patient: Patient) -> None:
    page = send(house, patient, "start", agree=["photos", "nonsense"]).text
    assert "Agreed on 2 March 2026" in page
    kept = consents(house, patient)[-1]

    assert (kept.purpose, kept.given_by, kept.at) == ("photos", "the patient", house.now)
    assert "North Clinic" in kept.text
    assert len(kept.version) == 12
    assert [row.purpose for row in consents(house, patient)] == ["messages", "photos"]
    assert "consent_given" in did(house)


def test_going_on_without_a_tick_agrees_to_nothing_and_opens_the_link(house: House, patient: Patient) -> None:
    assert send(house, patient, "start").status_code == 200
    assert len(consents(house, patient)) == 1
    assert row_of(house, patient).first_opened_at == house.now


def test_the_same_yes_twice_is_one(house: House, patient: Patient) -> None:
    for _ in range(2):
        send(house, patient, "start", agree="photos")
    assert len(consents(house, patient)) == 2


def test_for_a_minor_the_guardian_decides(house: House) -> None:
    minor = house.patient(name="Kim Young", birth_year=2010, guardian="Gus Young")
    page = see(house, minor, "start")
    assert "For K. Y., by the guardian" in page
    assert "Gus" not in page
    send(house, minor, "start", agree="improvement")

    assert consents(house, minor)[-1].given_by == "the guardian, Gus Young"


def test_a_minor_without_a_guardian_cannot_be_enrolled(house: House) -> None:
    assert house.post("/patients", {"reference": "m", "birth_year": 2010}).status_code == 422


def test_the_languages_stand_in_their_own_scripts(house: House) -> None:
    speak(house, "en", "es", "ar")
    patient = house.patient()
    page = see(house, patient, "start")
    found = dict(re.findall(r'lang="(\w+)"[^>]*>([^<]+)</button>', page))
    assert found == {"en": "English", "es": "Español", "ar": "العربية"}
    page = send(house, patient, "start", language="ar").text
    assert 'dir="rtl"' in page
    assert row_of(house, patient).language == "ar"
    send(house, patient, "start", language="xx")
    assert row_of(house, patient).language == "ar"
    assert own_name("zz") == "zz"


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_page_speaks_each_language(house: House, language: str) -> None:
    speak(house, "en", "es", "ar")
    patient = house.patient(birth_year=1984)
    send(house, patient, "settings", language=language)
    send(house, patient, "mine", factor="1984")
    house.report(patient, **SAID)
    for page in ("start", "settings", "who", "mine"):
        shown = see(house, patient, page)
        assert f'<html lang="{language}"' in shown
        assert not re.search(r"\{\w+\}", shown), page


def test_each_language_has_each_word_with_the_same_places() -> None:
    english = words_of("en")
    ours = [name for name in english if name.startswith(("first_", "own_", "consent_", "stop_one", "stop_all"))]
    assert len(ours) > 60
    for language in languages():
        for name in ours:
            places = sorted(re.findall(r"\{\w+\}", words_of(language)[name]))
            assert places == sorted(re.findall(r"\{\w+\}", english[name])), (language, name)


def test_consents_are_taken_back_and_given_again(house: House, patient: Patient) -> None:
    assert "Saved." in send(house, patient, "settings", agree="photos").text
    send(house, patient, "settings", withdraw="photos")
    messages, photos = consents(house, patient)
    assert (messages.withdrawn_at, photos.withdrawn_at) == (None, house.now)
    send(house, patient, "settings", agree="photos")

    assert [row.withdrawn_at for row in consents(house, patient)] == [None, house.now, None]
    assert did(house).count("consent_given") == 3
    assert did(house).count("consent_withdrawn") == 1


def test_who_takes_back_the_yes_to_messages_gets_none_until_they_agree_again(house: House) -> None:
    patient = house.patient(hours_ago=2, email="sam@patients.example")
    send(house, patient, "settings", withdraw="messages")
    house.later(hours=9)
    house.tick()
    assert house.mails("sam@") == []
    send(house, patient, "settings", agree="messages")
    house.later(days=1)
    house.tick()

    assert len(house.mails("sam@")) >= 1
    assert [row.given_by for row in consents(house, patient)] == ["the patient", "the patient"]


def test_stop_start_hour_and_zone_are_buttons(house: House, patient: Patient) -> None:
    send(house, patient, "settings", messages="stop")
    assert row_of(house, patient).opted_out_at == house.now
    send(house, patient, "settings", messages="start")
    send(house, patient, "settings", hour="9")
    send(house, patient, "settings", zone="Europe/Madrid")
    row = row_of(house, patient)
    assert (row.opted_out_at, row.ask_hour, row.time_zone) == (None, 9, "Europe/Madrid")
    send(house, patient, "settings", hour="")
    assert row_of(house, patient).ask_hour is None


def test_the_settings_say_truly_whether_messages_are_sent(house: House, patient: Patient) -> None:
    assert "You get messages from us" in see(house, patient, "settings")
    assert "You get no messages from us" in send(house, patient, "settings", messages="stop").text
    send(house, patient, "settings", messages="start")
    assert "You get no messages from us" in send(house, patient, "settings", withdraw="messages").text
    assert "You get no messages from us" in see(house, house.patient(gets_mail=False), "settings")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"hour": "3"},
        {"hour": "x"},
        {"hour": "9" * 5000},
        {"zone": "Nowhere"},
        {"agree": "all"},
        {"messages": "x"},
        {"language": "xx"},
    ],
)
def test_what_cannot_be_read_changes_nothing(house: House, patient: Patient, fields: dict[str, str]) -> None:
    before, events = row_of(house, patient).model_dump(), len(did(house))
    answer = send(house, patient, "settings", **fields)

    assert answer.status_code == 422
    assert "nothing has changed" in answer.text
    assert (row_of(house, patient).model_dump(), len(did(house))) == (before, events)


def test_several_purposes_are_taken_at_enrolment_and_the_old_field_stands_for_messages(house: House) -> None:
    def given(**more: Any) -> list[str]:
        reference = f"R-{sum(len(str(part)) for part in more.items())}"
        answer = house.post("/patients", {"reference": reference, "email": "a@patients.example", **more})
        assert answer.status_code == 201, answer.json
        return [row.purpose for row in consents(house, Patient(answer.json["id"], ""))]

    yes = {"text": "I agree.", "version": "1", "at": house.now.isoformat(), "by": "the patient"}
    assert given(consent=yes) == ["messages"]
    assert given(consents=[yes, {**yes, "purpose": "photos"}]) == ["messages", "photos"]
    assert given(consent={**yes, "purpose": "improvement"}) == ["improvement"]
    house.tick()
    assert len(house.mails("a@")) == 2  # nobody agreed to messages in the third


def test_a_link_in_wrong_hands_shows_nothing_and_takes_reports(house: House, patient: Patient) -> None:
    house.report(patient, **SAID)
    page = send(house, patient, "who", **{"not": "me"}).text
    for shown in (page, *(see(house, patient, name) for name in ("", "start", "settings", "mine", "mine.json"))):
        assert "We send no more messages here" in shown
        for secret in ("S. S.", "Secret", "Redness", "my own words", "February"):
            assert secret not in shown
    assert send(house, patient, "settings", messages="start").status_code == 403
    assert send(house, patient, "start", agree="photos").status_code == 403
    assert len(consents(house, patient)) == 1
    form = house.client.get(f"/c/{patient.token}?report=1")
    assert 'name="sign"' in form.text
    sent = house.client.post(f"/c/{patient.token}", data={"sign": "fever", "send": "form", "key": "k"})
    assert sent.status_code == 200
    assert "A doctor should see you today" in sent.text


def test_a_form_in_wrong_hands_asks_after_nothing_that_was_said_before(house: House, patient: Patient) -> None:
    """What the clinic noted, and what came by a former link, is not in doubt: it is the patient's own all the same."""
    house.report(patient, **SAID)
    noted = {"patient_id": patient.id, "at": house.now.isoformat(), "symptoms": {"pain": 2}}
    assert house.post("/check-ins", noted).status_code == 201
    link = house.post(f"/patients/{patient.id}/link", {}).json["check_in_token"]
    former = house.call("GET", f"/patients/{patient.id}/timeline", key=house.keys["practitioner"]).json["items"][0]
    assert 'name="gone.' in house.client.get(f"/c/{link}").text
    house.client.post(f"/c/{link}/who", data={"not": "me"})

    for asked in ("report=1", f"report=1&correct={former['id']}"):
        text = house.client.get(f"/c/{link}?{asked}").text
        assert 'name="sign"' in text
        assert 'name="gone.' not in text
        assert "my own words" not in text


def test_not_me_and_wrong_date_are_buttons_of_their_own(house: House, patient: Patient) -> None:
    page = see(house, patient, "who")
    assert "For S. S." in page
    assert send(house, patient, "who").status_code == 422
    assert "has been told" in send(house, patient, "who", **{"not": "date"}).text
    assert "has been told" in see(house, patient, "who")
    assert row_of(house, patient).wrong_person_at is None


def test_the_history_tells_what_was_said_answered_and_sent(house: House, patient: Patient) -> None:
    house.tick()
    house.report(patient, symptoms={"redness": 4}, note="my own words")
    (alert,) = house.alerts()
    house.call("POST", f"/alerts/{alert['id']}/acknowledge", {"epoch": alert["epoch"]}, house.keys["practitioner"])
    house.call("POST", f"/alerts/{alert['id']}/reply", {"text": "Keep it dry."}, house.keys["practitioner"])
    send(house, patient, "mine", factor="1984")
    page = see(house, patient, "mine")
    assert "Keep it dry." in page

    for told in ("Sam Secret", "25 February 2026", "Redness: Very severe", "my own words", "Seen by Pat", "your link"):
        assert told in page


def test_the_copy_holds_everything_and_no_secret(house: House, patient: Patient) -> None:
    house.report(patient, **SAID)
    assert house.client.get(f"/c/{patient.token}/mine.json").status_code == 403
    send(house, patient, "mine", factor="1984")
    answer = house.client.get(f"/c/{patient.token}/mine.json")
    copy = answer.json

    assert "attachment" in answer.headers["Content-Disposition"]
    assert copy["patient"]["name"] == "Sam Secret"
    assert copy["check_ins"][0]["content"]["note"] == "my own words"
    assert copy["assessments"][0]["urgency"] == "self_care"
    assert [row["purpose"] for row in copy["consents"]] == ["messages"]
    assert {"patient_enrolled", "consent_given", "check_in_received"} <= {row["did"] for row in copy["log"]}
    assert "token_hash" not in answer.text
    assert str(house.clinic_id) not in answer.text


def test_the_copy_holds_nothing_of_anybody_else(house: House, patient: Patient) -> None:
    other = house.patient(name="Olga Other", birth_year=1990)
    house.report(other, note="her own words")
    send(house, patient, "mine", factor="1984")
    text = house.client.get(f"/c/{patient.token}/mine.json").text

    assert not [told for told in ("Olga", "her own words", other.id) if told in text]


def test_a_wish_to_be_erased_goes_to_a_human_and_deletes_nothing(house: House, patient: Patient) -> None:
    house.report(patient, **SAID)
    send(house, patient, "mine", do="erase")
    assert house.alerts() == []
    send(house, patient, "mine", factor="1984")
    assert "has been asked to erase" in send(house, patient, "mine", do="erase").text

    (alert,) = house.alerts()
    assert (alert["about"], alert["urgency"], alert["patient_id"]) == ("erasure", "routine", patient.id)
    assert "my own words" in see(house, patient, "mine")


def test_two_on_one_phone_are_kept_apart_by_initials(house: House) -> None:
    one = house.patient(name="Sam Secret", phone="0170 1234567", reference="A-17")
    two = house.patient(name="Sue Secret", phone="+49 (170) 123-4567", reference="A-42")
    assert "For S. S. …17" in see(house, one, "start")
    assert "For S. S. …42" in see(house, two, "start")


@pytest.mark.parametrize("page", ["start", "settings", "who", "mine", "mine.json"])
def test_a_link_that_is_not_known_is_not_there(house: House, page: str) -> None:
    assert house.client.get(f"/c/tap_unknown/{page}").status_code == 404
    if page != "mine.json":
        assert house.client.post(f"/c/tap_unknown/{page}").status_code == 404
