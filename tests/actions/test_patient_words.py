"""What patients are told in each language: whole, with a link and an end, in few segments, and no word of health."""

from typing import Any

import pytest

from tests.houses import House
from tests.versions import FILES, Clinicians, changed
from triage.actions.patient_words import WORDS, patient_words
from triage.records import ClinicRow, NotificationRow, PatientRow, Session
from triage.rules import COMMON
from triage.rules.segments import segments_of
from triage.words import languages, words_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LINKS = ("https://aftercare.example.org/c/tap_" + "x" * 43, "https://aftercare.example.org/o/tao_" + "x" * 87)
ENGLISH = {"your", "you", "the", "please", "clinic", "message", "reply"}
SEGMENTS = {"en": (1, 2), "es": (1, 3), "ar": (3, 5)}  # of most, and of the one that nobody has answered


def words(house: House, kind: str, language: str, channel: str = "email", **clinic: Any) -> tuple[str, str]:
    patient = PatientRow(clinic_id=house.clinic_id, reference="r", language=language, created_at=house.now)
    row = NotificationRow(
        clinic_id=house.clinic_id, kind=kind, channel=channel, contact="x", not_before=house.now, created_at=house.now
    )

    def write(session: Session) -> tuple[str, str]:
        known = session.get(ClinicRow, house.clinic_id)
        assert known is not None
        for name, value in clinic.items():
            setattr(known, name, value)
        with session.no_autoflush:
            said = patient_words(session, row, known, patient, LINKS, house.now)
        session.rollback()
        return said

    return house.look(write)  # type: ignore[no-any-return]


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_each_message_is_whole_in_the_patients_language(house: House, language: str, subtests: pytest.Subtests) -> None:
    for kind in (*WORDS, "something_new"):
        for channel in ("email", "sms"):
            for phone in (None, "+44 20 7946 0000"):
                with subtests.test(kind=kind, channel=channel, phone=phone):
                    subject, text = words(house, kind, language, channel, phone=phone)
                    assert LINKS[0] in text
                    assert (LINKS[1] if channel == "email" else "STOP") in text
                    assert "{" not in subject + text
                    assert subject.lstrip("\u200f").startswith("North Clinic: ")
                    assert (phone or "") in text or (channel == "sms" and kind != "unanswered")
                    said = {one.strip(".,:?!") for one in f"{subject} {text}".replace("Clinic", "").lower().split()}
                    assert language == "en" or not said & ENGLISH
                    named = [*COMMON.symptoms, *COMMON.signs, "scalp", "skin", "cuero", "فروة"]
                    assert not [one for one in named if one.replace("_", " ") in text.lower()]


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_text_message_takes_few_segments(house: House, language: str) -> None:
    took = {kind: segments_of(words(house, kind, language, "sms", phone="+44 20 7946 0000")[1]) for kind in WORDS}
    most, longest = SEGMENTS[language]
    assert took == dict.fromkeys(WORDS, most) | {"unanswered": longest}


def test_arabic_runs_from_right_to_left_and_a_number_keeps_its_plus_in_front(house: House) -> None:
    subject, text = words(house, "unanswered", "ar", phone="+44 20 7946 0000")
    assert subject.startswith("\u200f")
    assert text.startswith("\u200f")
    assert text.count("\u200e+44 20 7946 0000\u200f") == text.count("+44") == 2


def test_a_region_speaks_its_language_and_an_unknown_one_is_told_in_english(house: House) -> None:
    assert words(house, "reply", "es-MX") == words(house, "reply", "es")
    assert words(house, "reply", "fi") == words(house, "reply", "en")


def test_nobody_has_answered_is_said_in_the_protocols_words_where_it_has_both(house: House) -> None:
    own = 'unanswered_subject = "sin respuesta"\nunanswered_text = "Llame al {number}, por favor."\n'
    for version, only_one in (("9.0.1", True), ("9.0.2", False)):
        given = own.splitlines()[0] if only_one else own
        files = {
            **changed(version, {}),
            "text.es.toml": FILES["text.es.toml"].replace("[page]", f"[page]\n{given}"),
        }
        house.later(minutes=1)
        Clinicians(house).publish(files, "Ada Berg")
        subject, text = words(house, "unanswered", "es", phone="+34 91 000", out_of_hours="De noche: 112.")
        assert ("sin respuesta" in subject) is not only_one
        assert ("Llame al +34 91 000, por favor. De noche: 112." in text) is not only_one


def test_every_language_has_every_word_of_the_messages(house: House) -> None:
    sections = [name for name in words_of("en") if name.startswith(("sms_", "mail_", "reply_"))]
    assert len(sections) > 10
    for language in languages():
        assert [name for name in sections if name not in words_of(language)] == []
